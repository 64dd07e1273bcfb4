"""From probabilities to a place on the plane of valence and arousal."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Protocol

from femr.emotions import EMOTIONS, TRAITS, Emotion
from femr.errors import ChoiceError


@dataclass(frozen=True)
class Mood:
    """A place on the plane.

    Attributes:
        valence: unpleasant −1 … 1 pleasant.
        arousal: calm −1 … 1 excited.
        emotions: how much of each emotion is in it, summing to 1; empty where only the place is known.

    Raises:
        ChoiceError: valence or arousal outside −1 … 1.
    """

    valence: float
    arousal: float
    emotions: Mapping[Emotion, float] = field(default_factory=lambda: MappingProxyType({}), hash=False)

    def __post_init__(self) -> None:
        for name, value in (("valence", self.valence), ("arousal", self.arousal)):
            if not -1 <= value <= 1:
                raise ChoiceError("mood_range", name=name, value=value)


CALM = Mood(0.68, -0.46)
"""Where calm lies: "relaxed" in the same ratings as in `emotions`."""


class Readable(Protocol):
    """Something with probabilities, such as a `reading.Face`."""

    @property
    def probabilities(self) -> Mapping[Emotion, float]:
        """Every emotion's probability, summing to 1."""


def mood_of(probabilities: Mapping[Emotion, float]) -> Mood:
    """The mean of the emotions' places, weighted by their probabilities: an uncertain face lies near the middle."""
    valence = sum(TRAITS[emotion].valence * share for emotion, share in probabilities.items())
    arousal = sum(TRAITS[emotion].arousal * share for emotion, share in probabilities.items())
    return Mood(valence, arousal, MappingProxyType(dict(probabilities)))


def mood_of_shares(shares: Sequence[float]) -> Mood:
    """The mood of shares in the order of `EMOTIONS`, from 0 up, which need not sum to 1.

    Raises:
        ChoiceError: they are not six finite numbers from 0 up, or all are 0.
    """
    numbers = [each for each in shares if isinstance(each, int | float) and 0 <= each < math.inf]
    if len(numbers) != len(shares) or len(shares) != len(EMOTIONS) or not sum(numbers):
        raise ChoiceError("mood_missing", value=shares)
    total = sum(numbers)
    return mood_of({emotion: share / total for emotion, share in zip(EMOTIONS, numbers, strict=True)})


def mood_of_emotion(emotion: Emotion) -> Mood:
    """The mood of one emotion, picked by hand."""
    return mood_of({emotion: 1.0})


def certainty(face: Readable) -> float:
    """How sure a face is read, and so how much it weighs among others: its highest probability."""
    return max(face.probabilities.values())


def together(faces: Iterable[Readable]) -> Mood | None:
    """The mood of several faces, each weighed by its `certainty`; None without a face."""
    faces = list(faces)
    if not faces:
        return None
    weights = [certainty(face) for face in faces]
    total = sum(weights)
    return mood_of(
        {
            emotion: sum(w * face.probabilities[emotion] for w, face in zip(weights, faces, strict=True)) / total
            for emotion in EMOTIONS
        }
    )
