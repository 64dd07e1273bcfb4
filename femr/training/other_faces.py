"""Other faces than FER-2013's: photos as people publish them, with labels of our own.

The photos are a zip with `images/<file>`; what each shows was labelled blind (`data/other_faces.csv`, of which
`data/README.md` tells how). They are cropped as the page crops them.
"""

import hashlib
import io
import zipfile
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image
from tqdm import tqdm

from femr.errors import DataError
from femr.training.fer2013 import SIDE, Images
from femr.training.own_labels import OTHER_FACES, label_of, read_rows

if TYPE_CHECKING:
    from femr.vision.detector import FaceDetector


class Part(StrEnum):
    """What a face is used for. A person's faces are all in one part."""

    TRAINING = "training"
    VALIDATION = "validation"


@dataclass(frozen=True)
class LabelledFaces:
    """Faces and what they show.

    Attributes:
        images: their labels are what both readers together saw most of.
        targets: float32 (N, 6), how much of each emotion they saw; rows sum to 1.
    """

    images: Images
    targets: np.ndarray


@dataclass(frozen=True)
class OtherFaces:
    """Faces to train and to validate on: nobody is in both."""

    training: LabelledFaces
    validation: LabelledFaces


@dataclass(frozen=True)
class Label:
    """What two readers saw in a photo.

    Attributes:
        file: the photo's name.
        part: what it is used for.
        shares: float32 (6,), the mean of their answers, sums to 1.
    """

    file: str
    part: Part
    shares: np.ndarray


def read(photos: Path, detector: "FaceDetector", labels: Path = OTHER_FACES) -> OtherFaces:
    """The faces that `labels` names, from the zip `photos`; one that `detector` does not find is left out.

    Raises:
        DataError: no such file; or it is none of the kind; or a photo in it cannot be read; or a part has no face.
    """
    rows = read_labels(labels)
    try:
        with zipfile.ZipFile(photos) as archive:
            crops = [_crop(archive, row.file, detector) for row in tqdm(rows, desc="other faces")]
    except FileNotFoundError as error:
        raise DataError("data_missing", path=photos) from error
    except (OSError, KeyError, zipfile.BadZipFile, SyntaxError, ValueError) as error:
        raise DataError("others_unreadable", path=photos, problem=error) from error
    found = [(row, crop) for row, crop in zip(rows, crops, strict=True) if crop is not None]
    parts = {part: [each for each in found if each[0].part is part] for part in Part}
    if not all(parts.values()):
        raise DataError("others_unreadable", path=photos, problem="a part has no face")
    return OtherFaces(_labelled(parts[Part.TRAINING]), _labelled(parts[Part.VALIDATION]))


def _labelled(found: list[tuple[Label, np.ndarray]]) -> LabelledFaces:
    images = Images(
        np.stack([crop for _, crop in found]),
        np.array([row.shares.argmax() for row, _ in found], np.int64),
        np.array([hashlib.blake2b(crop.tobytes(), digest_size=16).hexdigest() for _, crop in found]),
        np.array([row.file for row, _ in found]),
    )
    return LabelledFaces(images, np.stack([row.shares for row, _ in found]))


def _crop(archive: zipfile.ZipFile, file: str, detector: "FaceDetector") -> np.ndarray | None:
    from femr.vision.crop import crop  # only here: training runs without LiteRT

    with Image.open(io.BytesIO(archive.read(f"images/{file}"))) as image:
        photo = np.asarray(image.convert("RGB"))
    faces = detector(photo)
    return crop(photo, faces[0], SIDE) if faces else None


def read_labels(path: Path) -> list[Label]:
    """The labels in `path`, but for faces in which a reader's first choice is none of the six emotions.

    Raises:
        DataError: no such file, or none of the kind.
    """
    labels = []
    for row in read_rows(path):
        answers = [label_of(row, path), label_of(row, path, "other_")]
        if all(answer.first is not None for answer in answers):
            shares = np.mean([answer.shares for answer in answers], axis=0)
            labels.append(Label(row.get("file", ""), _part(row, path), shares))
    return labels


def _part(row: dict[str, str], path: Path) -> Part:
    try:
        return Part(row["part"])
    except (KeyError, ValueError) as error:
        raise DataError("labels_unreadable", path=path, problem=error) from error
