"""Many readings of one face over time -> a smooth one: shares that glide, and labels that change only for good.

All of it goes by the clock, not by frames: ten readings a second or three lead to the same place.
"""

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from femr.emotions import Emotion
from femr.mood import Expression
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
    """An emotion that is held on to until another has led for a while (hysteresis).

    Attributes:
        emotion: what is held.
        rival: what leads in its place, if anything does.
        led: for how long, in seconds.
    """

    emotion: Emotion
    rival: Emotion | None = None
    led: float = 0.0

    def update(self, expression: Expression, step: float, lead: float, patience: float) -> "HeldEmotion":
        """After `step` more seconds of `expression`; a rival needs a `lead` for as long as `patience`."""
        top = expression.top
        if expression[top] - expression[self.emotion] < lead or top == self.emotion:
            return HeldEmotion(self.emotion)
        led = self.led + step if top == self.rival else 0.0
        return HeldEmotion(top) if led >= patience else HeldEmotion(self.emotion, top, led)


@dataclass(frozen=True, slots=True)
class SmoothedExpression:
    """One face's expression over time.

    Attributes:
        expression: smoothed.
        label: the emotion that the face is said to show.
        seconds: when it was last read, on the film's own clock.
    """

    expression: Expression
    label: HeldEmotion
    seconds: float

    @classmethod
    def first(cls, expression: Expression, seconds: float) -> "SmoothedExpression":
        """What a single reading says."""
        return cls(expression, HeldEmotion(expression.top), seconds)

    @property
    def emotion(self) -> Emotion:
        """What the face is said to show."""
        return self.label.emotion

    def update(self, expression: Expression, seconds: float) -> "SmoothedExpression":
        """After another reading of the same face."""
        step = step_between(self.seconds, seconds)
        new = 1 - math.exp(-step / MEMORY_SECONDS)
        pairs = zip(self.expression.shares, expression.shares, strict=True)
        smoothed = Expression(tuple((1 - new) * before + new * now for before, now in pairs))
        return SmoothedExpression(smoothed, self.label.update(smoothed, step, LABEL_LEAD, LABEL_SECONDS), seconds)


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

    def update(self, hints: Collection[Hint], seconds: float) -> "SmoothedHints":
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
        label: what it is held to be; None until there have been readings for `FIRST_SECONDS`.
        expression: as it was when it settled; None before.
        gathered: for how many seconds there have been readings, up to then.
        seconds: of the last reading.
        times: how often it has settled, on anybody.
    """

    label: HeldEmotion | None = None
    expression: Expression | None = None
    gathered: float = 0.0
    seconds: float | None = None
    times: int = 0

    @property
    def emotion(self) -> Emotion | None:
        """What it has settled on."""
        return self.label.emotion if self.label else None

    def restarted(self) -> "SettledMood":
        """When it is somebody else's mood from now on."""
        return SettledMood(times=self.times)

    def update(self, face: SmoothedExpression, seconds: float) -> "SettledMood":
        """After a moment of `face`; the first mood is its label, which no odd reading flips."""
        now = face.expression
        step = 0.0 if self.seconds is None else step_between(self.seconds, seconds)
        if self.label is None:
            gathered = self.gathered + step
            if gathered < FIRST_SECONDS:
                return SettledMood(gathered=gathered, seconds=seconds, times=self.times)
            return SettledMood(HeldEmotion(face.emotion), now, gathered, seconds, self.times + 1)
        label = self.label.update(now, step, MOOD_LEAD, MOOD_SECONDS)
        if label.emotion == self.emotion:
            return SettledMood(label, self.expression, self.gathered, seconds, self.times)
        return SettledMood(label, now, self.gathered, seconds, self.times + 1)


def step_between(before: float, now: float) -> float:
    """Seconds that a reading counts for; 0 where the clock went back."""
    return min(max(now - before, 0.0), LONGEST_STEP)
