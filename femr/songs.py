"""Songs, the catalogue that femr ships, and filters on it."""

import csv
import hashlib
import io
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import cache, cached_property
from pathlib import Path

import numpy as np

from femr.assets import CATALOGUE
from femr.emotions import EMOTIONS, Emotion, nearest_emotion
from femr.errors import ChoiceError, InstallationError

ARTIST_SEPARATOR = "; "
"""Between several artists in the catalogue's file; a comma may be part of a name."""


@dataclass(frozen=True, slots=True)
class Song:
    """One song.

    Attributes:
        spotify_id: 22 characters, or empty: then there is no player, only links that search.
        title: as a person writes it.
        artists: one or more.
        year: of the first release; None where unknown.
        genre: lower case; empty where unknown.
        language: of the lyrics, ISO 639-1; `zxx` for instrumentals (ISO 639-2); empty where unknown.
        explicit: None where unknown.
        emotions: what an editor says it expresses, one or two; none in a visitor's own songs.
        valence: sad or dark 0 … 1 happy.
        energy: quiet 0 … 1 loud and fast.
        tempo: beats a minute; None where unknown.
        source: of the last three: `spotify`, `rated` by hand, or a visitor's `own`.
    """

    spotify_id: str
    title: str
    artists: tuple[str, ...]
    year: int | None
    genre: str
    language: str
    explicit: bool | None
    emotions: tuple[Emotion, ...]
    valence: float
    energy: float
    tempo: float | None
    source: str

    @property
    def artist(self) -> str:
        """Every artist, as one text."""
        return ", ".join(self.artists)

    @property
    def place(self) -> tuple[float, float]:
        """Valence and arousal on the plane, each −1…1."""
        return 2 * self.valence - 1, 2 * self.energy - 1

    @property
    def emotion(self) -> Emotion:
        """The emotion that stands for the song: the editor's first, else the one that lies nearest."""
        return self.emotions[0] if self.emotions else nearest_emotion(*self.place)


@dataclass(frozen=True)
class Catalogue:
    """Songs to choose from, with their numbers as arrays.

    Attributes:
        songs: in the order of the file.
        version: changes with the songs; empty where nobody needs it.
    """

    songs: tuple[Song, ...]
    version: str = ""

    def __len__(self) -> int:
        return len(self.songs)

    @cached_property
    def places(self) -> np.ndarray:
        """Valence and arousal of each song: float64 (N, 2), −1…1; column by column, as it is read."""
        return np.asfortranarray(np.array([song.place for song in self.songs]).reshape(-1, 2))

    @cached_property
    def labels(self) -> np.ndarray:
        """1 where a song bears an emotion's label: float64 (N, 6), in the order of `EMOTIONS`."""
        rows = [[float(emotion in song.emotions) for emotion in EMOTIONS] for song in self.songs]
        return np.array(rows).reshape(-1, len(EMOTIONS))

    @cached_property
    def silent(self) -> np.ndarray:
        """Bool (N,): songs without a player."""
        return np.array([not song.spotify_id for song in self.songs], bool)

    @cached_property
    def by_artist(self) -> dict[str, list[int]]:
        """Positions of each artist's songs."""
        found: dict[str, list[int]] = {}
        for position, song in enumerate(self.songs):
            for artist in song.artists:
                found.setdefault(artist, []).append(position)
        return found

    def only(self, keep: np.ndarray) -> "Catalogue":
        """The songs at `keep`, a bool mask (N,)."""
        if keep.all():
            return self
        return Catalogue(tuple(song for song, kept in zip(self.songs, keep.tolist(), strict=True) if kept))


# --- filters -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Filters:
    """Which songs a playlist may hold. What a song does not tell leaves it out where it is asked for.

    Attributes:
        languages, genres: any of these; empty for all.
        first_year, last_year: of the release, both included; None for no limit.
        no_explicit: only songs known not to be explicit.
    """

    languages: frozenset[str] = frozenset()
    genres: frozenset[str] = frozenset()
    first_year: int | None = None
    last_year: int | None = None
    no_explicit: bool = False

    def without(self, name: str) -> "Filters":
        """The others; `name` is one of `names`."""
        cleared = {
            "languages": {"languages": frozenset()},
            "genres": {"genres": frozenset()},
            "years": {"first_year": None, "last_year": None},
            "no_explicit": {"no_explicit": False},
        }[name]
        return replace(self, **cleared)

    @property
    def names(self) -> tuple[str, ...]:
        """Those in use: `languages`, `genres`, `years`, `no_explicit`."""
        return tuple(self._tests())

    def passing(self, songs: Iterable[Song]) -> list[bool]:
        """Which of `songs` pass all of them."""
        tests = tuple(self._tests().values())
        return [all(test(song) for test in tests) for song in songs]

    def _tests(self) -> dict[str, Callable[[Song], bool]]:
        tests: dict[str, Callable[[Song], bool]] = {}
        if self.languages:
            tests["languages"] = lambda song: song.language in self.languages
        if self.genres:
            tests["genres"] = lambda song: song.genre in self.genres
        if self.first_year is not None or self.last_year is not None:
            first, last = self.first_year or -np.inf, self.last_year or np.inf
            tests["years"] = lambda song: song.year is not None and first <= song.year <= last
        if self.no_explicit:
            tests["no_explicit"] = lambda song: song.explicit is False
        return tests


NO_FILTERS = Filters()

