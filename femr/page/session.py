"""What a visitor chose, and what was read for it: all that the page needs to stand there again.

It lives in the visitor's browser, as JSON, and comes back with every event; so it may come from anybody, and whatever
it says is checked.
"""

from collections.abc import Sequence
from dataclasses import astuple, dataclass, replace
from itertools import pairwise
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from femr import i18n
from femr.emotions import EMOTIONS, Emotion
from femr.errors import ChoiceError
from femr.mood import Expression, Mood
from femr.music.catalogue import catalogue
from femr.music.playlist import Playlist
from femr.music.share_link import SharedPlaylist, from_query, selection_version, to_query
from femr.music.taste import MAX_JSON, NO_TASTE, Taste
from femr.music.way import MAX_STOPS
from femr.page.subject import (
    AllFaces,
    FilmMood,
    LinkedMood,
    LiveMood,
    MeantFace,
    OneFace,
    PickedMood,
    PlacedMood,
    Subject,
)
from femr.service import PlaylistRequest
from femr.video.film import MAX_POINTS, MoodPoint
from femr.vision.classifier import expression_classifier
from femr.vision.detector import MOST_FACES
from femr.vision.geometry import Box, Point
from femr.vision.profile import Profile
from femr.vision.reading import Face, Quality, Reading

LONGEST = 100_000 + MAX_JSON
"""Characters of a visit, with its taste. A face takes some 400."""


@dataclass(frozen=True)
class Visit:
    """What the page remembers of a visitor.

    Attributes:
        subject: what the music is for; None before anything was shown or picked.
        reading: of the last photo with a face, without its crops.
        example: whether that photo is one of the page's own: its faces are nobody's who visits.
        playlist: what gives the playlist again that is shown, with the songs to choose from.
        crops, own: keys to what the server may still have, see `cache`; empty where there is nothing.
        own_lost: whether the visitor brought songs that the server no longer has.
        taste: whose choice the playlist is; what the visitor likes by now may be more.
        mine: the position of the face that the visitor calls their own; `reading` has it as their profile reads it.
        profile: of the visitor's face, where the browser has one.
        why, lang: whether the visitor wants to see why, and which language the page speaks; like `profile` not among
            what is kept.
    """

    subject: Subject | None = None
    reading: Reading | None = None
    example: bool = False
    playlist: SharedPlaylist | None = None
    crops: str = ""
    own: str = ""
    own_lost: bool = False
    taste: Taste = NO_TASTE
    mine: int | None = None
    profile: Profile | None = None
    why: bool = False
    lang: str = i18n.DEFAULT_LANGUAGE

    def with_face(self, number: int) -> "Visit":
        """When the music is for one face of the photo, or the nearest one that there is."""
        if not self.reading:
            return self
        number = min(max(number, 0), len(self.reading.faces) - 1)
        return replace(self, subject=OneFace(self.reading.faces[number], number))

    def meant(self, emotion: Emotion) -> "Visit":
        """When the face that the music is for was meant to show `emotion`; as it is where there is no such face."""
        if not isinstance(self.subject, OneFace | MeantFace):
            return self
        return replace(self, subject=MeantFace(self.subject.face, self.subject.number, emotion))

    def with_everyone(self) -> "Visit":
        """When the music is for everybody in the photo, or for the only one."""
        group = self.reading.group if self.reading else None
        if not self.reading or not group:
            return self.with_face(0)
        return replace(self, subject=AllFaces(self.reading, group))

    def with_mine(self, number: int | None) -> "Visit":
        """When the visitor's profile reads the face at that position, and no other; None for none at all.

        Faces of an example are nobody's who visits.
        """
        if not self.reading:
            return self
        number = None if self.example else number
        faces = [replace(face, expression=face.plain or face.expression, plain=None) for face in self.reading.faces]
        if number is not None and self.profile and 0 <= number < len(faces):
            faces[number] = self.profile.read(faces[number], expression_classifier().identity)
        visit = replace(self, mine=number, reading=replace(self.reading, faces=tuple(faces)))
        match self.subject:
            case OneFace(number=chosen):
                return visit.with_face(chosen)
            case MeantFace(number=chosen, emotion=emotion):
                return visit.with_face(chosen).meant(emotion)
            case AllFaces():
                return visit.with_everyone()
        return visit

    @property
    def mood(self) -> Mood:
        """What the music is for.

        Raises:
            ChoiceError: nothing was shown or picked yet.
        """
        if self.subject is None:
            raise ChoiceError("mood_missing", value=None)
        return self.subject.mood

    @property
    def way(self) -> tuple[Mood, ...]:
        """The moods that the music passes after that one, where a way was drawn, or a film showed them."""
        match self.subject:
            case PlacedMood(way=way) | LinkedMood(link=SharedPlaylist(way=way)):
                return way
            case FilmMood() as film:
                return film.way
            case _:
                return ()

    def playing(self, playlist: Playlist) -> "Visit":
        """When `playlist` is shown."""
        shown = SharedPlaylist.of(playlist, selection_version(catalogue()))
        return replace(self, playlist=shown, taste=playlist.taste)

    @property
    def request(self) -> PlaylistRequest:
        """What gives the playlist again that is shown; the usual one where none is."""
        shown = self.playlist
        if not shown:
            return PlaylistRequest()
        return PlaylistRequest(shown.goal, shown.count, shown.seed, shown.filters, self.taste, shown.way)

    @property
    def share_query(self) -> str:
        """The query of a link to the playlist that is shown; empty for songs that nobody else has.

        It says in which language the link is told to those who have not opened it, see `sharing.preview`.
        """
        return f"{to_query(self.playlist)}&lang={self.lang}" if self.playlist and not self.own else ""

    def to_json(self) -> str:
        """For the browser to keep."""
        stored = _StoredVisit(
            subject=_stored_subject(self.subject),
            reading=_stored_reading(self.reading) if self.reading else None,
            example=self.example,
            playlist=to_query(self.playlist) if self.playlist else None,
            crops=self.crops,
            own=self.own,
            own_lost=self.own_lost,
            taste=self.taste.to_json() if self.taste != NO_TASTE else None,
            mine=self.mine,
        )
        return stored.model_dump_json(exclude_none=True)

    @classmethod
    def from_json(cls, text: str | None) -> "Visit":
        """What a browser kept; a new visit where it kept nothing, or nothing that makes sense."""
        if not isinstance(text, str) or not text or len(text) > LONGEST:
            return cls()
        try:
            return _visit(_StoredVisit.model_validate_json(text))
        except (ValidationError, ChoiceError):
            return cls()


