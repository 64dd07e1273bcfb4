"""What happens beside the steps of a training."""

from collections.abc import Mapping
from typing import Any

import keras
import numpy as np
from scipy.special import log_softmax

from femr.training.fer2013 import Images
from femr.training.network import predict
from femr.training.run_files import StageFiles

AVERAGE_EVERY = 8
"""Steps between two looks at the weights for their average: each brings them from a GPU."""


class Averaging(keras.callbacks.Callback):
    """Keeps the running average of the weights, validates it after each epoch, and saves the best.

    The best has the highest score: the mean, over the sets to validate on, of the mean recall of the emotions. Accuracy
    would favour networks that prefer what is frequent in FER-2013.

    Keras's own (an optimiser's `use_ema` with `SwapEMAWeights`) validates the averaged weights as well, but averages
    what is trained only: batch-norm statistics would belong to other weights than those they are used with.

    Args:
        trained: the network whose weights are averaged.
        average: one of the same shape; gets the averaged weights.
        momentum: how much of the average stays at a step. It begins lower, so that early weights are soon forgotten.
        validation: what to measure the average on, by the prefix of its figures.
        files: where the best network and the last average go.
        best: score that a network must exceed to be saved; None for any.
    """

    def __init__(
        self,
        trained: keras.Model,
        average: keras.Model,
        momentum: float,
        validation: Mapping[str, Images],
        files: StageFiles,
        best: float | None,
    ) -> None:
        super().__init__()
        self.trained = trained
        self.average = average
        self.momentum = momentum
        self.validation = validation
        self.files = files
        self.best = -1.0 if best is None else best

    def on_train_begin(self, logs: dict[str, float] | None = None) -> None:
        """Start from the network's own weights, or from the average that a stopped run left."""
        del logs
        if (left := self.files.average(self.files.epochs_done())).exists():
            self.average.load_weights(left)
        else:
            self.average.set_weights(self.trained.get_weights())
        self.weights = self.average.get_weights()

    def on_train_batch_end(self, batch: int, logs: dict[str, float] | None = None) -> None:
        """Move the average towards the weights after every `AVERAGE_EVERY` steps and after an epoch's last."""
        del logs
        since = batch % AVERAGE_EVERY + 1
        if since < AVERAGE_EVERY and batch + 1 < (self.params or {})["steps"]:
            return
        model: Any = self.model  # Keras knows it only once training begins
        step = int(model.optimizer.iterations)
        kept = min(self.momentum**since, step / (step + 9 * AVERAGE_EVERY))
        for average, weights in zip(self.weights, self.trained.get_weights(), strict=True):
            average += (1 - kept) * (weights - average)

    def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        """Add figures of the average to `logs`, for the callbacks that follow."""
        logs = {} if logs is None else logs
        self.average.set_weights(self.weights)
        for prefix, images in self.validation.items():
            logs.update({f"{prefix}_{name}": value for name, value in self._measure(images).items()})
        logs["score"] = float(np.mean([logs[f"{prefix}_recall"] for prefix in self.validation]))
        if logs["score"] > self.best:
            self.best = logs["score"]
            self.average.save(self.files.best, include_optimizer=False)
        self.average.save_weights(self.files.average(epoch + 1))
        self.files.average(epoch - 1).unlink(missing_ok=True)  # the one before stays until the backup is written

    def _measure(self, images: Images) -> dict[str, float]:
        # Not by `evaluate`: the network would have to be compiled, and be saved with half an optimiser.
        logits = predict(self.average, images.pixels)
        losses = -log_softmax(logits, axis=1)[np.arange(len(images)), images.labels]
        right = logits.argmax(axis=1) == images.labels
        recalls = [right[images.labels == label].mean() for label in np.unique(images.labels)]
        return {"accuracy": float(right.mean()), "loss": float(losses.mean()), "recall": float(np.mean(recalls))}


class ReseedDropout(keras.callbacks.Callback):
    """Draws each epoch's dropout from the seed and the epoch, so that a resumed run goes on as an unbroken one."""

    def __init__(self, trained: keras.Model, seed: int) -> None:
        super().__init__()
        self.trained = trained
        self.seed = seed

    def on_epoch_begin(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        """Seed the dropout layer."""
        del logs
        _ = self.model  # on JAX, puts the weights and states of the last epoch back in their places
        state = self.trained.get_layer("dropout").seed_generator.state
        state.assign(np.random.default_rng((self.seed, epoch)).integers(0, 2**31, 2, dtype=np.int64))
