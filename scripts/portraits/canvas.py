"""Shapes between splines, softened and laid over each other.

Places are in head units: the middle of the face is (0, 0), the cheeks lie at x = ±1, y grows downwards.
"""

import cv2
import numpy as np
from scipy.interpolate import CubicSpline

Colour = tuple[float, float, float]
"""Red, green and blue, 0…255."""

UNITS = 4.0
"""Width and height of a picture in head units."""

MIDDLE = np.array([0.0, -0.12])
"""What lies in the middle of the picture."""

STEPS = 24
"""Points of a curve between two of its knots."""


def curve(knots: list[tuple[float, float]], *, closed: bool = False) -> np.ndarray:
    """A smooth line through `knots`: (N, 2)."""
    points = np.array([*knots, knots[0]] if closed else knots, float)
    at = np.arange(len(points))
    spline = CubicSpline(at, points, bc_type="periodic" if closed else "natural")
    return spline(np.linspace(0, len(points) - 1, STEPS * (len(points) - 1) + 1))


def ribbon(knots: list[tuple[float, float]], widths: list[float]) -> np.ndarray:
    """The outline of a brush stroke along `knots`, as wide at each as `widths` says."""
    line = curve(knots)
    along = np.gradient(line, axis=0)
    across = np.column_stack([-along[:, 1], along[:, 0]]) / np.maximum(np.linalg.norm(along, axis=1), 1e-9)[:, None]
    half = np.interp(np.linspace(0, 1, len(line)), np.linspace(0, 1, len(widths)), widths)[:, None] / 2
    return np.concatenate([line + across * half, (line - across * half)[::-1]])


def ellipse(x: float, y: float, width: float, height: float) -> np.ndarray:
    """An ellipse's outline; `width` and `height` are half of its axes."""
    turn = np.linspace(0, 2 * np.pi, 96, endpoint=False)
    return np.column_stack([x + width * np.cos(turn), y + height * np.sin(turn)])


def mirrored(outline: np.ndarray) -> np.ndarray:
    """The same on the other side of the face."""
    return outline * [-1, 1]


def shade(colour: Colour, amount: float) -> Colour:
    """Darker for an amount below 0, lighter above; −1 is black, 1 white. Shadows keep some of their warmth."""
    base = np.array(colour, float)
    toned = base * (1 + amount * np.array([0.85, 1.0, 1.05])) if amount < 0 else base + (255 - base) * amount
    return tuple(np.clip(toned, 0, 255))


class Canvas:
    """A picture under the brush."""

    def __init__(self, size: int, background: Colour) -> None:
        """Begin `size` by `size` pixels of one colour."""
        self.size = size
        self.pixels = np.full((size, size, 3), background, np.float32)

    def mask(self, outline: np.ndarray, blur: float = 0.0, inside: np.ndarray | None = None) -> np.ndarray:
        """How much of each pixel `outline` covers, 0…1: float32 (size, size).

        Args:
            outline: points (N, 2) in head units.
            blur: standard deviation of the soft edge, in head units.
            inside: a mask that limits it.
        """
        scale = self.size / UNITS
        points = ((outline - MIDDLE) * scale + self.size / 2) * 16
        covered = np.zeros((self.size, self.size), np.uint8)
        cv2.fillPoly(covered, [np.round(points).astype(np.int32)], 255, cv2.LINE_AA, shift=4)
        soft = covered.astype(np.float32) / 255
        if blur:
            soft = _blurred(soft, blur * scale)
        return soft if inside is None else soft * inside

    def paint(self, mask: np.ndarray, colour: Colour, opacity: float = 1.0) -> None:
        """Lay `colour` over what `mask` covers."""
        rows, columns = np.flatnonzero(mask.max(axis=1)), np.flatnonzero(mask.max(axis=0))
        if rows.size == 0:
            return
        there = np.s_[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
        below = self.pixels[there]
        below += (np.array(colour, np.float32) - below) * (mask[there] * np.float32(min(opacity, 1)))[..., None]

    def picture(self) -> np.ndarray:
        """What was drawn: RGB uint8 (size, size, 3)."""
        return np.clip(np.round(self.pixels), 0, 255).astype(np.uint8)


def _blurred(mask: np.ndarray, deviation: float) -> np.ndarray:
    """`mask` softened by `deviation` pixels; a wide blur is made on a smaller copy, which nobody can tell apart."""
    shrink = max(1, int(deviation / 3))
    small = cv2.resize(mask, None, fx=1 / shrink, fy=1 / shrink, interpolation=cv2.INTER_AREA)
    small = cv2.GaussianBlur(small, (0, 0), deviation / shrink)
    return cv2.resize(small, mask.shape[::-1], interpolation=cv2.INTER_LINEAR)
