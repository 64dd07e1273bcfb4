"""Labels of our own: what a reader who saw nothing but the face says that it shows.

`data/README.md` tells who read what, and how well they agree.
"""

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from femr.emotions import EMOTIONS, Emotion
from femr.errors import DataError

DATA = Path(__file__).parents[2] / "data"
FER2013 = DATA / "fer2013_labels.csv"
OTHER_FACES = DATA / "other_faces.csv"

FIRST_SHARE = {3: 0.9, 2: 0.7, 1: 0.55}
"""Share of a reading that its first choice makes, by how sure the reader was; the second makes the rest. Chosen, not
fitted."""


@dataclass(frozen=True)
class OwnLabel:
    """One reader's answer.

    Attributes:
        first, second: choices; None where it is none of the six emotions, or there is no second one.
        sure: 1 a guess, 2, or 3: nearly everybody would agree.
    """

    first: Emotion | None
    second: Emotion | None
    sure: int

    @property
    def shares(self) -> np.ndarray:
        """How much of each emotion the reader saw, float32 (6,), sums to 1; all 0 where none of the six."""
        shares = np.zeros(len(EMOTIONS), np.float32)
        choices = {self.first: FIRST_SHARE[self.sure], self.second: 1 - FIRST_SHARE[self.sure]}
        for choice, share in choices.items():
            if choice is not None:
                shares[EMOTIONS.index(choice)] += share
        return shares / max(shares.sum(), np.finfo(np.float32).tiny)


def read_rows(path: Path) -> list[dict[str, str]]:
    """The rows of a table of labels.

    Raises:
        DataError: no such file, or no table.
    """
    try:
        with path.open(newline="", encoding="utf-8") as file:
            return list(csv.DictReader(file))
    except FileNotFoundError as error:
        raise DataError("data_missing", path=path) from error
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise DataError("labels_unreadable", path=path, problem=error) from error


def label_of(row: Mapping[str, str], path: Path, prefix: str = "") -> OwnLabel:
    """The answer in the columns `first`, `second` and `sure` of a row of `path`, each behind `prefix`.

    Raises:
        DataError: a column is missing, or `sure` is none of 1, 2 and 3.
    """
    try:
        first, second = (row[prefix + name] for name in ("first", "second"))
        sure = int(row[prefix + "sure"])
    except (KeyError, ValueError, TypeError) as error:
        raise DataError("labels_unreadable", path=path, problem=error) from error
    if sure not in FIRST_SHARE:
        raise DataError("labels_unreadable", path=path, problem=f"sure is {sure}, not 1, 2 or 3")
    return OwnLabel(_emotion(first), _emotion(second), sure)


def _emotion(name: str) -> Emotion | None:
    return Emotion(name) if name in set(EMOTIONS) else None


def _index(row: Mapping[str, str], path: Path) -> int:
    try:
        return int(row["index"])
    except (KeyError, ValueError, TypeError) as error:
        raise DataError("labels_unreadable", path=path, problem=error) from error


def mixed(targets: np.ndarray, names: Iterable[str], share: float, path: Path = FER2013) -> np.ndarray:
    """`targets` with our own reading of FER-2013's images where there is one, which then makes `share` of the target.

    Args:
        targets: float32 (N, 6).
        names: of the images: their rows in the original fer2013.csv; others have no reading.
        share: 0…1.
        path: the table: `index`, and the columns of `label_of`.

    Raises:
        DataError: as `read_rows` and `label_of`.
    """
    if not share:
        return targets
    shares = {_index(row, path): label_of(row, path).shares for row in read_rows(path)}
    blended = targets.copy()
    for number, name in enumerate(names):
        own = shares.get(int(name)) if name.isdecimal() else None
        if own is not None and own.any():
            blended[number] = (1 - share) * targets[number] + share * own
    return blended
