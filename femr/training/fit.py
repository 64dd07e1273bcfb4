"""Fitting: from images to the best network of each stage of a recipe, resumable."""

import hashlib
import json
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import keras
import numpy as np
from keras import ops
from tqdm.keras import TqdmCallback

from femr.errors import DataError
from femr.training import network, own_labels, recipe, reframe, votes
from femr.training.batches import Batches, Shown, log_shares
from femr.training.callbacks import Averaging, ReseedDropout
from femr.training.fer2013 import Images, Split
from femr.training.mobilenet import Backbone, read_backbone
from femr.training.other_faces import OtherFaces
from femr.training.recipe import BACKBONE, Balance, Precision, Recipe, Stage
from femr.training.run_files import RunFiles, StageFiles

# --- a recipe ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Sources:
    """What a recipe may need besides FER-2013.

    Attributes:
        cast: people's votes on the training images, as `votes.read` gives them; None for labels alone.
        others: other faces to learn from and to validate on; None for none.
        backbone: the JSON file of a published network of faces, see `mobilenet.read_backbone`.
    """

    cast: np.ndarray | None = None
    others: OtherFaces | None = None
    backbone: Path | None = None


def fit_recipe(
    chosen: Recipe, source: Path, split: Split, sources: Sources, run: RunFiles, *, resume: bool = False
) -> None:
    """Train every stage of a recipe, in order; everything is kept in `run`.

    Ctrl-C reaches the caller as `KeyboardInterrupt`, with the networks so far in `run`.

    Args:
        chosen: the recipe.
        source: its file, of which `run` keeps a copy.
        split: what to train and to validate on.
        sources: what else to train on.
        run: where to keep what the run leaves.
        resume: go on where a run in the same folder stopped; stages that are finished are not trained again.

    Raises:
        DataError: a batch takes more images than there are; or a stage starts from a backbone and there is none; or
            the run folder holds another run and `resume` is off; or `resume` is on and it holds none, or one of other
            choices, images, crops or votes.
        InstallationError: a stage shows reframed images, they are not made yet, and LiteRT is missing.
    """
    largest = max(stage.batch_size for stage in chosen.stages.values())
    if largest > len(split.training):
        raise DataError("batch_too_large", size=largest, count=len(split.training))
    if sources.backbone is None and any(stage.start == BACKBONE for stage in chosen.stages.values()):
        raise DataError("backbone_missing")
    shows_reframed = any(stage.reframed_share for stage in chosen.stages.values())
    detector = reframe.load_detector() if shows_reframed and not run.reframed.exists() else None
    _begin_run(chosen, source, run, resume=resume)
    if detector is not None:
        reframe.write(run.reframed, split.training.pixels, reframe.reframe(split.training.pixels, detector))
    reframed = reframe.read(run.reframed, split.training.pixels) if shows_reframed else None
    for number, (name, stage) in enumerate(chosen.stages.items(), 1):
        print(f"stage {number} of {len(chosen.stages)}: {name}")
        files = run.stage(name)
        fit_stage(
            stage,
            split,
            files,
            targets=own_labels.mixed(
                votes.targets(split.training.labels, sources.cast, stage.votes_share),
                split.training.names.tolist(),
                stage.own_share,
            ),
            start=_start(stage, chosen, sources, run),
            teachers=[network.load(run.stage(teacher).best) for teacher in stage.teachers],
            reframed=reframed if stage.reframed_share else None,
            others=sources.others,
            resume=files.inputs.exists(),
        )


def _start(stage: Stage, chosen: Recipe, sources: Sources, run: RunFiles) -> keras.Model | Backbone | None:
    if stage.start in chosen.stages:
        return network.load(run.stage(stage.start).best)
    return read_backbone(sources.backbone) if stage.start == BACKBONE and sources.backbone else None


def _begin_run(chosen: Recipe, source: Path, run: RunFiles, *, resume: bool) -> None:
    """Make the run's folder with its copy of the recipe, or check that there is one to go on with."""
    if resume:
        if not run.recipe.exists():
            raise DataError("run_missing", path=run.folder)
        if recipe.read(run.recipe) != chosen:
            raise DataError("run_recipe", path=run.recipe)
    elif run.recipe.exists():
        raise DataError("run_exists", path=run.folder)
    else:
        run.folder.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, run.recipe)


