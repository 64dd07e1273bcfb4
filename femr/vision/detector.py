"""From an RGB photo to the faces in it.

Two stages, both BlazeFace (V. Bazarevsky et al., 2019, arXiv:1907.05047). The first finds candidates in the whole
photo. The second, a network for faces that are near, verifies each candidate alone, upright and enlarged: it rejects
what is no face (cups, cats), and measures the box and the eyes in more pixels than the first had. Where the mean score
of both leaves a doubt, the second network sees the candidate six times more, at three scales and mirrored: the eyes of
a face stay where they are, those that it finds in an apple jitter.
"""

import math
import threading
from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import replace
from itertools import islice

import numpy as np

from femr.paths import DETECTOR_FAR, DETECTOR_NEAR
from femr.vision.blazeface import BlazeFace, non_maximum_suppression
from femr.vision.crop import Window
from femr.vision.geometry import Detection, Point
from femr.vision.litert import loaded_once

CANDIDATE_SCORE = 0.4
"""Least score at either stage alone. Below MediaPipe's 0.5, because both stages decide together."""

FACE_SCORE = 0.62
"""Least mean score of both stages where the eyes jitter by `JITTER`. `scripts/calibrate_faces.py` prints how many faces
pass and what else does."""

DOUBT_MARGIN = 0.16
"""A mean score further than this from the least one decides alone; nearer, the jitter of the eyes counts as well."""

JITTER = 0.05
"""How far eyes may jitter at `FACE_SCORE`: root mean square, in box widths."""

JITTER_COST = 0.15
"""By how much the least score rises where the eyes jitter e times as far, and falls where they stay calmer. Chosen
with `FACE_SCORE`: of the pairs tried, about the fewest faces missed at half as many wrong ones."""

MIN_EYE_DISTANCE = 0.15
"""Least distance of the eyes, in box widths: about 0.45 from the front, half of that in a face turned far away.
Galaxies that pass for faces have both eyes in one spot."""

VERIFICATION_SCALE = 2.0
"""Side of what the second stage sees, in widths of the candidate's box."""

JITTER_SCALES = (1.6, 2.0, 2.5)
"""The same where the jitter of the eyes is measured."""

JITTER_SCORE = 0.02
"""Least score there: it only matters where the eyes are, not how sure the network is."""

SMALL_FACE = 1 / 10
"""Faces narrower than this share of what was searched at once call for a search in smaller windows, where more may be
found; so does a photo in which there is none. `scripts/calibrate_faces.py` prints how many are found at which size: at
this one 98 in 100, at 1/16 only 72."""

WINDOWS = (5 / 8, 5 / 16, 5 / 32)
"""Sides of the windows that are searched one after the other as long as faces are small, in the photo's longer side: up
to 4, 16 and 64 of them. What they cost is bounded; `SMALLEST` is the price."""

LEAST_WINDOW = 128
"""Least side of such a window, in pixels. The first network enlarges it twofold; more would show nothing new."""

OVERLAP = 1 / 5
"""Least share of its side by which such a window overlaps the next: a face on the border is whole in one of them."""

SMALLEST = SMALL_FACE * WINDOWS[-1]
"""Faces narrower than this share of the photo's longer side may be missed."""

MOST_FACES = 50
"""Faces that are told of one photo, the largest; how many may be looked for bounds what a photo of a stadium, or one
that somebody has tiled with faces, costs: 50 faces are found and read in about a second."""

MOST_CANDIDATES = 2 * MOST_FACES
"""Places that are verified in one search, the largest."""

MOST_DOUBTS = 16
"""Faces of one search whose eyes' jitter is looked at, the largest; of others in a crowd the score alone decides."""

UPRIGHT = 0.8
"""Score of the second network that upside-down faces must have when they are turned, and from which on a face is not
turned: three of four upright ones have it."""

UPSIDE_DOWN = 0.05
"""By how much surer the second network must be of a face turned by 180° to take it for upside down.
`scripts/calibrate_faces.py` prints how often that is right, upright and upside down."""


