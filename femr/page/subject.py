"""What the music is for: one of several things, each with a mood of its own."""

from dataclasses import dataclass
from functools import cached_property

from femr.emotions import Emotion
from femr.mood import Expression, Group, Mood
from femr.music.share_link import SharedPlaylist
from femr.video.film import Film, Line, MoodPoint, Segment, in_steps, segments
from femr.vision.reading import Face, Reading

SECONDS_DECIMALS, SHARE_STEPS = 2, 1000
"""Of the line of a film, as the browser keeps it."""


@dataclass(frozen=True)
class OneFace:
    """One face in the last photo; `number` is its position in the reading."""

    face: Face
    number: int

    @property
    def mood(self) -> Mood:
        """What the music is for."""
        return self.face.mood


@dataclass(frozen=True)
class MeantFace:
    """One face in the last photo, of which the visitor said what it was meant to show.

    Attributes:
        face: as it was read.
        number: its position in the reading.
        emotion: what it was meant to show.
    """

    face: Face
    number: int
    emotion: Emotion

    @property
    def mood(self) -> Mood:
        """What the music is for."""
        return Expression.only(self.emotion).mood


@dataclass(frozen=True)
class AllFaces:
    """Everybody in the last photo together."""

    reading: Reading
    group: Group

    @property
    def mood(self) -> Mood:
        """What the music is for."""
        return self.group.mood


@dataclass(frozen=True)
class PickedMood:
    """A mood picked by hand."""

    emotion: Emotion

    @property
    def mood(self) -> Mood:
        """What the music is for."""
        return Expression.only(self.emotion).mood


@dataclass(frozen=True)
class LiveMood:
    """What a live camera has settled on.

    Attributes:
        emotion: what the face is said to show; of two that are as likely, the one that it showed before.
        expression: all its shares.
    """

    emotion: Emotion
    expression: Expression

    @property
    def mood(self) -> Mood:
        """What the music is for."""
        return self.expression.mood


@dataclass(frozen=True)
class PlacedMood:
    """A place on the map, and the way that was drawn from it.

    Attributes:
        place: where the music begins.
        way: the moods that it passes then; none where only the place was chosen.
    """

    place: Mood
    way: tuple[Mood, ...] = ()

    @property
    def mood(self) -> Mood:
        """What the music is for."""
        return self.place


@dataclass(frozen=True)
class FilmMood:
    """What a film showed, and the music that goes along with it.

    Attributes:
        line: the mood of the film's main person; not empty.
        people: how many were seen in all.
    """

    line: Line
    people: int

    @classmethod
    def of(cls, film: Film) -> "FilmMood | None":
        """That of a film, in numbers as short as a browser keeps them; None where nobody was seen."""
        line = tuple(
            MoodPoint(round(point.seconds, SECONDS_DECIMALS), in_steps(point.expression, SHARE_STEPS))
            for point in film.line()
        )
        return cls(line, film.people) if line else None

    @cached_property
    def segments(self) -> tuple[Segment, ...]:
        """The film's parts, each with its mood."""
        return segments(self.line)

    @property
    def mood(self) -> Mood:
        """What the music begins with."""
        return self.segments[0].mood

    @property
    def way(self) -> tuple[Mood, ...]:
        """The moods that it passes then."""
        return tuple(part.mood for part in self.segments[1:])

    @property
    def emotion(self) -> Emotion:
        """What was shown for longest at a time."""
        return max(self.segments, key=lambda part: part.end - part.start).emotion


@dataclass(frozen=True)
class LinkedMood:
    """A mood that came by a link, with the playlist that the link describes."""

    link: SharedPlaylist

    @property
    def mood(self) -> Mood:
        """What the music is for."""
        return self.link.mood


Subject = OneFace | MeantFace | AllFaces | PickedMood | LiveMood | PlacedMood | FilmMood | LinkedMood
"""What the music is for."""
