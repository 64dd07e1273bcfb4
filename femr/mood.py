"""What faces show, and where that lies on the plane of valence and arousal: the value that joins faces and music."""

import math
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final, Protocol, Self

import numpy as np

from femr.emotions import EMOTIONS, TRAITS, Emotion, neighbour
from femr.errors import ChoiceError

EVERYONE: Final = "everyone"
"""Stands for all faces together where a face has its number: on the page, over its routes and in what it keeps."""

TIE, SOME, UNCLEAR, HALF = 0.1, 0.2, 0.25, 0.5
"""Of probabilities: two that lie closer than TIE are a tie; a second from SOME on is worth a word; a first below
UNCLEAR says nothing, and below HALF never all. `scripts/calibrate_confidence.py` prints how often each is right."""

ALIKE, APART = 0.4, 0.8
"""Distances on the plane below which faces are much alike, and from which on they are far apart. Happy and Surprise,
the pleasant neighbours, are 0.44 apart; Sad and Neutral 0.69; Sad and Angry 0.87; Happy and Neutral 0.96."""


class Clarity(StrEnum):
    """How clearly one emotion leads: alone, before others, hardly, or not at all."""

    CLEAR = "clear"
    MOSTLY = "mostly"
    BETWEEN = "between"
    UNCLEAR = "unclear"


@dataclass(frozen=True, slots=True)
class Expression:
    """What a face shows, or several together: six probabilities.

    Attributes:
        shares: the probability of each emotion, in the order of `EMOTIONS`, each 0…1, summing to 1.

    Example:
        >>> Expression((0, 0, 0.7, 0, 0, 0.3)).top
        <Emotion.HAPPY: 'Happy'>
    """

    shares: tuple[float, ...]

    @classmethod
    def of(cls, shares: Sequence[float]) -> Self:
        """The expression of six numbers from 0 up, which need not sum to 1; they may come from anybody.

        Args:
            shares: a list or a tuple of six, in the order of `EMOTIONS`. True and False are no numbers here.

        Raises:
            ChoiceError: they are not six finite numbers from 0 up, all are 0, or their sum is too large for a float.
        """
        six = isinstance(shares, list | tuple) and len(shares) == len(EMOTIONS)
        if not six or not all(map(_is_share, shares)) or not 0 < sum(shares) < math.inf:
            raise ChoiceError("mood_missing", value=shares)
        return cls(tuple(each / sum(shares) for each in shares))

    @classmethod
    def only(cls, emotion: Emotion) -> Self:
        """Nothing but `emotion`, as when it is picked by hand."""
        return cls(tuple(float(each is emotion) for each in EMOTIONS))

    @classmethod
    def mean(cls, expressions: Sequence[Self]) -> Self:
        """What one or more expressions show together, each weighed by its `certainty`."""
        weights = [each.certainty for each in expressions]
        return cls(
            tuple(
                sum(weight * share for weight, share in zip(weights, shares, strict=True)) / sum(weights)
                for shares in zip(*(each.shares for each in expressions), strict=True)
            )
        )

    def __getitem__(self, emotion: Emotion) -> float:
        return self.shares[EMOTIONS.index(emotion)]

    @property
    def probabilities(self) -> Mapping[Emotion, float]:
        """The same by emotion, in the order of `EMOTIONS`."""
        return MappingProxyType(dict(zip(EMOTIONS, self.shares, strict=True)))

    @property
    def top(self) -> Emotion:
        """The most probable emotion; of equals, the first in the order of `EMOTIONS`."""
        return EMOTIONS[self.shares.index(max(self.shares))]

    @property
    def second(self) -> Emotion:
        """The most probable emotion but one; of equals, the first in the order of `EMOTIONS`."""
        return sorted(EMOTIONS, key=self.__getitem__, reverse=True)[1]

    @property
    def has_second(self) -> bool:
        """Whether `second` is worth a word beside `top`."""
        return self[self.second] >= SOME

    @property
    def neighbour(self) -> Emotion:
        """What comes nearest to `top`: `second` where that is worth a word, else what lies nearest on the plane."""
        return self.second if self.has_second else neighbour(self.top)

    @property
    def clarity(self) -> Clarity:
        """How clearly `top` leads `second`."""
        first, second = self[self.top], self[self.second]
        if first < UNCLEAR:
            return Clarity.UNCLEAR
        if first - second < TIE:
            return Clarity.BETWEEN
        return Clarity.CLEAR if first >= HALF and not self.has_second else Clarity.MOSTLY

    @property
    def certainty(self) -> float:
        """The highest probability; how much the expression weighs among others."""
        return max(self.shares)

    @property
    def mood(self) -> "Mood":
        """The mean of the emotions' places, weighted by their probabilities: an uncertain face lies near the middle."""
        valence = sum(TRAITS[emotion].valence * share for emotion, share in zip(EMOTIONS, self.shares, strict=True))
        arousal = sum(TRAITS[emotion].arousal * share for emotion, share in zip(EMOTIONS, self.shares, strict=True))
        return Mood(valence, arousal, self)


