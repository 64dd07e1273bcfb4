"""Which parts of a face carried the decision: cover one after the other, and see how much less sure the network gets.

Occlusion sensitivity (M. Zeiler & R. Fergus, 2014, arXiv:1311.2901), with soft-edged covers in the crop's mean grey,
so that the cover's own edges say little. How sure is told in log-odds, ln p / (1 − p): near certainty, probabilities
hardly move. Whole regions, of which words are made, are read as faces are; the many places of the heat map in one view,
without the mirror image: half the time for nearly the same map (`benchmarks.explain` prints how nearly).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from types import MappingProxyType

import numpy as np

from femr.emotions import EMOTIONS, Emotion
from femr.mood import Expression
from femr.vision.classifier import Classifier, expression_classifier

GRID = 6
"""Covers a side of the heat map: fine enough for a mouth, few enough for an answer in a third of a second."""

COVER_SIDE = 12 / 48
"""Side of a cover, in sides of the crop: an eye with its brow, or half a mouth."""

COVER_BLUR = 1.5 / 48
"""Standard deviation of a cover's edge, in sides of the crop."""

MIN_DROP = 0.4
"""Least drop of the log-odds, by a third of the odds, from which a covered region is said to decide."""

MAX_PROBABILITY = 1 - 1e-6
"""Probabilities are clipped to this, and to its opposite: log-odds stay finite."""


class Region(StrEnum):
    """A part of the face, as people call it."""

    BROWS = "brows"
    EYES = "eyes"
    NOSE = "nose"
    CHEEKS = "cheeks"
    MOUTH = "mouth"
    CHIN = "chin"


# In 48ths of the crop: left, top, right, bottom.
REGION_BOXES: dict[Region, tuple[tuple[int, int, int, int], ...]] = {
    Region.BROWS: ((6, 4, 42, 15),),
    Region.EYES: ((6, 15, 42, 23),),
    Region.NOSE: ((18, 23, 30, 33),),
    Region.CHEEKS: ((5, 23, 18, 33), (30, 23, 43, 33)),
    Region.MOUTH: ((13, 33, 35, 43),),
    Region.CHIN: ((13, 43, 35, 48),),
}
"""Where each region lies: rectangles around where eyes, nose and mouth are in crops, which are all framed alike;
`scripts/calibrate_confidence.py` prints their places in FER-2013."""


@dataclass(frozen=True)
class Explanation:
    """Why a crop was read as it was.

    Attributes:
        emotion: the most probable one.
        share: its probability, 0…1.
        heat: (GRID, GRID), top row first: by how much the emotion's log-odds drop when that place is covered; below 0
            where the place speaks against it.
        drops: the same for whole regions.
    """

    emotion: Emotion
    share: float
    heat: np.ndarray = field(repr=False)
    drops: Mapping[Region, float]

    @property
    def strongest(self) -> Region | None:
        """The region that speaks most for the emotion, or None when no single one decides."""
        region = max(self.drops, key=self.drops.__getitem__)
        return region if self.drops[region] >= MIN_DROP else None

    def share_without(self, region: Region) -> float:
        """The emotion's probability, 0…1, with `region` covered."""
        return float(1 / (1 + np.exp(self.drops[region] - _log_odds(self.share))))


def explain(crop: np.ndarray, classifier: Classifier | None = None) -> Explanation:
    """Why the network reads a crop as it does.

    Args:
        crop: what it saw, uint8 (side, side).
        classifier: that reads it; None for the published one.

    Raises:
        InstallationError: the network's file is missing or broken.

    Example:
        >>> explain(reading.faces[0].crop).strongest
        <Region.MOUTH: 'mouth'>
    """
    network = classifier or expression_classifier()
    probabilities = network(occluded(crop, region_masks(len(crop))))
    emotion = Expression(tuple(probabilities[0].tolist())).top
    share, drops = _drops(probabilities, emotion)
    _, heat = _drops(network.one_view(occluded(crop, grid_masks(len(crop)))), emotion)
    heat.flags.writeable = False
    regions = MappingProxyType(dict(zip(Region, drops.tolist(), strict=True)))
    return Explanation(emotion, share, heat.reshape(GRID, GRID), regions)


def _drops(probabilities: np.ndarray, emotion: Emotion) -> tuple[float, np.ndarray]:
    """The share of `emotion` in the first of the rows (1 + N, 6), and by how much its log-odds drop in each other."""
    shares = probabilities[:, EMOTIONS.index(emotion)].astype(float)
    return float(shares[0]), _log_odds(shares[0]) - _log_odds(shares[1:])


def _log_odds(shares: np.ndarray | float) -> np.ndarray:
    shares = np.clip(shares, 1 - MAX_PROBABILITY, MAX_PROBABILITY)
    return np.log(shares / (1 - shares))


def occluded(crop: np.ndarray, masks: np.ndarray) -> np.ndarray:
    """The crop as it is, then under each cover: uint8 (1 + N, side, side) for `masks` (N, side, side), 0…1."""
    mixed = crop + masks * (crop.mean() - crop)
    return np.concatenate([crop[None], np.round(mixed).astype(np.uint8)])


@cache
def grid_masks(side: int) -> np.ndarray:
    """What each cover of the heat map hides, 0…1: float32 (GRID², side, side), row by row."""
    middles = (np.arange(GRID) + 0.5) / GRID
    reach = COVER_SIDE / 2
    return _masks([((x - reach, y - reach, x + reach, y + reach),) for y in middles for x in middles], side)


@cache
def region_masks(side: int) -> np.ndarray:
    """What the cover of each `Region` hides, 0…1: float32 (regions, side, side)."""
    return _masks([tuple(tuple(edge / 48 for edge in part) for part in REGION_BOXES[each]) for each in Region], side)


def _masks(covers: list[tuple[tuple[float, ...], ...]], side: int) -> np.ndarray:
    masks = np.stack([_mask(parts, side) for parts in covers])
    masks.flags.writeable = False
    return masks


def _mask(parts: tuple[tuple[float, ...], ...], side: int) -> np.ndarray:
    """Rectangles with soft edges, given in sides of the crop: float32 (side, side)."""
    places = (np.arange(side) + 0.5) / side
    left, top, right, bottom = np.array(parts).T[:, :, None]  # (parts, 1) each
    across = (left <= places) & (places < right)
    down = (top <= places) & (places < bottom)
    hard = (down[:, :, None] & across[:, None, :]).any(axis=0)
    near = np.exp(-((places[:, None] - places) ** 2) / (2 * COVER_BLUR**2))
    blur = near / near.sum(axis=1, keepdims=True)
    return (blur @ hard @ blur.T).astype(np.float32)
