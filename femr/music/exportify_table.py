"""The bytes of a CSV file -> its cells, by column.

Spreadsheets that save a table again change its delimiter and its encoding; the usual ones are all understood. The file
comes from a visitor and nothing in it is trusted: its size, its rows and its lines are limited, and a row that does not
fit the header is counted and left out. What the cells mean is the business of `exportify`.
"""

import codecs
import csv
import io
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from femr.errors import LibraryError
from femr.music.column_names import plain

MAX_ROWS = 50_000
"""How many rows of a file are used."""

MAX_MEGABYTES = 32
"""How large a file may be. Exportify's rows take some 400 bytes, so that 50,000 of them fit."""

MAX_LINES, MAX_LINE_LENGTH = 4 * MAX_ROWS, 2**16
"""More than any table of songs has: they bound the time and memory that a file made for harm takes."""

DELIMITERS = (",", ";", "\t")

MAX_NAMES_SHOWN, MAX_NAME_SHOWN = 40, 30
"""How many of a file's columns an error names, and how many characters of each."""

_LASTFM_LINE = re.compile(rb'[^\r\n]{1,900},"?\d\d \w{3} \d{4},? \d\d:\d\d"?\r?\n')
"""The first line of what lastfm-to-csv writes, which has no header: artist, album, song and when it was heard."""

_SEPARATOR_LINE = re.compile(r"sep=.?.?", re.IGNORECASE)
"""Excel's first line, which names the delimiter; it is found without, by the columns."""

Columns = Mapping[str, Sequence[str]]
"""The names that the column of each field may have, the usual one first."""


@dataclass(frozen=True)
class Table:
    """A file's rows.

    Attributes:
        rows: the stripped cells of each row, in the order of the fields; empty where the file has no such column.
        lost: how many lines are no such row.
        cut: whether there were more than `MAX_ROWS` rows.
    """

    rows: list[tuple[str, ...]]
    lost: int
    cut: bool


def load_table(data: bytes, columns: Columns, needed: Collection[str], together: Collection[str] = ()) -> Table:
    """Parse a CSV file.

    Args:
        data: the file.
        columns: the fields to look for; `plain` says what makes no difference in a column's name.
        needed: fields that the file must have a column for.
        together: fields of which the file must have all or none.

    Raises:
        LibraryError: it is too large, empty, no text, or lacks a column that is needed.
    """
    if len(data) > MAX_MEGABYTES * 2**20:
        raise LibraryError("own_songs_large", limit=MAX_MEGABYTES)
    if _LASTFM_LINE.match(data):
        data = b"Artist,Album,Track,Date\n" + data
    encoding = _encoding(data, columns, needed)
    header = _header(data, encoding, columns)
    missing = header.missing(needed)
    if len(header.missing(together)) < len(together):
        missing += header.missing(together)
    if missing:
        found = ", ".join(" ".join(name.split())[:MAX_NAME_SHOWN] for name in header.names[:MAX_NAMES_SHOWN])
        raise LibraryError("own_songs_columns", missing=", ".join(columns[field][0] for field in missing), found=found)
    positions = [header.positions.get(field) for field in columns]
    width = len(header.names)
    rows: list[tuple[str, ...]] = []
    lost = 0
    records = _records(data, encoding, header.delimiter)
    next(records)  # the header
    for row, lines in records:
        if len(rows) + lost >= MAX_ROWS:
            return Table(rows, lost, cut=True)
        if len(row) < width or any(row[width:]):
            lost += lines  # where a quotation mark is missing, several rows look like one
        else:
            rows.append(tuple("" if position is None else row[position].strip() for position in positions))
    return Table(rows, lost, cut=False)


def _encoding(data: bytes, columns: Columns, needed: Collection[str]) -> str:
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
        if encoding.startswith("utf") or not _header(data, encoding, columns).missing(needed):
            return encoding
    raise LibraryError("own_songs_encoding")


@dataclass(frozen=True)
class _Header:
    """What the first row says.

    Attributes:
        delimiter: between cells.
        names: of the columns, as they are written.
        positions: which column holds each field, as far as there is one.
    """

    delimiter: str
    names: list[str]
    positions: dict[str, int]

    def missing(self, needed: Collection[str]) -> list[str]:
        """Fields that are needed and have no column."""
        return [field for field in needed if field not in self.positions]


def _header(data: bytes, encoding: str, columns: Columns) -> _Header:
    """The header by the delimiter that gives most of the columns."""
    headers = [_header_by(delimiter, data, encoding, columns) for delimiter in DELIMITERS]
    return max(headers, key=lambda header: (len(header.positions), len(header.names)))


def _header_by(delimiter: str, data: bytes, encoding: str, columns: Columns) -> _Header:
    names, _ = next(_records(data, encoding, delimiter), ([], 0))
    plain_names = [plain(name) for name in names]
    positions = {}
    for field, known in columns.items():
        position = next((plain_names.index(name) for name in map(plain, known) if name in plain_names), None)
        if position is not None:
            positions[field] = position
    return _Header(delimiter, names, positions)


def _records(data: bytes, encoding: str, delimiter: str) -> Iterator[tuple[list[str], int]]:
    """Rows that are not blank, and how many lines each takes; a row that cannot be parsed has no cells."""
    file = io.TextIOWrapper(io.BytesIO(data), encoding, newline="")
    lines = islice(iter(lambda: file.readline(MAX_LINE_LENGTH), ""), MAX_LINES)
    reader = csv.reader(lines, delimiter=delimiter)
    line = 0
    while True:
        try:
            row = next(reader)
            blank = not any(map(str.strip, row))
        except StopIteration:
            return
        except csv.Error:  # a text too long: a quotation mark is missing; what comes after it can be parsed
            row, blank = [], False
        if not blank and not (line == 0 and _SEPARATOR_LINE.fullmatch(delimiter.join(row))):
            yield row, reader.line_num - line
        line = reader.line_num
