"""Files that visitors upload: kept for one look by whoever sent them, in a folder that nobody else may open."""

import contextlib
import os
import re
import secrets
import shutil
import stat
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, BinaryIO

from gradio.context import LocalContext

from femr.errors import LimitError, PhotoError, StartError, UploadError
from femr.page.server.limits import MAX_FILE_MEGABYTES, UPLOAD_BYTES_WAITING, UPLOADS_WAITING, Most
from femr.page.server.visitors import Visitor, visitor

__all__ = ["MAX_FILE_MEGABYTES", "Uploads", "safe_name", "sent_by", "uploaded_file", "uploads"]

SECONDS_KEPT = 120
"""An upload that nobody asks for is removed at most this long, and `SWEEP_SECONDS`, after it came."""

SWEEP_SECONDS = 30
"""Between two looks for what is older."""

LONGEST_NAME = 200
"""Bytes of a file's name as UTF-8; file systems take 255."""

SENT_SIDE = 2160
"""Longer side of a photo as the browser sends it, in pixels: the small faces of a group stay readable."""


@dataclass(frozen=True, slots=True)
class _Upload:
    sender: Visitor
    size: int
    came: float


class Uploads:
    """The uploads of one server.

    What is no upload of its sender is refused in the same words as what is not there: nobody learns of others' files.
    """

    def __init__(
        self,
        parent: Path,
        *,
        waiting: Most = UPLOADS_WAITING,
        bytes_waiting: Most = UPLOAD_BYTES_WAITING,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """Begin with none; what a server before this one left is removed.

        Args:
            parent: where the folder is made.
            waiting: how many uploads are kept.
            bytes_waiting: how many bytes they may take.
            clock: tells the seconds since 1970.

        Raises:
            StartError: no folder can be made there that nobody else may open.
        """
        self.folder = _own_folder(parent)
        self._waiting, self._bytes_waiting = waiting, bytes_waiting
        self._clock = clock
        self._kept: dict[str, _Upload] = {}
        self._lock = threading.Lock()  # handlers run in threads
        self._mine = self.folder / secrets.token_urlsafe(9)
        self.sweep()

    @contextlib.contextmanager
    def expected(self, sender: Visitor, size: int) -> Iterator[None]:
        """While an upload of `size` bytes is on its way.

        Raises:
            LimitError: too many are waiting.
        """
        key = secrets.token_urlsafe(18)
        with self._lock:
            others = [each for each in self._kept.values() if each.sender.address == sender.address]
            if _full(others, size, self._waiting.each, self._bytes_waiting.each) or _full(
                list(self._kept.values()), size, self._waiting.together, self._bytes_waiting.together
            ):
                raise LimitError("limit_uploads")
            self._kept[key] = _Upload(sender, size, self._clock())
        try:
            yield
        finally:
            with self._lock:
                self._kept.pop(key, None)

    def keep(self, sender: Visitor, file: BinaryIO, name: str) -> str:
        """Write an upload down; the path that an event names it by.

        Raises:
            UploadError: the folder was removed, and somebody else has taken its name.
            LimitError: there is no room on the disk.
        """
        if not _is_own(self.folder):  # made again where something has cleaned up, as systems do with what lies idle
            raise UploadError("upload_refused")
        folder = self._mine / secrets.token_urlsafe(18)
        path = folder / safe_name(name)
        try:
            self._mine.mkdir(mode=0o700, exist_ok=True)
            folder.mkdir(mode=0o700)
            with path.open("xb") as kept:
                shutil.copyfileobj(file, kept)
                size = kept.tell()
        except OSError as error:  # whose text has the path in it
            shutil.rmtree(folder, ignore_errors=True)
            raise LimitError("limit_uploads") from error
        with self._lock:
            self._kept[str(path)] = _Upload(sender, size, self._clock())
        return str(path)

    @contextlib.contextmanager
    def taken(self, payload: Any, sender: Visitor) -> Iterator[Path]:
        """The file that an upload's payload, `{"path": …}`, names: for one look, then it is removed.

        Raises:
            UploadError: it is no upload of this sender, or no longer there; the sentence names no path of this server.
        """
        said = payload.get("path") if isinstance(payload, dict) else None
        path = said if isinstance(said, str) else ""
        with self._lock:
            upload = self._kept.get(path)
            if upload is None or upload.sender != sender:
                raise UploadError("upload_refused")
            del self._kept[path]
        try:
            yield Path(path)
        except PhotoError as error:
            if error.code != "photo_missing":
                raise
            raise UploadError("upload_refused") from error
        except OSError as error:
            raise UploadError("upload_refused") from error
        finally:
            shutil.rmtree(Path(path).parent, ignore_errors=True)

    def named(self, path: Any) -> str:
        """`path` where it lies among the uploads, or one that never leads anywhere."""
        folder = str(self._mine)
        inside = isinstance(path, str) and os.path.normpath(path) == path and path.startswith(f"{folder}/")
        return path if inside and "\0" not in path else f"{folder}/none"

    def sweep(self) -> None:
        """Remove what is older than `SECONDS_KEPT`, also what servers that are gone left in the same folder.

        One that still runs says so by the time of its folders: it sweeps as well, however long nobody uploads.
        """
        now = self._clock()
        oldest = now - SECONDS_KEPT
        with self._lock:
            self._kept = {path: upload for path, upload in self._kept.items() if upload.came > oldest}
        for entry in [*_entries(self.folder), *_entries(self._mine)]:
            if entry != self._mine and _changed(entry) < oldest:
                _remove(entry)
        for folder in (self.folder, self._mine):
            with contextlib.suppress(OSError):  # there is none as long as nobody has uploaded anything
                os.utime(folder, (now, now), follow_symlinks=False)

    def empty(self) -> None:
        """Remove all uploads of this server."""
        with self._lock:
            self._kept.clear()
        shutil.rmtree(self._mine, ignore_errors=True)


@cache
def uploads() -> Uploads:
    """The uploads of this process. Gradio is told of the folder, so that it writes nothing of a visitor elsewhere.

    Raises:
        StartError: there can be no such folder.
    """
    made = Uploads(Path(os.environ.get("GRADIO_TEMP_DIR") or tempfile.gettempdir()))
    os.environ["GRADIO_TEMP_DIR"] = str(made.folder)
    return made


def sent_by() -> Visitor:
    """Who sent the event that is being answered."""
    request = LocalContext.request.get(None)
    return visitor(request.request.scope) if request and request.request else Visitor("")


def uploaded_file(payload: Any) -> contextlib.AbstractContextManager[Path]:
    """The file that an event's payload names, see `Uploads.taken`, if whoever sent the event has uploaded it."""
    return uploads().taken(payload, sent_by())


def _full(waiting: list[_Upload], size: int, most: int, most_bytes: int) -> bool:
    return len(waiting) >= most or sum(each.size for each in waiting) + size > most_bytes


def _own_folder(parent: Path) -> Path:
    """A folder of our own in `parent`, another one where somebody else has taken its name."""
    folder = parent / f"femr-uploads-{os.getuid()}"
    try:
        parent.mkdir(parents=True, exist_ok=True)
        return folder if _is_own(folder) else Path(tempfile.mkdtemp(prefix="femr-uploads-", dir=parent))
    except OSError as error:
        raise StartError("folder_foreign", path=parent, problem=error.strerror) from error


def _is_own(folder: Path) -> bool:
    """Whether a folder, made if it is missing, is ours; nobody else may then open it."""
    with contextlib.suppress(FileExistsError):
        folder.mkdir(mode=0o700, parents=True)
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid():
        return False
    folder.chmod(0o700)
    return True


def safe_name(name: str) -> str:
    """What is left of a file's name, for the sentences that mention it."""
    plain = re.sub(r"[^\w .()-]", "_", os.path.basename(name)).encode(errors="replace")
    return plain[-LONGEST_NAME:].decode(errors="ignore").lstrip(". ") or "file"


def _entries(folder: Path) -> list[Path]:
    try:
        return list(folder.iterdir())
    except OSError:
        return []


def _changed(path: Path) -> float:
    try:
        return path.lstat().st_mtime
    except OSError:
        return float("inf")  # gone by now


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)
