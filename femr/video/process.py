"""A film decoded apart: in a process that may take so much time and memory, while this one reads its frames.

Whatever a hostile file does to a decoder happens there; and of two cores each has its work.
"""

import importlib.util
import math
import os
import stat
import threading
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import BinaryIO, cast

import numpy as np

from femr.errors import InstallationError, VideoError
from femr.video.frame import Frame
from femr.vision.image_files.pool import STARVED
from femr.vision.image_files.process import start
from femr.vision.image_files.worker import receive


@dataclass(frozen=True, slots=True)
class Limits:
    """What a film may take.

    Attributes:
        seconds: how long it may be.
        memory: of the process that decodes it, in bytes beyond what it has at its start.
        computing: of that process, in seconds; and `STARVED` times that by the clock.
        watching: how long reading it may take by the clock, in seconds.
        nice: how far that process stands back for others.
    """

    seconds: float
    memory: int
    computing: float
    watching: float
    nice: int = 0


OWN = Limits(seconds=3600, memory=1_500_000_000, computing=3600, watching=math.inf)
"""For one's own films."""

STRANGERS = Limits(seconds=60, memory=600_000_000, computing=30, watching=30, nice=5)
"""For those that visitors bring to a server."""


def installed() -> bool:
    """Whether films can be decoded here."""
    return importlib.util.find_spec("av") is not None


def frames(film: str | os.PathLike, limits: Limits = OWN) -> Generator[Frame, None, None]:
    """The frames of a film as `decode.frames` gives them; close it to end early.

    Raises:
        InstallationError: PyAV is missing.
        VideoError: see `decode.frames`; or there is no such file, or it takes too much time or memory.
    """
    if not installed():
        raise InstallationError("video_package")
    name = os.path.basename(os.fspath(film))
    with _opened(film, name) as file, _worker(file, name, limits) as answers:
        try:
            while head := receive(answers):
                if "code" in head:
                    raise VideoError.sent(head["code"], head["values"])
                pixels = _pixels(answers, *head["size"])
                yield Frame(head["seconds"], pixels, head["width"], head["height"], head["total"])
        except (EOFError, OSError) as error:  # it was ended, by its own limits too, or a decoder failed badly
            raise VideoError("video_costly", name=name) from error


@contextmanager
def _opened(film: str | os.PathLike, name: str) -> Generator[BinaryIO, None, None]:
    try:
        opened = os.open(film, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))  # opening a pipe would wait for a writer
    except (OSError, ValueError) as error:  # ValueError: no file can have such a name
        raise VideoError("video_missing", name=name) from error
    with open(opened, "rb") as file:
        found = os.fstat(opened)
        if not stat.S_ISREG(found.st_mode):
            raise VideoError("video_missing", name=name)
        if not found.st_size:
            raise VideoError("video_empty", name=name)
        yield file


@contextmanager
def _worker(file: BinaryIO, name: str, limits: Limits) -> Generator[BinaryIO, None, None]:
    """What the process writes, which is ended with it."""
    numbers = (limits.seconds, limits.memory, limits.computing, limits.nice)
    process = start("femr.video.worker", name, *map(str, numbers), stdin=file)
    timer = threading.Timer(min(STARVED * limits.computing, limits.watching), process.kill)
    timer.daemon = True
    timer.start()
    try:
        yield cast(BinaryIO, process.stdout)
    finally:
        timer.cancel()
        process.kill()
        process.communicate()


def _pixels(answers: BinaryIO, width: int, height: int) -> np.ndarray:
    pixels = np.empty((height, width, 3), np.uint8)
    if answers.readinto(memoryview(pixels).cast("B")) < pixels.nbytes:  # type: ignore[attr-defined]
        raise EOFError
    return pixels
