"""Training: from images to the best weights of a run, resumable."""

import csv
import hashlib
import json
import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path

import keras
import numpy as np
from scipy.special import log_softmax
from sklearn.utils.class_weight import compute_class_weight
from tqdm.keras import TqdmCallback

from femr.emotions import EMOTIONS
from femr.errors import DataError
from femr.training import network, optimizer
from femr.training.augment import augment
from femr.training.distil import Distiller
from femr.training.fer2013 import Images, Split
from femr.training.recipe import Precision, Recipe

AVERAGE_EVERY = 8
"""Steps between two looks at the weights for their average: each brings them from a GPU."""


@dataclass(frozen=True)
class RunFiles:
    """Where a run keeps what it leaves."""

    folder: Path

    @property
    def best(self) -> Path:
        """The network of the epoch with the best validation accuracy."""
        return self.folder / "best.keras"

    @property
    def history(self) -> Path:
        """One row an epoch: loss and accuracy on both parts."""
        return self.folder / "history.csv"

    @property
    def recipe(self) -> Path:
        """The recipe as JSON."""
        return self.folder / "recipe.json"

    @property
    def lineage(self) -> Path:
        """Recipes of the networks that it began from or learnt from, as JSON."""
        return self.folder / "lineage.json"

    @property
    def inputs(self) -> Path:
        """Fingerprints of the images and targets, as JSON: a run resumes on the same ones only."""
        return self.folder / "inputs.json"

    @property
    def backup(self) -> Path:
        """Weights and optimiser state after the last whole epoch."""
        return self.folder / "backup"

    @property
    def progress(self) -> Path:
        """How many epochs the backup has seen; written by Keras."""
        return self.backup / "training_metadata.json"

    def average(self, epochs: int) -> Path:
        """The running average of the weights after so many epochs."""
        return self.folder / f"average-{epochs}.weights.h5"


