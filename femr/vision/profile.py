"""One person's profile: what their expressions look like to the network, in some fifty numbers and no picture."""

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Self

import numpy as np

from femr.emotions import EMOTIONS, Emotion
from femr.errors import ProfileError
from femr.mood import Expression
from femr.vision import adaptation
from femr.vision.classifier import Classifier, expression_classifier
from femr.vision.image_files.load import Photo
from femr.vision.lesson import Shot, arrays, check_that_faces_differ, one_sitting, shot, without_repeats
from femr.vision.reading import Face, ProfileUse

VERSION = 1
"""Of the JSON."""

STRENGTHS = (1.0, 0.5, 0.25)
"""With which the profile tests itself; the one that reads best is kept."""

LEAST_TESTED = 2
"""Emotions that have to be shown twice for a test: of one alone, two faces would decide."""

DECIMALS = 4
MAX_SHOTS = 1000
"""Of one emotion."""

MAX_TEXT = 20_000
"""Longest JSON, in characters; a profile's takes about a thousand."""


@dataclass(frozen=True, slots=True)
class Trial:
    """How the profile did on the person's own faces, each read by a profile that was learnt from all others.

    Attributes:
        shots: faces that could be tested: of emotions that were shown at least twice.
        before: how many of them the network alone reads as they were named.
        after: how many of them the profile does.
        gains: whether the profile reads no fewer rightly, and gives what was named larger shares on the whole.
    """

    shots: int
    before: int
    after: int
    gains: bool


