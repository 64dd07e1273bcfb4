"""A training goes on where it stopped, and leaves the average of its weights; teachers are learnt from."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import keras
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import log_softmax, softmax
from tiny_fer2013 import random_images
from tiny_recipe import STILL, small

from femr.errors import DataError
from femr.training import fit, network, votes
from femr.training.callbacks import Averaging
from femr.training.fer2013 import Split
from femr.training.fit import Distiller, fit_stage
from femr.training.network import as_input
from femr.training.recipe import Architecture, Balance, Precision, Stage
from femr.training.run_files import StageFiles

STAGE = small(epochs=3)
TAUGHT = small(epochs=3, teachers_share=0.6)


def split_of(training: int, validation: int) -> Split:
    """64 images to train on and 24 that validate, from these seeds."""
    return Split(random_images(64, seed=training), random_images(24, seed=validation), twins_dropped=0)


@pytest.fixture(scope="module")
def split() -> Split:
    """64 images to train on and 24 that validate."""
    return split_of(training=1, validation=2)


def labels_of(split: Split) -> np.ndarray:
    """The labels of its training images as targets."""
    return votes.targets(split.training.labels, None, 0)


def train(stage: Stage, split: Split, folder: Path, **options: Any) -> keras.Model:
    """What a training on the labels gives."""
    return fit_stage(stage, split, StageFiles(folder), **{"targets": labels_of(split), **options})


def assured(seed: int) -> keras.Model:
    """An untrained network that is sure of what it says."""
    keras.utils.set_random_seed(seed)
    model = network.build(Architecture.VGG, (8,), dropout=0.3)
    kernel, bias = model.get_layer("logits").get_weights()
    model.get_layer("logits").set_weights([kernel * 6, bias + np.linspace(-1, 1, 6)])
    return model


@pytest.fixture(scope="module")
def teachers() -> list[keras.Model]:
    """Two that differ."""
    return [assured(1), assured(2)]


class Watch(keras.callbacks.Callback):
    """Keeps the weights of the network that is trained, before the first epoch and after each."""

    def on_train_begin(self, logs=None):
        self.seen = [self.model.get_weights()]

    def on_epoch_end(self, epoch, logs=None):
        self.seen.append(self.model.get_weights())


class CtrlC(keras.callbacks.Callback):
    """Somebody presses Ctrl-C when the second epoch has ended."""

    def on_epoch_end(self, epoch, logs=None):
        if epoch == 1:
            raise KeyboardInterrupt


def with_callback(callback: keras.callbacks.Callback, position: int, trained: Callable[[], Any]) -> Any:
    """What `trained` gives while Keras's `fit` also calls `callback`, before the one at `position`."""
    usual = keras.Model.fit

    def watched(model: keras.Model, *data: Any, callbacks: list, **options: Any) -> Any:
        callbacks.insert(position, callback)
        return usual(model, *data, callbacks=callbacks, **options)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(keras.Model, "fit", watched)
        return trained()


# --- runs ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Unbroken:
    """A training that nothing stopped."""

    files: StageFiles
    network: keras.Model


@pytest.fixture(scope="module")
def unbroken(split, tmp_path_factory) -> Unbroken:
    """A training on labels."""
    folder = tmp_path_factory.mktemp("unbroken") / "stage"
    return Unbroken(StageFiles(folder), train(STAGE, split, folder))


def test_a_training_leaves_its_network_history_and_backup(unbroken):
    assert unbroken.files.best.exists()
    assert unbroken.files.backup.is_dir()
    assert [len(curve) for curve in unbroken.files.read_history().values()] == [3] * 7  # with the epoch


def test_the_network_kept_is_that_of_the_best_epoch(unbroken, split):
    logits = unbroken.network.predict_on_batch(as_input(split.validation.pixels))
    labels = split.validation.labels
    history = unbroken.files.read_history()
    best = int(np.argmax(history["score"]))
    assert (logits.argmax(axis=1) == labels).mean() == pytest.approx(history["val_accuracy"][best], abs=1e-6)
    loss = -log_softmax(logits, axis=1)[np.arange(len(labels)), labels].mean()
    assert loss == pytest.approx(history["val_loss"][best], rel=1e-4)


def interrupted_at(positions: tuple[int, ...], stage: Stage, split: Split, folder: Path, **options: Any) -> None:
    """Train, stopped between what writes the files, before the callback at each of `positions`, and gone on with."""
    for number, position in enumerate(positions):
        with pytest.raises(KeyboardInterrupt):
            with_callback(CtrlC(), position, lambda: train(stage, split, folder, resume=number > 0, **options))  # noqa: B023
        assert StageFiles(folder).best.exists()
    train(stage, split, folder, resume=True, **options)


