"""MobileNet v1, to be started from a network that already knows faces.

A. Howard et al., 2017, arXiv:1704.04861: a convolution, then thirteen blocks of a depthwise and a pointwise one, each
followed by ReLU6. Without batch norms: in a network that starts from published weights they are folded into the
kernels. A pointwise convolution is a dense layer over the channels, which Keras on PyTorch trains half as fast again.
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import keras
import numpy as np
from keras import layers

from femr.errors import DataError

FIRST_WIDTH = 32

BLOCKS = (
    (64, 1), (128, 2), (128, 1), (256, 2), (256, 1), (512, 2),
    (512, 1), (512, 1), (512, 1), (512, 1), (512, 1), (1024, 2), (1024, 1),
)  # fmt: skip
"""Channels and stride of each block."""


def extract(images: Any, frozen_blocks: int = 0) -> keras.KerasTensor:
    """Features (batch, 1024) of (batch, side, side, 3), blue-green-red minus the backbone's mean colour.

    Args:
        images: what to look at.
        frozen_blocks: how many of the first blocks, and the convolution before them, are not trained.
    """
    trained = frozen_blocks == 0
    x = layers.Conv2D(
        FIRST_WIDTH, 3, 2, padding="same", kernel_initializer="he_normal", name="conv", trainable=trained
    )(images)
    x = layers.ReLU(6)(x)
    for number, (width, stride) in enumerate(BLOCKS, 1):
        trained = number > frozen_blocks
        spread: Any = keras.initializers.VarianceScaling(2.0, "fan_out", seed=number)  # nine inputs for each output
        x = layers.DepthwiseConv2D(
            3,
            stride,
            padding="same",
            depthwise_initializer=spread,
            name=f"depthwise_{number}",
            trainable=trained,
        )(x)
        x = layers.Dense(width, kernel_initializer="he_normal", name=f"pointwise_{number}", trainable=trained)(
            layers.ReLU(6)(x)
        )
        x = layers.ReLU(6)(x)
    return layers.GlobalAveragePooling2D()(x)


@dataclass(frozen=True)
class Backbone:
    """Published weights.

    Attributes:
        kernels: kernel and bias of each layer by its name in `extract`, in Keras's shapes.
    """

    kernels: dict[str, tuple[np.ndarray, np.ndarray]]

    def start(self, model: keras.Model) -> None:
        """Give `model`, built on `extract`, these weights; what the backbone does not have stays as it is."""
        for name, weights in self.kernels.items():
            model.get_layer(name).set_weights(list(weights))


def read_backbone(path: Path) -> Backbone:
    """The MobileNet in a TensorFlow.js graph model: `path` is its JSON file, beside which its weights lie.

    Raises:
        DataError: no such file, or another network.
    """
    try:
        arrays = read_arrays(path)
        kernels = {"conv": (arrays["conv1/convolution/merged_input"], arrays["conv1_bn/batchnorm_1/sub"].ravel())}
        for number in range(1, len(BLOCKS) + 1):
            # The depthwise kernels still lack the scale of their batch norm, which the other kernels hold.
            depthwise, pointwise = f"conv_dw_{number}", f"conv_pw_{number}"
            scale = arrays[f"{depthwise}_bn/batchnorm_1/mul"].reshape(1, 1, -1, 1)
            kernels[f"depthwise_{number}"] = (
                arrays[f"{depthwise}/depthwise_kernel"] * scale,
                arrays[f"{depthwise}_bn/batchnorm_1/sub"].ravel(),
            )
            kernels[f"pointwise_{number}"] = (
                arrays[f"{pointwise}/convolution/merged_input"][0, 0],
                arrays[f"{pointwise}_bn/batchnorm_1/sub"].ravel(),
            )
    except FileNotFoundError as error:
        raise DataError("data_missing", path=error.filename) from error
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise DataError("backbone_unreadable", path=path) from error
    return Backbone(kernels)


def read_arrays(path: Path) -> dict[str, np.ndarray]:
    """Every array of a TensorFlow.js model: its files hold them one after the other, as the manifest says."""
    arrays: dict[str, np.ndarray] = {}
    for group in json.loads(path.read_text(encoding="utf-8"))["weightsManifest"]:
        data = b"".join((path.parent / name).read_bytes() for name in group["paths"])
        offset = 0
        for weight in group["weights"]:
            kind, shape = np.dtype(weight["dtype"]), tuple(weight["shape"])
            count = int(np.prod(shape))
            arrays[weight["name"]] = np.frombuffer(data, kind, count, offset).reshape(shape)
            offset += count * kind.itemsize
    return arrays
