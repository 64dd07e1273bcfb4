"""What somebody shows femr so that it learns their face, and which lessons teach nothing or something wrong."""

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import combinations

import numpy as np

from femr.emotions import EMOTIONS, Emotion
from femr.errors import ChoiceError, ProfileError
from femr.mood import Expression
from femr.vision.analysis import analyze
from femr.vision.classifier import Classifier
from femr.vision.image_files.load import Photo
from femr.vision.reading import Face, Reading

ALIKE = 0.99
"""Correlation of two crops from which on they are the same picture, or moments of the same. `benchmarks.learning`
prints it for drawn faces and for photos of the same person."""

ALIKE_SHARES = 0.05
"""Farthest that a share of such a pair may differ, and the mean shares of several names that show one face. Of the
people of `benchmarks.learning` no three names come nearer than 0.1."""

SHARE_DECIMALS = 4
"""Of the shares of a face that a browser keeps."""

EQUAL_SHARES = 5 * 10**-SHARE_DECIMALS
"""Farthest that shares may differ which are the same reading, rounded and made to sum to 1."""

SEVERAL = 3
"""Names for faces that are about the same, from which on they are the same face."""

SITTING = 0.5
"""Median correlation of a person's crops from which on they are of one sitting: in the same pose and light. Drawn
people's have 0.86 and more, news photos of different days 0.34 and less, by `benchmarks.learning`."""

APART = 2
"""In a photo of several people, the largest face is meant where it is so many times as wide as the next."""


@dataclass(frozen=True, slots=True)
class Shot:
    """One lesson: what the network alone reads in a face, and what its owner says that it shows.

    Attributes:
        emotion: what it shows.
        expression: the plain reading.
        crop: what the network saw, uint8 (48, 48), where it was kept; compared with the others, and then forgotten.
        name: what errors call it: its file's name, or the emotion's.
    """

    emotion: Emotion
    expression: Expression
    crop: np.ndarray | None = field(default=None, repr=False, compare=False)
    name: str = field(default="", compare=False)

    @property
    def order(self) -> tuple[int, tuple[float, ...]]:
        """By which shots are sorted, so that a profile does not hang on the order of its lessons."""
        return EMOTIONS.index(self.emotion), self.expression.shares


def shot(photo: Photo | Face, emotion: Emotion | str, classifier: Classifier | None = None) -> Shot:
    """One lesson.

    Args:
        photo: as `analyze` takes it, with one face, or one far larger than the others; or the face itself.
        emotion: what it shows; names are English, as in `Emotion`.
        classifier: reads the photo; None for the published one.

    Raises:
        ChoiceError: there is no such emotion.
        PhotoError: it is no usable photo.
        ProfileError: there is no face in it, or several of about the same size.
    """
    try:
        named = Emotion(emotion)
    except ValueError as error:
        raise ChoiceError("emotion_unknown", value=emotion, known=", ".join(EMOTIONS)) from error
    name = os.path.basename(os.fspath(photo)) if isinstance(photo, str | os.PathLike) else str(named)
    face = photo if isinstance(photo, Face) else only_face(analyze(photo, classifier=classifier), name)
    return Shot(named, face.plain or face.expression, face.crop, name)


def only_face(reading: Reading, name: str) -> Face:
    """The face that a photo is of: the only one, or one far larger than the others.

    Raises:
        ProfileError: there is no face in it, or several of about the same size.
    """
    if not reading.faces:
        raise ProfileError("profile_nobody", name=name)
    largest, *others = reading.faces
    if others and largest.box.width < APART * others[0].box.width:
        raise ProfileError("profile_several", name=name, count=len(reading.faces))
    return largest


def without_repeats(shots: Iterable[Shot]) -> tuple[Shot, ...]:
    """The shots, sorted; of those that show the same moment under the same name, one.

    Raises:
        ProfileError: two under different names show the same moment.
    """
    kept: list[Shot] = []
    for each in sorted(shots, key=lambda each: each.order):
        same = next((other for other in kept if alike(each, other)), None)
        if same is None:
            kept.append(each)
        elif same.emotion is not each.emotion:
            raise ProfileError("profile_same_face", one=same.name or same.emotion, other=each.name or each.emotion)
    return tuple(kept)


def alike(one: Shot, other: Shot) -> bool:
    """Whether two shots are the same picture, or moments of the same; without their crops only equal readings are."""
    apart = np.abs(np.subtract(one.expression.shares, other.expression.shares)).max()
    if one.crop is None or other.crop is None:
        return bool(apart <= EQUAL_SHARES)
    return bool(apart <= ALIKE_SHARES and correlation(one.crop, other.crop) >= ALIKE)


def check_that_faces_differ(shots: Sequence[Shot]) -> None:
    """Refuse what would teach that one face shows everything.

    Raises:
        ProfileError: the mean readings of `SEVERAL` names, or of the only two, lie within `ALIKE_SHARES` of each other.
    """
    named = [[each for each in shots if each.emotion is emotion] for emotion in EMOTIONS]
    faces = [(some[0].name or some[0].emotion, arrays(some)[0].mean(axis=0)) for some in named if some]
    for some in combinations(faces, min(SEVERAL, max(2, len(faces)))):
        if np.ptp([mean for _, mean in some], axis=0).max() <= ALIKE_SHARES:
            raise ProfileError("profile_same_faces", names=", ".join(name for name, _ in some))


def one_sitting(shots: Sequence[Shot]) -> bool:
    """Whether most of the shots may be of one sitting; those without a crop, and a single one, speak neither way."""
    crops = [each.crop for each in shots if each.crop is not None]
    likeness = [correlation(one, other) for one, other in combinations(crops, 2)]
    return not likeness or float(np.median(likeness)) >= SITTING


def correlation(one: np.ndarray, other: np.ndarray) -> float:
    """Of the greys of two crops, -1…1; flat ones are alike only among themselves."""
    first, second = (each.astype(float).ravel() - each.mean() for each in (one, other))
    size = float(np.linalg.norm(first) * np.linalg.norm(second))
    return float(first @ second) / size if size else float(not first.any() and not second.any())


def arrays(shots: Sequence[Shot]) -> tuple[np.ndarray, np.ndarray]:
    """The plain readings (N, 6) and the positions of the emotions, int (N,)."""
    shares = np.array([each.expression.shares for each in shots]).reshape(-1, len(EMOTIONS))
    return shares, np.array([EMOTIONS.index(each.emotion) for each in shots], dtype=int)
