"""A live camera, frame by frame: who is there, what each face shows, and the mood that it has settled on.

Wires the rooms for one visitor's stream, as `analysis` does for a photo.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from femr.emotions import EMOTIONS
from femr.group import EVERYONE, Closeness, group_of
from femr.live.smoothing import SettledMood, SmoothedExpression, SmoothedHints
from femr.live.tracker import Tracks
from femr.vision.classifier import ExpressionClassifier, expression_classifier
from femr.vision.confidence import Hint, hints, rivals
from femr.vision.crop import crop
from femr.vision.detector import FaceDetector, face_detector
from femr.vision.geometry import Box, Detection
from femr.vision.quality import quality
from femr.vision.reading import Face

SEARCH_SECONDS = 0.5
"""Between two searches for new faces. Known ones are followed in the frames between, at a quarter of the cost."""


@dataclass(frozen=True, slots=True)
class Seen:
    """One face in a frame.

    Attributes:
        number: the same for the same person.
        box: in pixels of the frame.
        steady: what it shows, smoothed over time.
        doubts: what speaks against that.
    """

    number: int
    box: Box
    steady: SmoothedExpression
    doubts: SmoothedHints


@dataclass(frozen=True, slots=True)
class Everyone:
    """All faces in a frame, taken together.

    Attributes:
        steady: what they show, surer faces counting for more, smoothed over time.
        doubts: that two emotions are as likely, and what speaks against the reading of every one of them.
        closeness: how far apart they are; None where there is only one.
    """

    steady: SmoothedExpression
    doubts: SmoothedHints
    closeness: Closeness | None


@dataclass(frozen=True, slots=True)
class LiveFrame:
    """What one frame gives.

    Attributes:
        width, height: of the frame, in pixels.
        faces: everybody in sight, largest first.
        chosen: the face whose mood counts; None when that one is out of sight, or everyone counts.
        everyone: all of them, where everyone counts and anybody is in sight.
        settled: the mood to play for.
    """

    width: int
    height: int
    faces: tuple[Seen, ...]
    chosen: Seen | None
    everyone: Everyone | None
    settled: SettledMood


class LiveSession:
    """Watches one visitor's camera. Remembers boxes and shares of the last seconds, and no picture."""

    def __init__(self, detector: FaceDetector | None = None, network: ExpressionClassifier | None = None) -> None:
        """Begin.

        Args:
            detector: finds the faces; None for the shipped one.
            network: reads the expressions; None for the published one.

        Raises:
            InstallationError: a network file is missing or broken.
        """
        self._detector = detector or face_detector()
        self._network = network or expression_classifier()
        self._found: list[Detection] = []
        self._searched = float("-inf")
        self._tracks = Tracks()
        self._remembered: dict[int, Seen] = {}
        self._chosen: int | str | None = None
        self._everyone: Everyone | None = None
        self._settled = SettledMood()

    def look(self, frame: np.ndarray, seconds: float, wanted: int | str | None = None) -> LiveFrame:
        """Look at the next frame.

        Args:
            frame: RGB uint8 (H, W, 3).
            seconds: when it was taken, on any clock that only goes forward.
            wanted: the number of the face whose mood shall count, or EVERYONE; otherwise it stays, and at first is
                that of the largest.
        """
        self._found = self._find(frame, seconds)
        self._tracks = self._tracks.then([face.box for face in self._found], seconds)
        now = {seen.number: seen for seen in self._read(frame, seconds)}
        known = {track.number for track in self._tracks.known}
        self._remembered = {number: seen for number, seen in (self._remembered | now).items() if number in known}
        if wanted in now or wanted == EVERYONE:
            if self._chosen not in (wanted, None):
                self._settled = self._settled.anew()
            self._chosen = wanted
        elif self._chosen not in known and self._chosen != EVERYONE:
            self._chosen = next(iter(now), None)
        self._everyone = self._together(tuple(now.values()), seconds) if self._chosen == EVERYONE else None
        chosen = now.get(self._chosen)
        if counted := self._everyone or chosen:
            self._settled = self._settled.then(counted.steady, seconds)
        height, width = frame.shape[:2]
        return LiveFrame(width, height, tuple(now.values()), chosen, self._everyone, self._settled)

    def _find(self, frame: np.ndarray, seconds: float) -> list[Detection]:
        """The faces in `frame`: known ones followed, or all searched for when it is time or one was lost."""
        if self._found and seconds - self._searched < SEARCH_SECONDS:
            followed = self._detector.follow(frame, self._found)
            if len(followed) == len(self._found):
                return followed
        self._searched = seconds
        return self._detector.search(frame)

    def _read(self, frame: np.ndarray, seconds: float) -> list[Seen]:
        """What each face in sight shows, in the order of `self._found`."""
        if not self._found:
            return []
        crops = np.stack([crop(frame, face, self._network.side) for face in self._found])
        rows = self._network(crops)
        return [self._seen(*each, seconds) for each in zip(self._tracks.numbers, self._found, crops, rows, strict=True)]

    def _seen(self, number: int, found: Detection, pixels: np.ndarray, row: np.ndarray, seconds: float) -> Seen:
        """A face after its crop, uint8 (side, side), was read as `row`, (6,)."""
        shares = MappingProxyType(dict(zip(EMOTIONS, map(float, row), strict=True)))
        before = self._remembered.get(number)
        steady = before.steady.then(shares, seconds) if before else SmoothedExpression.first(shares, seconds)
        face = Face(found.box, found.eyes, found.score, steady.probabilities, quality(found, pixels))
        doubts = (before.doubts if before else SmoothedHints()).then(hints(face), seconds)
        return Seen(number, found.box, steady, doubts)

    def _together(self, faces: Sequence[Seen], seconds: float) -> Everyone | None:
        """Everybody in sight, after what everybody showed before."""
        if not faces:
            return None
        group, before = group_of([face.steady for face in faces]), self._everyone
        shares = (group or faces[0].steady).probabilities
        steady = before.steady.then(shares, seconds) if before else SmoothedExpression.first(shares, seconds)
        close = {Hint.CLOSE} if rivals(steady) else set()
        flaws = {hint for hint in Hint if all(hint in face.doubts.given for face in faces)} - {Hint.CLOSE}
        doubts = (before.doubts if before else SmoothedHints()).then(close | flaws, seconds)
        return Everyone(steady, doubts, group.closeness if group else None)
