"""Frames of a film -> who shows what in them, by the rooms of a live camera."""

import os
import time
from collections.abc import Callable
from contextlib import closing

from femr.errors import VideoError
from femr.live.session import LiveSession, TrackedFace
from femr.live.tracker import LOST_SECONDS
from femr.video.film import Film, Moment, Person
from femr.video.frame import Frame
from femr.video.process import OWN, Limits, frames
from femr.vision.geometry import Box


def watch(film: str | os.PathLike, *, limits: Limits = OWN, told: Callable[[Frame], object] | None = None) -> Film:
    """Look at a film, five frames a second, and follow the faces in it.

    Args:
        film: the path of a file.
        limits: what it may take.
        told: is called with each frame once it is read, for those who show how far it is.

    Raises:
        VideoError: it is no usable film, or takes too long.
        InstallationError: PyAV, or a network file, is missing.
    """
    watcher, width, height = Watcher(), 0, 0
    moments: list[Moment] = []
    end = time.monotonic() + limits.watching
    with closing(frames(film, limits)) as decoded:
        for frame in decoded:
            if time.monotonic() > end:
                raise VideoError("video_costly", name=os.path.basename(os.fspath(film)))
            moments.append(watcher.look(frame))
            width, height = frame.width, frame.height
            if told:
                told(frame)
    return Film(width, height, tuple(moments))


class Watcher:
    """Follows the people in one film. Remembers no picture."""

    def __init__(self, session: LiveSession | None = None) -> None:
        """Begin.

        Args:
            session: what reads the frames; None for one with the shipped networks.

        Raises:
            InstallationError: a network file is missing or broken.
        """
        self._session = session or LiveSession()
        self._seen: dict[int, tuple[int, float]] = {}
        self._count = 0

    def look(self, frame: Frame) -> Moment:
        """Who is in the next frame."""
        scale = max(frame.width, frame.height) / max(frame.pixels.shape)
        faces = self._session.update(frame.pixels, frame.seconds).faces
        return Moment(frame.seconds, tuple(self._person(face, frame.seconds, scale) for face in faces))

    def _person(self, face: TrackedFace, seconds: float, scale: float) -> Person:
        box = Box(*(scale * side for side in (face.box.x, face.box.y, face.box.width, face.box.height)))
        number = self._number(face.number, seconds)
        return Person(number, box, face.expression, face.smoothed.emotion, face.hints.given)

    def _number(self, tracked: int, seconds: float) -> int:
        """Whose face it is. The tracker gives a number to somebody new once its owner is forgotten; here it is not."""
        person, last = self._seen.get(tracked, (0, float("-inf")))
        if seconds - last > LOST_SECONDS:
            self._count += 1
            person = self._count
        self._seen[tracked] = person, seconds
        return person
