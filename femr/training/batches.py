"""Batches: what the network is shown at each step."""

import os
from dataclasses import dataclass

import keras
import numpy as np
from sklearn.utils.class_weight import compute_class_weight

from femr.emotions import EMOTIONS
from femr.training.augment import augment
from femr.training.fer2013 import Images
from femr.training.network import as_input
from femr.training.other_faces import LabelledFaces
from femr.training.recipe import Balance, Stage


@dataclass(frozen=True)
class Shown:
    """What a network is shown while it trains.

    Attributes:
        images: what to draw from.
        targets: float32 (N, 6), what the network should answer to each of `images`.
        reframed: uint8 (N, 48, 48), what is shown instead of `images` now and then, see `reframe`; nothing if None.
    """

    images: Images
    targets: np.ndarray
    reframed: np.ndarray | None = None

    def with_others(self, others: LabelledFaces, repeats: int) -> "Shown":
        """The same, and each of `others` `repeats` times; they are cropped as the page crops them already."""
        again = np.tile(np.arange(len(others.images)), repeats)
        more = others.images.only(again)
        return Shown(
            self.images.and_also(more),
            np.concatenate([self.targets, others.targets[again]]),
            None if self.reframed is None else np.concatenate([self.reframed, more.pixels]),
        )


class Batches(keras.utils.PyDataset):
    """Augmented, shuffled batches: float32 (B, 48, 48, 1) in 0…255, targets float32 (B, 6), weights float32 (B,).

    Every batch is drawn from the seed, the epoch and its own number alone, so a resumed run sees what an unbroken
    one would have seen. OpenCV leaves the interpreter lock while it works: one thread keeps two cores training.

    Args:
        shown: what to draw from.
        stage: how.
        first_epoch: which epoch comes first.
    """

    def __init__(self, shown: Shown, stage: Stage, first_epoch: int) -> None:
        super().__init__(workers=_workers(), max_queue_size=8)
        self.shown = shown
        weighted = stage.balance is Balance.WEIGHTS
        self.weights = class_weight(shown.images.labels) if weighted else np.ones(len(EMOTIONS), np.float32)
        self.stage = stage
        self.epoch = first_epoch
        self._shuffle()

    def _shuffle(self) -> None:
        self.order = np.random.default_rng((self.stage.seed, self.epoch)).permutation(len(self.shown.images))

    def __len__(self) -> int:
        return len(self.shown.images) // self.stage.batch_size  # what is left over comes up in another epoch

    def __getitem__(self, index: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        rng = np.random.default_rng((self.stage.seed, self.epoch, index))
        chosen = self.order[index * self.stage.batch_size : (index + 1) * self.stage.batch_size]
        pixels = self.shown.images.pixels[chosen]
        if self.shown.reframed is not None:
            drawn = rng.random(len(chosen)) < self.stage.reframed_share
            pixels[drawn] = self.shown.reframed[chosen[drawn]]
        crops = as_input(augment(pixels, self.stage.augmentation, rng))
        return crops, self.shown.targets[chosen], self.weights[self.shown.images.labels[chosen]]

    def on_epoch_end(self) -> None:
        """Go on to the next epoch's order."""
        self.epoch += 1
        self._shuffle()


def _workers() -> int:
    """Threads that augment: one for each two cores, and enough for one GPU."""
    return min(8, max(1, (os.cpu_count() or 1) // 2))


def class_weight(labels: np.ndarray) -> np.ndarray:
    """Weights that make every class count alike, float32 (6,), as scikit-learn's `balanced`: N / (6 · count)."""
    return compute_class_weight("balanced", classes=np.arange(len(EMOTIONS)), y=labels).astype(np.float32)


def log_shares(targets: np.ndarray) -> np.ndarray:
    """Logarithms of the classes' shares of `targets`, float (N, 6): float32 (6,)."""
    return np.log(targets.mean(axis=0)).astype(np.float32)
