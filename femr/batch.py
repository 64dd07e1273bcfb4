"""Many photos: which files they are, and a row for each face in them, read by several processes.

`PhotoReader` is a photo -> its rows, as a callable with networks of its own: whatever maps a function over many files,
on one machine or, as `femr/ray_data.py` shows, on several, may make one for each of its processes.
"""

import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Generator, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from femr.emotions import EMOTIONS
from femr.errors import InstallationError, PhotoError
from femr.learn import SUFFIXES
from femr.report import as_json
from femr.terminal import read_photo
from femr.vision.analysis import analyze
from femr.vision.classifier import ExpressionClassifier
from femr.vision.crop import use_one_thread
from femr.vision.detector import FaceDetector
from femr.vision.visibility import cover_network

FACE, NO_FACE = "face", "no_face"
"""Statuses of photos that could be read; of others it is the code of a `PhotoError`."""

NOT_READ = frozenset({"photo_missing", "photo_costly"})
"""Statuses that say less of a photo than of the moment: another time it may be there, or there may be room for it."""

AHEAD = 2
"""Photos given out for each process, so that none waits for its next one."""


@dataclass(frozen=True, slots=True)
class Row:
    """One face of a photo, or a photo without any.

    Attributes:
        status: `FACE`, `NO_FACE`, or why the photo could not be read: a `PhotoError`'s code.
        face: the number of the face, from 1, largest first.
        box: x, y, width and height, in pixels of the upright photo.
        shares: of the emotions, in the order of `EMOTIONS`, each 0…1, rounded as in the terminal's JSON.
        emotion: the most probable one.
        certainty: how clearly it leads: a `Clarity`.
        hints: why the reading may be wrong: each a `Hint`.
    """

    status: str
    face: int | None = None
    box: tuple[int, ...] = ()
    shares: tuple[float, ...] = ()
    emotion: str | None = None
    certainty: str | None = None
    hints: tuple[str, ...] = ()


Rows = tuple[Row, ...]
"""Of one photo; at least one."""


def find_photos(given: Iterable[Path]) -> list[Path]:
    """The files among `given`, whatever their suffix, and the photos below its folders, in order and each once.

    Hidden files below a folder are left out, as macOS puts shadows there, and pipes; folders behind links are not
    followed. A folder that cannot be opened stands for the photos in it.
    """
    found: dict[str, Path] = {}
    for path in given:
        for each in _below(path) if path.is_dir() else [path]:
            found.setdefault(os.path.abspath(each), each)
    return list(found.values())


def _below(folder: Path) -> list[Path]:
    closed: list[Path] = []
    names = [
        Path(place, name)
        for place, _, names in os.walk(folder, onerror=lambda error: closed.append(Path(error.filename)))
        for name in names
    ]
    photos = (path for path in names if path.suffix.lower() in SUFFIXES and not path.name.startswith("."))
    return sorted([*closed, *(path for path in photos if path.is_file() or not path.exists())])


class PhotoReader:
    """A photo -> its rows, by networks that belong to it and compute on one thread.

    Attributes:
        identity: of the network that reads expressions.
    """

    def __init__(self) -> None:
        """Load the networks.

        Raises:
            InstallationError: one of them is missing or broken.
        """
        self._detector, self._classifier = FaceDetector(), ExpressionClassifier(threads=1)
        cover_network()
        self.identity = self._classifier.identity

    def __call__(self, photo: str | os.PathLike | bytes) -> Rows:
        """What the terminal's JSON tells of the faces in a photo, given its path or what is in the file."""
        try:
            data = photo if isinstance(photo, bytes) else read_photo(photo)
            reading = analyze(data, detector=self._detector, classifier=self._classifier)
        except PhotoError as error:
            return (Row(error.code),)
        told = as_json(reading, None)["faces"]
        rows = (
            Row(
                FACE,
                number,
                tuple(face["box"]),
                tuple(face["probabilities"][emotion] for emotion in EMOTIONS),
                face["emotion"],
                seen.expression.clarity.value,
                tuple(hint["kind"] for hint in face["hints"]),
            )
            for number, (face, seen) in enumerate(zip(told, reading.faces, strict=True), 1)
        )
        return tuple(rows) or (Row(NO_FACE),)


# --- several processes ---------------------------------------------------------------------------

_reader: PhotoReader | None = None
"""This process's own, where it is one of a pool."""


def read_photos(paths: Iterable[Path], workers: int) -> Generator[tuple[Path, Rows], None, None]:
    """Each photo with its rows, as soon as it is read, by so many processes.

    A photo over which a process dies, for want of memory or by a decoder's fault, is `photo_costly`.

    Raises:
        InstallationError: the processes cannot be started.
    """
    waiting, suspects = deque(paths), deque[Path]()
    while waiting or suspects:
        running: dict[Future[Rows], Path] = {}
        try:
            with _pool(1 if suspects else workers) as pool:
                yield from _in_pool(pool, suspects or waiting, running, 1 if suspects else AHEAD * workers)
        except BrokenProcessPool:
            if len(running) == 1:
                yield running.popitem()[1], (Row("photo_costly"),)
            else:  # it was one of these: one at a time tells which
                suspects.extend(running.values())


def _in_pool(
    pool: ProcessPoolExecutor, waiting: deque[Path], running: dict[Future[Rows], Path], most: int
) -> Iterator[tuple[Path, Rows]]:
    """The rows of those who wait; `running` are those that were given out, at most so many at a time."""
    while waiting or running:
        while waiting and len(running) < most:
            path = waiting.popleft()
            try:
                running[pool.submit(_read, path)] = path
            except BrokenProcessPool:
                waiting.appendleft(path)
                raise
        for future in wait(running, return_when=FIRST_COMPLETED).done:
            rows = future.result()
            yield running.pop(future), rows


@contextmanager
def _pool(workers: int) -> Iterator[ProcessPoolExecutor]:
    context = multiprocessing.get_context("spawn")  # a fork would share networks and the locks of running threads
    pool = ProcessPoolExecutor(workers, context, _start)
    try:
        with _put_off_interrupts():
            started = [pool.submit(os.getpid) for _ in range(workers)]  # each starts a process
        try:
            started[0].result()
        except BrokenProcessPool as error:
            raise InstallationError("workers_missing") from error
        yield pool
    finally:
        pool.shutdown(cancel_futures=True)


@contextmanager
def _put_off_interrupts() -> Iterator[None]:
    """Hold Ctrl-C back for a moment; processes that are started meanwhile never hear of it, not even as they start."""
    if not hasattr(signal, "pthread_sigmask") or threading.current_thread() is not threading.main_thread():
        yield  # only the main thread hears of it
        return
    heard: list[int] = []
    # Blocked for this thread and the processes that it starts; another thread may still take the signal.
    usual = signal.signal(signal.SIGINT, lambda number, _: heard.append(number))
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
        signal.signal(signal.SIGINT, usual)
    if heard:
        signal.raise_signal(signal.SIGINT)


def _start() -> None:
    """Make this process one of a pool."""
    global _reader
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is meant for the one that gives out the photos
    threading.Thread(target=_end_with_parent, daemon=True).start()
    use_one_thread()
    _reader = PhotoReader()


def _end_with_parent() -> None:
    """A pool's processes would wait for ever for one that was killed."""
    parent = multiprocessing.parent_process()
    if parent:
        parent.join()
        os._exit(1)


def _read(path: Path) -> Rows:
    assert _reader, "a pool's processes begin with `_start`"  # noqa: S101
    return _reader(path)
