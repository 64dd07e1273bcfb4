"""From a photo to a reading: finds the faces, cuts them out, and reads what each shows."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from femr.mood import Expression
from femr.vision.classifier import Classifier, expression_classifier
from femr.vision.confidence import SMALL
from femr.vision.crop import crop
from femr.vision.detector import MOST_FACES, SMALLEST, face_detector
from femr.vision.geometry import Detection
from femr.vision.image_files.load import Photo, load_photo
from femr.vision.quality import quality
from femr.vision.reading import Face, Reading
from femr.vision.visibility import visibility

if TYPE_CHECKING:
    from femr.vision.profile import Profile


def analyze(
    photo: Photo,
    *,
    detector: Callable[[np.ndarray], Sequence[Detection]] | None = None,
    classifier: Classifier | None = None,
    profile: "Profile | None" = None,
) -> Reading:
    """Find the faces in a photo and read their expressions.

    Args:
        photo: a path, the bytes of a file, a PIL image, or an RGB uint8 array (H, W, 3).
        detector: finds the faces in an RGB uint8 array (H, W, 3); None for the shipped one.
        classifier: reads the expressions; None for the published one.
        profile: of the person whose face is the largest; no other face is read by it.

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
    height, width = pixels.shape[:2]
    found = (detector or face_detector())(pixels)
    network = classifier or expression_classifier()
    faces = read_faces(pixels, found, network)
    may_be_missed = max(SMALL, SMALLEST * max(width, height))
    incomplete = len(faces) >= MOST_FACES or any(face.box.width < may_be_missed for face in faces)
    if profile is None or not faces:
        return Reading(width, height, faces, incomplete)
    faces = (profile.read(faces[0], network.identity), *faces[1:])
    return Reading(width, height, faces, incomplete, profile.use(network.identity))


def read_faces(photo: np.ndarray, detections: Sequence[Detection], classifier: Classifier) -> tuple[Face, ...]:
    """What the faces that were found in `photo`, RGB uint8 (H, W, 3), show, in their order; one call of the network."""
    if not detections:
        return ()
    crops = np.stack([crop(photo, detection, classifier.side) for detection in detections])
    crops.flags.writeable = False
    visible = visibility(detections, crops, *photo.shape[:2])
    return tuple(
        Face(
            detection.box,
            detection.eyes,
            detection.score,
            Expression(tuple(row.tolist())),
            quality(detection, pixels, seen),
            pixels,
        )
        for detection, pixels, seen, row in zip(detections, crops, visible, classifier(crops), strict=True)
    )
