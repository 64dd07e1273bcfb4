"""The photo that the benchmarks read."""

import cv2
import numpy as np
from skimage import data


def one_face() -> np.ndarray:
    """A 1280 × 720 photo with one face, a quarter of the picture high: RGB uint8 (720, 1280, 3)."""
    portrait = cv2.resize(data.astronaut(), (720, 720), interpolation=cv2.INTER_AREA)
    return cv2.copyMakeBorder(portrait, 0, 0, 280, 280, cv2.BORDER_REPLICATE)
