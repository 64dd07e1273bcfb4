"""A playlist's settings as the query of a link, and a query as the settings that make the playlist again.

    mood=Sad&goal=lift&songs=10&languages=en,id&years=1990-&clean=1&seed=7&v=10e46e29.2

`to_query` and `from_query` are each other's inverse and know of no songs: a browser can keep any playlist so. A link
for others comes from `share_query`, which refuses a visitor's own songs.

A mood is an emotion's name, or its place (`0.25,-0.5`), or shares of emotions (`Neutral:0.5,Sad:0.5`), or both where
the place is not that of the shares. A `way` is such moods, with `~` between them. Numbers are written with all their
digits, so that the link gives the very same songs. A query holds no photo and no songs. It may come from anybody:
whatever it says is checked.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode

from femr.emotions import EMOTIONS, Emotion
from femr.errors import ChoiceError
from femr.mood import Expression, Mood
from femr.music.catalogue import Catalogue
from femr.music.filters import Filters, filters_from_text
from femr.music.playlist import DEFAULT_SONGS, Goal, Playlist, check_choices
from femr.music.selection import SELECTION_VERSION
from femr.music.way import check_way

MAX_LENGTH = 3000
"""Characters of a query. All languages and genres of the catalogue together take some 400."""

MAX_VALUE_SHOWN = 40
"""Characters of a wrong value that its error shows."""

SUM_TOLERANCE = 0.01
"""How far from 1 the sum of a mood's shares may lie: rounding, and no more."""

_NUMBER = re.compile(r"-?\d{1,2}(\.\d{1,25})?(e-\d{1,3})?", re.ASCII)
_WHOLE = re.compile(r"\d{1,40}", re.ASCII)
_LANGUAGE = re.compile(r"[a-z]{2,3}")
_VERSION = re.compile(r"[\w.-]{0,40}", re.ASCII)
_CLEAN = {"1": True, "0": False, "": False}


@dataclass(frozen=True)
class SharedPlaylist:
    """What makes a playlist: with these settings `recommend` gives the same songs again.

    Attributes:
        mood, goal, count, filters, way: as in a playlist.
        seed: None where the query has none; then the songs are others every time.
        version: `selection_version` what the playlist was made with; empty where the query does not say.
    """

    mood: Mood
    goal: Goal
    count: int
    filters: Filters
    seed: int | None
    version: str
    way: tuple[Mood, ...] = ()

    @classmethod
    def of(cls, playlist: Playlist, version: str) -> "SharedPlaylist":
        """The settings of a playlist; `version` is `selection_version` its catalogue."""
        made_of = playlist.mood, playlist.goal, playlist.count, playlist.filters, playlist.seed
        return cls(*made_of, version, playlist.way)


def selection_version(source: Catalogue) -> str:
    """What a link's songs depend on besides what it says: the catalogue, and how songs are selected from it."""
    return f"{source.version}.{SELECTION_VERSION}"


def share_query(playlist: Playlist, version: str) -> str:
    """What to write behind the question mark of a link to `playlist`; `version` is `selection_version` its catalogue.

    Raises:
        ChoiceError: its songs are a visitor's own, which nobody else has.
    """
    if any(song.source == "own" for song in playlist.songs):
        raise ChoiceError("link_own_songs")
    return to_query(SharedPlaylist.of(playlist, version))


def to_query(settings: SharedPlaylist) -> str:
    """Settings as a query, whoever's songs they are for: `from_query` gives the same settings back."""
    filters = settings.filters
    years = "-".join("" if year is None else f"{year:04}" for year in (filters.first_year, filters.last_year))
    values = {
        "mood": _mood_as_text(settings.mood),
        "way": "~".join(map(_mood_as_text, settings.way)),
        "goal": settings.goal.value,
        "songs": settings.count,
        "languages": ",".join(sorted(filters.languages)),
        "genres": ",".join(sorted(filters.genres)),
        "years": "" if years == "-" else years,
        "clean": 1 if filters.no_explicit else "",
        "seed": "" if settings.seed is None else settings.seed,
        "v": settings.version,
    }
    return urlencode({name: value for name, value in values.items() if value != ""}, safe=",:")


