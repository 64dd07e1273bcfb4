"""The photos that the benchmarks read."""

import cv2
import numpy as np
from skimage import data

CROWD_FACE = 270
"""Side of one portrait in `many_faces`, in pixels; its face is 100 pixels wide."""

CROWD_COLUMNS, CROWD_ROWS = 5, 4


def one_face() -> np.ndarray:
    """A 1280 × 720 photo with one face, a quarter of the picture high: RGB uint8 (720, 1280, 3)."""
    portrait = cv2.resize(data.astronaut(), (720, 720), interpolation=cv2.INTER_AREA)
    return cv2.copyMakeBorder(portrait, 0, 0, 280, 280, cv2.BORDER_REPLICATE)


def many_faces(count: int) -> np.ndarray:
    """A 1920 × 1080 photo with 1 to 20 faces, all of one size: RGB uint8 (1080, 1920, 3)."""
    portrait = data.astronaut()[:CROWD_FACE, 90 : 90 + CROWD_FACE]
    photo = np.full((1080, 1920, 3), 128, np.uint8)
    for number in range(count):
        row, column = divmod(number, CROWD_COLUMNS)
        top, left = row * CROWD_FACE, column * (1920 // CROWD_COLUMNS)
        photo[top : top + CROWD_FACE, left : left + CROWD_FACE] = portrait
    return photo
