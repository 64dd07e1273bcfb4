"""What the commands `femr`, `femr learn` and `femr-library` share."""

import io
import sys

from femr.errors import ChoiceError, FemrError, LibraryError, PhotoError, ProfileError

INSTALLATION, USAGE, NO_PHOTO, NO_FACE = 1, 2, 3, 4
"""Exit codes of `femr` and `femr learn`."""

_CODES = {PhotoError: NO_PHOTO, ChoiceError: USAGE, LibraryError: USAGE, ProfileError: USAGE}


def write_utf8() -> None:
    """Write UTF-8 to standard output and standard error: Windows would use its own code page, which has no emoji."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # what a caller put in its place may have no encoding
            stream.reconfigure(encoding="utf-8")


def say(error: FemrError, lang: str) -> int:
    """Tell what was wrong, in one line on standard error, whatever the file's name; the exit code that it means."""
    print(" ".join(error.sentence(lang).split()), file=sys.stderr)
    return _CODES.get(type(error), INSTALLATION)
