"""Faces whose eyes or mouth are hidden: painted covers on FER-2013's images, and readers' answers where there are some.

Dark glasses, masks, hands, bars and things are painted where eyes and mouth lie in crops, which are all framed alike,
and photos end at the mouth; as often, the same things lie where they hide nothing, and there are clear spectacles.
What is painted looks real to nobody, but a small network that learns from it finds real covers too:
`scripts/train_covers.py` measures that on readers' answers.
"""

from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np

EYES = ((16.0, 20.0), (32.0, 20.0))
MOUTH = (24.0, 38.0)
"""Where eyes and mouth lie in crops of 48 pixels; `scripts/calibrate_confidence.py` prints it for the eyes."""

SIDE = 48
SUPERSAMPLING = 4
"""Shapes are drawn so many times as large, so that their edges come out soft."""

Painted = tuple[np.ndarray, tuple[bool, bool]]
Painter = Callable[[np.ndarray, np.ndarray, np.random.Generator], Painted]
"""An image and another one, grey float (48, 48), to the image with a cover, and whether eyes and mouth are hidden."""


@dataclass(frozen=True)
class Covered:
    """Crops with what is hidden in them.

    Attributes:
        pixels: uint8 (N, 48, 48).
        hidden: float32 (N, 2): 1 where the eyes, or the mouth, cannot be seen.
    """

    pixels: np.ndarray
    hidden: np.ndarray


def paint(pixels: np.ndarray, rng: np.random.Generator, share: float = 0.7) -> Covered:
    """Covers on a `share` of `pixels`, uint8 (N, 48, 48), some of which hide nothing."""
    painted, hidden = pixels.copy(), np.zeros((len(pixels), 2), np.float32)
    for number in np.flatnonzero(rng.random(len(pixels)) < share):
        painter = PAINTERS[rng.integers(len(PAINTERS))]
        image, other = pixels[number].astype(np.float32), pixels[rng.integers(len(pixels))].astype(np.float32)
        changed, hides = painter(image, other, rng)
        painted[number] = np.clip(np.rint(changed), 0, 255)
        hidden[number] = hides
    return Covered(painted, hidden)


def _filled(points: np.ndarray) -> np.ndarray:
    """A polygon's area, 0…1 with soft edges: float32 (48, 48)."""
    large = np.zeros((SIDE * SUPERSAMPLING, SIDE * SUPERSAMPLING), np.float32)
    cv2.fillPoly(large, [np.rint(points * SUPERSAMPLING).astype(np.int32)], 1.0)
    return cv2.resize(large, (SIDE, SIDE), interpolation=cv2.INTER_AREA)


def _ellipse(x: float, y: float, wide: float, high: float, tilt: float, corners: float = 2.0) -> np.ndarray:
    """Points of an ellipse, or of a rounded box where `corners` is over 2: (32, 2)."""
    angles = np.linspace(0, 2 * np.pi, 32, endpoint=False)
    across = wide * np.sign(np.cos(angles)) * np.abs(np.cos(angles)) ** (2 / corners)
    down = high * np.sign(np.sin(angles)) * np.abs(np.sin(angles)) ** (2 / corners)
    cos, sin = np.cos(tilt), np.sin(tilt)
    return np.stack([x + across * cos - down * sin, y + across * sin + down * cos], axis=1)


def _shade(rng: np.random.Generator, low: float, high: float) -> np.ndarray:
    """A grey that changes slowly: float (48, 48)."""
    down, right = np.mgrid[-0.5:0.5:48j, -0.5:0.5:48j]
    grey = rng.uniform(low, high) + rng.uniform(-40, 40) * down + rng.uniform(-40, 40) * right
    return grey + rng.normal(0, rng.uniform(0, 6), grey.shape)


def _over(image: np.ndarray, area: np.ndarray, paint: np.ndarray) -> np.ndarray:
    return image + area * (paint - image)


def dark_glasses(image: np.ndarray, _other: np.ndarray, rng: np.random.Generator) -> Painted:
    """Sunglasses: two dark lenses, a bridge, and now and then a reflection."""
    shift, tilt = rng.normal(0, 1.5, 2), rng.normal(0, 0.06)
    wide, high, corners = rng.uniform(5.5, 8.5), rng.uniform(4.0, 7.0), rng.uniform(2, 5)
    area = np.zeros((SIDE, SIDE), np.float32)
    for x, y in EYES:
        area = np.maximum(area, _filled(_ellipse(x + shift[0], y + shift[1], wide, high, tilt, corners)))
    (left, top), (right, _) = EYES
    bridge = np.array([(left, top - 3), (right, top - 3), (right, top - 1.5), (left, top - 1.5)]) + shift
    area = np.maximum(area, _filled(bridge))
    changed = _over(image, area * rng.uniform(0.85, 1.0), _shade(rng, 0, 70))
    if rng.random() < 0.4:
        x, y = EYES[rng.integers(2)]
        glint = _filled(_ellipse(x + shift[0], y + shift[1], rng.uniform(1, 4), 1.0, rng.uniform(-1, 1)))
        changed = _over(changed, glint * area * 0.7, np.full_like(image, 230.0))
    return changed, (True, False)


def clear_glasses(image: np.ndarray, _other: np.ndarray, rng: np.random.Generator) -> Painted:
    """Spectacles: rims alone, which hide nothing."""
    shift, wide, high = rng.normal(0, 1, 2), rng.uniform(5.5, 8), rng.uniform(4, 6.5)
    corners, rim, changed = rng.uniform(2, 5), rng.uniform(0.5, 1.3), image
    paint = _shade(rng, 0, 120)
    for x, y in EYES:
        outer = _filled(_ellipse(x + shift[0], y + shift[1], wide, high, 0, corners))
        inner = _filled(_ellipse(x + shift[0], y + shift[1], wide - rim, high - rim, 0, corners))
        changed = _over(changed, np.clip(outer - inner, 0, 1), paint)
    return changed, (False, False)


