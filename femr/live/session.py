"""A live camera, frame by frame: who is there, what each face shows, and the mood that it has settled on.

Wires the rooms for one visitor's stream, as `analysis` does for a photo.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from femr.live.smoothing import SettledMood, SmoothedExpression, SmoothedHints
from femr.live.tracker import LOST_SECONDS, Tracks
from femr.mood import EVERYONE, Closeness, Expression, Group
from femr.vision.analysis import read_faces
from femr.vision.classifier import Classifier, expression_classifier
from femr.vision.confidence import Hint, hints, leads
from femr.vision.detector import FaceDetector, face_detector
from femr.vision.geometry import Box, Detection
from femr.vision.profile import Profile
from femr.vision.reading import Face

SEARCH_SECONDS = 0.5
"""Between two searches for new faces. Known ones are followed in the frames between, at a quarter of the cost."""

Who = int | Literal["everyone"]
"""Whose mood counts: the face with that number, or `mood.EVERYONE`."""


@dataclass(frozen=True, slots=True)
class OwnFace:
    """The face with that `number` is read with its owner's `profile`."""

    number: int
    profile: Profile


@dataclass(frozen=True, slots=True)
class TrackedFace:
    """One face in a frame.

    Attributes:
        number: the same for the same person.
        box: in pixels of the frame.
        plain: what the network alone reads in this very frame.
        smoothed: what it shows, smoothed over time.
        hints: what speaks against that, smoothed over time.
    """

    number: int
    box: Box
    plain: Expression
    smoothed: SmoothedExpression
    hints: SmoothedHints

    @property
    def expression(self) -> Expression:
        """What it shows."""
        return self.smoothed.expression


@dataclass(frozen=True, slots=True)
class LiveGroup:
    """All faces in a frame, taken together.

    Attributes:
        smoothed: what they show, surer faces counting for more, smoothed over time.
        hints: that two emotions are as likely, and what speaks against the reading of every one of them.
        closeness: how far apart they are; None where there is only one.
    """

    smoothed: SmoothedExpression
    hints: SmoothedHints
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
    faces: tuple[TrackedFace, ...]
    chosen: TrackedFace | None
    everyone: LiveGroup | None
    settled: SettledMood


class LiveSession:
    """Reads one visitor's camera. Remembers boxes and expressions of the last seconds, and no picture."""

    def __init__(self, detector: FaceDetector | None = None, classifier: Classifier | None = None) -> None:
        """Begin.

        Args:
            detector: finds the faces; None for the shipped one.
            classifier: reads the expressions; None for the published one.

        Raises:
            InstallationError: a network file is missing or broken.
        """
        self._detector = detector or face_detector()
        self._classifier = classifier or expression_classifier()
        self._detections: list[Detection] = []
        self._searched = float("-inf")
        self._tracks = Tracks()
        self._remembered: dict[int, TrackedFace] = {}
        self._who: Who | None = None
        self._everyone: LiveGroup | None = None
        self._settled = SettledMood()

    def update(
        self, frame: np.ndarray, seconds: float, wanted: Who | None = None, own: OwnFace | None = None
    ) -> LiveFrame:
        """Read the next frame.

        Args:
            frame: RGB uint8 (H, W, 3).
            seconds: when it was taken, on any clock that only goes forward.
            wanted: whose mood shall count; otherwise it stays, and at first is that of the largest face.
            own: which face is read with whose profile; all others are read plainly.
        """
        self._detections = self._detect(frame, seconds)
        self._tracks = self._tracks.update([face.box for face in self._detections], seconds)
        self._forget(seconds)
        faces = read_faces(frame, self._detections, self._classifier)
        tracked = [self._track(*each, seconds, own) for each in zip(self._tracks.numbers, faces, strict=True)]
        in_sight = {face.number: face for face in tracked}
        self._choose(in_sight, wanted)
        self._remembered |= in_sight
        chosen = next((face for face in tracked if face.number == self._who), None)
        self._everyone = self._together(tracked, seconds) if self._who == EVERYONE else None
        if counted := self._everyone or chosen:
            self._settled = self._settled.update(counted.smoothed, seconds)
        height, width = frame.shape[:2]
        return LiveFrame(width, height, tuple(tracked), chosen, self._everyone, self._settled)

    def _detect(self, frame: np.ndarray, seconds: float) -> list[Detection]:
        """The faces in `frame`: known ones followed, or all searched for when it is time or one was lost."""
        if self._detections and seconds - self._searched < SEARCH_SECONDS:
            followed = self._detector.follow(frame, self._detections)
            if len(followed) == len(self._detections):
                return followed
        self._searched = seconds
        return self._detector.search(frame)

    def _track(self, number: int, face: Face, seconds: float, own: OwnFace | None) -> TrackedFace:
        """`face` after what the same person showed before."""
        plain = face.expression
        if own and own.number == number:
            face = own.profile.read(face, self._classifier.identity)
        before = self._remembered.get(number)
        smoothed = (
            before.smoothed.update(face.expression, seconds)
            if before
            else SmoothedExpression.first(face.expression, seconds)
        )
        found = hints(smoothed.expression, face.quality)
        return TrackedFace(
            number, face.box, plain, smoothed, (before.hints if before else SmoothedHints()).update(found, seconds)
        )

    def _forget(self, seconds: float) -> None:
        """Keep nothing of whom the tracker has forgotten: by now, the number may be that of somebody new."""
        self._remembered = {
            number: face for number, face in self._remembered.items() if seconds - face.smoothed.seconds <= LOST_SECONDS
        }

    def _choose(self, in_sight: dict[int, TrackedFace], wanted: Who | None) -> None:
        """Let the mood of `wanted` count from now on, if there is such a face; that of somebody else settles anew."""
        if wanted in in_sight or wanted == EVERYONE:
            if self._who not in (wanted, None):
                self._settled = self._settled.restarted()
            self._who = wanted
        elif in_sight and self._who not in self._remembered and self._who != EVERYONE:
            # Whoever comes back alone has the number of before: songs need not change for that.
            largest = next(iter(in_sight))
            if self._who not in (largest, None):
                self._settled = self._settled.restarted()
            self._who = largest

    def _together(self, faces: Sequence[TrackedFace], seconds: float) -> LiveGroup | None:
        """Everybody in sight, after what everybody showed before."""
        if not faces:
            return None
        group, before = Group.of(faces), self._everyone
        expression = group.expression if group else faces[0].expression
        smoothed = (
            before.smoothed.update(expression, seconds) if before else SmoothedExpression.first(expression, seconds)
        )
        close = set() if leads(smoothed.expression) else {Hint.CLOSE}
        flaws = {hint for hint in Hint if all(hint in face.hints.given for face in faces)} - {Hint.CLOSE}
        smoothed_hints = (before.hints if before else SmoothedHints()).update(close | flaws, seconds)
        return LiveGroup(smoothed, smoothed_hints, group.closeness if group else None)
