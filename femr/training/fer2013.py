"""Readers for every form FER-2013 comes in.

Three layouts, each in a folder or a zip, at any depth:

    Training/Training/<Emotion>/<name>.<image>    Testing/Testing/<Emotion>/…    (Testing is FER-2013's PublicTest)
    train/<emotion>/<name>.<image>                test/<emotion>/…               (lower case, with or without disgust)
    fer2013.csv                                   columns emotion, pixels, Usage

Challenge data: I. Goodfellow et al., "Challenges in representation learning", 2013 (arXiv:1307.0414).
"""

import csv
import hashlib
import io
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields
from enum import StrEnum
from functools import partial
from pathlib import Path, PurePosixPath

import numpy as np
from PIL import Image
from sklearn.model_selection import StratifiedGroupKFold

from femr.emotions import EMOTIONS, Emotion
from femr.errors import DataError

SIDE = 48
"""FER-2013 images are SIDE × SIDE pixels."""

VALIDATION_PARTS = 10
"""One tenth of the training images validates."""

VALIDATION_SEED = 2013
"""Fixed, whatever a run's own seed: networks from different runs are compared on the same validation images."""

TRAINING_ROWS, PUBLIC_ROWS = 28_709, 3_589
"""Rows of the original fer2013.csv, in its order: training, then public test, then private test."""

DISGUST = "disgust"
CLASS_NAMES = {emotion.lower(): emotion for emotion in EMOTIONS} | {
    "anger": Emotion.ANGRY,
    "happiness": Emotion.HAPPY,
    "sadness": Emotion.SAD,
    "suprise": Emotion.SURPRISE,  # spelled so in a widespread download
}
CSV_CLASSES = dict(enumerate(("angry", DISGUST, "fear", "happy", "sad", "surprise", "neutral")))
IMAGE_SUFFIXES = {".png", ".jpg", ".jpeg", ".webp", ".bmp"}


class Usage(StrEnum):
    """What the makers of FER-2013 meant an image for. `TEST`: the data does not say which test part."""

    TRAINING = "Training"
    PUBLIC = "PublicTest"
    PRIVATE = "PrivateTest"
    TEST = "Test"


CSV_USAGES = {usage.value: usage for usage in (Usage.TRAINING, Usage.PUBLIC, Usage.PRIVATE)}

# The folder that holds the classes -> what images in it are, where their names do not say more.
FOLDERS = {
    "training": Usage.TRAINING,
    "train": Usage.TRAINING,
    "testing": Usage.PUBLIC,
    "test": Usage.TEST,
    "publictest": Usage.PUBLIC,
    "privatetest": Usage.PRIVATE,
}


@dataclass(frozen=True)
class Images:
    """Images with their labels.

    Attributes:
        pixels: uint8 (N, 48, 48), 0…255.
        labels: int64 (N,), positions in `EMOTIONS`.
        hashes: (N,) text; equal for images with equal pixels.
        names: (N,) text; the file's stem, or the row in `fer2013.csv`.
    """

    pixels: np.ndarray
    labels: np.ndarray
    hashes: np.ndarray
    names: np.ndarray

    def __len__(self) -> int:
        return len(self.labels)

    def only(self, keep: np.ndarray) -> "Images":
        """The images at `keep`, a boolean mask or positions."""
        return Images(self.pixels[keep], self.labels[keep], self.hashes[keep], self.names[keep])

    def and_also(self, more: "Images") -> "Images":
        """These images, then `more`."""
        return Images(*(np.concatenate([getattr(each, name) for each in (self, more)]) for name in _FIELDS))

    def counts(self) -> dict[Emotion, int]:
        """How many images each emotion has."""
        return dict(zip(EMOTIONS, np.bincount(self.labels, minlength=len(EMOTIONS)).tolist(), strict=True))


_FIELDS = tuple(field.name for field in fields(Images))


