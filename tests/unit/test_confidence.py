from hypothesis import given
from hypothesis import strategies as st

from femr.confidence import CLOSE, rivals
from femr.emotions import EMOTIONS, Emotion
from femr.reading import Box, Face, Point


def face(**shares):
    probabilities = {emotion: shares.get(emotion.name.lower(), 0.0) for emotion in EMOTIONS}
    return Face(Box(0, 0, 10, 10), (Point(3, 3), Point(7, 3)), 0.9, probabilities)


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
