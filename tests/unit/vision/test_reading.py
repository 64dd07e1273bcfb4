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


# --- several people ------------------------------------------------------------------------------


def at(x, y, side=100):
    """A face whose middle is at x and y."""
    return face_in(Box(x - side / 2, y - side / 2, side, side))


def face_in(box):
    eyes = Point(box.x, box.y), Point(box.x + 1, box.y)
    return Face(box, eyes, 0.9, Expression.only(Emotion.HAPPY))


@given(st.integers(1, 4), st.integers(1, 5), st.data())
def test_faces_are_numbered_as_one_reads_whichever_is_the_largest(rows, columns, data):
    wobble, side = st.integers(-15, 15), st.integers(80, 120)
    seats = [
        at(200 * column + data.draw(wobble), 220 * row + data.draw(wobble), data.draw(side))
        for row in range(rows)
        for column in range(columns)
    ]
    faces = tuple(sorted(seats, key=lambda face: face.box.area, reverse=True))
    reading = Reading(2000, 2000, faces)
    assert [faces[position] for position in reading.in_reading_order] == seats
    assert [faces[reading.numbers.index(number + 1)] for number in range(len(seats))] == seats


def test_a_child_beside_its_mother_stands_in_her_row():
    child, mother, behind = at(100, 360, 80), at(300, 300, 160), at(200, 90, 60)
    reading = Reading(600, 600, (mother, child, behind))
    assert reading.in_reading_order == (2, 1, 0)
    assert reading.numbers == (3, 2, 1)


def test_nobody_has_no_number():
    assert Reading(600, 600, ()).numbers == ()
