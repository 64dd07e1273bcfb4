"""From a trained Keras network to the published LiteRT file, and the checks on the way."""

import json
import os
import shutil
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import keras
import numpy as np
from scipy.optimize import minimize_scalar
from scipy.special import log_softmax

from femr.emotions import EMOTIONS
from femr.errors import DataError, InstallationError
from femr.expression import ExpressionNetwork
from femr.training import network
from femr.training.fer2013 import SIDE, Images
from femr.training.fit import as_input

MAX_DIFFERENCE = 1e-2
"""Keras and LiteRT may differ by this much in any probability."""

MAX_MEGABYTES = 6

COMPARED_IMAGES = 256

WEIGHTS_NAME, CARD_NAME = "femr.tflite", "femr.json"


def load(path: Path) -> keras.Model:
    """A trained network from a `.keras` file.

    Raises:
        DataError: there is no such file, or it holds something else.
    """
    try:
        model = keras.models.load_model(path)
    except (OSError, ValueError, KeyError) as error:
        raise DataError("model_unreadable", path=path) from error
    if (model.input_shape, model.output_shape) != ((None, SIDE, SIDE, 1), (None, len(EMOTIONS))):
        raise DataError("model_unreadable", path=path)
    return model


def fit_temperature(model: keras.Model, validation: Images) -> float:
    """The temperature that makes the network's confidence on `validation` most likely.

    C. Guo et al., "On calibration of modern neural networks", 2017, arXiv:1706.04599.
    """
    logits = model.predict(as_input(validation.pixels), batch_size=256, verbose=0)
    rows = np.arange(len(validation))

    def loss(temperature: float) -> float:
        return -float(log_softmax(logits / temperature, axis=1)[rows, validation.labels].mean())

    return float(minimize_scalar(loss, bounds=(0.2, 5.0), method="bounded").x)


def export(model: keras.Model, temperature: float, images: Images, path: Path) -> float:
    """Write `model` as a LiteRT file with float16 weights.

    Args:
        model: gives logits.
        temperature: goes into the file, see `network.serving`.
        images: some of them are read by both networks, to compare.
        path: is replaced only when the checks pass.

    Returns:
        The largest difference between Keras's probabilities and LiteRT's.

    Raises:
        DataError: both differ by more than `MAX_DIFFERENCE`, or the file is larger than `MAX_MEGABYTES`.
    """
    import tensorflow as tf  # only here: training runs without it

    serving = network.serving(model, temperature)
    with tempfile.TemporaryDirectory(dir=path.parent) as folder:
        draft = Path(folder) / WEIGHTS_NAME
        serving.export(
            draft,
            format="litert",
            verbose=False,
            optimizations=[tf.lite.Optimize.DEFAULT],
            target_spec={"supported_ops": [tf.lite.OpsSet.TFLITE_BUILTINS], "supported_types": [tf.float16]},
        )
        megabytes = draft.stat().st_size / 1e6
        if megabytes > MAX_MEGABYTES:
            raise DataError("export_size", megabytes=megabytes, limit=MAX_MEGABYTES)
        pixels = images.pixels[:COMPARED_IMAGES]
        expected = serving.predict(as_input(pixels), batch_size=COMPARED_IMAGES, verbose=0)
        difference = float(np.abs(ExpressionNetwork(draft)(pixels) - expected).max())
        if not difference <= MAX_DIFFERENCE:  # so written, NaN is refused too
            raise DataError("export_differs", difference=difference, limit=MAX_DIFFERENCE)
        os.replace(draft, path)
    return difference


def accuracy(weights: Path, images: Images) -> float:
    """Share of `images` that the LiteRT file reads as labelled."""
    return float((ExpressionNetwork(weights)(images.pixels).argmax(axis=1) == images.labels).mean())


def publish(candidate: Path, card: dict[str, Any], pictures: Sequence[Path], validation: Images, assets: Path) -> bool:
    """Put `candidate`, its card and pictures in `assets`, unless the network there does better on `validation`.

    Returns:
        Whether it was published.
    """
    published = assets / WEIGHTS_NAME
    if _published_accuracy(published, validation) > accuracy(candidate, validation):
        return False
    assets.mkdir(parents=True, exist_ok=True)
    shutil.copy(candidate, published)
    for picture in pictures:
        shutil.copy(picture, assets)
    card = {**card, "date": datetime.now(UTC).date().isoformat()}
    (assets / CARD_NAME).write_text(json.dumps(card, indent=2) + "\n")
    return True


def _published_accuracy(weights: Path, validation: Images) -> float:
    """As `accuracy`; 0 where nothing is published, or nothing that can be loaded."""
    try:
        return accuracy(weights, validation)
    except InstallationError:
        return 0.0
