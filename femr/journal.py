"""What was read of many photos so far, in a file that outlasts an interruption."""

import json
import os
import sys
from dataclasses import asdict
from pathlib import Path
from typing import IO

from femr.batch import Row, Rows
from femr.errors import ChoiceError

JOURNAL = b'{"femr": "journal", "network": '
"""What a journal begins with."""


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
        self._places: dict[str, int] = {}
        if first == head:
            self._find()
        else:
            self._file.truncate(0)
            self._file.write(head)
            self._file.flush()

    def _find(self) -> None:
        place = self._file.tell()
        for line in self._file:
            key = _photo_of(line)
            if key is None:
                break
            self._places[key] = place
            place += len(line)
        self._file.truncate(place)

    def __contains__(self, path: Path) -> bool:
        return os.path.abspath(path) in self._places

    def __len__(self) -> int:
        return len(self._places)

    def add(self, path: Path, rows: Rows) -> None:
        """Note what was read; it stays though the program is killed.

        Raises:
            OSError: it cannot be written.
        """
        key = os.path.abspath(path)
        place = self._file.seek(0, os.SEEK_END)
        self._file.write(json.dumps({"file": key, "rows": [asdict(row) for row in rows]}).encode("ascii") + b"\n")
        self._file.flush()
        self._places[key] = place

    def rows(self, path: Path) -> Rows:
        """What was read of a photo that is in it."""
        self._file.seek(self._places[os.path.abspath(path)])
        told = json.loads(self._file.readline())["rows"]
        lists = ("box", "shares", "hints")
        return tuple(Row(**{**row, **{name: tuple(row[name]) for name in lists}}) for row in told)

    def close(self) -> None:
        """Close the file."""
        self._file.close()


def _photo_of(line: bytes) -> str | None:
    """The photo that a journal's line is about, or None where the line was not finished."""
    try:
        return json.loads(line)["file"] if line.endswith(b"\n") else None
    except ValueError:
        return None


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
