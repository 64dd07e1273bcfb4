"""How good the published network is, as its card says."""

import json
from dataclasses import dataclass
from pathlib import Path

from femr.emotions import EMOTIONS, Emotion
from femr.errors import InstallationError
from femr.paths import CARD

PARTS = ("public", "validation")
"""Parts of FER-2013 that a card may tell of, the most telling first: nothing was chosen by the public test part."""


@dataclass(frozen=True, slots=True)
class Evaluation:
    """How labelled faces were read.

    Attributes:
        part: which images: one of `PARTS`.
        confusion: how many faces of one emotion (row) were read as another (column), in model order.
    """

    part: str
    confusion: tuple[tuple[int, ...], ...]

    @property
    def images(self) -> int:
        """How many faces were read."""
        return sum(map(sum, self.confusion))

    @property
    def accuracy(self) -> float:
        """Share of faces that were read as labelled, 0…1."""
        return sum(row[i] for i, row in enumerate(self.confusion)) / self.images

    @property
    def recall(self) -> dict[Emotion, float]:
        """For each emotion, the share of its faces that were read as it, 0…1."""
        return {emotion: self.shares(emotion)[emotion] for emotion in EMOTIONS}

    @property
    def commonest(self) -> tuple[Emotion, float]:
        """The most frequent label and its share, 0…1: what always giving the same answer would get."""
        counts = [sum(row) for row in self.confusion]
        return EMOTIONS[counts.index(max(counts))], max(counts) / self.images

    def shares(self, emotion: Emotion) -> dict[Emotion, float]:
        """What the faces of one emotion were read as: shares that sum to 1, or to 0 where there were none."""
        row = self.confusion[EMOTIONS.index(emotion)]
        return {read: count / max(sum(row), 1) for read, count in zip(EMOTIONS, row, strict=True)}


def load_evaluation(card: Path = CARD) -> Evaluation:
    """How the published network was evaluated, from its card.

    Args:
        card: the JSON file that training wrote.

    Raises:
        InstallationError: the card is missing, or has no figures.
    """
    try:
        figures = json.loads(card.read_text(encoding="utf-8"))["figures"]
        part = next(part for part in PARTS if part in figures)
        confusion = tuple(tuple(int(count) for count in row) for row in figures[part]["confusion"])
    except (OSError, ValueError, TypeError, KeyError, StopIteration) as error:
        raise InstallationError("card_unreadable", path=card) from error
    if [len(row) for row in confusion] != [len(EMOTIONS)] * len(EMOTIONS) or not sum(map(sum, confusion)):
        raise InstallationError("card_unreadable", path=card)
    return Evaluation(part, confusion)