@dataclass(frozen=True)
class Fer2013:
    """Everything that one copy of FER-2013 holds.

    Attributes:
        images: all images of the six classes, in the order read.
        usages: (N,) the `Usage` of each.
        disgust: how many images of disgust were left out.
        source: where it was read from.
    """

    images: Images
    usages: np.ndarray
    disgust: int
    source: Path

    def part(self, name: str) -> Images:
        """The images of `training`, `public`, `private`, or `test` (all test images).

        Raises:
            DataError: the data holds no image of that part.
        """
        if name == "test":
            chosen = self.usages != Usage.TRAINING
        else:
            usage = {"training": Usage.TRAINING, "public": Usage.PUBLIC, "private": Usage.PRIVATE}[name]
            chosen = self.usages == usage
        if not chosen.any():
            raise DataError("part_missing", path=self.source, part=name)
        return self.images.only(chosen)

    def is_unique(self, images: Images) -> np.ndarray:
        """Bool (N,): which of `images` have no identical twin anywhere in this data."""
        hashes, counts = np.unique(self.images.hashes, return_counts=True)
        return np.isin(images.hashes, hashes[counts == 1])


@dataclass(frozen=True)
class Split:
    """Training images, cut in two.

    Attributes:
        training, validation: no picture is in both.
        twins_dropped: training images left out because a test part of the same data holds the same pixels.
    """

    training: Images
    validation: Images
    twins_dropped: int


def split(data: Fer2013) -> Split:
    """Cut the training part in training and validation, stratified by class and grouped by identical pixels.

    Raises:
        DataError: the data has no training part, or too few different images of a class to cut.
    """
    images = data.part("training")
    in_tests = np.isin(images.hashes, data.images.hashes[data.usages != Usage.TRAINING])
    kept = images.only(~in_tests)
    _, distinct = np.unique(kept.hashes, return_index=True)
    for emotion, count in kept.only(distinct).counts().items():
        if count < VALIDATION_PARTS:
            raise DataError("class_too_small", path=data.source, emotion=emotion, count=count, least=VALIDATION_PARTS)
    folds = StratifiedGroupKFold(VALIDATION_PARTS, shuffle=True, random_state=VALIDATION_SEED)
    training, validation = next(folds.split(kept.pixels, kept.labels, kept.hashes))
    return Split(kept.only(training), kept.only(validation), int(in_tests.sum()))


def read(path: str | Path) -> Fer2013:
    """Read FER-2013 from a zip, a folder or a `fer2013.csv`.

    Raises:
        DataError: nothing there, no known layout, an empty class, or an unreadable image, each named.
    """
    source = Path(path)
    if not source.exists():
        raise DataError("data_missing", path=source)
    rows = list(_rows(source))
    known = [row for row in rows if row.class_name != DISGUST]
    if not known:
        raise DataError("data_layout", path=source)
    pixels = np.stack([row.pixels for row in known])
    labels = np.array([EMOTIONS.index(CLASS_NAMES[row.class_name]) for row in known])
    hashes = np.array([hashlib.blake2b(image, digest_size=16).hexdigest() for image in pixels])
    images = Images(pixels, labels, hashes, np.array([row.name for row in known]))
    data = Fer2013(images, np.array([row.usage for row in known]), len(rows) - len(known), source)
    _check_classes(data)
    return data


@dataclass(frozen=True)
class _Row:
    usage: Usage
    class_name: str
    name: str
    pixels: np.ndarray


def _rows(source: Path) -> Iterator[_Row]:
    """Every labelled image in `source`, in the order of the names."""
    for name, load in _files(source):
        if any(part.startswith((".", "__MACOSX")) for part in name.parts):
            continue  # what macOS adds to folders and zips
        if name.suffix.lower() == ".csv":
            yield from _csv_rows(str(source) if source.name == str(name) else f"{source}: {name}", load())
        elif name.suffix.lower() in IMAGE_SUFFIXES:
            yield from _image_row(f"{source}: {name}", name, load)