# --- a stage -------------------------------------------------------------------------------------


def fit_stage(
    stage: Stage,
    split: Split,
    files: StageFiles,
    *,
    targets: np.ndarray,
    start: keras.Model | Backbone | None = None,
    teachers: Sequence[keras.Model] = (),
    reframed: np.ndarray | None = None,
    others: OtherFaces | None = None,
    resume: bool = False,
) -> keras.Model:
    """Train one network and return that of the best epoch; everything is kept in `files`.

    Args:
        stage: how; the names in it are not looked at.
        split: what to train and to validate on; at least one batch.
        files: where to keep what the training leaves.
        targets: float32 (N, 6), what the network should answer to each training image.
        start: a trained network of the stage's shape, or a backbone, whose weights are the first; None for random ones.
        teachers: trained networks to learn from, see `Distiller`.
        reframed: uint8 (N, 48, 48), each training image as the page crops it, see `reframe`.
        others: other faces, to validate on and, where the stage says so, to train on.
        resume: go on where a training in the same folder stopped.

    Raises:
        DataError: the folder holds another training and `resume` is off; or `resume` is on and it holds none, or one
            on other images, crops or targets.
    """
    inputs = _fingerprints(split, targets, reframed, others)
    done, best = _begin_stage(inputs, files, resume=resume)
    if done == stage.epochs:
        return network.load(files.best)
    keras.utils.set_random_seed(stage.seed)
    student = _build(stage, stage.precision)
    average = _build(stage, Precision.FLOAT32)
    if isinstance(start, Backbone):
        start.start(student)
    elif start is not None:
        student.set_weights(start.get_weights())
    shown = Shown(split.training, targets, reframed)
    if others is not None and stage.others_repeats:
        shown = shown.with_others(others.training, stage.others_repeats)
    batches = Batches(shown, stage, first_epoch=done)
    model = Distiller(student, teachers, stage.teachers_share) if teachers else student
    model.compile(optimizer=_optimizer(stage, len(batches)), loss=_loss(stage, shown.targets), metrics=["accuracy"])
    model.fit(
        batches,
        epochs=stage.epochs,
        shuffle=False,  # `Batches` shuffles, by the seed and the epoch alone
        callbacks=[
            # In this order: what the backup does not know of when a run stops, `_begin_stage` takes back.
            *([ReseedDropout(student, stage.seed)] if stage.dropout else []),
            Averaging(student, average, stage.average, _validation(split, others), files, best),
            keras.callbacks.LambdaCallback(on_epoch_end=files.append_to_history),
            keras.callbacks.BackupAndRestore(files.backup, double_checkpoint=True, delete_checkpoint=False),
            TqdmCallback(desc="training"),
        ],
        verbose=network.SILENT,
    )
    return network.load(files.best)


def _begin_stage(inputs: dict[str, str], files: StageFiles, *, resume: bool) -> tuple[int, float | None]:
    """Write down the inputs; how many epochs are done, and the best validation accuracy among them."""
    if resume:
        if not files.inputs.exists():
            raise DataError("run_missing", path=files.folder)
        if json.loads(files.inputs.read_text()) != inputs:
            raise DataError("run_inputs", path=files.folder)
    elif files.inputs.exists():
        raise DataError("run_exists", path=files.folder)
    files.folder.mkdir(parents=True, exist_ok=True)
    files.inputs.write_text(json.dumps(inputs, indent=2))
    done = files.epochs_done()
    files.cut_history(done)
    return done, max(files.read_history().get("score", []), default=None)


def _validation(split: Split, others: OtherFaces | None) -> dict[str, Images]:
    """What networks are chosen by, by name."""
    return {"val": split.validation} | ({"others": others.validation.images} if others else {})


def _fingerprints(
    split: Split, targets: np.ndarray, reframed: np.ndarray | None, others: OtherFaces | None
) -> dict[str, str]:
    """What a network is trained and validated on, in short."""
    arrays = {"training": split.training.pixels, "targets": targets, "validation": split.validation.pixels}
    if reframed is not None:
        arrays["reframed"] = reframed
    if others is not None:
        arrays |= {"others": others.training.images.pixels, "others_targets": others.training.targets}
        arrays |= {"others_validation": others.validation.images.pixels}
    return {name: hashlib.sha256(array.tobytes()).hexdigest() for name, array in arrays.items()}