@dataclass(frozen=True, slots=True)
class Profile:
    """What one person's expressions look like to the network.

    Attributes:
        network: the identity of the network that it was learnt with.
        counts: how many faces of each emotion taught it, in the order of `EMOTIONS`.
        offsets: what is added to each log share; 0 for emotions without a face.
        means: for each emotion, the mean of its faces' log shares; empty without a face.
        weight: of the squared distance to them.
        trial: how it did on the person's own faces; None where fewer than `LEAST_TESTED` emotions were shown twice.
        together: whether they are of one sitting. Those of different days differ in more than their expression, so
            they count only once they are tested.

    Example:
        >>> profile = Profile.learn([("smiling.jpg", "Happy"), ("resting.jpg", "Neutral")])
        >>> analyze("photo.jpg", profile=profile)
    """

    network: str
    counts: tuple[int, ...]
    offsets: tuple[float, ...]
    means: tuple[tuple[float, ...], ...]
    weight: float
    trial: Trial | None = None
    together: bool = True

    # --- learning --------------------------------------------------------------------------------

    @classmethod
    def learn(
        cls, shots: Iterable[tuple[Photo | Face, Emotion | str]], *, classifier: Classifier | None = None
    ) -> Self:
        """The profile of the person who shows these faces, in whatever order.

        Args:
            shots: photos, or faces of a reading, each with the emotion that it shows. Of photos that repeat another
                under the same name one counts.
            classifier: reads the photos, and read the faces; None for the published one.

        Raises:
            ChoiceError: there is no such emotion.
            PhotoError: a photo cannot be used.
            ProfileError: a photo shows nobody or several people, or some that are named differently the same face.
            InstallationError: a network file is missing or broken.
        """
        network = (classifier or expression_classifier()).identity
        return cls.of([shot(photo, emotion, classifier) for photo, emotion in shots], network)

    @classmethod
    def of(cls, shots: Iterable[Shot], network: str, *, together: bool | None = None) -> Self:
        """The profile that shots teach which `network` has read.

        Args:
            shots: the lessons.
            network: its identity.
            together: whether they are known to be of one sitting; None to judge by their crops.

        Raises:
            ProfileError: shots that are named differently show the same face.
        """
        kept = without_repeats(shots)
        check_that_faces_differ(kept)
        strength, trial = _tried(kept, network)
        return replace(
            cls.fitted(kept, network, strength),
            trial=trial,
            together=one_sitting(kept) if together is None else together,
        )

    @classmethod
    def fitted(cls, shots: Sequence[Shot], network: str, strength: float = STRENGTHS[0]) -> Self:
        """Without a trial, and from all shots. Half the strength is half the weight and twice the penalty."""
        shares, labels = arrays(shots)
        means = adaptation.own_means(shares, labels)
        return cls(
            network,
            tuple(np.bincount(labels, minlength=len(EMOTIONS)).tolist()),
            _rounded(adaptation.fit_offsets(shares, labels, adaptation.PENALTY / strength)),
            tuple(() if np.isnan(row[0]) else _rounded(row) for row in means),
            round(strength * adaptation.nearness(len(shots)), DECIMALS),
        )

    # --- reading ---------------------------------------------------------------------------------

    def use(self, network: str) -> ProfileUse:
        """Whether the profile is used on what `network` reads, and if not, why."""
        if network != self.network:
            return ProfileUse.OTHER_NETWORK
        if sum(map(bool, self.counts)) < 2:
            return ProfileUse.TOO_FEW
        if self.trial is None:
            return ProfileUse.USED if self.together else ProfileUse.UNTESTED
        return ProfileUse.USED if self.trial.gains else ProfileUse.NO_GAIN

    @property
    def emotions(self) -> tuple[Emotion, ...]:
        """The emotions that it was taught."""
        return tuple(emotion for emotion, count in zip(EMOTIONS, self.counts, strict=True) if count)

    def read(self, face: Face, network: str) -> Face:
        """The face as this person's; its plain reading stays beside. The face itself where the profile is not used."""
        if self.use(network) is not ProfileUse.USED:
            return face
        plain = face.plain or face.expression
        return replace(face, expression=self.adapt(plain), plain=plain)

    def adapt(self, plain: Expression) -> Expression:
        """What a plain reading shows in this person. One that is surer than `adaptation.SURE` never turns round."""
        means = np.array([row or (math.nan,) * len(EMOTIONS) for row in self.means])
        shares = adaptation.adapted(np.array(plain.shares), np.array(self.offsets), means, self.weight)
        return Expression(tuple(shares.tolist()))

    # --- as JSON ---------------------------------------------------------------------------------

    def to_json(self) -> str:
        """As text; `from_json` gives an equal profile."""
        return json.dumps(self.to_value())

    def to_value(self) -> dict[str, Any]:
        """As what JSON holds."""
        return {
            "femr_profile": VERSION,
            "network": self.network,
            "emotions": {
                emotion.value: {"shots": count, "offset": offset, "mean": list(mean)}
                for emotion, count, offset, mean in zip(EMOTIONS, self.counts, self.offsets, self.means, strict=True)
                if count
            },
            "weight": self.weight,
            "trial": self.trial
            and {
                "shots": self.trial.shots,
                "before": self.trial.before,
                "after": self.trial.after,
                "gains": self.trial.gains,
            },
            "together": self.together,
        }

    @classmethod
    def from_json(cls, text: str | bytes) -> Self:
        """The profile that `to_json` wrote; it may come from anybody.

        Raises:
            ProfileError: it is none, one of another version, or holds a number beyond its bounds.
        """
        if len(text) > MAX_TEXT:
            raise ProfileError("profile_unreadable", problem=f"{len(text)} characters")
        try:
            return cls.from_value(json.loads(text))
        except (ValueError, RecursionError) as error:
            raise ProfileError("profile_unreadable", problem=type(error).__name__) from error

    @classmethod
    def from_value(cls, value: Any) -> Self:
        """The profile that `to_value` gave; it may come from anybody.

        Raises:
            ProfileError: as in `from_json`.
        """
        if isinstance(value, Mapping) and "femr_profile" in value and value["femr_profile"] != VERSION:
            raise ProfileError("profile_version", version=str(value["femr_profile"])[:20], known=VERSION)
        fields = _Fields.of(value, "profile", {"femr_profile", "network", "emotions", "weight", "trial", "together"})
        network, told, together = (fields.value[key] for key in ("network", "emotions", "together"))
        if not isinstance(network, str) or len(network) > 64:
            raise _wrong("network")
        if not isinstance(told, Mapping) or not set(told) <= set(EMOTIONS):
            raise _wrong("emotions")
        if not isinstance(together, bool):
            raise _wrong("together")
        taught = {emotion: _taught(told[emotion]) for emotion in EMOTIONS if emotion in told}
        untaught: tuple[int, float, tuple[float, ...]] = (0, 0.0, ())
        counts, offsets, means = zip(*(taught.get(emotion, untaught) for emotion in EMOTIONS), strict=True)
        weight = fields.number("weight", 0, adaptation.NEARNESS)
        return cls(network, counts, offsets, means, weight, _trial(fields.value["trial"], sum(counts)), together)


