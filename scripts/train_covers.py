"""The small network that tells whether a face's eyes or mouth are hidden: `assets/covers.tflite`.

    python -m scripts.train_covers --data fer2013.zip

Learns from FER-2013's training images with painted covers (`femr/training/covers.py`) and from two thirds of the images
in which a reader wrote down what is hidden (`data/fer2013_labels.csv`); prints how many of the last third it gets
right at several thresholds. A few minutes on two cores. Exporting needs TensorFlow.
"""

import argparse
from pathlib import Path

import numpy as np

import train  # noqa: F401 - so that TensorFlow starts as it does for training
from femr.paths import ASSETS

EPOCHS = 12
BATCH = 64
SEED = 5
REAL_REPEATS = 4
"""How often an epoch shows each of the readers' images."""

HELD_OUT = 3
"""One in so many of the readers' images measures."""


def main() -> None:
    """Train, measure, export."""
    import keras
    from keras import layers

    from femr.training import covers, fer2013, own_labels
    from femr.training.augment import augment
    from femr.training.network import as_input, standardised
    from femr.training.recipe import Augmentation

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="FER-2013 in any of its layouts")
    parser.add_argument("--out", type=Path, default=ASSETS / "covers.tflite", help="(%(default)s)")
    arguments = parser.parse_args()
    images = fer2013.split(fer2013.read(arguments.data)).training
    place = {str(int(name)): number for number, name in enumerate(images.names.tolist())}
    rows = [row for row in own_labels.read_rows(own_labels.FER2013) if str(int(row["index"])) in place]
    real = np.array([place[str(int(row["index"]))] for row in rows])
    hidden = np.array([("e" in row["covered"], "m" in row["covered"]) for row in rows], np.float32)
    measured = np.arange(len(rows)) % HELD_OUT == 0
    plain = images.pixels[np.setdiff1d(np.arange(len(images)), real)]

    keras.utils.set_random_seed(SEED)
    inputs = keras.Input((48, 48, 1), name="crops")
    x = standardised(inputs)
    for width in (16, 24, 32):
        x = layers.Conv2D(width, 3, padding="same", activation="relu")(x)
        x = layers.MaxPooling2D()(layers.Conv2D(width, 3, padding="same", activation="relu")(x))
    x = layers.Dropout(0.3, seed=SEED)(layers.Flatten()(layers.Conv2D(16, 1, activation="relu")(x)))
    x = layers.Dense(2, activation="sigmoid", name="hidden", dtype="float32")(layers.Dense(32, activation="relu")(x))
    model = keras.Model(inputs, x, name="covers")
    steps = EPOCHS * (len(plain) + REAL_REPEATS * int((~measured).sum())) // BATCH
    rate = keras.optimizers.schedules.CosineDecay(2e-3, steps)
    model.compile(keras.optimizers.AdamW(rate, weight_decay=1e-3), "binary_crossentropy")  # pyright: ignore
    mild = Augmentation(shift=3.0, roll=15.0, scale=0.12, gamma=1.8, erase=0.0, soften=0.3)
    for epoch in range(EPOCHS):
        rng = np.random.default_rng((SEED, epoch))
        painted = covers.paint(plain, rng)
        pixels = np.concatenate([painted.pixels, np.repeat(images.pixels[real[~measured]], REAL_REPEATS, axis=0)])
        targets = np.concatenate([painted.hidden, np.repeat(hidden[~measured], REAL_REPEATS, axis=0)])
        result = model.fit(as_input(augment(pixels, mild, rng)), targets, batch_size=BATCH, verbose=0)  # pyright: ignore
        print(f"epoch {epoch + 1}: loss {result.history['loss'][-1]:.4f}", flush=True)
    print_figures(model.predict(as_input(images.pixels[real[measured]]), verbose=0), hidden[measured])  # pyright: ignore
    export(model, arguments.out)


def print_figures(shares: np.ndarray, hidden: np.ndarray) -> None:
    """How many covers are found, and how often one is seen that is not there."""
    for column, name in enumerate(("eyes", "mouth")):
        there = hidden[:, column] == 1
        for least in (0.1, 0.15, 0.2, 0.3, 0.5):
            said = shares[:, column] >= least
            print(
                f"{name} hidden, from {least:.2f}: said of {said[there].mean():.0%} of {there.sum()} "
                f"and of {said[~there].mean():.1%} of {(~there).sum()} others"
            )


def export(model, path: Path) -> None:  # noqa: ANN001 - Keras comes late
    """Write the LiteRT file, with weights of 16 bits."""
    import keras

    if keras.backend.backend() != "tensorflow":
        raise SystemExit("Exporting needs TensorFlow: run this without KERAS_BACKEND.")
    import tensorflow as tf

    model.export(
        path,
        format="litert",
        verbose=False,
        optimizations=[tf.lite.Optimize.DEFAULT],
        target_spec={"supported_ops": [tf.lite.OpsSet.TFLITE_BUILTINS], "supported_types": [tf.float16]},
    )
    print(f"{path}: {path.stat().st_size / 1e3:.0f} kB")


if __name__ == "__main__":
    main()
