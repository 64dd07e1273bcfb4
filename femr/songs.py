"""Songs and the catalogue that femr ships."""

import csv
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

import numpy as np

from femr.assets import CATALOGUE
from femr.emotions import EMOTIONS, Emotion
from femr.errors import InstallationError


@dataclass(frozen=True, slots=True)
class Song:
    """One song.

    Attributes:
        spotify_id: 22 characters, or empty: then there is no player, only links that search.
        title, artist: as a person writes them; several artists are parted by ", ".
        year: of the first release.
        genre: lower case.
        language: of the lyrics, ISO 639-1; `zxx` for instrumentals (ISO 639-2).
        explicit: None where unknown.
        emotions: what an editor says it expresses, one or two.
        valence: sad or dark 0 … 1 happy.
        energy: quiet 0 … 1 loud and fast.
        tempo: beats a minute.
        source: of the last three: `spotify`, or `rated` by hand.
    """

    spotify_id: str
    title: str
    artist: str
    year: int
    genre: str
    language: str
    explicit: bool | None
    emotions: tuple[Emotion, ...]
    valence: float
    energy: float
    tempo: float
    source: str

    @property
    def artists(self) -> tuple[str, ...]:
        """Every artist."""
        return tuple(self.artist.split(", "))

    @property
    def place(self) -> tuple[float, float]:
        """Valence and arousal on the plane, each −1…1."""
        return 2 * self.valence - 1, 2 * self.energy - 1


@dataclass(frozen=True)
class Catalogue:
    """Songs to choose from, with their numbers as arrays."""

    songs: tuple[Song, ...]

    def __len__(self) -> int:
        return len(self.songs)

    @cached_property
    def places(self) -> np.ndarray:
        """Valence and arousal of each song: float64 (N, 2), −1…1."""
        return np.array([song.place for song in self.songs]).reshape(-1, 2)

    @cached_property
    def labels(self) -> np.ndarray:
        """1 where a song bears an emotion's label: float64 (N, 6), in the order of `EMOTIONS`."""
        rows = [[float(emotion in song.emotions) for emotion in EMOTIONS] for song in self.songs]
        return np.array(rows).reshape(-1, len(EMOTIONS))


def read_catalogue(path: Path = CATALOGUE) -> Catalogue:
    """Read a catalogue with the columns of `Song`.

    Raises:
        InstallationError: the file is missing, or a row is wrong.
    """
    try:
        with path.open(encoding="utf-8", newline="") as file:
            return Catalogue(tuple(_song(path, number, row) for number, row in enumerate(csv.DictReader(file), 2)))
    except FileNotFoundError as error:
        raise InstallationError("catalogue_missing", path=path) from error
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise InstallationError("catalogue_unreadable", path=path) from error


@cache
def catalogue() -> Catalogue:
    """The shipped catalogue, read once."""
    return read_catalogue()


def _song(path: Path, number: int, row: dict[str, str]) -> Song:
    try:
        song = Song(
            spotify_id=row["spotify_id"],
            title=row["title"],
            artist=row["artist"],
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
    except (KeyError, ValueError, TypeError) as error:
        raise InstallationError("catalogue_row", path=path, row=number, problem=error) from error
    return song


def _check(song: Song) -> None:
    """Raise ValueError where a value is impossible."""
    if not (0 <= song.valence <= 1 and 0 <= song.energy <= 1):
        raise ValueError("valence and energy lie between 0 and 1")
    if not (song.title and song.artist and song.source in ("spotify", "rated")):
        raise ValueError("title, artist or source is missing")
    if song.spotify_id and len(song.spotify_id) != 22:
        raise ValueError("a Spotify id has 22 characters")