def _build(stage: Stage, precision: Precision) -> keras.Model:
    """An untrained network that computes in `precision`; the weights are float32."""
    usual = keras.mixed_precision.dtype_policy()
    keras.mixed_precision.set_dtype_policy(precision.value)
    try:
        return network.build(stage.architecture, stage.widths, stage.dropout, stage.enlarged, stage.frozen_blocks)
    finally:
        keras.mixed_precision.set_dtype_policy(usual)


def _optimizer(stage: Stage, steps_an_epoch: int) -> keras.optimizers.Optimizer:
    """AdamW on a linear rise and half a cosine."""
    warmup = stage.warmup_epochs * steps_an_epoch
    schedule = keras.optimizers.schedules.CosineDecay(
        initial_learning_rate=0.0 if warmup else stage.learning_rate,
        warmup_target=stage.learning_rate if warmup else None,
        warmup_steps=warmup,
        decay_steps=max(1, stage.epochs * steps_an_epoch - warmup),
    )
    rate: Any = schedule  # the signature shows a number alone
    optimizer = keras.optimizers.AdamW(rate, weight_decay=stage.weight_decay)
    optimizer.exclude_from_weight_decay(var_names=["bias", "gamma", "beta"])
    return optimizer


def _loss(stage: Stage, targets: np.ndarray) -> keras.losses.Loss:
    """Cross-entropy, of balanced logits where the stage says so."""
    if stage.balance is Balance.LOGITS:
        return BalancedCrossentropy(log_shares(targets), label_smoothing=stage.label_smoothing)
    return keras.losses.CategoricalCrossentropy(from_logits=True, label_smoothing=stage.label_smoothing)


class BalancedCrossentropy(keras.losses.CategoricalCrossentropy):
    """Cross-entropy of logits plus `log_shares`, float (6,): a network that is good at it answers without them.

    A. Menon et al., "Long-tail learning via logit adjustment", 2021, arXiv:2007.07314.
    """

    def __init__(self, log_shares: np.ndarray, label_smoothing: float) -> None:
        super().__init__(from_logits=True, label_smoothing=label_smoothing)
        self.log_shares = log_shares

    def call(self, y_true: Any, y_pred: Any) -> Any:
        """The loss of each image, (batch,)."""
        return super().call(y_true, ops.add(y_pred, self.log_shares))


class Distiller(keras.Model):
    """Trains `student` on labels and on what `teachers` say to the same augmented crops.

    The loss is (1 - share) times the compiled one plus `share` times the cross-entropy to the teachers' mean
    probabilities (G. Hinton et al., "Distilling the knowledge in a neural network", 2015, arXiv:1503.02531; the same
    view for both, as L. Beyer et al., 2022, arXiv:2106.05237, found best).

    Args:
        student: gives logits; is trained.
        teachers: give logits; stay as they are.
        share: of the loss, 0…1.
    """

    def __init__(self, student: keras.Model, teachers: Sequence[keras.Model], share: float) -> None:
        super().__init__(name="distiller")
        self.student = student
        self.teachers = list(teachers)
        for teacher in self.teachers:
            teacher.trainable = False
        self.share = share
        self.build(student.input_shape)  # backups are of built networks

    def call(self, crops: Any, training: bool | None = None) -> Any:
        """The student's logits."""
        return self.student(crops, training=training)

    def compute_loss(
        self,
        x: Any = None,
        y: Any = None,
        y_pred: Any = None,
        sample_weight: Any = None,
        training: bool = True,
    ) -> Any:
        """The loss, a scalar."""
        labels = super().compute_loss(x, y, y_pred, sample_weight, training)
        answers = [ops.softmax(teacher(x, training=False)) for teacher in self.teachers]
        taught = ops.stop_gradient(ops.mean(ops.stack(answers), axis=0))
        to_teachers: Any = ops.mean(ops.categorical_crossentropy(taught, y_pred, from_logits=True))
        return (1 - self.share) * labels + self.share * to_teachers
