"""The CSV of songs that Exportify writes (https://exportify.net, https://exportify.app): written and parsed here alone.

Playlists to take along and the table of `femr-library` are written with its columns; a visitor's own songs are parsed
from it, or from a list of another service. `column_names` knows what their columns are called. Artists have several
separators, figures run to 1 or to 100, and spreadsheets that save a list again change the decimal point: all of these
are understood. A song whose valence and energy the list does not tell is placed by what femr's own catalogue knows of
it. A visitor's file is not trusted: a row that is no song is left out and counted. `exportify_table` turns the file's
bytes into cells, this module gives the cells their meaning.
"""

import csv
import io
import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import NamedTuple, TextIO

from femr import i18n
from femr.errors import LibraryError
from femr.i18n.numbers import grouped
from femr.music.catalogue import Catalogue, Song
from femr.music.column_names import COLUMNS
from femr.music.exportify_table import MAX_ROWS, load_table
from femr.music.matching import known_song

NEEDED = ("title", "artists")
"""Fields without which a row is no song."""

FIGURES = ("energy", "valence")
"""Fields without which songs have to be known to the catalogue; one without the other is a mistake."""

SONG_FIELDS = ("uri", "title", "artists", "released", "explicit", "genres", "energy", "valence", "tempo")
"""What is written of songs: all that a `Song` knows."""

MAX_ARTISTS = 20
"""Of a song; the first are kept. Recordings of a whole opera have about fifteen."""

MAX_NUMBER_LENGTH = 32
"""In characters; what is longer is no number."""

_TRACK = re.compile(r"(?:spotify:track:|https?://open\.spotify\.com/(?:intl-\w+/)?track/)?([0-9A-Za-z]{22})(?:\?.*)?")
_FILE = re.compile(r"file:///[!-~]{1,4000}")
_LISTED = re.compile(r"""(['"])(.+?)\1(?=\s*[,\]])""")  # a name in "['A', 'B']"
_YEAR = re.compile(r"(?<!\d)(?:1[89]|20)\d\d(?!\d)", re.ASCII)
_SEMICOLON = re.compile(r"(?<!\\);")
_COMMA = re.compile(r"(?<!\\),(?!(?<=\d,)\d)\s*")  # neither an escaped one nor that in "10,000 Maniacs"
_FORMULA = re.compile(r"'*[=+\-@＝＋－＠]")
_TRUTHS = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}


# --- writing -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Track:
    """A song as the format holds it.

    Attributes:
        uri: where it is: `spotify:track:…` or `file:///…`; empty where unknown.
        title: as a person writes it.
        artists: one or more.
        released: a date or a year; empty where unknown.
        genres: the most fitting first.
        energy, valence: 0…1.
        tempo: beats a minute; None where unknown.
        explicit: None where unknown.
        mode: 1 for major, 0 for minor; None where unknown.
    """

    uri: str
    title: str
    artists: tuple[str, ...]
    released: str
    genres: tuple[str, ...]
    energy: float
    valence: float
    tempo: float | None
    explicit: bool | None = None
    mode: int | None = None


def songs_as_csv(songs: Iterable[Song]) -> str:
    """Songs as a CSV with a header. Exportify has no column for language, emotions and source: they are not in it."""
    file = io.StringIO(newline="")
    table = table_writer(file, SONG_FIELDS)
    table.writeheader()
    table.writerows(as_row(_as_track(song)) for song in songs)
    return file.getvalue()


def table_writer(file: TextIO, fields: Sequence[str]) -> "csv.DictWriter[str]":
    """A writer into `file`, which is open with `newline=""`, of the columns of some fields; it takes `as_row`."""
    return csv.DictWriter(file, header(fields), extrasaction="ignore")


def header(fields: Sequence[str]) -> list[str]:
    """The names of the columns of some fields."""
    return [COLUMNS[field][0] for field in fields]


