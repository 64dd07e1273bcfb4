"""Random changes to a batch of crops that leave the expression as it is."""

import cv2
import numpy as np

from femr.training.recipe import Augmentation

MAX_BLUR = 1.2
"""Pixels, the largest sigma."""

JPEG_QUALITY = (20, 70)
"""Least and most."""


def augment(pixels: np.ndarray, how: Augmentation, rng: np.random.Generator) -> np.ndarray:
    """Changed copies of `pixels`: uint8 (N, S, S) -> uint8 (N, S, S)."""
    count, side = pixels.shape[:2]
    shifts = rng.uniform(-how.shift, how.shift, (count, 2))
    rolls = rng.uniform(-how.roll, how.roll, count)
    scales = 1 + rng.uniform(-how.scale, how.scale, count)
    gammas = how.gamma ** rng.uniform(-1, 1, count)
    mirrored = rng.random(count) < 0.5
    erased = rng.random(count) < how.erase
    softened = rng.random(count) < how.soften
    centre = ((side - 1) / 2, (side - 1) / 2)
    levels = np.linspace(0, 1, 256)
    changed = np.empty_like(pixels)
    for i in range(count):
        matrix = cv2.getRotationMatrix2D(centre, rolls[i], scales[i])
        matrix[:, 2] += shifts[i]
        if mirrored[i]:
            matrix[:, 0], matrix[:, 2] = -matrix[:, 0], matrix[:, 2] + matrix[:, 0] * (side - 1)
        curve = np.rint(255 * levels ** gammas[i]).astype(np.uint8)
        changed[i] = curve[cv2.warpAffine(pixels[i], matrix, (side, side), borderMode=cv2.BORDER_REFLECT_101)]
        if softened[i]:
            changed[i] = _soften(changed[i], rng)
        if erased[i]:
            _erase(changed[i], rng)
    return changed


def _soften(image: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Lose detail as real photos do: by half the size and back, a Gaussian or a JPEG, each as often as the others."""
    kind = rng.integers(3)
    if kind == 0:
        half = cv2.resize(image, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
        return cv2.resize(half, image.shape[::-1], interpolation=cv2.INTER_LINEAR)
    if kind == 1:
        return cv2.GaussianBlur(image, (0, 0), rng.uniform(0.3, MAX_BLUR))
    _, data = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(*JPEG_QUALITY))])
    return np.asarray(cv2.imdecode(data, cv2.IMREAD_GRAYSCALE))


def _erase(image: np.ndarray, rng: np.random.Generator) -> None:
    """Paint a random box with one random grey, in place (Z. Zhong et al., "Random erasing", arXiv:1708.04896)."""
    side = len(image)
    height, width = rng.integers(side // 8, side // 2, 2)
    top, left = rng.integers(0, side - height + 1), rng.integers(0, side - width + 1)
    image[top : top + height, left : left + width] = rng.integers(0, 256)
