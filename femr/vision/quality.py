"""How well a face can be seen."""

import cv2
import numpy as np

from femr.vision.geometry import Detection
from femr.vision.reading import Quality

LIGHTS = 95
"""The lights of a crop: its grey at this percentile."""


def quality(face: Detection, crop: np.ndarray, seen: np.ndarray) -> Quality:
    """How well a face can be seen: where it was found, its crop, uint8 (side, side), and its row of `visibility`.

    Sharpness is the spread of the crop's Laplacian over the spread of its greys, so that it does not hang on contrast.
    Brightness is that of the lights, which is much the same for dark and pale skin.
    """
    grey = crop.astype(np.float32)
    sharpness = float(cv2.Laplacian(grey, cv2.CV_32F).std() / max(grey.std(), 1.0))
    brightness = float(np.percentile(grey, LIGHTS) / 255)
    eyes, mouth = map(float, seen)
    return Quality(face.box.width, sharpness, brightness, face.turn, eyes, mouth)
