"""What was read of many photos so far, in a file that outlasts an interruption."""

import json
import os
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Any

from femr.batch import NOT_READ, Row, Rows
from femr.errors import ChoiceError

Stamp = tuple[int, int]
"""By which it is seen that a file is another one now: when it was last changed, in nanoseconds, and its bytes."""

JOURNAL = b'{"femr": "journal", "network": '
"""What a journal begins with."""


def stamp(path: Path) -> Stamp | None:
    """A file's stamp; None of one that cannot be seen."""
    try:
        seen = path.stat()
    except (OSError, ValueError):
        return None
    return seen.st_mtime_ns, seen.st_size


@dataclass(frozen=True, slots=True)
class _Entry:
    """A line of a journal.

    Attributes:
        place: where it begins, in bytes.
        stamp: of the file that was read.
        read: whether there was anything to read.
    """

    place: int
    stamp: Stamp | None
    read: bool


class Journal:
    """The rows of the photos that were read so far, in a file: a head, then a line of JSON for each photo."""

    def __init__(self, path: Path, network: str) -> None:
        """Open it; what another network read, and a last line that was not finished, are taken away.

        Raises:
            ChoiceError: the file is no journal, or another process writes it.
            OSError: it cannot be opened.
        """
        head = JOURNAL + json.dumps(network).encode() + b"}\n"
        if path.exists() and not path.is_file():
            raise ChoiceError("table_foreign", path=path)
        self.path = path
        self._file = path.open("a+b")
        if not _locked(self._file):
            self._file.close()
            raise ChoiceError("table_busy", path=path)
        self._file.seek(0)
        first = self._file.readline()
        if first and not (first.startswith(JOURNAL) or head.startswith(first)):
            self._file.close()
            raise ChoiceError("table_foreign", path=path)
        self._entries: dict[str, _Entry] = {}
        if first == head:
            self._find()
        else:
            self._file.truncate(0)
            self._file.write(head)
            self._file.flush()

    def _find(self) -> None:
        place = self._file.tell()
        for line in self._file:
            told = _told(line)
            if told is None:
                break
            self._entries[told["file"]] = _entry(place, told)
            place += len(line)
        self._file.truncate(place)

    def has(self, path: Path, stamp: Stamp | None) -> bool:
        """Whether the photo was read, and has the same stamp as then."""
        entry = self._entries.get(os.path.abspath(path))
        return entry is not None and entry.read and entry.stamp == stamp

    def __len__(self) -> int:
        return len(self._entries)

    def add(self, path: Path, stamp: Stamp | None, rows: Rows) -> None:
        """Note what was read of a file with that stamp; it stays though the program is killed.

        Raises:
            OSError: it cannot be written.
        """
        told = {"file": os.path.abspath(path), "stamp": stamp, "rows": [asdict(row) for row in rows]}
        place = self._file.seek(0, os.SEEK_END)
        self._file.write(json.dumps(told).encode("ascii") + b"\n")
        self._file.flush()
        self._entries[told["file"]] = _entry(place, told)

    def rows(self, path: Path) -> Rows:
        """What was read last of a photo that is in it."""
        self._file.seek(self._entries[os.path.abspath(path)].place)
        told = json.loads(self._file.readline())["rows"]
        lists = ("box", "shares", "hints")
        return tuple(Row(**{**row, **{name: tuple(row[name]) for name in lists}}) for row in told)

    def close(self) -> None:
        """Close the file."""
        self._file.close()


def _told(line: bytes) -> dict[str, Any] | None:
    """What a journal's line tells, or None where the line was not finished."""
    try:
        return json.loads(line) if line.endswith(b"\n") else None
    except ValueError:
        return None


def _entry(place: int, told: dict[str, Any]) -> _Entry:
    """What is remembered of a line; those of older journals have no stamp."""
    stamped = told.get("stamp")
    return _Entry(place, tuple(stamped) if stamped else None, told["rows"][0]["status"] not in NOT_READ)


def _locked(file: IO[bytes]) -> bool:
    """Whether `file` is now this process's alone, for as long as it is open."""
    if sys.platform == "win32":
        return True
    import fcntl

    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:  # a file system without locks
        return True
    return True