def _tried(shots: Sequence[Shot], network: str) -> tuple[float, Trial | None]:
    """The strength that reads the person's own faces best, each left out in turn, and how it does; full untested."""
    told = [each.emotion for each in shots]
    tested = [i for i, emotion in enumerate(told) if told.count(emotion) > 1]
    if len({told[i] for i in tested}) < LEAST_TESTED:
        return STRENGTHS[0], None
    plain = [shots[i].expression for i in tested]
    named = [told[i] for i in tested]
    before, loss_before = _right(plain, named), _loss(plain, named)
    results = []
    for strength in STRENGTHS:
        read = []
        for i in tested:
            others = [*shots[:i], *shots[i + 1 :]]
            read.append(Profile.fitted(others, network, strength).adapt(shots[i].expression))
        after, loss = _right(read, named), _loss(read, named)
        results.append((strength, loss, Trial(len(tested), before, after, after >= before and loss < loss_before)))
    strength, _, trial = min(results, key=lambda result: (not result[2].gains, result[1]))
    return strength, trial


def _right(expressions: Sequence[Expression], named: Sequence[Emotion]) -> int:
    return sum(each.top is emotion for each, emotion in zip(expressions, named, strict=True))


def _loss(expressions: Sequence[Expression], named: Sequence[Emotion]) -> float:
    """Mean negative log share of what was named."""
    shares = [each[emotion] for each, emotion in zip(expressions, named, strict=True)]
    return float(-np.log(np.maximum(shares, adaptation.FLOOR)).mean())


def _rounded(row: np.ndarray) -> tuple[float, ...]:
    return tuple(np.round(row, DECIMALS).tolist())


# --- parsing what comes back -------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Fields:
    """A JSON object with exactly the keys that it should have."""

    value: Mapping[str, Any]

    @classmethod
    def of(cls, value: Any, name: str, keys: set[str]) -> Self:
        if not isinstance(value, Mapping) or set(value) != keys:
            raise _wrong(name)
        return cls(value)

    def number(self, key: str, least: float, most: float) -> float:
        return _number(self.value[key], key, least, most)

    def count(self, key: str, least: int, most: int) -> int:
        value = self.value[key]
        if isinstance(value, float) and value.is_integer():  # JSON in a browser knows no whole numbers
            value = int(value)
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
            raise _wrong(key)
        return value


def _number(value: Any, name: str, least: float, most: float) -> float:
    if not isinstance(value, int | float) or isinstance(value, bool) or not least <= value <= most:
        raise _wrong(name)
    return float(value)


def _taught(value: Any) -> tuple[int, float, tuple[float, ...]]:
    fields = _Fields.of(value, "emotions", {"shots", "offset", "mean"})
    mean = fields.value["mean"]
    if not isinstance(mean, list | tuple) or len(mean) != len(EMOTIONS):
        raise _wrong("mean")
    reach = adaptation.LOG_RANGE
    return (
        fields.count("shots", 1, MAX_SHOTS),
        fields.number("offset", -adaptation.MOST_OFFSET, adaptation.MOST_OFFSET),
        tuple(_number(each, "mean", -reach, reach) for each in mean),
    )


def _trial(value: Any, shots: int) -> Trial | None:
    if value is None:
        return None
    fields = _Fields.of(value, "trial", {"shots", "before", "after", "gains"})
    tested = fields.count("shots", 1, shots)
    gains = fields.value["gains"]
    if not isinstance(gains, bool):
        raise _wrong("gains")
    return Trial(tested, fields.count("before", 0, tested), fields.count("after", 0, tested), gains)


def _wrong(problem: str) -> ProfileError:
    return ProfileError("profile_unreadable", problem=problem)
