"""Places in a photo: points, boxes, and faces as a detector finds them."""

import math
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Point:
    """A place in a photo, in pixels from the top left."""

    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in a photo: the top left corner and the size, in pixels."""

    x: float
    y: float
    width: float
    height: float

    @property
    def area(self) -> float:
        """Square pixels."""
        return self.width * self.height

    @property
    def centre(self) -> Point:
        """The middle."""
        return Point(self.x + self.width / 2, self.y + self.height / 2)

    def shares(self, width: float, height: float) -> tuple[float, float, float, float]:
        """Left, top, width and height of what lies inside a photo of that size, as shares of it, 0…1."""
        left, right = (min(max(edge / width, 0.0), 1.0) for edge in (self.x, self.x + self.width))
        top, bottom = (min(max(edge / height, 0.0), 1.0) for edge in (self.y, self.y + self.height))
        return left, top, right - left, bottom - top

    def holds(self, point: Point) -> bool:
        """Whether `point` lies inside."""
        return self.x <= point.x <= self.x + self.width and self.y <= point.y <= self.y + self.height


@dataclass(frozen=True, slots=True)
class Detection:
    """A face as a detector finds it, before its expression is read.

    Attributes:
        box: in pixels of the photo, around the face from brow to chin.
        eyes: the eye on the left of the face as it is seen upright, and the one on the right.
        score: how sure the detector is, 0…1: the mean of both stages, or that of one network.
        turn: how far the nose lies to the right of the middle between the eyes, in eye distances along their line.
        mouth: its middle, where it is known; it may lie outside the photo.
    """

    box: Box
    eyes: tuple[Point, Point]
    score: float
    turn: float = 0.0
    mouth: Point | None = None

    @property
    def roll(self) -> float:
        """Radians by which the line through the eyes falls to the right."""
        left, right = self.eyes
        return math.atan2(right.y - left.y, right.x - left.x)
