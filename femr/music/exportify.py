"""A visitor's own songs, from the CSV that Exportify writes (https://exportify.net, https://exportify.app).

Its columns have had several names and its artists several separators; spreadsheets that save it again change the
delimiter, the decimal point and the encoding. All of these are read. The file is a visitor's and nothing in it is
trusted: a row that is no song is left out and counted.
"""

import codecs
import csv
import io
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import NamedTuple

from femr import i18n
from femr.errors import LibraryError
from femr.music.catalogue import Catalogue, Song

MAX_ROWS = 50_000
"""How many rows of a file are used."""

MAX_MEGABYTES = 32
"""How large a file may be. Exportify's rows take some 400 bytes, so that 50,000 of them fit."""

MAX_LINES, LONGEST_LINE = 4 * MAX_ROWS, 2**16
"""More than any table of songs has: they bound the time and memory that a file made for harm takes."""

DELIMITERS = (",", ";", "\t")

LONGEST_NUMBER = 32
"""In characters; what is longer is none."""

NAMES_SHOWN, LONGEST_NAME = 40, 30
"""How many of a file's columns an error names, and how much of each."""

NEEDED = {"title": "Track Name", "artists": "Artist Name(s)", "energy": "Energy", "valence": "Valence"}
"""Columns that a file cannot do without, by field of `_Cells`."""

COLUMNS = {
    "track": ("Track URI", "Track ID", "Spotify URI", "Spotify ID", "Track URL"),
    "title": ("Track Name",),
    "artists": ("Artist Name(s)",),
    "released": ("Release Date", "Album Release Date"),
    "explicit": ("Explicit", "Explicit?"),
    "genres": ("Genres",),
    "energy": ("Energy",),
    "valence": ("Valence",),
    "tempo": ("Tempo",),
}
"""The names that each column has had, today's first."""

_TRACK = re.compile(r"(?:spotify:track:|https?://open\.spotify\.com/(?:intl-\w+/)?track/)?([0-9A-Za-z]{22})(?:\?.*)?")
_YEAR = re.compile(r"(?<!\d)(?:1[89]|20)\d\d(?!\d)", re.ASCII)
_COMMA = re.compile(r"(?<!\\),(?!(?<=\d,)\d)\s*")  # neither an escaped one nor that in "10,000 Maniacs"
_FORMULA = re.compile(r"'*[=+\-@＝＋－＠]")
_TRUTHS = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}


@dataclass(frozen=True)
class OwnSongs:
    """What was read of a file; `rows` are songs, left out or repeated.

    Attributes:
        catalogue: the songs, in the order of the file.
        rows: how many rows were looked at.
        left_out: rows without a title, an artist or possible numbers.
        repeated: rows with a song that an earlier row has.
        cut: whether there were more than `MAX_ROWS` rows.
    """

    catalogue: Catalogue
    rows: int
    left_out: int
    repeated: int
    cut: bool

    def sentence(self, lang: str = i18n.DEFAULT_LANGUAGE) -> str:
        """How many songs were read, and what was not."""
        parts = [_say("songs", len(self.catalogue), lang)]
        parts += [_say("left_out", self.left_out, lang)] if self.left_out else []
        parts += [_say("repeated", self.repeated, lang)] if self.repeated else []
        parts += [_say("cut", MAX_ROWS, lang)] if self.cut else []
        return "; ".join(parts) + "."


class _Cells(NamedTuple):
    """A row's texts, by what they mean; empty where the file has no such column."""

    track: str
    title: str
    artists: str
    released: str
    explicit: str
    genres: str
    energy: str
    valence: str
    tempo: str


@dataclass(frozen=True)
class _Table:
    """A file's rows, and how many lines are none."""

    rows: list[_Cells]
    lost: int
    cut: bool


def load_own_songs(data: bytes) -> OwnSongs:
    """Read a CSV.

    Raises:
        LibraryError: it is too large, no text, without the columns needed, or holds no song.
    """
    if len(data) > MAX_MEGABYTES * 2**20:
        raise LibraryError("own_songs_large", limit=MAX_MEGABYTES)
    table = _table(data, _encoding(data))
    songs, seen, repeated = [], set(), 0
    several = ";" if any(";" in row.artists for row in table.rows) else _COMMA
    for row in table.rows:
        song = _song(row, several)
        if song is None:
            continue
        keys = {(song.title.casefold(), song.artist.casefold()), song.spotify_id or None} - {None}
        if keys & seen:
            repeated += 1
        else:
            songs.append(song)
        seen |= keys
    rows = len(table.rows) + table.lost
    if not songs:
        raise LibraryError("own_songs_none", rows=rows) if rows else LibraryError("own_songs_rows")
    return OwnSongs(Catalogue(tuple(songs)), rows, rows - len(songs) - repeated, repeated, table.cut)


def guarded(cell: str) -> str:
    """`cell`, safe in a spreadsheet: what would be a formula gets an apostrophe, which `unguarded` takes away."""
    return f"'{cell}" if _FORMULA.match(cell) else cell


def unguarded(cell: str) -> str:
    """What `guarded` was given."""
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell) else cell


