"""Many readings of one face over time -> a steady one: shares that glide, and labels that change only for good.

All of it goes by the clock, not by frames: ten readings a second or three lead to the same place.
"""

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from femr.emotions import EMOTIONS, Emotion
from femr.vision.confidence import Hint

MEMORY_SECONDS = 0.4
"""Time constant of the smoothing: after it, 63 % of what is shown is new. Quick enough to follow a smile, slow enough
to drown a blink."""

LONGEST_STEP = 0.25
"""What one reading counts for at most, in seconds, however long the one before is past: after a gap it is one reading
still, and shares move by 46 % at most."""

LABEL_LEAD, LABEL_SECONDS = 0.1, 0.6
"""A face's label changes when another emotion has led by this share for this long. Of one odd reading, whatever it
says, less than that lead is left by then: 0.46 · e^(−0.6 / 0.4) = 0.10."""

MOOD_LEAD, MOOD_SECONDS = 0.15, 2.5
"""The mood that music is played for changes when another emotion has led by this share for this long."""

HINT_SECONDS = 1.0
"""Time constant of how firmly a hint holds, between 0 and 1."""

HINT_COMES, HINT_GOES = 0.6, 0.4
"""A hint is given once it holds this firmly, and taken back below the other: after 0.9 seconds each way, from nothing
and from certainty."""

FIRST_SECONDS = 1.5
"""How long readings are gathered before the first mood is settled: there is nothing yet to hold on to."""


@dataclass(frozen=True, slots=True)
class HeldEmotion:
    """An emotion that is held on to until another has led for a while.

    Attributes:
        emotion: what is held.
        rival: what leads in its place, if anything does.
        led: for how long, in seconds.
    """

    emotion: Emotion
    rival: Emotion | None = None
    led: float = 0.0

    def then(self, shares: Mapping[Emotion, float], step: float, lead: float, patience: float) -> "HeldEmotion":
        """After `step` more seconds with `shares`; a rival needs a `lead` for as long as `patience`."""
        leader = leading(shares)
        if shares[leader] - shares[self.emotion] < lead or leader == self.emotion:
            return HeldEmotion(self.emotion)
        led = self.led + step if leader == self.rival else 0.0
        return HeldEmotion(leader) if led >= patience else HeldEmotion(self.emotion, leader, led)


@dataclass(frozen=True, slots=True)
class SmoothedExpression:
    """One face's expression over time.

    Attributes:
        probabilities: of every emotion, smoothed, summing to 1.
        label: the emotion that the face is said to show.
        seconds: when it was last read, on the film's own clock.
    """

    probabilities: Mapping[Emotion, float]
    label: HeldEmotion
    seconds: float

    @classmethod
    def first(cls, probabilities: Mapping[Emotion, float], seconds: float) -> "SmoothedExpression":
        """What a single reading says."""
        return cls(probabilities, HeldEmotion(leading(probabilities)), seconds)

    @property
    def emotion(self) -> Emotion:
        """What the face is said to show."""
        return self.label.emotion

    def then(self, probabilities: Mapping[Emotion, float], seconds: float) -> "SmoothedExpression":
        """After another reading of the same face."""
        step = step_between(self.seconds, seconds)
        new = 1 - math.exp(-step / MEMORY_SECONDS)
        shares = MappingProxyType(
            {each: (1 - new) * self.probabilities[each] + new * probabilities[each] for each in EMOTIONS}
        )
        return SmoothedExpression(shares, self.label.then(shares, step, LABEL_LEAD, LABEL_SECONDS), seconds)


@dataclass(frozen=True, slots=True)
class SmoothedHints:
    """What speaks against the reading of a face over time: no hint comes or goes with a single frame.

    Attributes:
        firmness: how firmly each hint holds, 0…1.
        given: the hints that the visitor is given.
        seconds: when the face was last looked at; None before.
    """

    firmness: Mapping[Hint, float] = field(default_factory=lambda: MappingProxyType(dict.fromkeys(Hint, 0.0)))
    given: tuple[Hint, ...] = ()
    seconds: float | None = None

    def then(self, hints: Collection[Hint], seconds: float) -> "SmoothedHints":
        """After another look, at which `hints` hold."""
        step = 0.0 if self.seconds is None else step_between(self.seconds, seconds)
        kept = math.exp(-step / HINT_SECONDS)
        firmness = {hint: kept * before + (1 - kept) * (hint in hints) for hint, before in self.firmness.items()}
        given = tuple(hint for hint in Hint if firmness[hint] > (HINT_GOES if hint in self.given else HINT_COMES))
        return SmoothedHints(MappingProxyType(firmness), given, seconds)


@dataclass(frozen=True, slots=True)
class SettledMood:
    """The mood that music is played for.

    Attributes:
        mood: what it is held to be; None until there have been readings for `FIRST_SECONDS`.
        probabilities: the shares when it settled; empty before.
        gathered: for how many seconds there have been readings, up to then.
        seconds: of the last reading.
        times: how often it has settled, on anybody.
    """

    mood: HeldEmotion | None = None
    probabilities: Mapping[Emotion, float] = field(default_factory=lambda: MappingProxyType({}))
    gathered: float = 0.0
    seconds: float | None = None
    times: int = 0

    @property
    def emotion(self) -> Emotion | None:
        """What it has settled on."""
        return self.mood.emotion if self.mood else None

    def anew(self) -> "SettledMood":
        """When it is somebody else's mood from now on."""
        return SettledMood(times=self.times)

    def then(self, face: SmoothedExpression, seconds: float) -> "SettledMood":
        """After a moment of `face`; the first mood is its label, which no odd reading flips."""
        shares = face.probabilities
        step = 0.0 if self.seconds is None else step_between(self.seconds, seconds)
        if self.mood is None:
            gathered = self.gathered + step
            if gathered < FIRST_SECONDS:
                return SettledMood(gathered=gathered, seconds=seconds, times=self.times)
            return SettledMood(HeldEmotion(face.emotion), shares, gathered, seconds, self.times + 1)
        mood = self.mood.then(shares, step, MOOD_LEAD, MOOD_SECONDS)
        if mood.emotion == self.emotion:
            return SettledMood(mood, self.probabilities, self.gathered, seconds, self.times)
        return SettledMood(mood, shares, self.gathered, seconds, self.times + 1)


def leading(shares: Mapping[Emotion, float]) -> Emotion:
    """The emotion with the largest share; of equals, the first in model order."""
    return max(EMOTIONS, key=lambda emotion: shares[emotion])


def step_between(before: float, now: float) -> float:
    """Seconds that a reading counts for; 0 where the clock went back."""
    return min(max(now - before, 0.0), LONGEST_STEP)
