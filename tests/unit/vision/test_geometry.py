import math
from dataclasses import FrozenInstanceError

import pytest
from hypothesis import given
from hypothesis import strategies as st

from femr.vision.geometry import Box, Detection, Point
from tests.faces import astronaut, found


def test_roll_grows_as_the_eyes_fall_to_the_right():
    def roll(right):
        return Detection(Box(0, 0, 10, 10), (Point(0, 0), right), 1).roll

    assert roll(Point(5, 0)) == 0
    assert roll(Point(5, 5)) == pytest.approx(math.pi / 4)
    assert roll(Point(5, -5)) == pytest.approx(-math.pi / 4)


def test_a_found_face_is_not_changed_once_made():
    with pytest.raises(FrozenInstanceError):
        found(astronaut()).score = 1


sizes = st.floats(0, 500)


@given(st.builds(Box, st.floats(-600, 600), st.floats(-600, 600), sizes, sizes))
def test_the_shares_of_a_box_lie_in_the_photo_and_are_the_box_where_it_does(box):
    left, top, width, height = box.shares(300, 200)
    assert 0 <= left <= left + width <= 1 + 1e-9
    assert 0 <= top <= top + height <= 1 + 1e-9
    assert 300 * width * 200 * height <= box.area + 1e-6
    if box.x >= 0 and box.y >= 0 and box.x + box.width <= 300 and box.y + box.height <= 200:
        expected = (box.x / 300, box.y / 200, box.width / 300, box.height / 200)
        assert (left, top, width, height) == pytest.approx(expected, abs=1e-9)