def _say(what: str, count: int, lang: str) -> str:
    grouped = f"{count:,}" if lang == "en" else f"{count:,}".replace(",", ".")
    form = "one" if count == 1 else "many"
    return i18n.translate(f"own.{what}.{form}", lang, count=grouped)


# --- bytes to cells ------------------------------------------------------------------------------


def _encoding(data: bytes) -> str:
    """The file's encoding: UTF-8, UTF-16 with its mark, or what Windows calls ANSI if the columns then make sense."""
    if not data.strip():
        raise LibraryError("own_songs_empty")
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encodings = ("utf-16",)
    elif b"\0" in data:
        raise LibraryError("own_songs_binary")
    else:
        encodings = ("utf-8-sig", "cp1252", "latin-1")
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" in text:
            raise LibraryError("own_songs_binary")
        if encoding.startswith("utf") or not _header(data, encoding).missing:
            return encoding
    raise LibraryError("own_songs_encoding")


@dataclass(frozen=True)
class _Header:
    """What the first row says.

    Attributes:
        delimiter: between cells.
        names: as they are written.
        columns: where each field of `_Cells` is, as far as there is a column.
    """

    delimiter: str
    names: list[str]
    columns: dict[str, int]

    @property
    def missing(self) -> list[str]:
        """Columns that a file cannot do without."""
        return [name for field, name in NEEDED.items() if field not in self.columns]


def _header(data: bytes, encoding: str) -> _Header:
    """The header by the delimiter that gives most of the columns."""
    headers = [_header_by(delimiter, data, encoding) for delimiter in DELIMITERS]
    return max(headers, key=lambda header: (len(header.columns), len(header.names)))


def _header_by(delimiter: str, data: bytes, encoding: str) -> _Header:
    names, _ = next(_records(data, encoding, delimiter), ([], 0))
    plain = [_plain(name) for name in names]
    columns = {}
    for field, known in COLUMNS.items():
        place = next((plain.index(name) for name in map(_plain, known) if name in plain), None)
        if place is not None:
            columns[field] = place
    return _Header(delimiter, names, columns)


def _plain(name: str) -> str:
    return "".join(name.casefold().split())


def _records(data: bytes, encoding: str, delimiter: str) -> Iterator[tuple[list[str], int]]:
    """Rows that are not blank, and how many lines each takes; a row that cannot be read has no cells."""
    file = io.TextIOWrapper(io.BytesIO(data), encoding, newline="")
    lines = islice(iter(lambda: file.readline(LONGEST_LINE), ""), MAX_LINES)
    reader = csv.reader(lines, delimiter=delimiter)
    line = 0
    while True:
        try:
            row = next(reader)
            blank = not any(map(str.strip, row))
        except StopIteration:
            return
        except csv.Error:  # a text too long: a quotation mark is missing; what comes after it can be read
            row, blank = [], False
        if not blank:
            yield row, reader.line_num - line
        line = reader.line_num


def _table(data: bytes, encoding: str) -> _Table:
    header = _header(data, encoding)
    if header.missing:
        found = ", ".join(" ".join(name.split())[:LONGEST_NAME] for name in header.names[:NAMES_SHOWN])
        raise LibraryError("own_songs_columns", missing=", ".join(header.missing), found=found)
    picked = [header.columns.get(field) for field in _Cells._fields]
    width, rows, lost = len(header.names), [], 0
    records = _records(data, encoding, header.delimiter)
    next(records)
    for row, lines in records:
        if len(rows) + lost >= MAX_ROWS:
            return _Table(rows, lost, cut=True)
        if len(row) < width or any(row[width:]):
            lost += lines  # where a quotation mark is missing, several rows look like one
        else:
            rows.append(_Cells(*("" if place is None else row[place].strip() for place in picked)))
    return _Table(rows, lost, cut=False)


# --- cells to songs ------------------------------------------------------------------------------


def _song(row: _Cells, several: str | re.Pattern[str]) -> Song | None:
    """The song, or None where the row has no title, no artist or impossible numbers."""
    title, artists = unguarded(row.title), _artists(unguarded(row.artists), several)
    valence, energy, tempo = _number(row.valence), _number(row.energy), _number(row.tempo)
    if not (title and artists and 0 <= valence <= 1 and 0 <= energy <= 1):
        return None
    track, year = _TRACK.fullmatch(row.track), _YEAR.search(row.released)
    return Song(
        spotify_id=track[1] if track else "",
        title=title,
        artists=artists,
        year=int(year[0]) if year else None,
        genre=unguarded(row.genres).replace(";", ",").partition(",")[0].strip().lower(),
        language="",
        explicit=_TRUTHS.get(row.explicit.lower()),
        emotions=(),
        valence=valence,
        energy=energy,
        tempo=tempo if 0 < tempo < math.inf else None,
        source="own",
    )


def _artists(text: str, several: str | re.Pattern[str]) -> tuple[str, ...]:
    parts = text.split(several) if isinstance(several, str) else several.split(text)
    return tuple(dict.fromkeys(name for part in parts if (name := part.replace("\\,", ",").strip())))


def _number(text: str) -> float:
    """A number with a decimal point or comma; NaN where it is none."""
    try:
        return float(text.replace(",", ".")) if len(text) <= LONGEST_NUMBER else math.nan
    except ValueError:
        return math.nan
