"""Several people in one photo: their mood together, and how far apart they are."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from femr.emotions import Emotion
from femr.mood import Mood, Readable, certainty, mood_of, together

EVERYONE = "everyone"
"""Stands for all faces together where a face has its number."""

ALIKE, APART = 0.4, 0.8
"""Distances on the plane below which faces are much alike, and from which on they are far apart. Happy and Surprise,
the pleasant neighbours, are 0.44 apart; Sad and Neutral 0.69; Sad and Angry 0.87; Happy and Neutral 0.96."""


class Closeness(StrEnum):
    """How far apart people are, in a word."""

    ALIKE = "alike"
    DIFFERENT = "different"
    APART = "apart"


@dataclass(frozen=True)
class Group:
    """Two faces or more, taken together.

    Attributes:
        mood: of all of them, surer ones counting for more.
        apart: mean distance of two of them on the plane of valence and arousal, which is 2 by 2; 0 when all are
            alike. A pair weighs as much as the product of its faces' certainties.
    """

    mood: Mood
    apart: float

    @property
    def probabilities(self) -> Mapping[Emotion, float]:
        """How much of each emotion is in the group, summing to 1."""
        return self.mood.emotions

    @property
    def emotion(self) -> Emotion:
        """The emotion that most is in."""
        return max(self.probabilities, key=self.probabilities.__getitem__)

    @property
    def closeness(self) -> Closeness:
        """`apart` in a word."""
        if self.apart < ALIKE:
            return Closeness.ALIKE
        return Closeness.DIFFERENT if self.apart < APART else Closeness.APART


def group_of(faces: Sequence[Readable]) -> Group | None:
    """The group that `faces` are, or None for fewer than two."""
    if len(faces) < 2:
        return None
    moods = [mood_of(face.probabilities) for face in faces]
    places = np.array([complex(mood.valence, mood.arousal) for mood in moods])
    weights = np.array([certainty(face) for face in faces])
    one, other = np.triu_indices(len(faces), 1)
    distances = np.abs(places[one] - places[other])
    return Group(together(faces), float(np.average(distances, weights=weights[one] * weights[other])))
