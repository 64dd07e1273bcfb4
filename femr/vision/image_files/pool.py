"""Photos decoded apart: in processes that may take so much time and memory, and are replaced when they take more.

Two photos are open at once, as many as a small server has cores: one that may be costly, and one that may not, so that
somebody's ordinary photo never waits for the worst that others send. Who waits is served in the order of arrival put
off by what their photo costs.
"""

import atexit
import bisect
import functools
import subprocess
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import BinaryIO, cast

import numpy as np
from PIL import Image

from femr.errors import PhotoError
from femr.vision.image_files.decode import inspect
from femr.vision.image_files.load import Photo, load_photo, read_file
from femr.vision.image_files.process import start
from femr.vision.image_files.worker import receive, send


@dataclass(frozen=True)
class Limits:
    """What one process takes on.

    Attributes:
        memory: what decoding a photo may take, in bytes.
        seconds: how long it should take.
        nice: how far it stands back for other processes.
    """

    memory: int
    seconds: float
    nice: int


ORDINARY = Limits(memory=110_000_000, seconds=0.4, nice=0)
"""A phone's 12 megapixels as JPEG take 0.1 s and 50 MB."""

COSTLY = Limits(memory=240_000_000, seconds=6, nice=10)
"""A JPEG of 200 megapixels takes 2 s and 50 MB, a HEIC of 24 megapixels 3 s and 190 MB."""

SPARE_MEMORY = 90_000_000
"""For the file itself, twice, and for the decoders' own code, in bytes beyond a photo's."""

PATIENCE = 3
"""A process that computes so many times as long as its photo should take is ended."""

LEAST_SECONDS = 2.0
"""Of computing, before which no process is ended."""

STARVED = 5
"""It is also ended after so many times as long by the clock, where other work held it up or it hangs."""

MAX_WAITING = 24
"""Photos that wait; the one that would be served last is sent away."""

MAX_WAITING_SECONDS = 60
"""After that a photo is sent away."""

COST_OF_WAITING = 20
"""Seconds that a photo stands back for each second that it costs: the cheap ones overtake it so long."""

COST_OF_MORE = 5.0
"""Seconds that a photo stands back for each other one of its sender's that waits or is open: what one sends twenty of
waits for others' first one. A photo is open for 1.5 s at most or so, with `detector.MOST_FACES` in it."""


class Worker:
    """A process that decodes one photo at a time."""

    def __init__(self, limits: Limits) -> None:
        """Start it."""
        self.limits = limits
        self._process = self._start()

    @property
    def number(self) -> int:
        """The process's id."""
        return self._process.pid

    def decode(self, data: bytes, name: str, seconds: float) -> np.ndarray:
        """The photo in `data`, RGB uint8 (H, W, 3); `seconds` is how long that may compute.

        Raises:
            PhotoError: see `decode.decode`; or it took too much time or memory.
        """
        if self._process.poll() is not None:
            self._restart()
        process, late = self._process, threading.Event()
        timer = threading.Timer(STARVED * seconds, lambda: (late.set(), process.kill()))
        timer.start()
        try:
            return self._ask(data, name, seconds)
        except (OSError, EOFError) as error:
            late.set()  # it was ended, by its own limits too, or a decoder failed badly
            raise PhotoError("photo_costly", name=name) from error
        finally:
            timer.cancel()
            timer.join()
            if late.is_set():
                self._restart()

    def _ask(self, data: bytes, name: str, seconds: float) -> np.ndarray:
        requests, answers = cast(BinaryIO, self._process.stdin), cast(BinaryIO, self._process.stdout)
        send(requests, {"name": name, "length": len(data), "seconds": seconds})
        requests.write(data)
        requests.flush()
        head = receive(answers)
        if "code" in head:
            raise PhotoError.sent(head["code"], head["values"])
        pixels = np.empty((head["height"], head["width"], 3), np.uint8)
        if answers.readinto(memoryview(pixels).cast("B")) < pixels.nbytes:  # type: ignore[attr-defined]
            raise EOFError
        return pixels

    def _start(self) -> subprocess.Popen[bytes]:
        numbers = (self.limits.memory, SPARE_MEMORY, self.limits.nice)
        return start("femr.vision.image_files.worker", *map(str, numbers))

    def _restart(self) -> None:
        self.close()
        self._process = self._start()

    def close(self) -> None:
        """End it."""
        self._process.kill()
        self._process.communicate()


