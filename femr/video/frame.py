"""What the process that decodes a film hands over."""

from dataclasses import dataclass

import numpy as np

READ_SIDE = 1280
"""Frames with a longer side are scaled down to it, in pixels: faces are found in 256 of them, and read in 48."""


@dataclass(frozen=True, slots=True)
class Frame:
    """One frame of a film.

    Attributes:
        seconds: since the first one.
        pixels: upright, RGB uint8 (H, W, 3), its longer side at most `READ_SIDE`.
        width, height: of the film's upright picture, in pixels.
        total: how long the film says that it is, in seconds; None where it does not say.
    """

    seconds: float
    pixels: np.ndarray
    width: int
    height: int
    total: float | None
