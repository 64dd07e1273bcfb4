"""What a browser sends when somebody uploads a file: a path on this server, which is trusted only after a look."""

import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from gradio.utils import get_upload_folder

from femr.errors import PhotoError, UploadError

MAX_FILE_MEGABYTES = 30
"""Larger uploads are refused before anything reads them."""


def uploaded_file(payload: Any) -> Path:
    """The file that an upload's payload, `{"path": …}`, names.

    Gradio writes uploads to a folder of its own and tells the browser the path, which comes back with the event.
    Anybody can send another one: Gradio checks a path only where the payload carries `meta` too.

    Raises:
        UploadError: it is no regular file in the folder of uploads of at most `MAX_FILE_MEGABYTES`. The sentence is the
            same for a file that is not there and one that is not theirs.
    """
    path = payload.get("path") if isinstance(payload, dict) else None
    if not isinstance(path, str):
        raise UploadError("upload_refused")
    try:
        file = Path(path).resolve(strict=True)
        status = file.lstat()
    except (ValueError, OSError) as error:  # ValueError: no file can have such a name
        raise UploadError("upload_refused") from error
    inside = file.is_relative_to(Path(get_upload_folder()).resolve())
    if not (inside and stat.S_ISREG(status.st_mode) and status.st_size <= MAX_FILE_MEGABYTES * 1_000_000):
        raise UploadError("upload_refused")
    return file


@contextmanager
def opening_uploads() -> Iterator[None]:
    """Around what opens an upload, which may have been swept away since it was looked at.

    Raises:
        UploadError: it is gone, or cannot be opened; the sentence names no path of this server.
    """
    try:
        yield
    except PhotoError as error:
        if error.code != "photo_missing":
            raise
        raise UploadError("upload_refused") from error
    except OSError as error:
        raise UploadError("upload_refused") from error