@dataclass(order=True)
class Ticket:
    """A photo that waits.

    Attributes:
        due: when it is its turn, in seconds of `time.monotonic`.
        arrived: when it came.
        costly: whether it needs the process for those.
        sent_away: whether there was no room for it.
    """

    due: float
    arrived: float
    costly: bool = field(compare=False)
    sent_away: bool = field(default=False, compare=False)


class Decoders:
    """The processes, and who waits for them."""

    def __init__(self, ordinary: Limits = ORDINARY, costly: Limits = COSTLY) -> None:
        """Start the processes."""
        self.ordinary, self.costly = ordinary, costly
        self.workers = (Worker(ordinary), Worker(costly))
        self._free = list(self.workers)  # the ordinary one first
        self._waiting: list[Ticket] = []
        self._senders: Counter[str] = Counter()
        self._changed = threading.Condition()
        self._looking = threading.Lock()

    @contextmanager
    def opened(self, photo: Photo, sender: str = "") -> Iterator[np.ndarray]:
        """A photo as `load_photo` gives it. While it is open it holds one of two places, so close it soon.

        Args:
            photo: the photo.
            sender: who sent it, so that nobody's many photos keep others' waiting; empty for nobody in particular.

        Raises:
            PhotoError: see `load_photo`; or it takes too much time or memory, or too many photos wait.
        """
        if isinstance(photo, Image.Image | np.ndarray):
            yield load_photo(photo)
            return
        with self._looking:  # one file in memory, not one for each who waits
            data, name = read_file(photo)
            structure = inspect(data, name, self.costly.memory)
            del data
        if structure.seconds > self.costly.seconds:
            raise PhotoError("photo_costly", name=name)
        costly = structure.memory > self.ordinary.memory or structure.seconds > self.ordinary.seconds
        with self._turn(costly, structure.seconds, sender) as worker:
            data, name = read_file(photo)
            pixels = worker.decode(data, name, max(LEAST_SECONDS, PATIENCE * structure.seconds))
            del data
            yield pixels

    @contextmanager
    def _turn(self, costly: bool, seconds: float, sender: str) -> Iterator[Worker]:
        """Wait for a process, and hold it."""
        with self._counted(sender) as others, self._waited(costly, seconds, others) as worker:
            yield worker

    @contextmanager
    def _counted(self, sender: str) -> Iterator[int]:
        """How many others of the sender's photos are here while one more is."""
        with self._changed:
            others = self._senders[sender] if sender else 0
            self._senders[sender] += 1
        try:
            yield others
        finally:
            with self._changed:
                self._senders[sender] -= 1
                if not self._senders[sender]:
                    del self._senders[sender]

    @contextmanager
    def _waited(self, costly: bool, seconds: float, others: int) -> Iterator[Worker]:
        now = time.monotonic()
        ticket = Ticket(now + COST_OF_WAITING * seconds + COST_OF_MORE * others, now, costly)
        with self._changed:
            bisect.insort(self._waiting, ticket)
            if len(self._waiting) > MAX_WAITING:
                self._waiting[-1].sent_away = True
                self._changed.notify_all()
            self._changed.wait_for(lambda: ticket.sent_away or self._worker(ticket), MAX_WAITING_SECONDS)
            worker = None if ticket.sent_away else self._worker(ticket)
            self._waiting.remove(ticket)
            if worker is None:
                raise PhotoError("photo_busy")
            self._free.remove(worker)
            self._changed.notify_all()
        try:
            yield worker
        finally:
            with self._changed:
                self._free.append(worker)
                self._free.sort(key=self.workers.index)
                self._changed.notify_all()

    def _worker(self, ticket: Ticket) -> Worker | None:
        """The process whose turn it is to take this photo, if there is one."""
        for worker in self._free:
            takes_costly = worker.limits is self.costly
            first = next((each for each in self._waiting if takes_costly or not each.costly), None)
            if first is ticket:
                return worker
        return None

    def close(self) -> None:
        """End the processes."""
        for worker in self.workers:
            worker.close()


@functools.cache
def decoders() -> Decoders:
    """This process's own, started when they are first asked for, ended with it."""
    started = Decoders()
    atexit.register(started.close)
    return started