class FaceDetector:
    """Finds every face in a photo."""

    def __init__(self, least_score: float = FACE_SCORE) -> None:
        """Load both networks.

        Args:
            least_score: of a face whose eyes jitter by `JITTER`, 0…1.

        Raises:
            InstallationError: a network file is missing.
        """
        self._least_score = least_score
        self._first = BlazeFace(DETECTOR_FAR)
        self._second = BlazeFace(DETECTOR_NEAR)
        self._crowds = threading.Lock()

    def __call__(self, photo: np.ndarray) -> list[Detection]:
        """Faces in `photo`, RGB uint8 (H, W, 3), the `MOST_FACES` largest first; empty when there are none."""
        height, width = photo.shape[:2]
        whole = Window(Point(width / 2, height / 2), max(width, height))
        faces = self._detect(photo, [whole])
        if not any(face.score > self._least_score + DOUBT_MARGIN for face in faces):
            # A face that fills the photo is found, or measured better, when there is space around it.
            faces = non_maximum_suppression(faces + self._detect(photo, [replace(whole, side=2 * whole.side)]))
        if not faces:
            faces = self._detect_surely(photo, [replace(whole, roll=math.pi)])
        searched = 1.0
        while len(faces) < MOST_FACES and (side := _next_windows(faces, searched, whole.side)):
            detect = self._detect if faces or searched == 1 else self._detect_surely
            faces = non_maximum_suppression(faces + detect(photo, _windows(width, height, side)))
            searched = side
        return _largest_first(faces)[:MOST_FACES]

    def search(self, frame: np.ndarray) -> list[Detection]:
        """Faces in a frame of a film, largest first, by one pass: those that fill it or are tiny may be missed."""
        height, width = frame.shape[:2]
        return _largest_first(self._detect(frame, [Window(Point(width / 2, height / 2), max(width, height))]))[
            :MOST_FACES
        ]

    def follow(self, frame: np.ndarray, before: list[Detection]) -> list[Detection]:
        """The faces of the frame `before` in the next one, looked for only around where they were, largest first."""
        again = (self._verify(frame, face, may_be_turned=False) for face in before)
        return _largest_first(non_maximum_suppression([face for face in again if face is not None]))

    def _detect_surely(self, photo: np.ndarray, windows: list[Window]) -> list[Detection]:
        """Those of `_detect` that leave no doubt: what is looked at again and again should not become a face so."""
        return [face for face in self._detect(photo, windows) if face.score > self._least_score + DOUBT_MARGIN]

    def _detect(self, photo: np.ndarray, windows: list[Window]) -> list[Detection]:
        """Both stages: the verified faces that lie in `windows`."""
        candidates = [
            window.to_photo(face, self._first.side)
            for window in windows
            for face in self._first(window.cut(photo, self._first.side), CANDIDATE_SCORE)
        ]
        likely = _largest_first(non_maximum_suppression(candidates))[:MOST_CANDIDATES]
        doubts = iter(range(MOST_DOUBTS))
        verified = (self._verify(photo, candidate, doubts=doubts) for candidate in likely)
        # Two crowds at once would take longer than one after the other, and others' photos wait for the first to end.
        with self._crowds if len(likely) > MOST_DOUBTS else nullcontext():
            faces = list(islice((face for face in verified if face is not None), MOST_FACES))
        return non_maximum_suppression(faces)

    def _verify(
        self,
        photo: np.ndarray,
        candidate: Detection,
        *,
        may_be_turned: bool = True,
        doubts: Iterator[int] | None = None,
    ) -> Detection | None:
        """`candidate` measured again close up, upside down too where it `may_be_turned`; None when it is no face.

        Each look at the jitter of its eyes takes one of `doubts`, as long as there are any; None for any number.
        """
        for face in self._upright(photo, candidate) if may_be_turned else self._close_up(photo, candidate):
            score = (candidate.score + face.score) / 2
            if self._passes(photo, face, score, doubts):
                return replace(face, score=score)
        return None

    def _upright(self, photo: np.ndarray, candidate: Detection) -> list[Detection]:
        """Faces where `candidate` is, seen as it is tilted or upside down, whichever shows a face more surely."""
        faces = self._close_up(photo, candidate)
        if faces and faces[0].score >= UPRIGHT:
            return faces
        turned = self._close_up(photo, candidate, math.pi)
        if not turned or (faces and turned[0].score < faces[0].score + UPSIDE_DOWN):
            return faces
        tilted = self._close_up(photo, turned[0])  # as it really is: its eyes are measured better
        return tilted if tilted and tilted[0].score >= UPRIGHT else faces

    def _close_up(self, photo: np.ndarray, candidate: Detection, turn: float = 0.0) -> list[Detection]:
        """Faces where `candidate` is, seen by the second network turned by `turn` radians; the surest first."""
        window = Window(candidate.box.centre, VERIFICATION_SCALE * candidate.box.width, candidate.roll + turn)
        found = self._second(window.cut(photo, self._second.side), CANDIDATE_SCORE)
        return [
            face
            for face in (window.to_photo(close, self._second.side) for close in found)
            if _eye_distance(face) >= MIN_EYE_DISTANCE * face.box.width and face.box.holds(candidate.box.centre)
        ]

    def _passes(self, photo: np.ndarray, face: Detection, score: float, doubts: Iterator[int] | None) -> bool:
        """Whether `score` is enough for what was found at `face`."""
        margin = score - self._least_score
        if abs(margin) > DOUBT_MARGIN or (doubts is not None and next(doubts, None) is None):
            return margin > 0
        jitter = self._jitter(photo, face)
        return jitter == 0 or margin >= JITTER_COST * math.log(jitter / JITTER)

    def _jitter(self, photo: np.ndarray, face: Detection) -> float:
        """How far the eyes of `face` move from crop to crop, in box widths; infinite where one crop shows no face."""
        places = [self._eyes(photo, face, scale, mirrored) for scale in JITTER_SCALES for mirrored in (False, True)]
        found = [place for place in places if place is not None]
        return math.sqrt(np.var(found, axis=0).sum() / 2) if len(found) == len(places) else math.inf

    def _eyes(self, photo: np.ndarray, face: Detection, scale: float, mirrored: bool) -> np.ndarray | None:
        """The eyes in a crop `scale` times as wide as the box of `face`: (2, 2), in box widths from its centre."""
        side = self._second.side
        picture = Window(face.box.centre, scale * face.box.width, face.roll).cut(photo, side)
        for seen in self._second(np.ascontiguousarray(picture[:, ::-1]) if mirrored else picture, JITTER_SCORE):
            if seen.box.holds(Point(side / 2, side / 2)):
                eyes = (np.array([(eye.x, eye.y) for eye in seen.eyes]) / side - 0.5) * scale
                return eyes[::-1] * (-1, 1) if mirrored else eyes
        return None


