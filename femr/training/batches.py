"""Batches: what the network is shown at each step."""

import os

import keras
import numpy as np
from sklearn.utils.class_weight import compute_class_weight

from femr.emotions import EMOTIONS
from femr.training.augment import augment
from femr.training.fer2013 import Images
from femr.training.recipe import Stage


class Batches(keras.utils.PyDataset):
    """Augmented, shuffled batches: float32 (B, 48, 48, 1) in 0…255, targets float32 (B, 6), weights float32 (B,).

    Every batch is drawn from the seed, the epoch and its own number alone, so a resumed run sees what an unbroken
    one would have seen. OpenCV leaves the interpreter lock while it works: one thread keeps two cores training.

    Args:
        images: what to draw from.
        targets: float32 (N, 6), what the network should answer to each of `images`.
        stage: how.
        first_epoch: which epoch comes first.
        reframed: uint8 (N, 48, 48), what is shown instead of `images` now and then, see `reframe`; nothing if None.
    """

    def __init__(
        self,
        images: Images,
        targets: np.ndarray,
        stage: Stage,
        first_epoch: int,
        reframed: np.ndarray | None = None,
    ) -> None:
        super().__init__(workers=_workers(), max_queue_size=8)
        self.images = images
        self.reframed = reframed
        self.targets = targets
        self.weights = class_weight(images.labels) if stage.class_weight else np.ones(len(EMOTIONS), np.float32)
        self.stage = stage
        self.epoch = first_epoch
        self._shuffle()

    def _shuffle(self) -> None:
        self.order = np.random.default_rng((self.stage.seed, self.epoch)).permutation(len(self.images))

    def __len__(self) -> int:
        return len(self.images) // self.stage.batch_size  # what is left over comes up in another epoch

    def __getitem__(self, index: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        rng = np.random.default_rng((self.stage.seed, self.epoch, index))
        chosen = self.order[index * self.stage.batch_size : (index + 1) * self.stage.batch_size]
        pixels = self.images.pixels[chosen]
        if self.reframed is not None:
            drawn = rng.random(len(chosen)) < self.stage.reframed_share
            pixels[drawn] = self.reframed[chosen[drawn]]
        crops = as_input(augment(pixels, self.stage.augmentation, rng))
        return crops, self.targets[chosen], self.weights[self.images.labels[chosen]]

    def on_epoch_end(self) -> None:
        """Go on to the next epoch's order."""
        self.epoch += 1
        self._shuffle()


def _workers() -> int:
    """Threads that augment: one for each two cores, and enough for one GPU."""
    return min(8, max(1, (os.cpu_count() or 1) // 2))


def as_input(pixels: np.ndarray) -> np.ndarray:
    """What the network takes: uint8 (N, 48, 48) -> float32 (N, 48, 48, 1), still 0…255."""
    return pixels[..., None].astype(np.float32)


def class_weight(labels: np.ndarray) -> np.ndarray:
    """Weights that make every class count alike, float32 (6,), as scikit-learn's `balanced`: N / (6 · count)."""
    return compute_class_weight("balanced", classes=np.arange(len(EMOTIONS)), y=labels).astype(np.float32)
