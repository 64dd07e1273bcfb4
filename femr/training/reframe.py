"""Training images as the page crops them: set in a photo, found and cut out again.

FER-2013's images were framed by another detector, and are sharper than what is cut from a photo. A network that also
learns from such crops reads them better; the detector needs LiteRT, so they are made once and kept in a file.
"""

import hashlib
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from tqdm import tqdm

from femr.errors import DataError, InstallationError

if TYPE_CHECKING:
    from femr.vision.detector import FaceDetector

MAGNIFICATION = (2.5, 6.0)
"""Least and most, of a face in its photo: 120 to 288 pixels."""


def load_detector() -> "FaceDetector":
    """The page's face detector.

    Raises:
        InstallationError: LiteRT is not installed.
    """
    try:
        from femr.vision.detector import FaceDetector  # only here: training runs without LiteRT
    except ModuleNotFoundError as error:
        if error.name is None or not error.name.startswith("ai_edge_litert"):
            raise
        raise InstallationError("litert_missing") from error
    return FaceDetector()


def reframe(pixels: np.ndarray, detector: "FaceDetector", seed: int = 0) -> np.ndarray:
    """`pixels`, uint8 (N, S, S), each found by `detector` in a photo of its own and cropped: uint8 (N, S, S).

    Size, place and background of each are drawn from `seed` and its number; an image that is not found stays itself.
    """
    return np.stack(
        [
            _reframed(image, detector, np.random.default_rng((seed, number)))
            for number, image in enumerate(tqdm(pixels, desc="reframing"))
        ]
    )


def _reframed(image: np.ndarray, detector: "FaceDetector", rng: np.random.Generator) -> np.ndarray:
    from femr.training.robustness import in_a_photo
    from femr.vision.crop import crop  # only here, both: training runs without LiteRT

    right, down = rng.random(2)
    magnification, background = rng.uniform(*MAGNIFICATION), int(rng.integers(256))
    photo = in_a_photo(image, magnification, right=right, down=down, background=background)
    faces = detector(photo)
    return crop(photo, faces[0], len(image)) if faces else image


def write(path: Path, pixels: np.ndarray, crops: np.ndarray) -> None:
    """Keep `crops` of `pixels` in `path`, a .npz file; whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(".part")
    with draft.open("wb") as file:
        np.savez_compressed(file, crops=crops, of=_fingerprint(pixels))
    draft.replace(path)


def read(path: Path, pixels: np.ndarray) -> np.ndarray:
    """The crops of `pixels`, uint8 of its shape, that `write` left in `path`.

    Raises:
        DataError: no such file; or another one; or the crops are of other images.
    """
    try:
        # NumPy leaves a damaged file open that it opened itself.
        with path.open("rb") as file, np.load(file) as arrays:
            crops, of = arrays["crops"], str(arrays["of"])
    except FileNotFoundError as error:
        raise DataError("data_missing", path=path) from error
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
        raise DataError("reframed_unreadable", path=path) from error
    if of != _fingerprint(pixels):
        raise DataError("reframed_other", path=path)
    return crops


def _fingerprint(pixels: np.ndarray) -> str:
    return hashlib.sha256(pixels.tobytes()).hexdigest()
