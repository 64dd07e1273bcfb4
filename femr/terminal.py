"""What the commands `femr`, `femr learn`, `femr mcp` and `femr-library` share: how they read, write and end."""

import argparse
import errno
import functools
import io
import json
import os
import stat
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, NoReturn

from femr.errors import ChoiceError, FemrError, LibraryError, PhotoError, ProfileError, VideoError

INSTALLATION, USAGE, NO_PHOTO, NO_FACE = 1, 2, 3, 4
"""Exit codes of `femr`, `femr learn` and `femr mcp`."""

_CODES = {PhotoError: NO_PHOTO, VideoError: NO_PHOTO, ChoiceError: USAGE, LibraryError: USAGE, ProfileError: USAGE}

NOT_WRITTEN, STOPPED, NOBODY_READS = 5, 130, 141
"""Exit codes of both: the answer could not be written; Ctrl-C; what reads the answer has gone, as `head` does (128 and
the number of the signal, as shells count)."""

MAX_INPUT_BYTES = 100_000_000
"""What is read of a file or a pipe at most: more than any photo and any table of songs has."""

MAX_COMPLAINT_LENGTH = 500
"""Characters of a complaint about the command line."""


def command(main: Callable[[list[str] | None], int]) -> Callable[..., int]:
    """Make `main` a command that ends with a code of its own and one line, wherever its answer goes."""

    @functools.wraps(main)
    def run(arguments: list[str] | None = None) -> int:
        _open_standard_streams()
        if sys.stdout is None:  # closed by whoever started this
            print(f"{os.strerror(errno.EBADF)}.", file=sys.stderr)
            return NOT_WRITTEN
        write_utf8()
        try:
            code = main(arguments)
            sys.stdout.flush()
        except KeyboardInterrupt:
            return STOPPED
        except BrokenPipeError:
            _forget_output()
            return NOBODY_READS
        except OSError as error:  # a full disk; what is read is mapped where it is read
            _forget_output()
            print(f"{error.strerror or error}.", file=sys.stderr)
            return NOT_WRITTEN
        return code

    return run


def _open_standard_streams() -> None:
    """Keep the numbers 0, 1 and 2 taken: the next file that is opened would become the standard output otherwise."""
    free = os.open(os.devnull, os.O_RDWR)
    while free <= 2:
        free = os.open(os.devnull, os.O_RDWR)
    os.close(free)
    if sys.stderr is None:  # `print` would write to the standard output instead
        sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115 - for as long as the program runs


def _forget_output() -> None:
    """Let what was not written go: the interpreter would try again at its end, and complain."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def write_utf8() -> None:
    """Write UTF-8 to standard output and standard error: Windows would use its own code page, which has no emoji."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # what a caller put in its place may have no encoding
            stream.reconfigure(encoding="utf-8")


def say(error: FemrError, lang: str) -> int:
    """Tell what was wrong, in one safe line on standard error; the exit code that it means."""
    print(one_line(error.sentence(lang)), file=sys.stderr)
    return _CODES.get(type(error), INSTALLATION)


def safe(text: str) -> str:
    """`text` as a terminal may show it: what would steer the terminal, and bytes that are no text, as JSON writes them.

    Line breaks stay; JSON remains the same JSON.
    """
    return "".join(each if each.isprintable() or each == "\n" else json.dumps(each)[1:-1] for each in text)


def one_line(text: str) -> str:
    """The same on one line."""
    return safe(" ".join(text.split()))


def read_input(path: str | os.PathLike) -> bytes:
    """A file, or what a pipe such as `/dev/stdin` brings.

    Raises:
        OSError: it cannot be opened, it is a folder or a device, or it has no end within `MAX_INPUT_BYTES`.
        ValueError: no file can have such a name.
    """
    opened = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))  # opening a pipe would wait for a writer
    with open(opened, "rb") as file:
        kind = os.fstat(opened).st_mode
        if not (stat.S_ISREG(kind) or stat.S_ISFIFO(kind)):
            raise OSError(errno.EINVAL, os.strerror(errno.EINVAL))
        os.set_blocking(opened, True)
        data = file.read(MAX_INPUT_BYTES + 1)
    if len(data) > MAX_INPUT_BYTES:
        raise OSError(errno.EFBIG, os.strerror(errno.EFBIG))
    return data


def read_photo(path: str | os.PathLike) -> bytes:
    """A photo's file, as `read_input` reads it.

    Raises:
        PhotoError: it cannot be read.
    """
    try:
        return read_input(path)
    except (OSError, ValueError) as error:
        raise PhotoError("photo_missing", name=path) from error


@contextmanager
def named(name: str) -> Iterator[None]:
    """Errors about a photo call it `name`: what reads it knows only bytes."""
    try:
        yield
    except PhotoError as error:
        if error.code != "photo_missing" and "name" in error.values:
            error.values["name"] = name
        raise


class Parser(argparse.ArgumentParser):
    """Complains on one safe line, whatever was typed."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(allow_abbrev=False, **settings)

    def error(self, message: str) -> NoReturn:
        """End with exit code 2."""
        super().error(one_line(message)[:MAX_COMPLAINT_LENGTH])
