"""Training: from images to the best weights of a run, resumable."""

import csv
import json
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path

import keras
import numpy as np
from sklearn.utils.class_weight import compute_class_weight
from tqdm.keras import TqdmCallback

from femr.emotions import EMOTIONS
from femr.errors import DataError
from femr.training import network
from femr.training.augment import augment
from femr.training.fer2013 import Images, Split
from femr.training.recipe import Recipe


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
    def backup(self) -> Path:
        """Weights and optimiser state after the last whole epoch."""
        return self.folder / "backup"

    @property
    def progress(self) -> Path:
        """How many epochs the backup has seen; written by Keras."""
        return self.backup / "training_metadata.json"


class Batches(keras.utils.PyDataset):
    """Augmented, shuffled batches: float32 (B, 48, 48, 1) in 0…255, one-hot float32 (B, 6).

    Every batch is drawn from the seed, the epoch and its own number alone, so a resumed run sees what an unbroken
    one would have seen. OpenCV leaves the interpreter lock while it works: one thread keeps two cores training.
    """

    def __init__(self, images: Images, recipe: Recipe, first_epoch: int) -> None:
        super().__init__(workers=1, max_queue_size=8)
        self.images = images
        self.recipe = recipe
        self.epoch = first_epoch
        self._shuffle()

    def _shuffle(self) -> None:
        self.order = np.random.default_rng((self.recipe.seed, self.epoch)).permutation(len(self.images))

    def __len__(self) -> int:
        return len(self.images) // self.recipe.batch_size  # what is left over comes up in another epoch

    def __getitem__(self, index: int) -> tuple[np.ndarray, np.ndarray]:
        rng = np.random.default_rng((self.recipe.seed, self.epoch, index))
        chosen = self.order[index * self.recipe.batch_size : (index + 1) * self.recipe.batch_size]
        pixels = augment(self.images.pixels[chosen], self.recipe.augmentation, rng)
        return as_input(pixels), one_hot(self.images.labels[chosen])

    def on_epoch_end(self) -> None:
        """Go on to the next epoch's order."""
        self.epoch += 1
        self._shuffle()


def as_input(pixels: np.ndarray) -> np.ndarray:
    """What the network takes: uint8 (N, 48, 48) -> float32 (N, 48, 48, 1), still 0…255."""
    return pixels[..., None].astype(np.float32)


def one_hot(labels: np.ndarray) -> np.ndarray:
    """Int (N,) -> float32 (N, 6)."""
    return np.eye(len(EMOTIONS), dtype=np.float32)[labels]


def fit(split: Split, recipe: Recipe, run: RunFiles, *, resume: bool = False) -> keras.Model:
    """Train by `recipe` and return the network of the best epoch; everything is kept in `run`.

    Ctrl-C reaches the caller as `KeyboardInterrupt`, with the best network so far in `run.best`.

    Raises:
        DataError: a batch takes more images than there are; or the run folder holds another run and `resume` is off;
            or `resume` is on and it holds none, or one with another recipe.
    """
    if recipe.batch_size > len(split.training):
        raise DataError("batch_too_large", size=recipe.batch_size, count=len(split.training))
    done, best = _begin(recipe, run, resume=resume)
    keras.utils.set_random_seed(recipe.seed)
    batches = Batches(split.training, recipe, first_epoch=done)
    model = network.build(recipe.widths, recipe.dropout)
    model.compile(
        optimizer=_optimizer(recipe, len(batches)),
        loss=keras.losses.CategoricalCrossentropy(from_logits=True, label_smoothing=recipe.label_smoothing),
        metrics=["accuracy"],
    )
    model.fit(
        batches,
        validation_data=(as_input(split.validation.pixels), one_hot(split.validation.labels)),
        validation_batch_size=256,
        epochs=recipe.epochs,
        shuffle=False,  # `Batches` shuffles, by the seed and the epoch alone
        class_weight=class_weight(split.training.labels) if recipe.class_weight else None,
        callbacks=[
            # In this order: what the backup does not know of when a run stops, `_begin` takes back.
            keras.callbacks.LambdaCallback(on_epoch_end=partial(_write_row, run)),
            keras.callbacks.ModelCheckpoint(
                run.best, "val_accuracy", mode="max", save_best_only=True, initial_value_threshold=best
            ),
            keras.callbacks.BackupAndRestore(run.backup, double_checkpoint=True, delete_checkpoint=False),
            TqdmCallback(desc="training"),
        ],
        verbose=0,
    )
    return keras.models.load_model(run.best)


def class_weight(labels: np.ndarray) -> dict[int, float]:
    """Weights that make every class count alike, as scikit-learn's `balanced`: N / (6 · count)."""
    classes = np.arange(len(EMOTIONS))
    return dict(enumerate(compute_class_weight("balanced", classes=classes, y=labels).tolist()))


def read_history(run: RunFiles) -> dict[str, list[float]]:
    """The learning curves by name; empty before the first epoch ends."""
    if not run.history.exists():
        return {}
    with run.history.open(newline="") as file:
        rows = list(csv.DictReader(file))
    return {name: [float(row[name]) for row in rows] for name in rows[0]} if rows else {}


def _begin(recipe: Recipe, run: RunFiles, *, resume: bool) -> tuple[int, float | None]:
    """Write down the recipe; how many epochs are done, and the best validation accuracy among them."""
    written = json.dumps(asdict(recipe), indent=2)
    if resume:
        if not run.recipe.exists():
            raise DataError("run_missing", path=run.folder)
        if run.recipe.read_text() != written:
            raise DataError("run_recipe", path=run.recipe)
    elif run.recipe.exists():
        raise DataError("run_exists", path=run.folder)
    run.folder.mkdir(parents=True, exist_ok=True)
    run.recipe.write_text(written)
    done = json.loads(run.progress.read_text())["epoch"] if run.progress.exists() else 0
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


def _optimizer(recipe: Recipe, steps_an_epoch: int) -> keras.optimizers.Optimizer:
    warmup = recipe.warmup_epochs * steps_an_epoch
    schedule = keras.optimizers.schedules.CosineDecay(
        initial_learning_rate=0.0 if warmup else recipe.learning_rate,
        warmup_target=recipe.learning_rate if warmup else None,
        warmup_steps=warmup,
        decay_steps=max(1, recipe.epochs * steps_an_epoch - warmup),
    )
    optimizer = keras.optimizers.AdamW(schedule, weight_decay=recipe.weight_decay)
    optimizer.exclude_from_weight_decay(var_names=["bias", "gamma", "beta"])
    return optimizer
