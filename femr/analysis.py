"""The one call that page, terminal and API use: a photo -> a reading."""

from types import MappingProxyType

import numpy as np

from femr.emotions import EMOTIONS
from femr.expression import ExpressionNetwork, expression_network
from femr.faces import FaceFinder, crop, face_finder
from femr.photos import Photo, read_photo
from femr.reading import Face, Reading


def analyze(
    photo: Photo,
    *,
    finder: FaceFinder | None = None,
    network: ExpressionNetwork | None = None,
) -> Reading:
    """Find the faces in a photo and read their expressions.

    Args:
        photo: a path, the bytes of a file, a PIL image, or an RGB uint8 array (H, W, 3).
        finder: finds the faces; None for the shipped one.
        network: reads the expressions; None for the published one.

    Returns:
        The reading; its `faces` are empty when there is no face.

    Raises:
        PhotoError: `photo` is no usable photo.
        InstallationError: a network file is missing or broken.

    Example:
        >>> analyze("portrait.jpg").faces[0].emotion
        <Emotion.HAPPY: 'Happy'>
    """
    pixels = read_photo(photo)
    network = network or expression_network()
    found = (finder or face_finder())(pixels)
    crops = [crop(pixels, face, network.side) for face in found]
    probabilities = network(np.stack(crops)) if crops else ()
    faces = [
        Face(face.box, face.eyes, face.score, MappingProxyType(dict(zip(EMOTIONS, map(float, row), strict=True))))
        for face, row in zip(found, probabilities, strict=True)
    ]
    height, width = pixels.shape[:2]
    return Reading(width, height, tuple(faces))