def as_row(track: Track) -> dict[str, str]:
    """A row by column. A cell that a spreadsheet would take for a formula begins with an apostrophe."""
    cells = {
        "uri": track.uri,
        "title": guarded(track.title.strip()),
        "artists": guarded(join_artists(track.artists)),
        "released": track.released,
        "explicit": _or_empty(track.explicit).lower(),
        "genres": guarded(", ".join(track.genres).strip()),
        "energy": repr(track.energy),
        "valence": repr(track.valence),
        "tempo": _or_empty(track.tempo),
        "mode": _or_empty(track.mode),
    }
    return {COLUMNS[field][0]: cell for field, cell in cells.items()}


def _as_track(song: Song) -> Track:
    return Track(
        uri=f"spotify:track:{song.spotify_id}" if song.spotify_id else song.file,
        title=song.title,
        artists=song.artists,
        released=_or_empty(song.year),
        genres=(song.genre,),
        energy=song.energy,
        valence=song.valence,
        tempo=song.tempo,
        explicit=song.explicit,
    )


def _or_empty(value: object) -> str:
    return "" if value is None else str(value)


def join_artists(artists: Iterable[str]) -> str:
    """Artists with a comma between them; a comma or semicolon in a name has a backslash before it.

    A name's own backslash at its end is followed by a space, or it would stand before the comma that comes next.
    """
    names = [re.sub("[,;]", r"\\\g<0>", artist.strip()) for artist in artists]
    return ", ".join(f"{name} " if name.endswith("\\") else name for name in names).strip()


def guarded(cell: str) -> str:
    """`cell`, safe in a spreadsheet: what would be a formula gets an apostrophe, which `unguarded` takes away."""
    return f"'{cell}" if _FORMULA.match(cell) else cell


# --- parsing -------------------------------------------------------------------------------------


class _Cells(NamedTuple):
    """A row's texts, by field; empty where the file has no such column."""

    uri: str
    title: str
    artists: str
    released: str
    explicit: str
    genres: str
    energy: str
    valence: str
    tempo: str


@dataclass(frozen=True)
class OwnSongs:
    """What a visitor's file holds; its `rows` are songs, left out, repeated or unknown.

    Attributes:
        catalogue: the songs, in the order of the file.
        rows: how many rows were looked at.
        left_out: rows without a title, an artist or possible numbers.
        repeated: rows with a song that an earlier row has.
        cut: whether there were more than `MAX_ROWS` rows.
        placed: songs whose valence and energy femr's catalogue knew, and the file did not tell.
        unknown: rows with a title and an artist, but neither numbers nor a song that the catalogue knows.
    """

    catalogue: Catalogue
    rows: int
    left_out: int
    repeated: int
    cut: bool
    placed: int = 0
    unknown: int = 0

    def sentence(self, lang: str = i18n.DEFAULT_LANGUAGE) -> str:
        """How many songs are used, and what is not."""
        parts = [_say("songs", len(self.catalogue), lang)]
        parts += [_say("placed", self.placed, lang)] if self.placed else []
        parts += [_say("unknown", self.unknown, lang)] if self.unknown else []
        parts += [_say("left_out", self.left_out, lang)] if self.left_out else []
        parts += [_say("repeated", self.repeated, lang)] if self.repeated else []
        parts += [_say("cut", MAX_ROWS, lang)] if self.cut else []
        return "; ".join(parts) + "."


def load_own_songs(data: bytes) -> OwnSongs:
    """Parse a visitor's file.

    Raises:
        LibraryError: it is too large, no text, without the columns needed, or holds no song that can be placed.
    """
    table = load_table(data, {field: COLUMNS[field] for field in _Cells._fields}, NEEDED, together=FIGURES)
    rows = list(map(_Cells._make, table.rows))
    reading = _Reading.of(rows)
    songs: list[Song] = []
    seen: set[object] = set()
    repeated = placed = unknown = 0
    for row in rows:
        song = reading.song(row)
        if song is None:
            unknown += reading.has_no_figures(row)
            continue
        keys = {(song.title.casefold(), song.artist.casefold()), song.spotify_id or None} - {None}
        if keys & seen:
            repeated += 1
        else:
            songs.append(song)
            placed += not (row.energy or row.valence)
        seen |= keys
    count = len(rows) + table.lost
    if not songs:
        if unknown:
            raise LibraryError("own_songs_figures", rows=count)
        raise LibraryError("own_songs_none", rows=count) if count else LibraryError("own_songs_rows")
    left_out = count - len(songs) - repeated - unknown
    return OwnSongs(Catalogue(tuple(songs)), count, left_out, repeated, table.cut, placed, unknown)


