"""Songs, and the catalogue that femr ships."""

import csv
import hashlib
import io
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

import numpy as np

from femr.emotions import EMOTIONS, Emotion, nearest_emotion
from femr.errors import InstallationError
from femr.paths import CATALOGUE

ARTIST_SEPARATOR = "; "
"""Between several artists in the catalogue's file; a comma may be part of a name."""

MAX_KEY = 300
"""Characters of a song's key."""


@dataclass(frozen=True, slots=True)
class Song:
    """One song.

    Attributes:
        spotify_id: 22 characters, or empty where unknown.
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
        youtube_id: 11 characters, or empty where unknown.
        file: address of a visitor's own file, `file:///…`; else empty.
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
    youtube_id: str = ""
    file: str = ""

    @property
    def plays(self) -> bool:
        """Whether a player can be given the very recording; otherwise only a search may find it."""
        return bool(self.spotify_id or self.youtube_id or self.file)

    @property
    def key(self) -> str:
        """What it is known by in a `Taste`: the same in every catalogue, whatever ids it has there.

        It can be printed, has no space at its ends and `MAX_KEY` characters at most.
        """
        text = f"{self.artist} - {self.title}".casefold()
        if not text.isprintable():
            text = "".join(filter(str.isprintable, text))
        return text[:MAX_KEY].strip()

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
class Column:
    """One text of every song, as numbers.

    Attributes:
        values: the different texts, as they come.
        codes: which of them each song has: int32 (N,).
    """

    values: tuple[str, ...]
    codes: np.ndarray

    @classmethod
    def of(cls, texts: Iterable[str]) -> "Column":
        """The column that holds `texts`."""
        numbers: dict[str, int] = {}
        codes = np.array([numbers.setdefault(text, len(numbers)) for text in texts], np.int32)
        return cls(tuple(numbers), codes)

    def among(self, wanted: Collection[str]) -> np.ndarray:
        """Bool (N,): songs that have one of the `wanted` texts."""
        return np.array([value in wanted for value in self.values], bool)[self.codes]

    def counts(self, of: np.ndarray) -> dict[str, int]:
        """How many of the songs `of`, a bool mask (N,), have each text."""
        found = np.bincount(self.codes[of], minlength=len(self.values))
        return dict(zip(self.values, found.tolist(), strict=True))


@dataclass(frozen=True)
class Catalogue:
    """Songs to choose from, with their facts as arrays, each made when it is first asked for.

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
        """Valence and arousal of each song: float64 (N, 2), −1…1; column by column, as it is used."""
        shares = [[song.valence for song in self.songs], [song.energy for song in self.songs]]
        return 2 * np.array(shares, np.float64).T - 1

    @cached_property
    def labels(self) -> np.ndarray:
        """1 where a song bears an emotion's label: float32 (N, 6), in the order of `EMOTIONS`; column by column."""
        labels = np.zeros((len(self), len(EMOTIONS)), np.float32, order="F")
        for column, emotion in enumerate(EMOTIONS):
            labels[:, column] = [emotion in song.emotions for song in self.songs]
        return labels

    @cached_property
    def silent(self) -> np.ndarray:
        """Bool (N,): songs that no player can be given."""
        return np.array([not song.plays for song in self.songs], bool)

    @cached_property
    def years(self) -> np.ndarray:
        """Year of release: float64 (N,), NaN where unknown."""
        return np.array([song.year for song in self.songs], np.float64)

    @cached_property
    def clean(self) -> np.ndarray:
        """Bool (N,): songs known not to be explicit."""
        return np.array([song.explicit is False for song in self.songs], bool)

    @cached_property
    def languages(self) -> Column:
        """Language of each song."""
        return Column.of(song.language for song in self.songs)

    @cached_property
    def genres(self) -> Column:
        """Genre of each song."""
        return Column.of(song.genre for song in self.songs)

    @cached_property
    def by_artist(self) -> dict[str, list[int]]:
        """Positions of each artist's songs."""
        found: dict[str, list[int]] = {}
        for position, song in enumerate(self.songs):
            for artist in song.artists:
                found.setdefault(artist, []).append(position)
        return found

    @cached_property
    def by_key(self) -> dict[str, int]:
        """Position of each song by its `key`."""
        return {song.key: position for position, song in enumerate(self.songs)}


# --- the catalogue -------------------------------------------------------------------------------


def load_catalogue(path: Path = CATALOGUE) -> Catalogue:
    """Load a catalogue with the columns of `Song`; `artist` holds the artists, parted by `ARTIST_SEPARATOR`.

    Raises:
        InstallationError: the file is missing or holds no songs, or a row is wrong.
    """
    try:
        data = path.read_bytes()
        rows = csv.DictReader(io.StringIO(data.decode("utf-8"), newline=""))
        songs = tuple(_song(path, number, row) for number, row in enumerate(rows, 2))
    except FileNotFoundError as error:
        raise InstallationError("catalogue_missing", path=path) from error
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise InstallationError("catalogue_unreadable", path=path) from error
    if not songs:
        raise InstallationError("catalogue_unreadable", path=path)
    return Catalogue(songs, version=hashlib.sha256(data).hexdigest()[:8])


@cache
def catalogue() -> Catalogue:
    """The shipped catalogue, loaded once."""
    return load_catalogue()


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
            youtube_id=row["youtube_id"],
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
    if len(song.youtube_id) not in (0, 11):
        raise ValueError("a YouTube id has 11 characters")
