"""FER+: what ten people each saw in the images of FER-2013.

E. Barsoum et al., "Training deep networks for facial expression recognition with crowd-sourced label distribution",
2016 (arXiv:1608.01041). The file has a row for each image: its row number in the original fer2013.csv (`index`) and
how many people chose each label.
"""

import csv
import gzip
import io
import zlib
from pathlib import Path

import numpy as np

from femr.emotions import EMOTIONS, Emotion
from femr.errors import DataError
from femr.training.fer2013 import Images

COLUMNS = {
    Emotion.ANGRY: "anger",
    Emotion.FEAR: "fear",
    Emotion.HAPPY: "happiness",
    Emotion.NEUTRAL: "neutral",
    Emotion.SAD: "sadness",
    Emotion.SURPRISE: "surprise",
}
OTHER_COLUMNS = ("disgust", "contempt", "unknown", "NF")
"""Labels that people could choose and the network cannot; NF is "no face"."""

NO_MAJORITY = -1


def read(path: Path, images: Images) -> np.ndarray:
    """How many people chose each label: float32 (N, 10) for `images`, the six of `EMOTIONS` first.

    An image without a row has zeros. `path` is a csv, or one packed by gzip.

    Raises:
        DataError: no such file; or none of the kind; or it has no row for any of `images`.
    """
    rows = _rows(path)
    found = [rows.get(int(name)) if name.isdecimal() else None for name in images.names.tolist()]
    if not any(row is not None for row in found):
        raise DataError("votes_none", path=path)
    nothing = np.zeros(len(EMOTIONS) + len(OTHER_COLUMNS), np.float32)
    return np.stack([nothing if row is None else row for row in found])


def _rows(path: Path) -> dict[int, np.ndarray]:
    columns = [*(COLUMNS[emotion] for emotion in EMOTIONS), *OTHER_COLUMNS]
    try:
        data = path.read_bytes()
        text = (gzip.decompress(data) if data.startswith(b"\x1f\x8b") else data).decode("utf-8-sig")
        return {
            int(row["index"]): np.array([int(row[column]) for column in columns], np.float32)
            for row in csv.DictReader(io.StringIO(text))
        }
    except FileNotFoundError as error:
        raise DataError("data_missing", path=path) from error
    except (OSError, EOFError, zlib.error, UnicodeDecodeError, csv.Error, KeyError, ValueError, TypeError) as error:
        raise DataError("votes_unreadable", path=path) from error


def targets(labels: np.ndarray, votes: np.ndarray | None, share: float) -> np.ndarray:
    """What the network should answer: float32 (N, 6), rows sum to 1.

    Args:
        labels: int (N,).
        votes: as `read` gives them; None for labels alone.
        share: how much of the target the votes over the six emotions make, 0…1. An image that nobody saw one of them
            in keeps its label.
    """
    label = np.eye(len(EMOTIONS), dtype=np.float32)[labels]
    if votes is None:
        return label
    six = votes[:, : len(EMOTIONS)]
    cast = six.sum(axis=1, keepdims=True)
    return np.where(cast > 0, (1 - share) * label + share * six / np.maximum(cast, 1), label).astype(np.float32)


def majority(votes: np.ndarray) -> np.ndarray:
    """FER+'s own label of each image by its authors' filter: int (N,), `NO_MAJORITY` where the filter drops it.

    A label that one person alone chose does not count; the first must have more than half of the votes left, and be
    one of the six emotions (the `majority` mode of the code published with the paper).
    """
    kept = np.where(votes > 1, votes, 0)
    first = kept.argmax(axis=1)
    clear = (kept.max(axis=1) > kept.sum(axis=1) / 2) & (first < len(EMOTIONS))
    return np.where(clear, first, NO_MAJORITY)
