"""How much accuracy is left when crops are not framed, lit or sharp as FER-2013's are."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType
from typing import Any

import cv2
import numpy as np

from femr.training.fer2013 import Images
from femr.vision.classifier import ExpressionClassifier
from femr.vision.crop import crop
from femr.vision.detector import FaceDetector

Change = Callable[[np.ndarray], np.ndarray]
"""One image, grey uint8 (S, S), changed."""

PHOTO_WIDTH, PHOTO_HEIGHT = 640, 480
"""Of the pictures that the whole photo pipeline reads."""

MAGNIFICATION = 4
"""How much larger than in FER-2013 a face is in such a picture."""

BACKGROUND = 128
"""The grey around it."""


@dataclass(frozen=True)
class Robustness:
    """Accuracy, 0…1, under changes that leave the expression as it is.

    Attributes:
        clean: of the images as they are.
        changed: by the name of the change, the mean over its variants (left and right, say).
        pipeline: of the images set in larger pictures, detected and cropped; a face that is not found is an error.
        found: share of those in which a face was found.
    """

    clean: float
    changed: Mapping[str, float]
    pipeline: float
    found: float

    @property
    def mean_drop(self) -> float:
        """How far the mean over the changes lies below `clean`."""
        return self.clean - sum(self.changed.values()) / len(self.changed)

    @property
    def pipeline_drop(self) -> float:
        """How far `pipeline` lies below `clean`."""
        return self.clean - self.pipeline

    def as_dict(self) -> dict[str, Any]:
        """The same for JSON, with both drops."""
        return {
            "clean": round(self.clean, 5),
            "changed": {name: round(accuracy, 5) for name, accuracy in self.changed.items()},
            "mean_drop": round(self.mean_drop, 5),
            "pipeline": round(self.pipeline, 5),
            "pipeline_drop": round(self.pipeline_drop, 5),
            "found": round(self.found, 5),
        }


def moved(image: np.ndarray, *, right: float = 0, down: float = 0, scale: float = 1, roll: float = 0) -> np.ndarray:
    """`image` shifted by parts of its side, scaled, and turned by degrees; its edge is repeated outwards."""
    side = len(image)
    matrix = cv2.getRotationMatrix2D(((side - 1) / 2, (side - 1) / 2), roll, scale)
    matrix[:, 2] += right * side, down * side
    return cv2.warpAffine(image, matrix, (side, side), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)


def blurred(image: np.ndarray, *, sigma: float) -> np.ndarray:
    """`image` under a Gaussian of `sigma` pixels."""
    return cv2.GaussianBlur(image, (0, 0), sigma)


def compressed(image: np.ndarray, *, quality: int) -> np.ndarray:
    """`image` written as JPEG and read again."""
    _, data = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, quality])
    return np.asarray(cv2.imdecode(data, cv2.IMREAD_GRAYSCALE))


def relit(image: np.ndarray, *, gamma: float) -> np.ndarray:
    """`image` with its brightness, 0…1, raised to the power `gamma`: below 1 is brighter, above darker."""
    return cv2.LUT(image, np.rint(255 * np.linspace(0, 1, 256) ** gamma).astype(np.uint8))


def halved(image: np.ndarray) -> np.ndarray:
    """`image` at half the resolution, enlarged again."""
    half = cv2.resize(image, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    return cv2.resize(half, image.shape[::-1], interpolation=cv2.INTER_LINEAR)


CHANGES: Mapping[str, tuple[Change, ...]] = MappingProxyType(
    {
        "shift by 10 %": tuple(partial(moved, right=x, down=y) for x, y in ((-0.1, 0), (0.1, 0), (0, -0.1), (0, 0.1))),
        "scale 0.85": (partial(moved, scale=0.85),),
        "scale 1.2": (partial(moved, scale=1.2),),
        "roll by 15°": (partial(moved, roll=-15), partial(moved, roll=15)),
        "blur, σ 1 px": (partial(blurred, sigma=1),),
        "JPEG, quality 30": (partial(compressed, quality=30),),
        "gamma 0.4": (partial(relit, gamma=0.4),),
        "gamma 2.2": (partial(relit, gamma=2.2),),
        "half the resolution": (halved,),
    }
)


def in_a_photo(
    image: np.ndarray,
    magnification: float = MAGNIFICATION,
    *,
    right: float = 0.5,
    down: float = 0.5,
    background: int = BACKGROUND,
) -> np.ndarray:
    """`image`, enlarged, in a grey picture: RGB uint8 (480, 640, 3).

    `right` and `down` say where: 0 is the left and the upper edge, 1 the right and the lower one.
    """
    face = cv2.resize(image, None, fx=magnification, fy=magnification, interpolation=cv2.INTER_CUBIC)
    photo = np.full((PHOTO_HEIGHT, PHOTO_WIDTH), background, np.uint8)
    top, left = round(down * (PHOTO_HEIGHT - len(face))), round(right * (PHOTO_WIDTH - len(face)))
    photo[top : top + len(face), left : left + len(face)] = face
    return cv2.cvtColor(photo, cv2.COLOR_GRAY2RGB)


def measure(network: ExpressionClassifier, detector: FaceDetector, images: Images) -> Robustness:
    """Accuracy of `network` on `images` as they are, under each of `CHANGES`, and behind `detector`."""
    crops = [_through_a_photo(detector, image, network.side) for image in images.pixels]
    found = np.array([crop is not None for crop in crops])
    seen = np.stack([crop for crop in crops if crop is not None]) if found.any() else images.pixels[:0]
    right = (network(seen).argmax(axis=1) == images.labels[found]).sum()
    return Robustness(
        clean=_accuracy(network, images.pixels, images.labels),
        changed={
            name: float(np.mean([_accuracy(network, _all(change, images.pixels), images.labels) for change in changes]))
            for name, changes in CHANGES.items()
        },
        pipeline=float(right / len(images)),
        found=float(found.mean()),
    )


def _through_a_photo(detector: FaceDetector, image: np.ndarray, side: int) -> np.ndarray | None:
    photo = in_a_photo(image)
    faces = detector(photo)
    return crop(photo, faces[0], side) if faces else None


def _all(change: Change, pixels: np.ndarray) -> np.ndarray:
    return np.stack([change(image) for image in pixels])


def _accuracy(network: ExpressionClassifier, pixels: np.ndarray, labels: np.ndarray) -> float:
    return float((network(pixels).argmax(axis=1) == labels).mean())
