"""What the commands `femr` and `femr-library` share."""

import io
import sys


def write_utf8() -> None:
    """Write UTF-8 to standard output and standard error: Windows would use its own code page, which has no emoji."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # what a caller put in its place may have no encoding
            stream.reconfigure(encoding="utf-8")
