"""A tiny stand-in for FER-2013, made on the fly, and writers for every form FER-2013 comes in."""

import csv
import hashlib
import io
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from femr.emotions import EMOTIONS, Emotion
from femr.training.fer2013 import PUBLIC_ROWS, SIDE, TRAINING_ROWS, Fer2013, Images

TRAINING, PUBLIC, PRIVATE = "Training", "PublicTest", "PrivateTest"

CSV_NUMBERS = {
    Emotion.ANGRY: 0,
    "Disgust": 1,
    Emotion.FEAR: 2,
    Emotion.HAPPY: 3,
    Emotion.SAD: 4,
    Emotion.SURPRISE: 5,
    Emotion.NEUTRAL: 6,
}
FIRST_ROWS = {TRAINING: 0, PUBLIC: TRAINING_ROWS, PRIVATE: TRAINING_ROWS + PUBLIC_ROWS}


@dataclass(frozen=True)
class Sample:
    """One image: its part, its class (an emotion, or "Disgust") and its pixels, uint8 (48, 48)."""

    part: str
    emotion: str
    pixels: np.ndarray


def pattern(emotion: str) -> np.ndarray:
    """What all images of one class have in common: float (48, 48), 0…1; every class looks different."""
    y, x = np.mgrid[:SIDE, :SIDE] / (SIDE - 1)
    patterns = {
        Emotion.ANGRY: np.sin(y * 25) > 0,
        Emotion.FEAR: np.sin(x * 25) > 0,
        Emotion.HAPPY: (x - 0.5) ** 2 + (y - 0.5) ** 2 < 0.1,
        Emotion.NEUTRAL: y,
        Emotion.SAD: x + y > 1,
        Emotion.SURPRISE: (x - 0.5) * (y - 0.5) > 0,
        "Disgust": (np.abs(x - 0.5) < 0.1) | (np.abs(y - 0.5) < 0.1),
    }
    return patterns[emotion].astype(float)


def picture(emotion: str, rng: np.random.Generator) -> np.ndarray:
    """The pattern of `emotion` under noise: uint8 (48, 48), no two alike."""
    return np.clip(40 + 170 * pattern(emotion) + rng.normal(0, 20, (SIDE, SIDE)), 0, 255).astype(np.uint8)


def make_samples(training: int = 24, public: int = 3, private: int = 3, disgust: int = 2) -> list[Sample]:
    """So many images of each class in each part, and `disgust` images of disgust in each part that is not empty."""
    rng = np.random.default_rng(2013)
    samples = []
    for part, count in ((TRAINING, training), (PUBLIC, public), (PRIVATE, private)):
        classes = {**dict.fromkeys(EMOTIONS, count), "Disgust": disgust if count else 0}
        samples += [
            Sample(part, emotion, picture(emotion, rng)) for emotion in classes for _ in range(classes[emotion])
        ]
    return samples


def png(pixels: np.ndarray) -> bytes:
    """`pixels` as a PNG file."""
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "png")
    return file.getvalue()


def numbered(samples: Sequence[Sample]) -> Iterator[tuple[int, Sample]]:
    """Each sample with the row that one like it would have in the original fer2013.csv."""
    rows = dict(FIRST_ROWS)
    for sample in samples:
        yield rows[sample.part], sample
        rows[sample.part] += 1


def capital_files(samples: Sequence[Sample]) -> dict[str, bytes]:
    """The Training/Training layout: `Suprise` spelled so, names that are row numbers."""
    files = {}
    for row, sample in numbered(samples):
        folder = "Training/Training" if sample.part == TRAINING else "Testing/Testing"
        name = "Suprise" if sample.emotion == Emotion.SURPRISE else sample.emotion
        files[f"{folder}/{name}/{row}.png"] = png(sample.pixels)
    return files


def lower_case_files(samples: Sequence[Sample]) -> dict[str, bytes]:
    """The train/ test/ layout: lower-case classes, names that begin with the part."""
    files = {}
    for number, sample in enumerate(samples):
        folder = "train" if sample.part == TRAINING else "test"
        files[f"{folder}/{sample.emotion.lower()}/{sample.part}_{number:05d}.png"] = png(sample.pixels)
    return files


def csv_text(samples: Sequence[Sample]) -> str:
    """The original fer2013.csv."""
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow(["emotion", "pixels", "Usage"])
    for sample in samples:
        writer.writerow([CSV_NUMBERS[sample.emotion], " ".join(map(str, sample.pixels.ravel())), sample.part])
    return file.getvalue()


VOTE_COLUMNS = {
    Emotion.NEUTRAL: "neutral",
    Emotion.HAPPY: "happiness",
    Emotion.SURPRISE: "surprise",
    Emotion.SAD: "sadness",
    Emotion.ANGRY: "anger",
    "Disgust": "disgust",
    Emotion.FEAR: "fear",
    "contempt": "contempt",
    "unknown": "unknown",
    "NF": "NF",
}
"""The labels of FER+ in the order of its file."""


def votes_text(samples: Sequence[Sample]) -> str:
    """The file of FER+ for `samples`: seven people agree with the label and three do not; of the first image of each
    part all see no face."""
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow(["index", *VOTE_COLUMNS.values()])
    for row, sample in numbered(samples):
        if row in FIRST_ROWS.values():
            votes = {"NF": 10}
        else:
            votes = {sample.emotion: 7, "contempt": 2, Emotion.NEUTRAL: 1 + 7 * (sample.emotion == Emotion.NEUTRAL)}
        writer.writerow([row, *(votes.get(label, 0) for label in VOTE_COLUMNS)])
    return file.getvalue()


def csv_files(samples: Sequence[Sample]) -> dict[str, bytes]:
    """The original fer2013.csv, alone."""
    return {"fer2013.csv": csv_text(samples).encode()}


def write_folder(path: Path, files: dict[str, bytes]) -> Path:
    """Write `files`, by their names within `path`; `path` itself."""
    for name, content in files.items():
        (path / name).parent.mkdir(parents=True, exist_ok=True)
        (path / name).write_bytes(content)
    return path


def write_zip(path: Path, files: dict[str, bytes]) -> Path:
    """Write `files` as members of the zip `path`; `path` itself."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


def contents(data: Fer2013) -> list[tuple[str, str, bytes]]:
    """What `data` holds whatever the order: part, emotion and pixels of every image, sorted."""
    images = data.images
    return sorted(
        (str(usage), str(EMOTIONS[label]), pixels.tobytes())
        for usage, label, pixels in zip(data.usages, images.labels, images.pixels, strict=True)
    )


def make_images(pixels: np.ndarray, labels: Sequence[int] | np.ndarray) -> Images:
    """`Images` of these pixels and labels, as a reader gives them."""
    hashes = np.array([hashlib.md5(image).hexdigest() for image in pixels])
    return Images(pixels, np.asarray(labels), hashes, np.arange(len(labels)).astype(str))


def random_images(count: int, seed: int = 0) -> Images:
    """`count` images of the six patterns in turn, under noise."""
    rng = np.random.default_rng(seed)
    labels = np.arange(count) % len(EMOTIONS)
    return make_images(np.stack([picture(EMOTIONS[label], rng) for label in labels]), labels)