class Batches(keras.utils.PyDataset):
    """Augmented, shuffled batches: float32 (B, 48, 48, 1) in 0…255, targets float32 (B, 6), weights float32 (B,).

    Every batch is drawn from the seed, the epoch and its own number alone, so a resumed run sees what an unbroken
    one would have seen. OpenCV leaves the interpreter lock while it works: one thread keeps two cores training.

    Args:
        images: what to draw from.
        targets: float32 (N, 6), what the network should answer to each of `images`.
        recipe: how.
        first_epoch: which epoch comes first.
        reframed: uint8 (N, 48, 48), what is shown instead of `images` now and then, see `reframe`; nothing if None.
    """

    def __init__(
        self,
        images: Images,
        targets: np.ndarray,
        recipe: Recipe,
        first_epoch: int,
        reframed: np.ndarray | None = None,
    ) -> None:
        super().__init__(workers=_workers(), max_queue_size=8)
        self.images = images
        self.reframed = reframed
        self.targets = targets
        self.weights = class_weight(images.labels) if recipe.class_weight else np.ones(len(EMOTIONS), np.float32)
        self.recipe = recipe
        self.epoch = first_epoch
        self._shuffle()

    def _shuffle(self) -> None:
        self.order = np.random.default_rng((self.recipe.seed, self.epoch)).permutation(len(self.images))

    def __len__(self) -> int:
        return len(self.images) // self.recipe.batch_size  # what is left over comes up in another epoch

    def __getitem__(self, index: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        rng = np.random.default_rng((self.recipe.seed, self.epoch, index))
        chosen = self.order[index * self.recipe.batch_size : (index + 1) * self.recipe.batch_size]
        pixels = self.images.pixels[chosen]
        if self.reframed is not None:
            drawn = rng.random(len(chosen)) < self.recipe.reframed_share
            pixels[drawn] = self.reframed[chosen[drawn]]
        crops = as_input(augment(pixels, self.recipe.augmentation, rng))
        targets, weights = self.targets[chosen], self.weights[self.images.labels[chosen]]
        if self.recipe.mixup:
            share = np.float32(rng.beta(self.recipe.mixup, self.recipe.mixup))
            crops, targets, weights = (_mix(values, share) for values in (crops, targets, weights))
        return crops, targets, weights

    def on_epoch_end(self) -> None:
        """Go on to the next epoch's order."""
        self.epoch += 1
        self._shuffle()


def _workers() -> int:
    """Threads that augment: one for each two cores, and enough for one GPU."""
    return min(8, max(1, (os.cpu_count() or 1) // 2))


def _mix(values: np.ndarray, share: np.float32) -> np.ndarray:
    """Each entry of a batch mixed with the one at the other end."""
    return share * values + (1 - share) * values[::-1]


def as_input(pixels: np.ndarray) -> np.ndarray:
    """What the network takes: uint8 (N, 48, 48) -> float32 (N, 48, 48, 1), still 0…255."""
    return pixels[..., None].astype(np.float32)


def one_hot(labels: np.ndarray) -> np.ndarray:
    """Int (N,) -> float32 (N, 6)."""
    return np.eye(len(EMOTIONS), dtype=np.float32)[labels]


class Averaging(keras.callbacks.Callback):
    """Keeps the running average of the weights, validates it after each epoch, and saves the best.

    Keras's own averaging leaves batch-norm statistics out and validates the raw weights: the statistics then belong
    to other weights than those they are used with.

    Args:
        trained: the network whose weights are averaged.
        average: one of the same shape; gets the averaged weights.
        momentum: how much of the average stays at a step. It begins lower, so that early weights are soon forgotten.
        validation: what to measure the average on.
        run: where the best network and the last average go.
        best: validation accuracy that a network must exceed to be saved; None for any.
    """

    def __init__(
        self,
        trained: keras.Model,
        average: keras.Model,
        momentum: float,
        validation: Images,
        run: RunFiles,
        best: float | None,
    ) -> None:
        super().__init__()
        self.trained = trained
        self.average = average
        self.momentum = momentum
        self.validation = validation
        self.run = run
        self.best = -1.0 if best is None else best

    def on_train_begin(self, logs: dict[str, float] | None = None) -> None:
        """Start from the network's own weights, or from the average that a stopped run left."""
        del logs
        if (left := self.run.average(_epochs_done(self.run))).exists():
            self.average.load_weights(left)
        else:
            self.average.set_weights(self.trained.get_weights())
        self.weights = self.average.get_weights()

    def on_train_batch_end(self, batch: int, logs: dict[str, float] | None = None) -> None:
        """Move the average towards the weights after every `AVERAGE_EVERY` steps and after an epoch's last."""
        del logs
        since = batch % AVERAGE_EVERY + 1
        if since < AVERAGE_EVERY and batch + 1 < self.params["steps"]:
            return
        step = int(self.model.optimizer.iterations)
        kept = min(self.momentum**since, step / (step + 9 * AVERAGE_EVERY))
        with optimizer.at_rest(self.model.optimizer):
            trained = self.trained.get_weights()
        for average, weights in zip(self.weights, trained, strict=True):
            average += (1 - kept) * (weights - average)

    def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        """Add `val_loss` and `val_accuracy` of the average to `logs`, for the callbacks that follow."""
        self.average.set_weights(self.weights)
        # Not by `evaluate`: the network would have to be compiled, and be saved with half an optimiser.
        logits = self.average.predict(as_input(self.validation.pixels), batch_size=256, verbose=0)
        labels = self.validation.labels
        losses = -log_softmax(logits, axis=1)[np.arange(len(labels)), labels]
        logs.update(val_accuracy=float((logits.argmax(axis=1) == labels).mean()), val_loss=float(losses.mean()))
        if logs["val_accuracy"] > self.best:
            self.best = logs["val_accuracy"]
            self.average.save(self.run.best, include_optimizer=False)
        self.average.save_weights(self.run.average(epoch + 1))
        self.run.average(epoch - 1).unlink(missing_ok=True)  # the one before stays until the backup is written


class Redraw(keras.callbacks.Callback):
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


def fit(
    split: Split,
    recipe: Recipe,
    run: RunFiles,
    *,
    targets: np.ndarray | None = None,
    start: keras.Model | None = None,
    teachers: Sequence[keras.Model] = (),
    reframed: np.ndarray | None = None,
    resume: bool = False,
) -> keras.Model:
    """Train by `recipe` and return the network of the best epoch; everything is kept in `run`.

    Ctrl-C reaches the caller as `KeyboardInterrupt`, with the best network so far in `run.best`.

    Args:
        split: what to train and to validate on.
        recipe: how.
        run: where to keep what the run leaves.
        targets: float32 (N, 6), what the network should answer to each training image; its label if None.
        start: a trained network of the recipe's shape whose weights are the first; None begins at random.
        teachers: trained networks to learn from, see `distil.Distiller`.
        reframed: uint8 (N, 48, 48), each training image as the page crops it, see `reframe`.
        resume: go on where a run in the same folder stopped.

    Raises:
        DataError: a batch takes more images than there are; or the run folder holds another run and `resume` is off;
            or `resume` is on and it holds none, or one with another recipe, images, crops or targets; or `start` has
            another shape.
    """
    if recipe.batch_size > len(split.training):
        raise DataError("batch_too_large", size=recipe.batch_size, count=len(split.training))
    targets = one_hot(split.training.labels) if targets is None else targets
    keras.utils.set_random_seed(recipe.seed)
    student = _build(recipe, recipe.precision)
    average = _build(recipe, Precision.FLOAT32)
    if start is not None:
        _copy_weights(start, student)
    done, best = _begin(recipe, _fingerprints(split, targets, reframed), run, resume=resume)
    batches = Batches(split.training, targets, recipe, first_epoch=done, reframed=reframed)
    model = Distiller(student, teachers, recipe.teachers_share) if teachers else student
    loss = keras.losses.CategoricalCrossentropy(from_logits=True, label_smoothing=recipe.label_smoothing)
    model.compile(optimizer=optimizer.build(recipe, len(batches)), loss=loss, metrics=["accuracy"])
    model.fit(
        batches,
        epochs=recipe.epochs,
        shuffle=False,  # `Batches` shuffles, by the seed and the epoch alone
        callbacks=[
            # In this order: what the backup does not know of when a run stops, `_begin` takes back.
            *([Redraw(student, recipe.seed)] if recipe.dropout else []),
            Averaging(student, average, recipe.average, split.validation, run, best),
            keras.callbacks.LambdaCallback(on_epoch_end=partial(_write_row, run)),
            keras.callbacks.BackupAndRestore(run.backup, double_checkpoint=True, delete_checkpoint=False),
            TqdmCallback(desc="training"),
        ],
        verbose=0,
    )
    return keras.models.load_model(run.best)


def _build(recipe: Recipe, precision: Precision) -> keras.Model:
    """An untrained network that computes in `precision`; the weights are float32."""
    usual = keras.mixed_precision.dtype_policy()
    keras.mixed_precision.set_dtype_policy(precision.value)
    try:
        return network.build(recipe.architecture, recipe.widths, recipe.dropout)
    finally:
        keras.mixed_precision.set_dtype_policy(usual)


def _copy_weights(source: keras.Model, target: keras.Model) -> None:
    try:
        target.set_weights(source.get_weights())
    except ValueError as error:
        raise DataError("start_shape") from error


def class_weight(labels: np.ndarray) -> np.ndarray:
    """Weights that make every class count alike, float32 (6,), as scikit-learn's `balanced`: N / (6 · count)."""
    return compute_class_weight("balanced", classes=np.arange(len(EMOTIONS)), y=labels).astype(np.float32)


def read_history(run: RunFiles) -> dict[str, list[float]]:
    """The learning curves by name; empty before the first epoch ends."""
    if not run.history.exists():
        return {}
    with run.history.open(newline="") as file:
        rows = list(csv.DictReader(file))
    return {name: [float(row[name]) for row in rows] for name in rows[0]} if rows else {}


def _fingerprints(split: Split, targets: np.ndarray, reframed: np.ndarray | None) -> dict[str, str]:
    """What a run is trained and validated on, in short."""
    arrays = {"training": split.training.pixels, "targets": targets, "validation": split.validation.pixels}
    if reframed is not None:
        arrays["reframed"] = reframed
    return {name: hashlib.sha256(np.ascontiguousarray(array)).hexdigest() for name, array in arrays.items()}


def _epochs_done(run: RunFiles) -> int:
    return json.loads(run.progress.read_text())["epoch"] if run.progress.exists() else 0


def _begin(recipe: Recipe, inputs: dict[str, str], run: RunFiles, *, resume: bool) -> tuple[int, float | None]:
    """Write down recipe and inputs; how many epochs are done, and the best validation accuracy among them."""
    written = json.dumps(asdict(recipe), indent=2)
    if resume:
        if not run.recipe.exists():
            raise DataError("run_missing", path=run.folder)
        if run.recipe.read_text() != written:
            raise DataError("run_recipe", path=run.recipe)
        if json.loads(run.inputs.read_text()) != inputs:
            raise DataError("run_inputs", path=run.folder)
    elif run.recipe.exists():
        raise DataError("run_exists", path=run.folder)
    run.folder.mkdir(parents=True, exist_ok=True)
    run.inputs.write_text(json.dumps(inputs, indent=2))
    run.recipe.write_text(written)
    done = _epochs_done(run)
    if run.history.exists():
        lines = run.history.read_text().splitlines(keepends=True)
        run.history.write_text("".join(lines[: 1 + done]))
    return done, max(read_history(run).get("val_accuracy", []), default=None)


def _write_row(run: RunFiles, epoch: int, logs: dict[str, float]) -> None:
    """Add an epoch to the history."""
    row = {"epoch": epoch, **logs}
    begins = not run.history.exists()
    with run.history.open("a", newline="") as file:
        writer = csv.DictWriter(file, row)
        if begins:
            writer.writeheader()
        writer.writerow(row)
