"""BlazeFace, the networks that find faces (V. Bazarevsky et al., 2019, arXiv:1907.05047): from pixels to boxes."""

from pathlib import Path

import cv2
import numpy as np

from femr.vision.geometry import Box, Detection, Point
from femr.vision.litert import Network

OVERLAP = 0.3
"""Boxes that share more than this (intersection over union) are one face; MediaPipe's setting."""

GRIDS = ((16, 2), (8, 6))
"""(cells a side, anchors a cell) of each output grid of both networks, as in MediaPipe's graphs."""


class BlazeFace:
    """One of the BlazeFace networks: a square RGB picture -> boxes and eyes.

    Attributes:
        side: of the picture, in pixels.
    """

    def __init__(self, path: Path) -> None:
        """Load the network at `path`.

        Raises:
            InstallationError: the file is missing or broken.
        """
        self._network = Network(path)
        self.side = self._network.input_shape[0]
        self._anchors = np.concatenate([_anchors(cells, count, self.side) for cells, count in GRIDS])

    def __call__(self, picture: np.ndarray, least_score: float) -> list[Detection]:
        """Faces in `picture`, RGB uint8 (side, side, 3), in its pixels; most certain first."""
        outputs = self._network(picture[None].astype(np.float32) / 127.5 - 1)
        logits, shapes = sorted((output[0] for output in outputs), key=lambda output: output.shape[-1])
        scores = 1 / (1 + np.exp(-np.clip(logits[:, 0], -80, 80)))
        likely = np.flatnonzero(scores > least_score)
        # Each row: centre, size, then points: both eyes, nose, mouth; places are relative to the anchor.
        shapes, anchors, scores = shapes[likely], self._anchors[likely], scores[likely]
        corners = shapes[:, 0:2] + anchors - shapes[:, 2:4] / 2
        boxes = np.hstack([corners, shapes[:, 2:4]])
        eyes = shapes[:, 4:8] + np.tile(anchors, 2)
        mouths = shapes[:, 10:12] + anchors
        turns = _turns(*np.moveaxis(shapes[:, 4:10].reshape(-1, 3, 2), 1, 0))
        found = [
            Detection(
                Box(*map(float, box)),
                (Point(*map(float, eye[:2])), Point(*map(float, eye[2:]))),
                float(score),
                float(turn),
                Point(*map(float, mouth)),
            )
            for box, eye, score, turn, mouth in zip(boxes, eyes, scores, turns, mouths, strict=True)
        ]
        return non_maximum_suppression(found)


def _turns(left: np.ndarray, right: np.ndarray, nose: np.ndarray) -> np.ndarray:
    """`Detection.turn` (N,) for eyes and noses, each (N, 2)."""
    across = right - left
    return ((nose - (left + right) / 2) * across).sum(axis=1) / np.maximum((across**2).sum(axis=1), 1e-6)


def _anchors(cells: int, count: int, side: int) -> np.ndarray:
    """Centres of a grid's cells in pixels, each `count` times: (cells · cells · count, 2)."""
    centres = (np.arange(cells) + 0.5) * side / cells
    x, y = np.meshgrid(centres, centres)
    return np.repeat(np.stack([x, y], axis=-1).reshape(-1, 2), count, axis=0)


def non_maximum_suppression(faces: list[Detection]) -> list[Detection]:
    """`faces` without those that overlap a more certain one; most certain first."""
    if not faces:
        return []
    boxes = [(face.box.x, face.box.y, face.box.width, face.box.height) for face in faces]
    kept = cv2.dnn.NMSBoxes(boxes, [face.score for face in faces], 0.0, OVERLAP)
    return [faces[i] for i in np.ravel(kept)]