def assert_same_curves(files: StageFiles, other: StageFiles) -> None:
    """Both saw the same epochs and what happened in them."""
    expected, resumed = files.read_history(), other.read_history()
    assert resumed["epoch"] == [0, 1, 2]
    for name in ("loss", "accuracy", "val_loss", "val_accuracy"):
        assert resumed[name] == pytest.approx(expected[name], rel=1e-3), name


def test_a_training_interrupted_at_two_moments_resumes_to_what_an_unbroken_one_gives(split, unbroken, tmp_path):
    interrupted_at((1, 3), STAGE, split, tmp_path / "stage")
    assert_same_curves(unbroken.files, StageFiles(tmp_path / "stage"))


def test_with_teachers_one_interrupted_at_two_other_moments_resumes_as_well(split, teachers, tmp_path):
    whole, broken = tmp_path / "whole", tmp_path / "broken"
    kept = train(TAUGHT, split, whole, teachers=teachers[:1])
    interrupted_at((2, 4), TAUGHT, split, broken, teachers=teachers[:1])
    assert_same_curves(StageFiles(whole), StageFiles(broken))
    # What is kept is the student alone.
    shape = network.build(TAUGHT.architecture, TAUGHT.widths, TAUGHT.dropout)
    assert [weights.shape for weights in kept.weights] == [weights.shape for weights in shape.weights]
    assert kept.name == "femr"


def test_resuming_a_finished_training_changes_nothing_and_gives_its_network(split, unbroken):
    files = unbroken.files
    before = files.history.read_text(), files.best.read_bytes()
    again = train(STAGE, split, files.folder, resume=True)
    assert (files.history.read_text(), files.best.read_bytes()) == before
    assert all((a == b).all() for a, b in zip(again.get_weights(), unbroken.network.get_weights(), strict=True))


def test_beginning_again_in_a_training_s_folder_is_refused(split, unbroken):
    with pytest.raises(DataError, match="holds a run"):
        train(STAGE, split, unbroken.files.folder)


@pytest.mark.parametrize("seeds", [(9, 2), (1, 9)], ids=["training", "validation"])
def test_resuming_on_other_images_is_refused(seeds, unbroken):
    before = unbroken.files.history.read_text(), unbroken.files.inputs.read_text()
    with pytest.raises(DataError, match="other images, crops or votes"):
        train(STAGE, split_of(*seeds), unbroken.files.folder, resume=True)
    assert (unbroken.files.history.read_text(), unbroken.files.inputs.read_text()) == before


def test_resuming_on_other_targets_or_crops_is_refused(split, unbroken):
    targets = labels_of(split)
    targets[0] = 1 / 6
    for other in ({"targets": targets}, {"reframed": split.training.pixels}):
        with pytest.raises(DataError, match="other images, crops or votes"):
            train(STAGE, split, unbroken.files.folder, resume=True, **other)


def test_resuming_where_there_is_no_training_is_refused(split, tmp_path):
    with pytest.raises(DataError, match=r"nothing-here holds no run to resume"):
        train(STAGE, split, tmp_path / "nothing-here", resume=True)
    assert not (tmp_path / "nothing-here").exists()


def test_before_the_first_epoch_ends_there_is_no_history(tmp_path):
    assert StageFiles(tmp_path).read_history() == {}


def test_a_history_without_rows_is_no_history(tmp_path):
    (tmp_path / "history.csv").write_text("")
    assert StageFiles(tmp_path).read_history() == {}


def test_a_network_learns_the_targets_it_is_given(split, tmp_path):
    watch = Watch()
    turned = (split.training.labels + 1) % 6
    stage = small(epochs=6, dropout=0, learning_rate=0.01, augmentation=STILL)
    with_callback(watch, 0, lambda: train(stage, split, tmp_path, targets=votes.targets(turned, None, 0)))
    logits = keras.ops.convert_to_numpy(watch.model(as_input(split.training.pixels), training=True))
    assert (logits.argmax(axis=1) == turned).mean() > 0.6


# --- the average ---------------------------------------------------------------------------------


def all_close(first: list[np.ndarray], other: list[np.ndarray], tolerance: float = 1e-5) -> bool:
    """Whether two networks have the same weights."""
    return all(np.allclose(a, b, atol=tolerance) for a, b in zip(first, other, strict=True))


