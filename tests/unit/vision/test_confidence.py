import pytest
from hypothesis import given
from hypothesis import strategies as st

from femr.emotions import EMOTIONS
from femr.mood import Expression
from femr.vision.confidence import BLURRED, DARK, SMALL, TURNED, Hint, flaws, hints
from femr.vision.reading import Quality

WELL_SEEN = Quality(width=120, sharpness=0.5, brightness=0.8, turn=0.0)


def showing(**shares):
    return Expression(tuple(shares.get(emotion.name.lower(), 0.0) for emotion in EMOTIONS))


def test_a_well_seen_face_with_one_clear_emotion_raises_no_hint():
    assert hints(showing(happy=0.9, sad=0.1), WELL_SEEN) == ()


def test_two_close_emotions_are_a_hint():
    assert hints(showing(happy=0.5, sad=0.5), WELL_SEEN) == (Hint.CLOSE,)


def test_a_face_that_was_not_measured_has_no_flaws():
    assert hints(showing(happy=1.0), None) == ()


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


inside = st.floats(-2, 2)
qualities = st.builds(Quality, st.floats(0, 4000), st.floats(0, 10), st.floats(0, 1), st.floats(-5, 5), inside, inside)


@given(qualities, st.floats(0, 1))
def test_every_hint_is_given_once_and_has_a_cause(quality, share):
    found = hints(showing(happy=share, sad=1 - share), quality)
    assert len(set(found)) == len(found)
    assert set(found) - {Hint.CLOSE} == set(flaws(quality))


@given(qualities)
def test_a_better_picture_raises_no_new_hint(quality):
    better = Quality(
        quality.width * 2,
        quality.sharpness,
        min(1, quality.brightness * 2),
        quality.turn / 2,
        quality.eyes + 1,
        quality.mouth + 1,
    )
    assert set(flaws(better)) <= set(flaws(quality)) | {Hint.BLURRED}  # which a small face had hidden