_YEARS = re.compile(r"(\d{4})?\s*-\s*(\d{4})?|(\d{4})", re.ASCII)


def filters_from_text(languages: str = "", genres: str = "", years: str = "", *, no_explicit: bool = False) -> Filters:
    """Filters as people write them: `en, id`, `rock, pop`, and `1980-1999`, `1980-`, `-1999` or `1984`.

    Raises:
        ChoiceError: the years are not written so, or end before they begin.
    """
    match = _YEARS.fullmatch(years.strip() or "-")
    first, last, only = match.groups() if match else (None, None, None)
    limits = [None if year is None else int(year) for year in ((only, only) if only else (first, last))]
    if not match or (None not in limits and limits[0] > limits[1]):
        raise ChoiceError("years_unknown", value=years)
    return Filters(_listed(languages), _listed(genres), *limits, no_explicit)


def _listed(text: str) -> frozenset[str]:
    return frozenset(each.strip().lower() for each in text.split(",") if each.strip())


@dataclass(frozen=True)
class FilterCounts:
    """How many songs each choice would leave, beside the other filters as they are.

    Attributes:
        left: by all filters together.
        languages, genres: by each value, most songs first; the values are those of the catalogue.
        clean: songs known not to be explicit.
    """

    left: int
    languages: dict[str, int]
    genres: dict[str, int]
    clean: int


def filtered(source: Catalogue, filters: Filters) -> Catalogue:
    """The songs of `source` that pass `filters`.

    Raises:
        ChoiceError: no song does; says which filter to loosen: the one without which most songs are left.
    """
    if filters == NO_FILTERS:
        return source
    left = source.only(np.array(filters.passing(source.songs), bool))
    if len(source) and not len(left):
        loosened = {name: _count(source, filters.without(name)) for name in filters.names}
        raise _too_narrow(loosened)
    return left


def _too_narrow(loosened: dict[str, int]) -> ChoiceError:
    """The error that names the filter without which most songs are left."""
    name = max(loosened, key=loosened.__getitem__)
    left = loosened[name]
    match name:
        case "languages":
            return ChoiceError("filters_empty_languages", left=left)
        case "genres":
            return ChoiceError("filters_empty_genres", left=left)
        case "years":
            return ChoiceError("filters_empty_years", left=left)
        case _:
            return ChoiceError("filters_empty_no_explicit", left=left)


def _count(source: Catalogue, filters: Filters) -> int:
    return sum(filters.passing(source.songs))


def filter_counts(source: Catalogue, filters: Filters) -> FilterCounts:
    """What each choice would leave of `source`."""
    clean = replace(filters, no_explicit=True)
    return FilterCounts(
        left=_count(source, filters),
        languages=_by_value(source, filters.without("languages"), lambda song: song.language),
        genres=_by_value(source, filters.without("genres"), lambda song: song.genre),
        clean=_count(source, clean),
    )


def _by_value(source: Catalogue, others: Filters, value: Callable[[Song], str]) -> dict[str, int]:
    counts = dict.fromkeys(sorted({value(song) for song in source.songs} - {""}), 0)
    for song, passes in zip(source.songs, others.passing(source.songs), strict=True):
        if passes and value(song) in counts:
            counts[value(song)] += 1
    return dict(sorted(counts.items(), key=lambda each: -each[1]))


# --- the catalogue -------------------------------------------------------------------------------


def read_catalogue(path: Path = CATALOGUE) -> Catalogue:
    """Read a catalogue with the columns of `Song`; `artist` holds the artists, parted by `ARTIST_SEPARATOR`.

    Raises:
        InstallationError: the file is missing, or a row is wrong.
    """
    try:
        data = path.read_bytes()
        rows = csv.DictReader(io.StringIO(data.decode("utf-8"), newline=""))
        songs = tuple(_song(path, number, row) for number, row in enumerate(rows, 2))
    except FileNotFoundError as error:
        raise InstallationError("catalogue_missing", path=path) from error
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise InstallationError("catalogue_unreadable", path=path) from error
    return Catalogue(songs, version=hashlib.sha256(data).hexdigest()[:8])


@cache
def catalogue() -> Catalogue:
    """The shipped catalogue, read once."""
    return read_catalogue()


def _song(path: Path, number: int, row: dict[str, str]) -> Song:
    try:
        song = Song(
            spotify_id=row["spotify_id"],
            title=row["title"],
            artists=tuple(row["artist"].split(ARTIST_SEPARATOR)),
            year=int(row["year"]),
            genre=row["genre"],
            language=row["language"],
            explicit={"yes": True, "no": False, "": None}[row["explicit"]],
            emotions=tuple(Emotion(name) for name in row["emotions"].split("|")),
            valence=float(row["valence"]),
            energy=float(row["energy"]),
            tempo=float(row["tempo"]),
            source=row["source"],
        )
        _check(song)
    except (KeyError, ValueError, TypeError, AttributeError) as error:
        raise InstallationError("catalogue_row", path=path, row=number, problem=error) from error
    return song


def _check(song: Song) -> None:
    """Raise ValueError where a value is impossible."""
    if not (0 <= song.valence <= 1 and 0 <= song.energy <= 1):
        raise ValueError("valence and energy lie between 0 and 1")
    if not (song.title and all(song.artists) and song.source in ("spotify", "rated")):
        raise ValueError("title, artist or source is missing")
    if song.spotify_id and len(song.spotify_id) != 22:
        raise ValueError("a Spotify id has 22 characters")
