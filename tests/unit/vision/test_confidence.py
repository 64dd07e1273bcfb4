import pytest
from hypothesis import given
from hypothesis import strategies as st

from femr.emotions import EMOTIONS, Emotion
from femr.vision.confidence import BLURRED, CLOSE, DARK, SMALL, TURNED, Hint, flaws, hints, rivals
from femr.vision.geometry import Box, Point
from femr.vision.reading import Face, Quality

WELL_SEEN = Quality(width=120, sharpness=0.5, brightness=0.8, turn=0.0)


def face(quality=None, **shares):
    probabilities = {emotion: shares.get(emotion.name.lower(), 0.0) for emotion in EMOTIONS}
    return Face(Box(0, 0, 10, 10), (Point(3, 3), Point(7, 3)), 0.9, probabilities, quality)


def test_a_clear_face_has_no_rivals():
    assert rivals(face(happy=0.9, sad=0.1)) is None


def test_two_close_emotions_are_rivals_with_the_stronger_first():
    assert rivals(face(fear=0.4, surprise=0.45, sad=0.15)) == (Emotion.SURPRISE, Emotion.FEAR)


def test_a_flat_face_has_rivals():
    assert rivals(face(**{emotion.name.lower(): 1 / 6 for emotion in EMOTIONS})) is not None


@given(st.floats(0.5, 1))
def test_only_a_lead_smaller_than_close_makes_rivals(share):
    lead = share - (1 - share)
    assert (rivals(face(happy=share, sad=1 - share)) is None) == (lead >= CLOSE)


def test_a_well_seen_face_with_one_clear_emotion_raises_no_hint():
    assert hints(face(WELL_SEEN, happy=0.9, sad=0.1)) == ()


def test_two_close_emotions_are_a_hint():
    assert hints(face(WELL_SEEN, happy=0.5, sad=0.5)) == (Hint.CLOSE,)


def test_a_face_that_was_not_measured_has_no_flaws():
    assert hints(face(None, happy=1.0)) == ()


@pytest.mark.parametrize(
    ("name", "limit", "hint"),
    [("width", SMALL, Hint.SMALL), ("sharpness", BLURRED, Hint.BLURRED), ("brightness", DARK, Hint.DARK)],
)
def test_less_than_a_limit_is_a_flaw(name, limit, hint):
    def measured(value):
        return Quality(**{"width": 120, "sharpness": 0.5, "brightness": 0.8, "turn": 0.0} | {name: value})

    assert flaws(measured(limit)) == ()
    assert flaws(measured(0.99 * limit)) == (hint,)


@pytest.mark.parametrize("side", [-1, 1])
def test_a_face_may_be_turned_either_way(side):
    assert flaws(Quality(120, 0.5, 0.8, side * TURNED)) == ()
    assert flaws(Quality(120, 0.5, 0.8, side * 1.01 * TURNED)) == (Hint.TURNED,)


def test_a_small_face_is_not_called_blurred_as_well():
    assert flaws(Quality(SMALL / 2, BLURRED / 2, 0.8, 0.0)) == (Hint.SMALL,)


qualities = st.builds(Quality, st.floats(0, 4000), st.floats(0, 10), st.floats(0, 1), st.floats(-5, 5))


@given(qualities, st.floats(0, 1))
def test_every_hint_is_given_once_and_has_a_cause(quality, share):
    found = hints(face(quality, happy=share, sad=1 - share))
    assert len(set(found)) == len(found)
    assert set(found) - {Hint.CLOSE} == set(flaws(quality))


@given(qualities)
def test_a_better_picture_raises_no_new_hint(quality):
    better = Quality(quality.width * 2, quality.sharpness, min(1, quality.brightness * 2), quality.turn / 2)
    assert set(flaws(better)) <= set(flaws(quality)) | {Hint.BLURRED}  # which a small face had hidden