def test_the_average_of_weights_and_statistics_is_the_one_worked_out_by_hand(split, tmp_path):
    watch, files = Watch(), StageFiles(tmp_path)
    with_callback(watch, 0, lambda: train(small(epochs=2, average=0.999), split, tmp_path))
    untrained, first, last = watch.seen
    after_first = [before / 10 + 9 / 10 * now for before, now in zip(untrained, first, strict=True)]
    after_last = [2 / 11 * before + 9 / 11 * now for before, now in zip(after_first, last, strict=True)]
    average = network.build(STAGE.architecture, STAGE.widths, STAGE.dropout)
    for epochs, expected in ((1, after_first), (2, after_last)):
        average.load_weights(files.average(epochs))
        assert all_close(average.get_weights(), expected)
    # Nothing stays behind, statistics of batch-norm included: none of the averages is what was trained.
    assert not any(np.allclose(a, b, atol=1e-5) for a, b in zip(average.get_weights(), last, strict=True))


def averaged(values: list[float], momentum: float, folder: Path) -> float:
    """The average of a weight that is 0 at first and has each of `values` after a step, in one epoch."""
    weights = [np.zeros(1)]
    optimizer = SimpleNamespace(iterations=0)
    trained: Any = SimpleNamespace(get_weights=lambda: [weight.copy() for weight in weights])
    average: Any = SimpleNamespace(get_weights=trained.get_weights, set_weights=lambda _: None)
    callback = Averaging(trained, average, momentum, {}, StageFiles(folder), best=None)
    callback.set_model(SimpleNamespace(optimizer=optimizer))
    callback.set_params({"steps": len(values)})
    callback.on_train_begin()
    for batch, value in enumerate(values):
        weights[0] = np.full(1, value)
        optimizer.iterations = batch + 1
        callback.on_train_batch_end(batch)
    return float(callback.weights[0][0])


@given(st.lists(st.floats(-9, 9), min_size=1, max_size=30))
def test_without_momentum_the_average_is_the_weights_of_the_last_step(values):
    assert averaged(values, 0, Path("nowhere")) == pytest.approx(values[-1])


@pytest.mark.parametrize("steps", [8, 16, 17])
def test_a_smaller_momentum_forgets_sooner(steps):
    # After eight steps the beginning's 1/10 is left; eight more keep 0.8⁸ of it, less than a beginning's 2/11; a lone
    # one keeps a beginning's 17/89, less than 0.8.
    left = {8: 1 / 10, 16: 1 / 10 * 0.8**8, 17: 1 / 10 * 0.8**8 * 17 / 89}[steps]
    assert averaged([1.0] * steps, 0.8, Path("nowhere")) == pytest.approx(1 - left)


# --- where a training begins ---------------------------------------------------------------------


def test_a_training_begins_with_the_weights_of_the_network_to_start_from(split, unbroken, tmp_path):
    start, watch = unbroken.network, Watch()
    before = start.get_weights()
    stage = small(epochs=1, warmup_epochs=0, average=0, batch_size=5, seed=6)
    kept = with_callback(watch, 0, lambda: train(stage, split, tmp_path, start=start))
    assert all_close(watch.seen[0], before, 0)
    assert all_close(start.get_weights(), before, 0)  # and leaves that one as it is
    assert not all_close(watch.seen[1], before, 1e-4)
    assert all_close(kept.get_weights(), watch.seen[1])  # without momentum, those of the last step are kept


# --- shapes and numbers --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "computes"),
    [
        ({"precision": Precision.BFLOAT16}, "bfloat16"),
        ({"architecture": Architecture.RESIDUAL, "widths": (4, 8), "dropout": 0.0}, "float32"),
        ({"enlarged": 64, "balance": Balance.LOGITS}, "float32"),
    ],
    ids=["bfloat16", "residual without dropout", "enlarged, balanced by logits"],
)
def test_every_kind_of_training_learns_and_leaves_a_network_in_float32(changes, computes, split, tmp_path):
    watch, files = Watch(), StageFiles(tmp_path)
    stage = small(epochs=3, warmup_epochs=0, learning_rate=0.01, augmentation=STILL, **changes)
    kept = with_callback(watch, 0, lambda: train(stage, split, tmp_path))
    assert {layer.compute_dtype for layer in watch.model.layers if layer.weights and layer.name != "logits"} == {
        computes
    }
    assert {layer.compute_dtype for layer in kept.layers} == {"float32"}
    assert {weights.dtype for weights in [*kept.weights, *watch.model.weights]} == {"float32"}
    assert np.isfinite(kept.predict_on_batch(as_input(split.validation.pixels))).all()
    loss = files.read_history()["loss"]
    assert loss[-1] < loss[0]
    assert keras.mixed_precision.dtype_policy().name == "float32"


