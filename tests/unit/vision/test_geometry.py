import math
from dataclasses import FrozenInstanceError

import pytest

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
