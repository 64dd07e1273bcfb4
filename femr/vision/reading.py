"""What one look at a photo gives."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from statistics import fmean

import numpy as np

from femr.emotions import Emotion
from femr.mood import Expression, Group, Mood
from femr.vision.geometry import Box, Point


@dataclass(frozen=True, slots=True)
class Quality:
    """How well a face can be seen; `confidence` judges it.

    Attributes:
        width: of the face's box, in pixels of the photo.
        sharpness: of the crop, 0 when it is flat; see `quality`.
        brightness: of the crop's lights, 0 black … 1 white.
        turn: how far the nose lies to the right of the middle between the eyes, in eye distances; 0 faces the camera.
        eyes, mouth: how surely they can be seen, 0…1.
    """

    width: float
    sharpness: float
    brightness: float
    turn: float
    eyes: float = 1.0
    mouth: float = 1.0


class ProfileUse(StrEnum):
    """Whether somebody's profile was used, and if not, why; `i18n` says it in a sentence."""

    USED = "used"
    TOO_FEW = "too_few"
    NO_GAIN = "no_gain"
    UNTESTED = "untested"
    OTHER_NETWORK = "other_network"


@dataclass(frozen=True)
class Face:
    """One face and its expression.

    Attributes:
        box: in pixels of the upright photo.
        eyes: the eye on the left of the photo and the one on the right.
        score: how sure the detector is, 0…1.
        expression: the probability of every emotion.
        quality: how well it can be seen, where that was measured.
        crop: what the network saw of it, uint8 (48, 48), read-only, where it was kept.
        plain: what the network alone read, where a profile has changed it.
    """

    box: Box
    eyes: tuple[Point, Point]
    score: float
    expression: Expression
    quality: Quality | None = None
    crop: np.ndarray | None = field(default=None, repr=False, compare=False)
    plain: Expression | None = None

    @property
    def probabilities(self) -> Mapping[Emotion, float]:
        """Of every emotion, summing to 1."""
        return self.expression.probabilities

    @property
    def emotion(self) -> Emotion:
        """The most probable emotion."""
        return self.expression.top

    @property
    def mood(self) -> Mood:
        """Where the expression lies on the plane."""
        return self.expression.mood


@dataclass(frozen=True)
class Reading:
    """What one look at a photo gives.

    Attributes:
        width, height: of the upright photo as it was read, in pixels; very large photos are scaled down first.
        faces: largest first; empty when there is no face. People number them as `in_reading_order`.
        incomplete: whether some are so small that others beside them may have been missed.
        profile: what became of the profile that was given.
    """

    width: int
    height: int
    faces: tuple[Face, ...]
    incomplete: bool = field(default=False, compare=False)
    profile: ProfileUse | None = None

    @property
    def mood(self) -> Mood | None:
        """The mood of the largest face, or None without a face."""
        return self.faces[0].mood if self.faces else None

    @property
    def group(self) -> Group | None:
        """All faces together, or None when there are fewer than two."""
        return Group.of(self.faces)

    @property
    def in_reading_order(self) -> tuple[int, ...]:
        """Positions in `faces`, row by row from the top, each from left to right.

        A face stands in the row above it when its middle is no further below that row's, on average, than half a face.
        """
        rows: list[list[int]] = []
        for position in sorted(range(len(self.faces)), key=lambda position: self.faces[position].box.centre.y):
            if rows and _stands_with(self.faces[position].box, [self.faces[each].box for each in rows[-1]]):
                rows[-1].append(position)
            else:
                rows.append([position])
        return tuple(each for row in rows for each in sorted(row, key=lambda each: self.faces[each].box.centre.x))

    @property
    def numbers(self) -> tuple[int, ...]:
        """For each of `faces` its number, from 1, in reading order."""
        order = self.in_reading_order
        return tuple(order.index(position) + 1 for position in range(len(order)))


def _stands_with(box: Box, row: Sequence[Box]) -> bool:
    middle, height = (fmean(values) for values in ([each.centre.y for each in row], [each.height for each in row]))
    return abs(box.centre.y - middle) <= max(box.height, height) / 2