def test_the_rate_rises_over_the_warm_up_and_falls_by_half_a_cosine():
    rate = fit._optimizer(small(epochs=4, warmup_epochs=1, learning_rate=0.1), steps_an_epoch=10)._learning_rate
    expected = [*np.linspace(0, 0.1, 11), *(0.1 * (1 + np.cos(np.pi * np.arange(1, 31) / 30)) / 2)]
    assert [float(rate(step)) for step in range(41)] == pytest.approx(expected, abs=1e-7)


def test_kernels_decay_and_nothing_else():
    optimizer = fit._optimizer(small(), steps_an_epoch=10)
    model = network.build(Architecture.RESIDUAL, (4, 8), dropout=0.3)
    optimizer.build(model.trainable_variables)
    decaying = {v.path.rpartition("/")[2] for v in model.trainable_variables if optimizer._use_weight_decay(v)}
    assert decaying == {"kernel"}


def test_logits_are_balanced_while_training_alone():
    shares = np.log(np.array([0.5, 0.1, 0.1, 0.1, 0.1, 0.1], np.float32))
    loss = fit.BalancedCrossentropy(shares, label_smoothing=0.0)
    logits, targets = np.zeros((1, 6), np.float32), np.eye(6, dtype=np.float32)
    # A network that says nothing is right about the frequent class by its share.
    for label, share in enumerate(np.exp(shares)):
        assert float(loss(targets[[label]], logits)) == pytest.approx(-np.log(share), rel=1e-5)


# --- teachers ------------------------------------------------------------------------------------


def taught(teachers: list[keras.Model], crops: np.ndarray) -> np.ndarray:
    """The mean of the teachers' probabilities."""
    return np.mean([softmax(model.predict_on_batch(crops), axis=1) for model in teachers], axis=0)


def distance(targets: np.ndarray, logits: np.ndarray) -> float:
    """Cross-entropy of `logits` to `targets`."""
    return float(-(targets * log_softmax(logits, axis=1)).sum(axis=1).mean())


@pytest.mark.parametrize("share", [0.0, 0.3, 1.0])
def test_the_loss_is_shared_by_labels_and_teachers(share, teachers):
    images = random_images(12, seed=3)
    crops, targets = as_input(images.pixels), votes.targets(images.labels, None, 0)
    student = assured(4)
    model = Distiller(student, teachers, share)
    model.compile(optimizer="sgd", loss=keras.losses.CategoricalCrossentropy(from_logits=True))
    weights = np.linspace(0.5, 2, 12).astype(np.float32)
    loss = float(keras.ops.convert_to_numpy(model.compute_loss(crops, targets, model(crops), weights)))
    logits = student.predict_on_batch(crops)
    to_labels = -(weights * (targets * log_softmax(logits, axis=1)).sum(axis=1)).mean()
    expected = (1 - share) * to_labels + share * distance(taught(teachers, crops), logits)
    assert loss == pytest.approx(expected, rel=1e-4)


def test_a_student_without_labels_comes_closer_to_its_teachers_and_they_stay(teachers, split, tmp_path):
    watch, crops = Watch(), as_input(split.training.pixels)
    expected, before = taught(teachers, crops), [model.get_weights() for model in teachers]
    stage = small(epochs=6, teachers_share=1.0, learning_rate=0.02, dropout=0, average=0, augmentation=STILL)
    start = network.build(stage.architecture, stage.widths, stage.dropout)
    first = distance(expected, start.predict_on_batch(crops))
    with_callback(watch, 0, lambda: train(stage, split, tmp_path, start=start, teachers=teachers))
    least = distance(expected, np.log(expected))
    learnt = keras.ops.convert_to_numpy(watch.model.student(crops, training=True))
    assert distance(expected, learnt) - least < 0.3 * (first - least)
    assert (learnt.argmax(axis=1) == expected.argmax(axis=1)).mean() > 0.6
    for model, weights in zip(teachers, before, strict=True):
        assert all((now == then).all() for now, then in zip(model.get_weights(), weights, strict=True))
