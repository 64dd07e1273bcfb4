"""The one call that page, terminal and API use: a photo -> a reading."""

from types import MappingProxyType

import numpy as np

from femr.emotions import EMOTIONS
from femr.vision.classifier import ExpressionClassifier, expression_classifier
from femr.vision.crop import crop
from femr.vision.detector import FaceDetector, face_detector
from femr.vision.geometry import Detection
from femr.vision.image_io import Photo, load_photo
from femr.vision.quality import quality
from femr.vision.reading import Face, Reading


def analyze(
    photo: Photo,
    *,
    detector: FaceDetector | None = None,
    network: ExpressionClassifier | None = None,
) -> Reading:
    """Find the faces in a photo and read their expressions.

    Args:
        photo: a path, the bytes of a file, a PIL image, or an RGB uint8 array (H, W, 3).
        detector: finds the faces; None for the shipped one.
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
    pixels = load_photo(photo)
    network = network or expression_classifier()
    found = (detector or face_detector())(pixels)
    crops = np.stack([crop(pixels, face, network.side) for face in found]) if found else ()
    probabilities = network(crops) if found else ()
    faces = [_face(*each) for each in zip(found, crops, probabilities, strict=True)]
    height, width = pixels.shape[:2]
    return Reading(width, height, tuple(faces))


def _face(found: Detection, seen: np.ndarray, probabilities: np.ndarray) -> Face:
    """What was found, what the network saw of it, uint8 (side, side), and what it answered, (6,)."""
    shares = MappingProxyType(dict(zip(EMOTIONS, map(float, probabilities), strict=True)))
    seen.flags.writeable = False
    return Face(found.box, found.eyes, found.score, shares, quality(found, seen), seen)