def known_uris(data: bytes, fields: Sequence[str]) -> set[str] | None:
    """The URIs in a table that `table_writer` wrote with these fields; None where `data` is no such table."""
    try:
        rows = csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline=""))
        return {row[COLUMNS["uri"][0]] for row in rows} if rows.fieldnames == header(fields) else None
    except (UnicodeDecodeError, csv.Error):
        return None


def split_artists(text: str, separator: re.Pattern[str] = _COMMA) -> tuple[str, ...]:
    """What `join_artists` was given: stripped, nobody twice, and `MAX_ARTISTS` at most."""
    names = (re.sub(r"\\([,;])", r"\1", part).strip() for part in separator.split(text))
    return tuple(islice(dict.fromkeys(name for name in names if name), MAX_ARTISTS))


def unguarded(cell: str) -> str:
    """What `guarded` was given."""
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell) else cell


@dataclass(frozen=True)
class _Reading:
    """How the cells of one file are to be read.

    Attributes:
        separator: between artists.
        scale: the largest valence and energy, 1 or 100.
    """

    separator: re.Pattern[str]
    scale: float

    @classmethod
    def of(cls, rows: Sequence[_Cells]) -> "_Reading":
        """What all rows together tell: figures run to 100 where most of them are above 1."""
        separator = _SEMICOLON if any(_SEMICOLON.search(row.artists) for row in rows) else _COMMA
        figures = [figure for row in rows for figure in (_number(row.energy), _number(row.valence)) if figure >= 0]
        return cls(separator, 100.0 if 2 * sum(figure > 1 for figure in figures) > len(figures) else 1.0)

    def song(self, row: _Cells) -> Song | None:
        """The song, or None where the row has no title, no artist, or neither possible numbers nor a known song."""
        title, artists = unguarded(row.title), self._artists(row)
        if not (title and artists):
            return None
        track = _TRACK.fullmatch(row.uri)
        spotify_id = track[1] if track else ""
        if not (row.energy or row.valence):
            known = known_song(spotify_id, title, (*artists, unguarded(row.artists)))
            return replace(known, source="own") if known else None
        valence, energy = _number(row.valence) / self.scale, _number(row.energy) / self.scale
        if not (0 <= valence <= 1 and 0 <= energy <= 1):
            return None
        tempo, year = _number(row.tempo), _YEAR.search(row.released)
        return Song(
            spotify_id=spotify_id,
            title=title,
            artists=artists,
            year=int(year[0]) if year else None,
            genre=_first_genre(unguarded(row.genres)),
            language="",
            explicit=_TRUTHS.get(row.explicit.lower()),
            emotions=(),
            valence=valence,
            energy=energy,
            tempo=tempo if 0 < tempo < math.inf else None,
            source="own",
            file=row.uri if _FILE.fullmatch(row.uri) else "",
        )

    def has_no_figures(self, row: _Cells) -> bool:
        """Whether a row names a song, but not where it lies."""
        return bool(row.title and self._artists(row)) and not (row.energy or row.valence)

    def _artists(self, row: _Cells) -> tuple[str, ...]:
        text = unguarded(row.artists)
        if text.startswith("[") and text.endswith("]"):
            text = ";".join(name for _, name in _LISTED.findall(text)) or text
            return split_artists(text, _SEMICOLON)
        return split_artists(text, self.separator)


def _first_genre(text: str) -> str:
    """The first of several, in lower case; without what cannot be printed, which a share link would refuse."""
    words = text.replace(";", ",").partition(",")[0].lower().split()
    return "".join(filter(str.isprintable, " ".join(words))).strip()


def _number(text: str) -> float:
    """A number with a decimal point or comma; NaN where it is none."""
    try:
        return float(text.replace(",", ".")) if len(text) <= MAX_NUMBER_LENGTH else math.nan
    except ValueError:
        return math.nan


def _say(what: str, count: int, lang: str) -> str:
    form = "one" if count == 1 else "many"
    return i18n.translate(f"own.{what}.{form}", lang, count=grouped(count, lang))