# --- as the browser keeps it ---------------------------------------------------------------------


class _Stored(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


_Shares = Annotated[tuple[float, ...], Field(min_length=len(EMOTIONS), max_length=len(EMOTIONS))]
_Key = Annotated[str, Field(max_length=40)]
_Side = Annotated[int, Field(ge=1, le=100_000)]
_Coordinate = Annotated[float, Field(ge=-1, le=1)]
_Four = tuple[float, float, float, float]
_Six = tuple[float, float, float, float, float, float]


class _StoredFace(_Stored):
    box: _Four
    eyes: _Four
    score: float
    shares: _Shares
    quality: _Six | None = None


class _StoredReading(_Stored):
    width: _Side
    height: _Side
    faces: Annotated[tuple[_StoredFace, ...], Field(min_length=1, max_length=MOST_FACES)]


class _StoredOneFace(_Stored):
    kind: Literal["face"] = "face"
    number: int


class _StoredMeantFace(_Stored):
    kind: Literal["meant"] = "meant"
    number: int
    emotion: Emotion


class _StoredAllFaces(_Stored):
    kind: Literal["everyone"] = "everyone"


class _StoredPickedMood(_Stored):
    kind: Literal["picked"] = "picked"
    emotion: Emotion


class _StoredLiveMood(_Stored):
    kind: Literal["live"] = "live"
    emotion: Emotion
    shares: _Shares


_Place = tuple[_Coordinate, _Coordinate]


class _StoredPlacedMood(_Stored):
    kind: Literal["place"] = "place"
    place: _Place
    way: Annotated[tuple[_Place, ...], Field(max_length=MAX_STOPS)] = ()


class _StoredFilmMood(_Stored):
    kind: Literal["film"] = "film"
    people: Annotated[int, Field(ge=1, le=100_000)]
    seconds: Annotated[tuple[Annotated[float, Field(ge=0)], ...], Field(min_length=1, max_length=MAX_POINTS)]
    shares: Annotated[tuple[_Shares, ...], Field(min_length=1, max_length=MAX_POINTS)]


class _StoredLinkedMood(_Stored):
    kind: Literal["link"] = "link"
    query: str


_StoredSubject = (
    _StoredOneFace
    | _StoredMeantFace
    | _StoredAllFaces
    | _StoredPickedMood
    | _StoredLiveMood
    | _StoredPlacedMood
    | _StoredFilmMood
    | _StoredLinkedMood
)


class _StoredVisit(_Stored):
    subject: Annotated[_StoredSubject, Field(discriminator="kind")] | None = None
    reading: _StoredReading | None = None
    example: bool = False
    playlist: str | None = None
    crops: _Key = ""
    own: _Key = ""
    own_lost: bool = False
    taste: str | None = None
    mine: Annotated[int, Field(ge=0, lt=MOST_FACES)] | None = None


def _stored_subject(subject: Subject | None) -> _StoredSubject | None:
    match subject:
        case None:
            return None
        case OneFace(number=number):
            return _StoredOneFace(number=number)
        case MeantFace(number=number, emotion=emotion):
            return _StoredMeantFace(number=number, emotion=emotion)
        case AllFaces():
            return _StoredAllFaces()
        case PickedMood(emotion):
            return _StoredPickedMood(emotion=emotion)
        case LiveMood(emotion, expression):
            return _StoredLiveMood(emotion=emotion, shares=expression.shares)
        case PlacedMood(place, way):
            return _StoredPlacedMood(place=_place(place), way=tuple(map(_place, way)))
        case FilmMood(line, people):
            seconds, shares = zip(*((point.seconds, point.expression.shares) for point in line), strict=True)
            return _StoredFilmMood(people=people, seconds=seconds, shares=shares)
        case LinkedMood(link):
            return _StoredLinkedMood(query=to_query(link))


def placed_mood(place: object, way: object) -> PlacedMood | None:
    """What somebody says that they drew on the map; None where that makes no sense."""
    try:
        drawn = _StoredPlacedMood.model_validate({"place": place, "way": way})
    except ValidationError:
        return None
    return PlacedMood(Mood(*drawn.place), tuple(Mood(*each) for each in drawn.way))


def _place(mood: Mood) -> tuple[float, float]:
    return mood.valence, mood.arousal


def _stored_reading(reading: Reading) -> _StoredReading:
    return _StoredReading(
        width=reading.width,
        height=reading.height,
        faces=tuple(_stored_face(face) for face in reading.faces[:MOST_FACES]),
    )


def _stored_face(face: Face) -> _StoredFace:
    box, (left, right), quality = face.box, face.eyes, face.quality
    return _StoredFace(
        box=(box.x, box.y, box.width, box.height),
        eyes=(left.x, left.y, right.x, right.y),
        score=face.score,
        shares=(face.plain or face.expression).shares,
        quality=astuple(quality) if quality else None,
    )


def _visit(stored: _StoredVisit) -> Visit:
    """Raises ChoiceError where a value is impossible."""
    visit = Visit(
        reading=_reading(stored.reading) if stored.reading else None,
        example=stored.example,
        playlist=_playlist(stored.playlist) if stored.playlist else None,
        crops=stored.crops,
        own=stored.own,
        own_lost=stored.own_lost,
        taste=Taste.from_json(stored.taste) if stored.taste else NO_TASTE,
        mine=stored.mine,
    )
    match stored.subject:
        case None:
            return visit
        case _StoredOneFace(number=number):
            return visit.with_face(number)
        case _StoredMeantFace(number=number, emotion=emotion):
            return visit.with_face(number).meant(emotion)
        case _StoredAllFaces():
            return visit.with_everyone()
        case _StoredPickedMood(emotion=emotion):
            return replace(visit, subject=PickedMood(emotion))
        case _StoredLiveMood(emotion=emotion, shares=shares):
            return replace(visit, subject=LiveMood(emotion, _expression(shares)))
        case _StoredPlacedMood(place=place, way=way):
            return replace(visit, subject=PlacedMood(Mood(*place), tuple(Mood(*each) for each in way)))
        case _StoredFilmMood() as film:
            return replace(visit, subject=_film(film))
        case _StoredLinkedMood(query=query):
            return replace(visit, subject=LinkedMood(from_query(query)))


def _film(stored: _StoredFilmMood) -> FilmMood:
    """Raises ChoiceError where its clock does not go forward, or not each point has shares."""
    forward = all(one < other for one, other in pairwise(stored.seconds))
    if not forward or len(stored.seconds) != len(stored.shares):
        raise ChoiceError("mood_missing", value=None)
    points = zip(stored.seconds, map(_expression, stored.shares), strict=True)
    return FilmMood(tuple(MoodPoint(seconds, expression) for seconds, expression in points), stored.people)


def _playlist(query: str) -> SharedPlaylist | None:
    """What gives the playlist again; None where that makes no sense: then the mood is played for anew."""
    try:
        return from_query(query, longest=LONGEST)
    except ChoiceError:
        return None


def _reading(stored: _StoredReading) -> Reading:
    return Reading(stored.width, stored.height, tuple(_face(face) for face in stored.faces))


def _face(stored: _StoredFace) -> Face:
    eyes = Point(*stored.eyes[:2]), Point(*stored.eyes[2:])
    quality = Quality(*stored.quality) if stored.quality else None
    return Face(Box(*stored.box), eyes, stored.score, _expression(stored.shares), quality)


def _expression(shares: Sequence[float]) -> Expression:
    """As it was: numbers that sum to 1 already are not touched, so that the same songs come out."""
    expression = Expression.of(shares)
    return Expression(tuple(shares)) if abs(sum(shares) - 1) < 1e-6 else expression
