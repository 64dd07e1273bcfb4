"""Starts a process that decodes strangers' files with one of our modules."""

import os
import subprocess
import sys
from pathlib import Path
from typing import IO

import femr

ENVIRONMENT = {"OPENBLAS_NUM_THREADS": "1", "MALLOC_ARENA_MAX": "1"}
"""NumPy's threads would only take memory."""


def start(module: str, *arguments: str, stdin: IO[bytes] | int = subprocess.PIPE) -> subprocess.Popen[bytes]:
    """`module` of femr, as a process whose output comes through a pipe.

    It finds femr and packages where this process does, and nothing in the folder that femr was started in: what lies
    there, beside somebody's photos, may be anybody's.

    Args:
        module: its full name.
        arguments: of its command line.
        stdin: what it reads from.
    """
    home = str(Path(femr.__file__).parents[1])
    paths = os.pathsep.join([home, *filter(None, [os.environ.get("PYTHONPATH")])])
    return subprocess.Popen(  # noqa: S603 (our own module)
        [sys.executable, "-P", "-m", module, *arguments],
        stdin=stdin,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,  # what decoders print about strangers' files
        env={**os.environ, **ENVIRONMENT, "PYTHONPATH": paths},
    )
