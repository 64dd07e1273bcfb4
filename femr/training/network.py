"""The CNN: networks for 48×48 grey faces."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import keras
import numpy as np
from keras import layers

from femr.emotions import EMOTIONS
from femr.errors import DataError
from femr.training import mobilenet
from femr.training.fer2013 import SIDE
from femr.training.recipe import Architecture

SILENT: Any = 0
"""As `verbose`, keeps Keras from printing; its signatures show only texts."""

CONTRAST = 64.0
"""Spread of the greys, 0…255, that a MobileNet gets from a standardised crop: about that of a face in a photo."""

BACKBONE_TINT = (10.9, -2.0, -8.9)
"""What a mean grey becomes in blue, green and red when the backbone's mean colour (103.9, 116.8, 123.7) is taken from
it: the mean of the three less each."""

PREDICTED_AT_ONCE = 64
"""Images; with more at a time the features of an enlarged crop no longer fit the processor's caches."""

SQUEEZE = 8
"""Squeeze-and-excitation narrows its channels by this much."""


def build(
    architecture: Architecture,
    widths: tuple[int, ...],
    dropout: float,
    enlarged: int = SIDE,
    frozen_blocks: int = 0,
) -> keras.Model:
    """An untrained network: (batch, 48, 48, 1) in 0…255 -> (batch, 6) logits in the order of `EMOTIONS`.

    Args:
        architecture: VGG: a stage is two 3×3 convolutions and a halving (K. Simonyan and A. Zisserman, 2015,
            arXiv:1409.1556). Residual: the first stage is one convolution, each other one a residual block with
            squeeze-and-excitation (K. He et al., 2016, arXiv:1512.03385; J. Hu et al., 2018, arXiv:1709.01507).
            MobileNet: see `mobilenet`; it sees the grey crop as a colour picture of the usual contrast.
        widths: filters of each stage; none for a MobileNet.
        dropout: share of features left out before the last layer while training.
        enlarged: pixels a side to which the crops are enlarged first.
        frozen_blocks: how many of a MobileNet's first blocks are not trained.
    """
    inputs = keras.Input((SIDE, SIDE, 1), name="crops")
    x = standardised(inputs)
    if enlarged != SIDE:
        x = layers.Resizing(enlarged, enlarged, name="enlarge", dtype="float32")(x)
    if architecture is Architecture.MOBILENET:
        x = layers.Concatenate(name="colour", dtype="float32")([x, x, x])
        tint: Any = BACKBONE_TINT  # Keras takes one for each channel; its signature shows one
        x = layers.Rescaling(CONTRAST, tint, name="backbone_range", dtype="float32")(x)
        x = mobilenet.extract(x, frozen_blocks)
    else:
        stage = {Architecture.VGG: _vgg_stage, Architecture.RESIDUAL: _residual_stage}[architecture]
        for number, width in enumerate(widths):
            x = layers.MaxPooling2D()(stage(x, width, first=number == 0))
        x = layers.GlobalAveragePooling2D()(x)
    # A seed of its own: on PyTorch a layer without one draws from the global generator, which no run resumes.
    x = layers.Dropout(dropout, seed=0, name="dropout")(x)
    return keras.Model(inputs, layers.Dense(len(EMOTIONS), name="logits", dtype="float32")(x), name="femr")


def standardised(crops: Any) -> keras.KerasTensor:
    """Each image with mean 0 and variance 1, so that a dark or pale photo looks like any other.

    Scaling lives in the network, because training and serving then cannot drift apart. Both in float32: half precision
    would round grey levels.
    """
    x = layers.Rescaling(1 / 255, name="unit_range", dtype="float32")(crops)
    return layers.LayerNormalization(
        axis=[1, 2, 3],  # pyright: ignore[reportArgumentType] - Keras takes several; its signature shows one
        epsilon=1e-5,  # far below the variance of a pale face, so that it too comes out at 1
        center=False,
        scale=False,
        name="standardise",
        dtype="float32",
    )(x)


def _vgg_stage(x: keras.KerasTensor, width: int, *, first: bool) -> keras.KerasTensor:
    del first  # all stages are alike
    return _convolution(_convolution(x, width), width)


def _residual_stage(x: keras.KerasTensor, width: int, *, first: bool) -> keras.KerasTensor:
    if first:
        return _convolution(x, width)
    y = _convolution(_convolution(x, width), width, activation=False)
    weights = layers.GlobalAveragePooling2D(keepdims=True)(y)
    weights = layers.Conv2D(width // SQUEEZE, 1, activation="relu")(weights)
    weights = layers.Conv2D(width, 1, activation="sigmoid")(weights)
    shortcut = _convolution(x, width, side=1, activation=False)
    return layers.ReLU()(layers.Add()([layers.Multiply()([y, weights]), shortcut]))


def _convolution(x: keras.KerasTensor, width: int, side: int = 3, *, activation: bool = True) -> keras.KerasTensor:
    x = layers.Conv2D(width, side, padding="same", use_bias=False, kernel_initializer="he_normal")(x)
    x = layers.BatchNormalization()(x)
    return layers.ReLU()(x) if activation else x


def as_input(pixels: np.ndarray) -> np.ndarray:
    """What the network takes: uint8 (N, 48, 48) -> float32 (N, 48, 48, 1), still 0…255."""
    return pixels[..., None].astype(np.float32)


def predict(model: keras.Model, pixels: np.ndarray) -> np.ndarray:
    """What `model` says to uint8 (N, 48, 48): float32 (N, 6)."""
    return model.predict(as_input(pixels), batch_size=PREDICTED_AT_ONCE, verbose=SILENT)


def load(path: Path) -> keras.Model:
    """A trained network from a `.keras` file.

    Raises:
        DataError: there is no such file, or it holds something else.
    """
    try:
        model: Any = keras.models.load_model(path)
    except (OSError, ValueError, KeyError) as error:
        raise DataError("model_unreadable", path=path) from error
    if (model.input_shape, model.output_shape) != ((None, SIDE, SIDE, 1), (None, len(EMOTIONS))):
        raise DataError("model_unreadable", path=path)
    return model


def join(branches: Sequence[keras.Model], shares: Sequence[float] | None = None) -> keras.Model:
    """One network that mixes the logits of `branches`, which all look at the same crop.

    Args:
        branches: the networks; each gives logits.
        shares: how much each counts, summing to 1; None for all alike.
    """
    crops = keras.Input((SIDE, SIDE, 1), name="crops")
    # Under names of their own: two layers of one network may not share a name.
    named = [keras.Model(each.input, each.output, name=f"branch_{n}") for n, each in enumerate(branches)]
    shares = [1 / len(named)] * len(named) if shares is None else shares
    parts = [layers.Rescaling(float(share))(each(crops)) for share, each in zip(shares, named, strict=True)]
    return keras.Model(crops, layers.Add(name="logits")(parts), name="femr")


def serving(network: keras.Model, temperature: float, bias: np.ndarray) -> keras.Model:
    """The network as it is exported: the same input, probabilities (batch, 6) out.

    Args:
        network: gives logits.
        temperature: divides the logits; above 1 makes the network less sure
            (C. Guo et al., "On calibration of modern neural networks", 2017, arXiv:1706.04599).
        bias: (6,) is then added to them, see `calibrate`.
    """
    calibrated = layers.Dense(len(EMOTIONS), name="calibrated")
    probabilities = layers.Softmax(name="probabilities")(calibrated(network.output))
    calibrated.set_weights([np.eye(len(EMOTIONS)) / temperature, bias])
    return keras.Model(network.input, probabilities, name="femr_serving")
