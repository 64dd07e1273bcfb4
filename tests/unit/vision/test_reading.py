from dataclasses import FrozenInstanceError

import pytest
from hypothesis import given
from hypothesis import strategies as st

from femr.emotions import EMOTIONS, Emotion
from femr.mood import Expression
from femr.vision.geometry import Box, Point
from femr.vision.reading import Face, Reading

HAPPY = Expression(tuple(0.5 if emotion is Emotion.HAPPY else 0.1 for emotion in EMOTIONS))
SAD = Expression(tuple(0.5 if emotion is Emotion.SAD else 0.1 for emotion in EMOTIONS))


def face(box=Box(10, 20, 30, 40), expression=HAPPY):  # noqa: B008
    return Face(box, (Point(15, 30), Point(35, 30)), 0.9, expression)


def test_a_box_knows_its_middle_and_area():
    box = Box(10, 20, 30, 40)
    assert box.centre == Point(25, 40)
    assert box.area == 1200


@given(st.floats(0, 1), st.floats(0, 1))
def test_a_box_holds_what_lies_inside(across, down):
    assert Box(0, 0, 40, 20).holds(Point(40 * across, 20 * down))


@pytest.mark.parametrize("point", [Point(9.9, 40), Point(40.1, 40), Point(25, 19.9), Point(25, 60.1)])
def test_a_box_does_not_hold_what_lies_outside(point):
    assert not Box(10, 20, 30, 40).holds(point)


def test_a_face_shows_its_most_probable_emotion():
    assert face().emotion is Emotion.HAPPY
    assert face(expression=SAD).emotion is Emotion.SAD


def test_the_mood_is_that_of_the_first_face():
    reading = Reading(100, 100, (face(expression=SAD), face()))
    assert reading.mood == SAD.mood


def test_a_photo_without_a_face_has_no_mood():
    assert Reading(100, 100, ()).mood is None


@pytest.mark.parametrize(
    ("value", "field"),
    [(Point(1, 2), "x"), (Box(1, 2, 3, 4), "width"), (face(), "score"), (Reading(1, 1, ()), "faces")],
    ids=lambda value: value if isinstance(value, str) else type(value).__name__,
)
def test_readings_are_not_changed_once_made(value, field):
    with pytest.raises(FrozenInstanceError):
        setattr(value, field, 0)
