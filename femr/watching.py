"""A live camera, frame by frame: who is there, what each face shows, and the mood that it has settled on.

Wires the rooms for one visitor's stream, as `analysis` does for a photo.
"""

from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from femr.emotions import EMOTIONS
from femr.expression import ExpressionNetwork, expression_network
from femr.faces import FaceFinder, FoundFace, crop, face_finder
from femr.reading import Box
from femr.steady import Settled, Steady
from femr.tracking import Tracks

SEARCH_SECONDS = 0.5
"""Between two searches for new faces. Known ones are followed in the frames between, at a quarter of the cost."""


@dataclass(frozen=True, slots=True)
class Seen:
    """One face in a frame.

    Attributes:
        number: the same for the same person.
        box: in pixels of the frame.
        steady: what it shows, smoothed over time.
    """

    number: int
    box: Box
    steady: Steady


@dataclass(frozen=True, slots=True)
class Glance:
    """What one frame gives.

    Attributes:
        width, height: of the frame, in pixels.
        faces: everybody in sight, largest first.
        chosen: the face whose mood counts; None when that one is out of sight.
        settled: the mood to play for.
    """

    width: int
    height: int
    faces: tuple[Seen, ...]
    chosen: Seen | None
    settled: Settled


class Watcher:
    """Watches one visitor's camera. Remembers boxes and shares of the last seconds, and no picture."""

    def __init__(self, finder: FaceFinder | None = None, network: ExpressionNetwork | None = None) -> None:
        """Begin.

        Args:
            finder: finds the faces; None for the shipped one.
            network: reads the expressions; None for the published one.

        Raises:
            InstallationError: a network file is missing or broken.
        """
        self._finder = finder or face_finder()
        self._network = network or expression_network()
        self._found: list[FoundFace] = []
        self._searched = float("-inf")
        self._tracks = Tracks()
        self._steady: dict[int, Steady] = {}
        self._chosen: int | None = None
        self._settled = Settled()

    def look(self, frame: np.ndarray, seconds: float, wanted: int | None = None) -> Glance:
        """Look at the next frame.

        Args:
            frame: RGB uint8 (H, W, 3).
            seconds: when it was taken, on any clock that only goes forward.
            wanted: the number of the face whose mood shall count; otherwise it stays, and at first is the largest.
        """
        self._found = self._find(frame, seconds)
        self._tracks = self._tracks.then([face.box for face in self._found], seconds)
        now = self._read(frame, seconds)
        known = {track.number for track in self._tracks.known}
        self._steady = {number: each for number, each in (self._steady | now).items() if number in known}
        if wanted in now:
            self._chosen = wanted
        elif self._chosen not in known:
            self._chosen = next(iter(now), None)
        if self._chosen in now:
            self._settled = self._settled.then(now[self._chosen], seconds)
        seen = {
            number: Seen(number, face.box, steady)
            for face, (number, steady) in zip(self._found, now.items(), strict=True)
        }
        height, width = frame.shape[:2]
        return Glance(width, height, tuple(seen.values()), seen.get(self._chosen), self._settled)

    def _find(self, frame: np.ndarray, seconds: float) -> list[FoundFace]:
        """The faces in `frame`: known ones followed, or all searched for when it is time or one was lost."""
        if self._found and seconds - self._searched < SEARCH_SECONDS:
            followed = self._finder.follow(frame, self._found)
            if len(followed) == len(self._found):
                return followed
        self._searched = seconds
        return self._finder.search(frame)

    def _read(self, frame: np.ndarray, seconds: float) -> dict[int, Steady]:
        """What each face in sight shows, by number, in the order of `self._found`."""
        if not self._found:
            return {}
        crops = np.stack([crop(frame, face, self._network.side) for face in self._found])
        now = {}
        for number, row in zip(self._tracks.numbers, self._network(crops), strict=True):
            shares = MappingProxyType(dict(zip(EMOTIONS, map(float, row), strict=True)))
            before = self._steady.get(number)
            now[number] = before.then(shares, seconds) if before else Steady.first(shares, seconds)
        return now
