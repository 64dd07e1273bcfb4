"""From a trained Keras network to the published LiteRT file, and the checks on the way."""

import csv
import json
import os
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import keras
import numpy as np
from scipy.optimize import minimize
from scipy.special import log_softmax, logsumexp

from femr.emotions import EMOTIONS
from femr.errors import DataError, InstallationError
from femr.training import evaluate, network
from femr.training.fer2013 import Images

MAX_DIFFERENCE = 5e-2
"""Keras and LiteRT may differ by this much in any probability. Weights of 8 bits cost up to 0.02; those of 16 bits cost
0.0002 and take twice the room."""

MAX_MEGABYTES = 8

COMPARED_IMAGES = 256

SHARPNESS = (0.2, 5.0)
"""Bounds of one over the temperature."""

TOLERATED_ERROR, TOLERATED_ERROR_ELSEWHERE = 0.03, 0.08
"""Calibration error that is asked of a network on FER-2013, and on faces that it was not made from."""

SOFTER = np.linspace(0.8, 1.2, 41)
"""Factors of the temperature that `even` looks at; beyond them labels become much less likely."""

WEIGHTS_NAME, CARD_NAME, LOG_NAME = "femr.tflite", "femr.json", "evaluations.csv"

TEST_PARTS = ("public", "private", "test")
"""Parts of FER-2013 that choose nothing."""

LOG_COLUMNS = ("date", "part", "images", "accuracy", "validation_accuracy")
"""Of the log of every candidate that was measured on a test part."""


@dataclass(frozen=True)
class Calibration:
    """What makes a network's confidence honest and its answers as frequent as the labels.

    Attributes:
        temperature: divides the logits.
        bias: (6,) is then added; its mean is 0.
    """

    temperature: float
    bias: np.ndarray


@dataclass(frozen=True)
class Answers:
    """What a network answered to labelled images.

    Attributes:
        logits: float (N, 6), or (V, N, 6) of several views of each image, whose probabilities are averaged.
        labels: int (N,).
        balanced: whether every emotion counts alike, however many images show it.
        tolerated: calibration error that is asked for.
    """

    logits: np.ndarray
    labels: np.ndarray
    balanced: bool = False
    tolerated: float = TOLERATED_ERROR

    def cross_entropy(self, sharpness: float, bias: np.ndarray) -> float:
        """Of the labels under tempered logits, a mean over images, or over emotions where `balanced`."""
        logs = self._logs(sharpness, bias)[np.arange(len(self.labels)), self.labels]
        weights = 1 / np.bincount(self.labels)[self.labels] if self.balanced else None
        return -float(np.average(logs, weights=weights))

    def calibration_error(self, sharpness: float, bias: np.ndarray) -> float:
        """Of the probabilities under tempered logits, see `evaluate.calibration_error`."""
        return evaluate.calibration_error(np.exp(self._logs(sharpness, bias)), self.labels)

    def _logs(self, sharpness: float, bias: np.ndarray) -> np.ndarray:
        """Logarithms of the probabilities, (N, 6)."""
        views = log_softmax(self.logits.reshape(-1, *self.logits.shape[-2:]) * sharpness + bias, axis=2)
        return logsumexp(views, axis=0) - np.log(len(views))


def ask(model: keras.Model, images: Images, *, elsewhere: bool) -> Answers:
    """What `model` answers to `images` and to their mirror images, as the page looks at faces.

    Args:
        model: gives logits.
        images: are labelled.
        elsewhere: whether these are other faces than FER-2013's.
    """
    views = images.pixels, images.pixels[:, :, ::-1]
    logits = np.stack([network.predict(model, view) for view in views])
    tolerated = TOLERATED_ERROR_ELSEWHERE if elsewhere else TOLERATED_ERROR
    return Answers(logits, images.labels, balanced=elsewhere, tolerated=tolerated)


def calibrate(answers: Sequence[Answers]) -> Calibration:
    """The calibration under which labels are most likely, each set of answers counting alike.

    That is bias-corrected temperature scaling (A. Alexandari et al., 2020, arXiv:1901.06852). On FER-2013 alone each
    emotion is then answered as often as FER-2013 shows it. Other faces, balanced, draw that towards visitors, who show
    something more often.
    """

    def loss(parameters: np.ndarray) -> float:
        return float(np.mean([each.cross_entropy(parameters[0], parameters[1:]) for each in answers]))

    classes = len(EMOTIONS)
    found = minimize(loss, np.r_[1.0, np.zeros(classes)], bounds=[SHARPNESS, *[(-5.0, 5.0)] * classes])
    return Calibration(1 / float(found.x[0]), found.x[1:] - found.x[1:].mean())


def even(found: Calibration, answers: Sequence[Answers]) -> Calibration:
    """`found`, softer or sharper: the worst of the sets' calibration errors, in parts of what is tolerated, is least.

    What each view is read as stays the same. A network is surer than right of faces like those that it learnt from, and
    less sure than right of others: what makes labels likeliest may lie close to one bound and far below the other. With
    one set alone nothing is changed.
    """
    if len(answers) == 1:
        return found

    def worst(softer: float) -> float:
        sharpness, bias = 1 / found.temperature / softer, found.bias / softer
        return max(each.calibration_error(sharpness, bias) / each.tolerated for each in answers)

    softer = float(min(SOFTER, key=worst))
    return Calibration(found.temperature * softer, found.bias / softer)


