"""What a film showed: its moments, the line of a mood over them, and the line cut into a few segments.

All of it is pure, and goes by the film's clock.
"""

import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

from femr.emotions import EMOTIONS, Emotion
from femr.live.session import Who
from femr.live.smoothing import MOOD_SECONDS
from femr.mood import EVERYONE, Expression, Mood
from femr.vision.confidence import Hint
from femr.vision.geometry import Box

MAX_POINTS = 120
"""Of a line: more are not seen in a chart as wide as a phone, and a browser keeps them with what was read."""

LEAST_SECONDS = MOOD_SECONDS
"""How long a segment lasts at least, where there are several: as long as a live mood must lead."""

MAX_SEGMENTS = 12
"""Each is a stop of the way that a playlist follows; more would be hard to tell in ten songs, and make long links."""

SHARE_STEPS = 100
"""A segment's shares are hundredths: a mean of so many readings says no more, and a link stays short."""


@dataclass(frozen=True, slots=True)
class Person:
    """One face in one moment.

    Attributes:
        number: from 1 up, in the order of coming; who was out of sight for `tracker.LOST_SECONDS` is somebody new.
        box: in pixels of the upright film.
        expression: what it shows, smoothed over time.
        emotion: what it is said to show: no single reading changes that.
        hints: why the reading may be wrong.
    """

    number: int
    box: Box
    expression: Expression
    emotion: Emotion
    hints: tuple[Hint, ...] = ()


@dataclass(frozen=True, slots=True)
class Moment:
    """Who was there, and what they showed.

    Attributes:
        seconds: since the film's first frame.
        people: largest first; none where nobody was seen.
    """

    seconds: float
    people: tuple[Person, ...]


@dataclass(frozen=True, slots=True)
class MoodPoint:
    """What was shown at `seconds`."""

    seconds: float
    expression: Expression


Line = tuple[MoodPoint, ...]
"""A mood over time, in the film's order; empty where nobody was seen."""


@dataclass(frozen=True, slots=True)
class Segment:
    """A part of a film with one mood.

    Attributes:
        start, end: in seconds; the next segment starts where this one ends.
        expression: the mean of what was shown, in hundredths, surer moments counting for more.
    """

    start: float
    end: float
    expression: Expression

    @property
    def emotion(self) -> Emotion:
        """What is shown most."""
        return self.expression.top

    @property
    def mood(self) -> Mood:
        """Where that lies."""
        return self.expression.mood


@dataclass(frozen=True, slots=True)
class Film:
    """What was seen in a clip.

    Attributes:
        width, height: of the upright picture, in pixels.
        moments: a few each second, at least one.
    """

    width: int
    height: int
    moments: tuple[Moment, ...]

    @property
    def seconds(self) -> float:
        """When the last moment was."""
        return self.moments[-1].seconds

    @property
    def people(self) -> int:
        """How many were seen in all."""
        return max((person.number for moment in self.moments for person in moment.people), default=0)

    @property
    def main(self) -> int | None:
        """Who is the film's: the person seen largest and longest; None where nobody was seen."""
        seen: dict[int, float] = defaultdict(float)
        for moment in self.moments:
            for person in moment.people:
                seen[person.number] += person.box.area
        return max(seen, key=seen.__getitem__) if seen else None

    def line(self, who: Who | None = None) -> Line:
        """The mood of one person over the film, or of `mood.EVERYONE`; None for `main`. At most `MAX_POINTS`."""
        who = self.main if who is None else who
        shown = (
            (moment.seconds, [each.expression for each in moment.people if who in (each.number, EVERYONE)])
            for moment in self.moments
        )
        return thinned([MoodPoint(seconds, _mean(expressions)) for seconds, expressions in shown if expressions])


def _mean(expressions: Sequence[Expression]) -> Expression:
    return expressions[0] if len(expressions) == 1 else Expression.mean(expressions)


def thinned(points: Sequence[MoodPoint], most: int = MAX_POINTS) -> Line:
    """The same line with at most so many points: each the mean of an equal part of its time."""
    if len(points) <= most:
        return tuple(points)
    start, part = points[0].seconds, (points[-1].seconds - points[0].seconds) / most
    groups = groupby(points, lambda point: min(int((point.seconds - start) / part), most - 1) if part else 0)
    return tuple(_middle(list(group)) for _, group in groups)


def _middle(points: Sequence[MoodPoint]) -> MoodPoint:
    seconds = sum(point.seconds for point in points) / len(points)
    return MoodPoint(seconds, _mean([point.expression for point in points]))


def segments(line: Line, least: float = LEAST_SECONDS, most: int = MAX_SEGMENTS) -> tuple[Segment, ...]:
    """The line in parts, one after the other: neighbours show different emotions, and none is short.

    Args:
        line: of a mood.
        least: how long each lasts, in seconds, unless it is the only one.
        most: how many there may be.
    """
    parts = [list(run) for _, run in groupby(line, lambda point: point.expression.top)]
    while len(parts) > 1:
        lengths = [end - start for start, end in pairwise(_edges(parts))]
        shortest = min(range(len(parts)), key=lengths.__getitem__)
        if lengths[shortest] >= least and len(parts) <= most:
            alike = _alike(parts)
            if alike is None:
                break
            shortest, other = alike, alike + 1
        else:
            other = _nearest(parts, shortest)
        first = min(shortest, other)
        parts[first : first + 2] = [parts[first] + parts[first + 1]]
    edges = _edges(parts) if parts else []
    return tuple(Segment(*edge, _shown(part)) for edge, part in zip(pairwise(edges), parts, strict=True))


def _edges(parts: Sequence[Sequence[MoodPoint]]) -> list[float]:
    """Where the parts start, and where the last one ends, in seconds."""
    return [*(part[0].seconds for part in parts), parts[-1][-1].seconds]


def _nearest(parts: Sequence[Sequence[MoodPoint]], number: int) -> int:
    """The neighbour whose mood lies nearest to that part's."""
    here = _shown(parts[number]).mood

    def away(other: int) -> float:
        there = _shown(parts[other]).mood
        return math.hypot(there.valence - here.valence, there.arousal - here.arousal)

    return min((each for each in (number - 1, number + 1) if 0 <= each < len(parts)), key=away)


def _alike(parts: Sequence[Sequence[MoodPoint]]) -> int | None:
    """The first part that shows the same emotion as the next one, if any."""
    shown = (_shown(part).top for part in parts)
    return next((number for number, (one, other) in enumerate(pairwise(shown)) if one is other), None)


def _shown(part: Sequence[MoodPoint]) -> Expression:
    """What a part shows."""
    return in_steps(_mean([point.expression for point in part]), SHARE_STEPS)


def in_steps(expression: Expression, steps: int) -> Expression:
    """The same in whole parts of so many, which still sum to 1: those with the largest remainders are rounded up."""
    exact = [steps * share for share in expression.shares]
    whole = [int(each) for each in exact]
    remainders = sorted(range(len(EMOTIONS)), key=lambda each: whole[each] - exact[each])
    for each in remainders[: steps - sum(whole)]:
        whole[each] += 1
    return Expression(tuple(each / steps for each in whole))