def mask(image: np.ndarray, _other: np.ndarray, rng: np.random.Generator) -> Painted:
    """A mask over nose and mouth, with folds."""
    top, half, low = rng.uniform(24, 31), rng.uniform(13, 20), rng.uniform(45, 50)
    x = 24 + rng.normal(0, 1.5)
    upper = [(x - half, top + 3), (x - 5, top), (x, top - rng.uniform(0, 2)), (x + 5, top), (x + half, top + 3)]
    lower = [(x + 0.8 * half, low - 4), (x + 0.4 * half, low), (x - 0.4 * half, low), (x - 0.8 * half, low - 4)]
    points = np.array([*upper, *lower])
    paint = _shade(rng, 15, 250)
    rows = np.arange(SIDE)[:, None]
    paint = paint + rng.uniform(0, 12) * np.sin(rows / rng.uniform(1.0, 2.5) + rng.uniform(0, 6))
    return _over(image, _filled(points), paint), (False, True)


def _skin(image: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """The face's own grey, with the shadows between fingers: float (48, 48)."""
    tone = float(np.median(image[22:32, 10:38])) + rng.normal(0, 25)
    across, down = np.mgrid[0:SIDE, 0:SIDE]
    turn, width = rng.uniform(0, np.pi), rng.uniform(3.5, 6.5)
    fingers = np.cos((across * np.cos(turn) + down * np.sin(turn)) * 2 * np.pi / width)
    return tone + rng.uniform(8, 35) * fingers.clip(-1, 0.3) + rng.normal(0, 3, image.shape)


def _blob(x: float, y: float, reach: float, rng: np.random.Generator) -> np.ndarray:
    """A hand or thing about (x, y), with an uneven edge."""
    points = _ellipse(x, y, reach * rng.uniform(0.9, 1.6), reach * rng.uniform(0.7, 1.2), rng.uniform(0, np.pi))
    return _filled(points + rng.normal(0, 0.7, points.shape))


def hand_or_thing(image: np.ndarray, other: np.ndarray, rng: np.random.Generator) -> Painted:
    """A hand, or a piece of another picture, over mouth, eyes, or neither."""
    skin = rng.random() < 0.6
    paint = _skin(image, rng) if skin else cv2.resize(other[:24, :24], (SIDE, SIDE))
    place = rng.integers(4)
    if place == 0:
        area = _blob(MOUTH[0] + rng.normal(0, 2), MOUTH[1] + rng.normal(0, 1.5), rng.uniform(8, 13), rng)
        return _over(image, area, paint), (False, True)
    if place == 1:
        x, y = EYES[rng.integers(2)]
        area = _blob(x + rng.normal(0, 1), y + rng.normal(0, 1), rng.uniform(6.5, 11), rng)
        return _over(image, area, paint), (True, False)
    x, y = [(rng.uniform(4, 44), rng.uniform(0, 6)), (rng.choice([1.0, 47.0]), rng.uniform(10, 44))][place - 2]
    return _over(image, _blob(x, y, rng.uniform(4, 7), rng), paint), (False, False)


def bar(image: np.ndarray, _other: np.ndarray, rng: np.random.Generator) -> Painted:
    """A box as people paint on photos, flat or of coarse pixels, over mouth, eyes, or neither."""
    few = cv2.resize(image, (6, 6), interpolation=cv2.INTER_AREA)
    coarse = cv2.resize(few, (SIDE, SIDE), interpolation=cv2.INTER_NEAREST)
    paint = coarse if rng.random() < 0.25 else np.full_like(image, rng.choice([0, 255, rng.uniform(0, 255)]))
    place, x = rng.integers(3), 24 + rng.normal(0, 1.5)
    if place == 0:
        wide, high = rng.uniform(9, 24), rng.uniform(4.5, 9)
        return _over(image, _filled(_box(x, MOUTH[1] + rng.normal(0, 1.5), wide, high, rng)), paint), (False, True)
    if place == 1:
        wide, high = rng.uniform(13, 24), rng.uniform(3.5, 7)
        return _over(image, _filled(_box(x, EYES[0][1] + rng.normal(0, 1), wide, high, rng)), paint), (True, False)
    y, high = [(rng.uniform(0, 5), 5.0), (28.0, 2.5), (rng.uniform(47, 50), 3.0)][rng.integers(3)]
    return _over(image, _filled(_box(x, y, rng.uniform(4, 24), high, rng)), paint), (False, False)


def _box(x: float, y: float, wide: float, high: float, rng: np.random.Generator) -> np.ndarray:
    """Corners of a box about (x, y), tilted a little, given half its width and height: (4, 2)."""
    return _ellipse(x, y, wide, high, rng.normal(0, 0.08), corners=40.0)


def end_of_the_photo(image: np.ndarray, _other: np.ndarray, rng: np.random.Generator) -> Painted:
    """What a crop shows of a face that the photo's lower edge cuts through, at the mouth or at the chin."""
    hides = bool(rng.random() < 0.6)
    last = int(rng.integers(31, 39) if hides else rng.integers(43, SIDE))
    return np.concatenate([image[:last], np.repeat(image[last - 1 : last], SIDE - last, axis=0)]), (False, hides)


PAINTERS: tuple[Painter, ...] = (
    dark_glasses,
    clear_glasses,
    mask,
    hand_or_thing,
    hand_or_thing,
    hand_or_thing,
    bar,
    bar,
    end_of_the_photo,
)