def _is_share(value: object) -> bool:
    """Whether `value`, which may be anything, is a finite number from 0 up; a whole number may be beyond any float."""
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= sys.float_info.max


@dataclass(frozen=True, slots=True)
class Mood:
    """A place on the plane.

    Attributes:
        valence: unpleasant −1 … 1 pleasant.
        arousal: calm −1 … 1 excited.
        expression: how much of each emotion is in it; None where only the place is known.

    Raises:
        ChoiceError: valence or arousal outside −1 … 1.
    """

    valence: float
    arousal: float
    expression: Expression | None = None

    def __post_init__(self) -> None:
        for name, value in (("valence", self.valence), ("arousal", self.arousal)):
            if not -1 <= value <= 1:
                raise ChoiceError("mood_range", name=name, value=value)


CALM = Mood(0.68, -0.46)
"""Where calm lies: "relaxed" in the same ratings as in `emotions`."""


class Expressive(Protocol):
    """Something with an expression, such as a face in a photo or before a live camera."""

    @property
    def expression(self) -> Expression:
        """What it shows."""
        ...


def together(faces: Iterable[Expressive]) -> Mood | None:
    """The mood of several faces, surer ones counting for more; None without a face."""
    expressions = [face.expression for face in faces]
    return Expression.mean(expressions).mood if expressions else None


class Closeness(StrEnum):
    """How far apart people are, in a word."""

    ALIKE = "alike"
    DIFFERENT = "different"
    APART = "apart"


@dataclass(frozen=True, slots=True)
class Group:
    """Two faces or more, taken together.

    Attributes:
        expression: of all of them, surer ones counting for more.
        apart: mean distance of two of them on the plane of valence and arousal, which is 2 by 2; 0 when all are
            alike. A pair weighs as much as the product of its faces' certainties.
    """

    expression: Expression
    apart: float

    @classmethod
    def of(cls, faces: Sequence[Expressive]) -> "Group | None":
        """The group that `faces` are, or None for fewer than two."""
        if len(faces) < 2:
            return None
        expressions = [face.expression for face in faces]
        moods = [each.mood for each in expressions]
        places = np.array([complex(mood.valence, mood.arousal) for mood in moods])
        weights = np.array([each.certainty for each in expressions])
        one, other = np.triu_indices(len(faces), 1)
        distances = np.abs(places[one] - places[other])
        apart = float(np.average(distances, weights=weights[one] * weights[other]))
        return cls(Expression.mean(expressions), apart)

    @property
    def mood(self) -> Mood:
        """Where the common expression lies."""
        return self.expression.mood

    @property
    def closeness(self) -> Closeness:
        """`apart` in a word."""
        if self.apart < ALIKE:
            return Closeness.ALIKE
        return Closeness.DIFFERENT if self.apart < APART else Closeness.APART
