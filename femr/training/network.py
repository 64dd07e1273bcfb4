"""The CNN: a VGG-like network for 48×48 grey faces."""

import keras
from keras import layers

from femr.emotions import EMOTIONS
from femr.training.fer2013 import SIDE


def build(widths: tuple[int, ...], dropout: float) -> keras.Model:
    """An untrained network: (batch, 48, 48, 1) in 0…255 -> (batch, 6) logits in the order of `EMOTIONS`.

    Args:
        widths: filters of each stage; a stage is two 3×3 convolutions and a halving.
        dropout: share of features left out before the last layer while training.
    """
    # === Layers ===
    # Each image gets mean 0 and variance 1, so a dark or pale photo looks like any other. Scaling lives in the
    # network, because training and serving then cannot drift apart.
    unit_range = layers.Rescaling(1 / 255, name="unit_range")
    standardise = layers.LayerNormalization(
        axis=(1, 2, 3),
        epsilon=1e-5,  # far below the variance of a pale face, so that it too comes out at 1
        center=False,
        scale=False,
        name="standardise",
    )

    # === Functional model ===
    inputs = x = keras.Input((SIDE, SIDE, 1), name="crops")
    x = standardise(unit_range(x))
    for width in widths:
        for _ in range(2):
            x = layers.Conv2D(width, 3, padding="same", use_bias=False, kernel_initializer="he_normal")(x)
            x = layers.BatchNormalization()(x)
            x = layers.ReLU()(x)
        x = layers.MaxPooling2D()(x)
    x = layers.GlobalAveragePooling2D()(x)
    x = layers.Dropout(dropout)(x)
    return keras.Model(inputs, layers.Dense(len(EMOTIONS), name="logits")(x), name="femr")


def serving(network: keras.Model, temperature: float) -> keras.Model:
    """The network as it is exported: the same input, probabilities (batch, 6) out.

    Args:
        network: gives logits.
        temperature: divides the logits; above 1 makes the network less sure
            (C. Guo et al., "On calibration of modern neural networks", 2017, arXiv:1706.04599).
    """
    calibrated = layers.Rescaling(1 / temperature, name="temperature")(network.output)
    return keras.Model(network.input, layers.Softmax(name="probabilities")(calibrated), name="femr_serving")