def shares(branches: Sequence[Sequence[Answers]]) -> np.ndarray:
    """How much each branch counts in a mixture of their logits, (B,), summing to 1: so that labels are most likely.

    Args:
        branches: for each branch what it answered to the same sets of images, as `calibrate` takes them.
    """
    sets = list(zip(*branches, strict=True))

    def loss(parameters: np.ndarray) -> float:
        weights, bias = parameters[: len(branches)], parameters[len(branches) :]
        return float(np.mean([mixed(each, weights).cross_entropy(1.0, bias) for each in sets]))

    start = np.r_[np.full(len(branches), 1 / len(branches)), np.zeros(len(EMOTIONS))]
    bounds = [(0.0, SHARPNESS[1])] * len(branches) + [(-5.0, 5.0)] * len(EMOTIONS)
    weights = minimize(loss, start, bounds=bounds).x[: len(branches)]
    return weights / weights.sum() if weights.any() else start[: len(branches)]  # none knows anything


def mixed(branches: Sequence[Answers], weights: Sequence[float] | np.ndarray) -> Answers:
    """What a mixture answers, given what each of its branches answered to the same images."""
    logits = sum(weight * each.logits for weight, each in zip(weights, branches, strict=True))
    return replace(branches[0], logits=np.asarray(logits))


def export(model: keras.Model, calibration: Calibration, images: Images, path: Path) -> float:
    """Write `model` as a LiteRT file with weights of 8 bits, each channel with its own scale.

    It computes in float32, see `litert_file.computing_in_float32`.

    Args:
        model: gives logits.
        calibration: goes into the file, see `network.serving`.
        images: some of them are read by both networks, to compare.
        path: is replaced only when the checks pass.

    Returns:
        The largest difference between Keras's probabilities and LiteRT's.

    Raises:
        DataError: both differ by more than `MAX_DIFFERENCE`, or the file is larger than `MAX_MEGABYTES`.
    """
    import tensorflow as tf  # only here, all three: training runs without them

    from femr.training import litert_file
    from femr.vision.classifier import ExpressionClassifier

    serving = network.serving(model, calibration.temperature, calibration.bias)
    with tempfile.TemporaryDirectory(dir=path.parent) as folder:
        draft = Path(folder) / WEIGHTS_NAME
        serving.export(
            draft,
            format="litert",
            verbose=False,
            optimizations=[tf.lite.Optimize.DEFAULT],
            target_spec={"supported_ops": [tf.lite.OpsSet.TFLITE_BUILTINS]},
        )
        draft.write_bytes(litert_file.computing_in_float32(draft.read_bytes()))
        megabytes = draft.stat().st_size / 1e6
        if megabytes > MAX_MEGABYTES:
            raise DataError("export_size", megabytes=megabytes, limit=MAX_MEGABYTES)
        pixels = images.pixels[:COMPARED_IMAGES]
        expected = network.predict(serving, pixels)
        difference = float(np.abs(ExpressionClassifier(draft, mirrored=False)(pixels) - expected).max())
        if not difference <= MAX_DIFFERENCE:  # so written, NaN is refused too
            raise DataError("export_differs", difference=difference, limit=MAX_DIFFERENCE)
        os.replace(draft, path)
    return difference


def is_better(candidate: Path, validation: Sequence[Images], assets: Path) -> bool:
    """Whether `candidate` reads `validation` at least as well as the network published in `assets`, if there is one.

    Each set of images counts alike.
    """
    try:
        published = [accuracy(assets / WEIGHTS_NAME, images) for images in validation]
    except InstallationError:  # nothing is published, or nothing that can be loaded
        return True
    return sum(accuracy(candidate, images) for images in validation) >= sum(published)


def accuracy(weights: Path, images: Images) -> float:
    """Share of `images` that the LiteRT file reads as labelled."""
    from femr.vision.classifier import ExpressionClassifier

    return float((ExpressionClassifier(weights)(images.pixels).argmax(axis=1) == images.labels).mean())


def publish(candidate: Path, card: dict[str, Any], pictures: Sequence[Path], assets: Path) -> None:
    """Put `candidate`, its card and pictures in `assets`, and write down every accuracy on a test part in its log."""
    assets.mkdir(parents=True, exist_ok=True)
    shutil.copy(candidate, assets / WEIGHTS_NAME)
    for picture in pictures:
        shutil.copy(picture, assets)
    today = datetime.now(UTC).date().isoformat()
    (assets / CARD_NAME).write_text(json.dumps({**card, "date": today}, indent=2) + "\n")
    _log(assets / LOG_NAME, today, card["figures"])


def _log(path: Path, today: str, figures: dict[str, Any]) -> None:
    """Add a row for each part of `figures` that chooses nothing."""
    begins = not path.exists()
    with path.open("a", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        if begins:
            writer.writerow(LOG_COLUMNS)
        for part, metrics in figures.items():
            if part in TEST_PARTS:
                validation = figures["validation"]["accuracy"]
                writer.writerow((today, part, metrics["images"], metrics["accuracy"], validation))
