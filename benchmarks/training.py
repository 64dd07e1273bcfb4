"""How many images a second training takes in, beside the network alone.

    python -m benchmarks.training [STAGE] [--recipe recipes/published.toml]

Times the first stage of recipes/quick.toml, or the one that is named, on Keras's backend (KERAS_BACKEND=torch is the
fastest for a MobileNet). The network alone is trained again and again on one batch that lies ready; the whole pipeline
augments every image. Random images: what they show changes no time.
"""

import argparse
import time
from pathlib import Path

import numpy as np

import train  # noqa: F401 - so that TensorFlow starts as it does for training

STEPS = 40


def main() -> None:
    """Time both, in turns, and print images per second."""
    import keras

    from femr.training import network, recipe, votes
    from femr.training.batches import Batches, Shown
    from femr.training.fer2013 import Images
    from femr.training.network import SILENT

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("stage", nargs="?", help="of the recipe; its first one where none is named")
    parser.add_argument("--recipe", type=Path, default=recipe.QUICK, help="a TOML file (%(default)s)")
    arguments = parser.parse_args()
    stages = recipe.read(arguments.recipe).stages
    stage = stages[arguments.stage] if arguments.stage else next(iter(stages.values()))
    count = STEPS * stage.batch_size
    rng = np.random.default_rng(0)
    labels = rng.integers(0, 6, count)
    names = np.arange(count).astype(str)
    images = Images(rng.integers(0, 256, (count, 48, 48), dtype=np.uint8), labels, names, names)
    keras.mixed_precision.set_dtype_policy(stage.precision.value)
    model = network.build(stage.architecture, stage.widths, stage.dropout, stage.enlarged, stage.frozen_blocks)
    model.compile("adamw", keras.losses.CategoricalCrossentropy(from_logits=True))
    batches = Batches(Shown(images, votes.targets(labels, None, 0)), stage, first_epoch=0)
    ready = batches[0]

    class Ready(keras.utils.PyDataset):
        """The same batch every time."""

        def __len__(self) -> int:
            return STEPS

        def __getitem__(self, _index: int) -> tuple[np.ndarray, ...]:
            return ready

    model.fit(Ready(), verbose=SILENT)  # warm
    rates: dict[str, list[float]] = {"network alone": [], "whole pipeline": []}
    for _ in range(3):
        for name, source in zip(rates, (Ready(), batches), strict=True):
            start = time.perf_counter()
            model.fit(source, verbose=SILENT)
            rates[name].append(count / (time.perf_counter() - start))
    for name, rate in rates.items():
        print(f"{name:15} {np.median(rate):5.0f} images a second")
    print(f"share {np.median(rates['whole pipeline']) / np.median(rates['network alone']):.0%}")


if __name__ == "__main__":
    main()