def _files(source: Path) -> Iterator[tuple[PurePosixPath, Callable[[], bytes]]]:
    """Every file in a folder or zip, or the file itself, with a function that reads it."""
    if source.is_dir():
        for file in sorted(source.rglob("*")):
            if file.is_file():
                yield PurePosixPath(file.relative_to(source).as_posix()), file.read_bytes
    elif zipfile.is_zipfile(source):
        with zipfile.ZipFile(source) as archive:
            for name in sorted(archive.namelist()):
                yield PurePosixPath(name), partial(_zip_member, source, archive, name)
    else:
        yield PurePosixPath(source.name), source.read_bytes


def _zip_member(source: Path, archive: zipfile.ZipFile, name: str) -> bytes:
    try:
        return archive.read(name)
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError) as error:
        raise DataError("image_unreadable", path=f"{source}: {name}", side=SIDE) from error


def _image_row(where: str, name: PurePosixPath, load: Callable[[], bytes]) -> Iterator[_Row]:
    """The image as a row, or nothing when it lies in no folder of a known part and class."""
    class_name = name.parent.name.lower()
    usage = next((FOLDERS[part.lower()] for part in reversed(name.parts[:-2]) if part.lower() in FOLDERS), None)
    if usage is None or class_name not in CLASS_NAMES | {DISGUST: None}:
        return
    try:
        # Pillow, because OpenCV refuses WebP files of under 32 bytes, which a black image is.
        with Image.open(io.BytesIO(load())) as image:
            pixels = np.asarray(image.convert("L")) if image.size == (SIDE, SIDE) else None
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise DataError("image_unreadable", path=where, side=SIDE) from error
    if pixels is None:
        raise DataError("image_unreadable", path=where, side=SIDE)
    yield _Row(usage if usage is Usage.TRAINING else _test_part(name.stem, usage), class_name, name.stem, pixels)


def _test_part(stem: str, default: Usage) -> Usage:
    """The test part that a file's name tells: `PrivateTest_123`, or the row number in the original csv."""
    if named := re.match("PublicTest|PrivateTest", stem, re.IGNORECASE):
        return next(usage for usage in Usage if usage.lower() == named[0].lower())
    if not stem.isdecimal() or int(stem) < TRAINING_ROWS:
        return default
    return Usage.PUBLIC if int(stem) < TRAINING_ROWS + PUBLIC_ROWS else Usage.PRIVATE


def _csv_rows(where: str, data: bytes) -> Iterator[_Row]:
    reader = csv.DictReader(io.StringIO(data.decode("utf-8-sig", errors="replace")))
    if not {"emotion", "pixels", "Usage"} <= set(reader.fieldnames or ()):
        raise DataError("csv_columns", path=where, columns=", ".join(reader.fieldnames or ()))
    number = 0
    try:
        for number, row in enumerate(reader, 1):
            pixels = np.array((row["pixels"] or "").split(), np.uint8).reshape(SIDE, SIDE)
            yield _Row(CSV_USAGES[row["Usage"]], CSV_CLASSES[int(row["emotion"])], f"{number - 1:05d}", pixels)
    except csv.Error as error:  # over the row that could not be read
        raise DataError("csv_row", path=where, row=number + 1, side=SIDE) from error
    except (ValueError, KeyError, OverflowError, TypeError) as error:
        raise DataError("csv_row", path=where, row=number, side=SIDE) from error


def _check_classes(data: Fer2013) -> None:
    for usages in ((Usage.TRAINING,), (Usage.PUBLIC, Usage.PRIVATE, Usage.TEST)):
        present = np.isin(data.usages, usages)
        if not present.any():
            continue
        for emotion, count in data.images.only(present).counts().items():
            if count == 0:
                part = "training" if Usage.TRAINING in usages else "test"
                raise DataError("class_empty", path=data.source, emotion=emotion, part=part)
