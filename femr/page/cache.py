"""What the server still has of visits: the pixels that *Why?* looks at, and visitors' own songs.

All else that the page needs lives in the visitor's browser, so a server that has forgotten, or was never asked before,
rebuilds the same page. Nothing here is written to disk.
"""

import contextlib
import secrets
import threading
import time
from collections.abc import Callable, Iterator
from typing import NamedTuple

import numpy as np
from cachetools import TTLCache

from femr.music.catalogue import Catalogue, catalogue
from femr.music.exportify import OwnSongs
from femr.page.server.limits import OWN_BYTES_KEPT
from femr.vision.reading import Reading

SECONDS_KEPT = 3600
"""How long anything is kept after it came."""

SWEEP_SECONDS = 60
"""Between two looks for what is older."""

MAX_CROPS = 5_000
"""Crops at once, of 48 × 48 bytes each: about 12 MB."""

Crops = tuple[np.ndarray | None, ...]
"""The crop of each face in a photo, uint8 (48, 48)."""


class Source(NamedTuple):
    """The songs to choose from.

    Attributes:
        songs: all of them.
        own: the visitor's own, where they are these.
        gone: whether the visitor had brought their own, and the server has them no more.
    """

    songs: Catalogue
    own: OwnSongs | None
    gone: bool


class _OwnSongs(NamedTuple):
    songs: OwnSongs
    size: int
    address: str


class VisitCache:
    """Crops and own songs by keys that nobody can guess; what is oldest goes first where room is needed."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """Begin empty; `clock` tells the seconds."""
        self._crops: TTLCache[str, Crops] = TTLCache(MAX_CROPS, SECONDS_KEPT, clock, len)
        self._own: TTLCache[str, _OwnSongs] = TTLCache(
            OWN_BYTES_KEPT.together, SECONDS_KEPT, clock, lambda kept: kept.size
        )
        self._lock = threading.Lock()  # handlers run in threads
        self._sweeper: threading.Timer | None = None

    @contextlib.contextmanager
    def _locked(self) -> Iterator[None]:
        """Alone, and with nothing left that is older than `SECONDS_KEPT`; on a quiet server a timer sees to that."""
        with self._lock:
            self._crops.expire()
            self._own.expire()
            yield
            if self._sweeper is None and (self._crops or self._own):
                self._sweeper = threading.Timer(SWEEP_SECONDS, self._sweep)
                self._sweeper.daemon = True
                self._sweeper.start()

    def _sweep(self) -> None:
        self._sweeper = None
        with self._locked():
            pass

    def keep_crops(self, reading: Reading) -> str:
        """Keep what the network saw of the faces in `reading`; the key to it."""
        crops = tuple(face.crop for face in reading.faces[:MAX_CROPS])
        key = _new_key()
        with self._locked():
            self._crops[key] = crops
        return key

    def crop(self, key: str, number: int) -> np.ndarray | None:
        """What the network saw of a face, uint8 (48, 48); None where that is gone."""
        with self._locked():
            crops = self._crops.get(key, ())
        return crops[number] if number < len(crops) else None

    def keep_own(self, own: OwnSongs, size: int, address: str = "") -> str:
        """Keep a visitor's own songs, from a file of so many bytes sent from `address`; the key to them.

        What is oldest from there goes first where one address would fill too much.
        """
        key = _new_key()
        with self._locked():
            before = [each for each, kept in self._own.items() if kept.address == address]
            while before and size + sum(self._own[each].size for each in before) > OWN_BYTES_KEPT.each:
                self._own.pop(before.pop(0), None)
            if size <= OWN_BYTES_KEPT.each:
                self._own[key] = _OwnSongs(own, size, address)
        return key

    def source(self, key: str) -> Source:
        """A visitor's own songs, or the catalogue where there are none, or none any more."""
        with self._locked():
            kept = self._own.get(key)
        own = kept.songs if kept else None
        return Source(own.catalogue if own else catalogue(), own, gone=bool(key) and own is None)

    def forget(self, key: str) -> None:
        """Keep what has this key no longer."""
        with self._locked():
            self._crops.pop(key, None)
            self._own.pop(key, None)


def _new_key() -> str:
    return secrets.token_urlsafe(16)
