"""Whether eyes and mouth can be seen: inside the photo, and with nothing before them."""

from collections.abc import Sequence

import cv2
import numpy as np

from femr.paths import COVERS
from femr.vision.geometry import Detection, Point
from femr.vision.litert import Network, loaded_once

INSIDE = 0.05
"""Least distance of eyes and mouth from the photo's edge, in box widths. `scripts/calibrate_faces.py` prints where they
lie in photos, and where the mouth does in the same photos cut just above it."""


def visibility(faces: Sequence[Detection], crops: np.ndarray, height: int, width: int) -> np.ndarray:
    """How surely eyes and mouth can be seen, 0…1: float32 (N, 2), eyes first.

    Args:
        faces: where they were found in a photo.
        crops: of them, uint8 (N, side, side), framed as `crop` does.
        height: of the photo, in pixels.
        width: of the photo, in pixels.

    Raises:
        InstallationError: the network's file is missing or broken.
    """
    network = cover_network()
    side = network.input_shape[0]
    resized = [each if len(each) == side else cv2.resize(each, (side, side)) for each in crops]
    (hidden,) = network(np.stack(resized)[..., None].astype(np.float32))
    inside = [
        [margin(face.eyes, face, height, width) >= INSIDE, margin((face.mouth,), face, height, width) >= INSIDE]
        for face in faces
    ]
    return (1 - hidden) * np.array(inside, np.float32)


def margin(places: Sequence[Point | None], face: Detection, height: int, width: int) -> float:
    """How far inside the photo all `places` lie, in box widths; negative outside, 1 where none is known."""
    distances = [min(place.x, place.y, width - place.x, height - place.y) for place in places if place]
    return min(distances, default=face.box.width) / face.box.width


@loaded_once
def cover_network() -> Network:
    """The network that sees covers, loaded once: crops (N, 48, 48, 1), 0…255, to (N, 2): eyes, mouth hidden."""
    return Network(COVERS)