def _largest_first(faces: list[Detection]) -> list[Detection]:
    return sorted(faces, key=lambda face: face.box.area, reverse=True)


def _eye_distance(face: Detection) -> float:
    return math.hypot(face.eyes[1].x - face.eyes[0].x, face.eyes[1].y - face.eyes[0].y)


def _next_windows(faces: list[Detection], searched: float, side: float) -> float | None:
    """The side of the next smaller windows to search, or None where nothing calls for them.

    Args:
        faces: found so far.
        searched: side of the windows that they were found in, in the photo's longer `side`.
        side: of the photo, in pixels.
    """
    if faces and min(face.box.width for face in faces) >= SMALL_FACE * searched * side:
        return None
    return next((window for window in WINDOWS if window < searched and window * side >= LEAST_WINDOW), None)


def _windows(width: int, height: int, share: float) -> list[Window]:
    """Overlapping windows of a `share` of the longer side that cover a photo."""
    side = max(width, height) * share

    def centres(length: int) -> list[float]:
        if length <= side:
            return [length / 2]
        count = math.ceil((length - side) / (side * (1 - OVERLAP))) + 1
        return np.linspace(side / 2, length - side / 2, count).tolist()

    return [Window(Point(x, y), side) for y in centres(height) for x in centres(width)]


@loaded_once
def face_detector() -> FaceDetector:
    """The shipped detector, loaded once."""
    return FaceDetector()