def from_query(query: Mapping[str, str] | str, *, longest: int = MAX_LENGTH) -> SharedPlaylist:
    """The settings in a query, or in a query's values by name; names that mean nothing are passed over.

    Raises:
        ChoiceError: a value is missing, malformed or out of range, or they have more than `longest` characters.
    """
    values = _values(query, longest)
    if not values.get("mood"):
        raise ChoiceError("link_mood")
    goal, seed = values.get("goal", Goal.MATCH.value), values.get("seed")
    if goal not in list(Goal):
        raise _wrong("goal", goal)
    count = _whole("songs", values.get("songs", str(DEFAULT_SONGS)))
    seed = None if seed is None else _whole("seed", seed)
    version = values.get("v", "")
    if not _VERSION.fullmatch(version):
        raise _wrong("v", version)
    goal = check_choices(goal, count, seed)
    way = check_way([_mood(each, "way") for each in values["way"].split("~")] if values.get("way") else ())
    return SharedPlaylist(_mood(values["mood"]), goal, count, _filters(values), seed, version, way)


def _values(query: Mapping[str, str] | str, longest: int) -> dict[str, str]:
    """The query's values, each a text and together not too long."""
    if isinstance(query, str):
        if len(query) > longest:
            raise ChoiceError("link_long")
        query = dict(parse_qsl(query.removeprefix("?"), keep_blank_values=True))
    known = ("mood", "way", "goal", "songs", "languages", "genres", "years", "clean", "seed", "v")
    values = {name: query[name] for name in known if name in query}
    for name, value in values.items():
        if not isinstance(value, str):
            raise _wrong(name, str(value))
    if sum(map(len, values.values())) > longest:
        raise ChoiceError("link_long")
    return values


def _wrong(name: str, value: str) -> ChoiceError:
    shown = value if len(value) <= MAX_VALUE_SHOWN else f"{value[:MAX_VALUE_SHOWN]}…"
    return ChoiceError("link_value", name=name, value=shown)


# --- mood ----------------------------------------------------------------------------------------


def _mood_as_text(mood: Mood) -> str:
    place, expression = f"{float(mood.valence)!r},{float(mood.arousal)!r}", mood.expression
    if expression is None:
        return place
    if mood == Expression.only(expression.top).mood:
        return expression.top.value
    shares = [f"{emotion}:{float(share)!r}" for emotion, share in expression.probabilities.items() if share]
    return ",".join(shares if mood == expression.mood else [place, *shares])


def _mood(text: str, name: str = "mood") -> Mood:
    if text in list(EMOTIONS):
        return Expression.only(Emotion(text)).mood
    parts = text.split(",")
    place = [_number(text, part, name) for part in parts if ":" not in part]
    shares = dict(_share(text, part, name) for part in parts if ":" in part)
    if len(place) not in ((0, 2) if shares else (2,)) or len(place) + len(shares) != len(parts):
        raise _wrong(name, text)
    if shares and abs(sum(shares.values()) - 1) > SUM_TOLERANCE:
        raise _wrong(name, text)
    expression = Expression(tuple(shares.get(emotion, 0.0) for emotion in EMOTIONS)) if shares else None
    if expression and not place:
        return expression.mood
    return Mood(place[0], place[1], expression)


def _share(text: str, part: str, name: str) -> tuple[Emotion, float]:
    emotion, _, number = part.partition(":")
    share = _number(text, number, name)
    if emotion not in list(EMOTIONS) or share < 0:
        raise _wrong(name, text)
    return Emotion(emotion), share


def _number(text: str, part: str, name: str) -> float:
    if not _NUMBER.fullmatch(part):
        raise _wrong(name, text)
    return float(part)


# --- the rest ------------------------------------------------------------------------------------


def _whole(name: str, text: str) -> int:
    if not _WHOLE.fullmatch(text):
        raise _wrong(name, text)
    return int(text)


def _filters(values: Mapping[str, str]) -> Filters:
    clean = values.get("clean", "")
    if clean not in _CLEAN:
        raise _wrong("clean", clean)
    languages, genres, years = (values.get(name, "") for name in ("languages", "genres", "years"))
    try:
        filters = filters_from_text(languages, genres, years, no_explicit=_CLEAN[clean])
    except ChoiceError as error:
        raise _wrong("years", years) from error
    if not all(map(_LANGUAGE.fullmatch, filters.languages)):
        raise _wrong("languages", languages)
    if not genres.isprintable():
        raise _wrong("genres", genres)
    return filters
