"""From a place in a photo to the picture that a network looks at."""

import math
from dataclasses import dataclass, replace

import cv2
import numpy as np

from femr.vision.geometry import Box, Detection, Point

CROP_SIDE = 1.17
CROP_RISE = 0.10
"""How FER-2013 frames a face: a square of CROP_SIDE box widths, centred CROP_RISE box heights above the box's
centre. Medians over training images, printed by `scripts/calibrate_faces.py`."""

SAMPLES = 3
"""A crop is cut at so many times its side and then shrunk by area: sampled once, it would lose sharpness."""


@dataclass(frozen=True, slots=True)
class Window:
    """A square in a photo, perhaps tilted, that is looked at as an upright picture.

    Attributes:
        centre: in pixels of the photo; may lie outside, as may any part of the window.
        side: in pixels of the photo.
        roll: radians by which its upper edge falls to the right.
    """

    centre: Point
    side: float
    roll: float = 0.0

    def cut(self, photo: np.ndarray, size: int, border: int = cv2.BORDER_CONSTANT) -> np.ndarray:
        """The window as uint8 (size, size, 3); `border` is OpenCV's way to fill what lies outside the photo."""
        reach = self.side / 2 * (abs(math.cos(self.roll)) + abs(math.sin(self.roll)))
        height, width = photo.shape[:2]
        left, right = (round(np.clip(self.centre.x + step, 0, width)) for step in (-reach - 1, reach + 1))
        top, bottom = (round(np.clip(self.centre.y + step, 0, height)) for step in (-reach - 1, reach + 1))
        region = photo[top:bottom, left:right]
        if region.size == 0:
            return np.zeros((size, size, 3), np.uint8)
        if self.side > size:  # shrink by area first: sampling alone would let fine detail turn to noise
            shrink = size / self.side
            small = max(1, round(region.shape[1] * shrink)), max(1, round(region.shape[0] * shrink))
            region = cv2.resize(region, small, interpolation=cv2.INTER_AREA)
        scale = np.array([(right - left) / region.shape[1], (bottom - top) / region.shape[0]])
        turn = self._turn(size)
        linear = turn * scale
        offset = turn @ (np.array([left, top]) - [self.centre.x, self.centre.y]) + size / 2
        offset += linear @ [0.5, 0.5] - 0.5  # OpenCV counts from the middle of the first pixel
        return cv2.warpAffine(region, np.column_stack([linear, offset]), (size, size), borderMode=border)

    def to_photo(self, face: Detection, size: int) -> Detection:
        """`face`, found in the picture that `cut` gave, in pixels of the photo."""
        scale = self.side / size
        centre = self._point_to_photo(face.box.centre, size)
        width, height = face.box.width * scale, face.box.height * scale
        box = Box(centre.x - width / 2, centre.y - height / 2, width, height)
        left, right = (self._point_to_photo(eye, size) for eye in face.eyes)
        mouth = self._point_to_photo(face.mouth, size) if face.mouth else None
        return replace(face, box=box, eyes=(left, right), mouth=mouth)

    def _point_to_photo(self, point: Point, size: int) -> Point:
        x, y = np.linalg.solve(self._turn(size), [point.x - size / 2, point.y - size / 2])
        return Point(self.centre.x + float(x), self.centre.y + float(y))

    def _turn(self, size: int) -> np.ndarray:
        """From steps in the photo to steps in the picture: (2, 2)."""
        cos, sin = math.cos(self.roll), math.sin(self.roll)
        return np.array([[cos, sin], [-sin, cos]]) * (size / self.side)


def crop(photo: np.ndarray, face: Detection, side: int) -> np.ndarray:
    """The face upright, framed as in FER-2013: grey uint8 (side, side) from an RGB uint8 (H, W, 3) photo."""
    rise = CROP_RISE * face.box.height
    centre = Point(
        face.box.centre.x + rise * math.sin(face.roll),
        face.box.centre.y - rise * math.cos(face.roll),
    )
    window = Window(centre, CROP_SIDE * face.box.width, face.roll)
    fine = window.cut(photo, SAMPLES * side, cv2.BORDER_REPLICATE)
    return cv2.cvtColor(cv2.resize(fine, (side, side), interpolation=cv2.INTER_AREA), cv2.COLOR_RGB2GRAY)


def use_one_thread() -> None:
    """Let OpenCV compute on the calling thread alone, in all of this process: for several processes side by side."""
    cv2.setNumThreads(1)
