"""Batches depend on nothing but seed, epoch and number, and a run goes on where it stopped."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import keras
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import log_softmax
from tiny_fer2013 import random_images

from femr.emotions import EMOTIONS
from femr.errors import DataError
from femr.training import fit, network
from femr.training.augment import Augmentation
from femr.training.fer2013 import Images, Split
from femr.training.fit import Batches, RunFiles
from femr.training.recipe import Architecture, Precision, Recipe

RECIPE = Recipe(epochs=3, batch_size=8, widths=(4, 8), warmup_epochs=1, dropout=0.3, average=0.9, seed=5)
"""Small and quick: an epoch has as many steps as there are between two looks at the weights."""

STILL = Augmentation(shift=0, roll=0, scale=0, gamma=1, erase=0, soften=0)


def batches_of(images: Images, recipe: Recipe, first_epoch: int = 0) -> Batches:
    """Batches with the labels for targets."""
    return Batches(images, fit.one_hot(images.labels), recipe, first_epoch)


# --- batches -------------------------------------------------------------------------------------


def epoch_of(batches: Batches) -> list[tuple[np.ndarray, np.ndarray, np.ndarray]]:
    """Every batch of the epoch that `batches` is at."""
    return [batches[index] for index in range(len(batches))]


def same(first: tuple, other: tuple) -> bool:
    """Whether two batches are equal in images, targets and weights."""
    return all((a == b).all() for a, b in zip(first, other, strict=True))


def test_a_batch_is_what_the_network_takes():
    crops, targets, weights = batches_of(random_images(50), replace(RECIPE, batch_size=16))[0]
    assert crops.shape == (16, 48, 48, 1)
    assert crops.dtype == targets.dtype == weights.dtype == np.float32
    assert crops.min() >= 0
    assert crops.max() > 1
    assert targets.shape == (16, 6)
    assert (targets.sum(axis=1) == 1).all()
    assert weights.shape == (16,)


def test_images_keep_their_labels():
    images = random_images(48)
    recipe = Recipe(batch_size=16, augmentation=STILL)
    label_of = {
        min(image.tobytes(), image[:, ::-1].tobytes()): label
        for image, label in zip(images.pixels, images.labels, strict=True)
    }
    for crops, targets, _ in epoch_of(batches_of(images, recipe)):
        for crop, target in zip(crops[..., 0].astype(np.uint8), targets, strict=True):
            assert label_of[min(crop.tobytes(), crop[:, ::-1].tobytes())] == target.argmax()


@given(seed=st.integers(0, 2**31), epoch=st.integers(0, 100), index=st.integers(0, 2))
@settings(max_examples=20, deadline=None)
def test_seed_epoch_and_number_decide_a_batch(seed, epoch, index):
    recipe = Recipe(batch_size=16, seed=seed)
    first, other = (batches_of(random_images(48), recipe, epoch) for _ in range(2))
    epoch_of(other)  # what was drawn before does not matter
    assert same(first[index], other[index])


@pytest.mark.parametrize(("share", "least", "most"), [(0, 0, 0), (0.5, 12, 36), (1, 48, 48)])
def test_as_many_images_as_told_are_shown_as_the_page_crops_them(share, least, most):
    images = random_images(48)
    recipe = Recipe(batch_size=16, augmentation=STILL, reframed_share=share)
    batches = Batches(images, fit.one_hot(images.labels), recipe, 0, reframed=np.full_like(images.pixels, 77))
    shown = np.concatenate([crops for crops, _, _ in epoch_of(batches)])
    assert least <= (shown == 77).all(axis=(1, 2, 3)).sum() <= most
    assert not (images.pixels == 77).all(axis=(1, 2)).any()


def test_a_reframed_image_keeps_its_target():
    images = random_images(48)
    reframed = np.broadcast_to(40 * images.labels[:, None, None], images.pixels.shape).astype(np.uint8)
    recipe = Recipe(batch_size=16, augmentation=STILL, reframed_share=1)
    for crops, targets, _ in epoch_of(Batches(images, fit.one_hot(images.labels), recipe, 0, reframed=reframed)):
        assert (crops[:, 0, 0, 0] == 40 * targets.argmax(axis=1)).all()


def test_another_epoch_number_or_seed_gives_another_batch():
    images = random_images(48)
    batch = batches_of(images, RECIPE)[0]
    assert not same(batch, batches_of(images, RECIPE, 1)[0])
    assert not same(batch, batches_of(images, RECIPE)[1])
    assert not same(batch, batches_of(images, replace(RECIPE, seed=6))[0])


def test_a_resumed_run_sees_the_batches_of_an_unbroken_one():
    unbroken = batches_of(random_images(48), RECIPE)
    for _ in range(3):
        epoch_of(unbroken)
        unbroken.on_epoch_end()
    resumed = batches_of(random_images(48), RECIPE, 3)
    assert all(map(same, epoch_of(unbroken), epoch_of(resumed)))


def test_an_epoch_takes_no_image_twice():
    images = random_images(50)
    batches = batches_of(images, Recipe(batch_size=16, augmentation=STILL))
    seen = [min(crop.tobytes(), crop[:, ::-1].tobytes()) for crops, *_ in epoch_of(batches) for crop in crops[..., 0]]
    assert len(set(seen)) == len(seen) == 48


def test_targets_are_those_given():
    images = random_images(48)
    targets = np.random.default_rng(0).dirichlet(np.ones(6), 48).astype(np.float32)
    batches = Batches(images, targets, replace(RECIPE, augmentation=STILL), first_epoch=0)
    target_of = {
        min(image.tobytes(), image[:, ::-1].tobytes()): target
        for image, target in zip(images.pixels, targets, strict=True)
    }
    for crops, given_targets, _ in epoch_of(batches):
        for crop, target in zip(crops[..., 0].astype(np.uint8), given_targets, strict=True):
            assert (target == target_of[min(crop.tobytes(), crop[:, ::-1].tobytes())]).all()


# --- mixup ---------------------------------------------------------------------------------------


def unequal_images() -> Images:
    """48 images, of some classes more than of others."""
    images = random_images(48)
    return images.only(np.flatnonzero((images.labels != 2) | (np.arange(48) < 12)))


@given(mixup=st.floats(0.1, 5), seed=st.integers(0, 2**31))
@settings(max_examples=20)
def test_crops_targets_and_weights_are_mixed_by_one_share(mixup, seed):
    recipe = replace(RECIPE, seed=seed)
    plain = batches_of(unequal_images(), recipe)[0]
    crops, targets, weights = mixed = batches_of(unequal_images(), replace(recipe, mixup=mixup))[0]
    assert crops.dtype == targets.dtype == weights.dtype == np.float32
    np.testing.assert_allclose(targets.sum(axis=1), 1, atol=1e-6)
    # The crops tell by which share; all three are mixed by it.
    apart = plain[0] - plain[0][::-1]
    share = ((crops - plain[0][::-1]) * apart).sum() / (apart**2).sum()
    assert -1e-3 <= share <= 1 + 1e-3
    for before, after in zip(plain, mixed, strict=True):
        np.testing.assert_allclose(after, share * before + (1 - share) * before[::-1], atol=0.1, rtol=1e-3)
    np.testing.assert_allclose(targets, share * plain[1] + (1 - share) * plain[1][::-1], atol=1e-3)


def test_images_are_mixed_anew_in_each_batch():
    images = unequal_images()
    batches = batches_of(images, replace(RECIPE, mixup=1.0))
    most = [round(float(targets.max(axis=1).min()), 4) for _, targets, _ in epoch_of(batches)]
    assert len(set(most)) == len(most)


# --- class weights -------------------------------------------------------------------------------


@given(st.lists(st.integers(1, 500), min_size=6, max_size=6))
@settings(max_examples=40, deadline=None)
def test_class_weights_are_those_of_scikit_learn(counts):
    weights = fit.class_weight(np.repeat(np.arange(6), counts))
    assert (weights.shape, weights.dtype) == ((len(EMOTIONS),), np.float32)
    for label, count in enumerate(counts):
        assert weights[label] == pytest.approx(sum(counts) / (6 * count))


def test_images_weigh_as_their_class_does():
    images = unequal_images()
    for _, targets, weights in epoch_of(batches_of(images, RECIPE)):
        assert (weights == fit.class_weight(images.labels)[targets.argmax(axis=1)]).all()


def test_without_class_weights_every_image_weighs_one():
    for _, _, weights in epoch_of(batches_of(unequal_images(), replace(RECIPE, class_weight=False))):
        assert weights.dtype == np.float32
        assert (weights == 1).all()


# --- runs ----------------------------------------------------------------------------------------


def split_of(training: int, validation: int) -> Split:
    """64 images to train on and 24 that validate, from these seeds."""
    return Split(random_images(64, seed=training), random_images(24, seed=validation), twins_dropped=0)


@pytest.fixture(scope="module")
def split() -> Split:
    """64 images to train on and 24 that validate."""
    return split_of(training=1, validation=2)


@pytest.fixture(scope="module")
def unbroken(split, tmp_path_factory) -> RunFiles:
    """A run that nothing stopped."""
    run = RunFiles(tmp_path_factory.mktemp("unbroken"))
    fit.fit(split, RECIPE, run)
    return run


def history_of(run: RunFiles) -> dict[str, list[float]]:
    """The learning curves of `run`."""
    return fit.read_history(run)


class CtrlC(keras.callbacks.Callback):
    """Somebody presses Ctrl-C when the second epoch has ended."""

    def on_epoch_end(self, epoch, logs=None):
        if epoch == 1:
            raise KeyboardInterrupt


class Watch(keras.callbacks.Callback):
    """Keeps the weights of the network that is trained, before the first epoch and after each."""

    def on_train_begin(self, logs=None):
        self.seen = [self.model.get_weights()]

    def on_epoch_end(self, epoch, logs=None):
        self.seen.append(self.model.get_weights())


def with_callback(callback: keras.callbacks.Callback, position: int, train: Callable[[], object]) -> object:
    """What `train` gives while Keras's `fit` also calls `callback`, before the one at `position`."""
    usual = keras.Model.fit

    def watched(model: keras.Model, *data: object, callbacks: list, **options: object) -> object:
        callbacks.insert(position, callback)
        return usual(model, *data, callbacks=callbacks, **options)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(keras.Model, "fit", watched)
        return train()


def interrupt(split: Split, run: RunFiles, position: int, recipe: Recipe = RECIPE, **options: object) -> None:
    """Begin `run` and interrupt it between what writes its files: before the callback at `position`."""
    with pytest.raises(KeyboardInterrupt):
        with_callback(CtrlC(), position, lambda: fit.fit(split, recipe, run, **options))


def test_a_run_leaves_its_network_history_recipe_and_backup(unbroken):
    assert unbroken.best.exists()
    assert unbroken.backup.is_dir()
    recipe = json.loads(unbroken.recipe.read_text())
    assert (recipe["seed"], recipe["epochs"]) == (5, 3)
    assert recipe["augmentation"]["roll"] == Recipe().augmentation.roll
    assert [len(curve) for curve in history_of(unbroken).values()] == [3] * 5  # with the epoch


def test_the_network_kept_is_that_of_the_best_epoch(unbroken, split):
    logits = keras.models.load_model(unbroken.best).predict(fit.as_input(split.validation.pixels), verbose=0)
    labels = split.validation.labels
    history = history_of(unbroken)
    best = int(np.argmax(history["val_accuracy"]))
    assert (logits.argmax(axis=1) == labels).mean() == pytest.approx(history["val_accuracy"][best], abs=1e-6)
    loss = -log_softmax(logits, axis=1)[np.arange(len(labels)), labels].mean()
    assert loss == pytest.approx(history["val_loss"][best], rel=1e-4)


def test_a_network_learns_patterns_that_are_easy_to_tell_apart(unbroken):
    loss = history_of(unbroken)["loss"]
    assert loss[-1] < loss[0]


@pytest.mark.parametrize("position", range(1, 5))
def test_a_run_interrupted_at_any_moment_resumes_to_what_an_unbroken_one_gives(position, split, unbroken, tmp_path):
    run = RunFiles(tmp_path / "run")
    interrupt(split, run, position)
    assert run.best.exists()
    fit.fit(split, RECIPE, run, resume=True)
    resumed, expected = history_of(run), history_of(unbroken)
    assert resumed["epoch"] == [0, 1, 2]
    for name in ("loss", "accuracy", "val_loss", "val_accuracy"):
        assert resumed[name] == pytest.approx(expected[name], rel=1e-3), name


def test_resuming_a_finished_run_changes_nothing(split, unbroken):
    before = unbroken.history.read_text(), unbroken.best.read_bytes()
    fit.fit(split, RECIPE, unbroken, resume=True)
    assert (unbroken.history.read_text(), unbroken.best.read_bytes()) == before


def test_beginning_again_in_a_run_s_folder_is_refused(split, unbroken):
    with pytest.raises(DataError, match="holds a run"):
        fit.fit(split, RECIPE, unbroken)


def test_resuming_with_another_recipe_is_refused(split, unbroken):
    with pytest.raises(DataError, match="another recipe"):
        fit.fit(split, replace(RECIPE, epochs=9), unbroken, resume=True)


@pytest.mark.parametrize("seeds", [(9, 2), (1, 9)], ids=["training", "validation"])
def test_resuming_on_other_images_is_refused(seeds, unbroken):
    before = unbroken.history.read_text(), unbroken.inputs.read_text()
    with pytest.raises(DataError, match="other images, crops or votes"):
        fit.fit(split_of(*seeds), RECIPE, unbroken, resume=True)
    assert (unbroken.history.read_text(), unbroken.inputs.read_text()) == before


def test_resuming_on_other_targets_is_refused(split, unbroken):
    targets = fit.one_hot(split.training.labels)
    targets[0] = 1 / 6
    with pytest.raises(DataError, match="other images, crops or votes"):
        fit.fit(split, RECIPE, unbroken, targets=targets, resume=True)


def test_resuming_where_there_is_no_run_is_refused(split, tmp_path):
    with pytest.raises(DataError, match=r"nothing-here holds no run to resume"):
        fit.fit(split, RECIPE, RunFiles(tmp_path / "nothing-here"), resume=True)
    assert not (tmp_path / "nothing-here").exists()


def test_before_the_first_epoch_ends_there_is_no_history(tmp_path):
    assert fit.read_history(RunFiles(tmp_path)) == {}


def test_a_history_without_rows_is_no_history(tmp_path: Path):
    (tmp_path / "history.csv").write_text("")
    assert fit.read_history(RunFiles(tmp_path)) == {}


def test_a_network_learns_the_targets_it_is_given(split, tmp_path):
    watch = Watch()
    turned = (split.training.labels + 1) % 6
    recipe = replace(RECIPE, epochs=6, dropout=0, learning_rate=0.01, augmentation=STILL)
    options = {"targets": fit.one_hot(turned)}
    with_callback(watch, 0, lambda: fit.fit(split, recipe, RunFiles(tmp_path), **options))
    logits = keras.ops.convert_to_numpy(watch.model(fit.as_input(split.training.pixels), training=True))
    assert (logits.argmax(axis=1) == turned).mean() > 0.6


# --- the average ---------------------------------------------------------------------------------


def all_close(first: list[np.ndarray], other: list[np.ndarray], tolerance: float = 1e-5) -> bool:
    """Whether two networks have the same weights."""
    return all(np.allclose(a, b, atol=tolerance) for a, b in zip(first, other, strict=True))


@pytest.mark.parametrize("batch_size", [8, 16, 5], ids=["8 steps", "4 steps", "12 steps"])
def test_without_momentum_the_weights_of_the_last_step_are_kept(batch_size, split, tmp_path):
    watch = Watch()
    recipe = replace(RECIPE, epochs=1, warmup_epochs=0, average=0, batch_size=batch_size)
    kept = with_callback(watch, 0, lambda: fit.fit(split, recipe, RunFiles(tmp_path)))
    assert all_close(kept.get_weights(), watch.seen[1])
    assert not any(np.allclose(before, after) for before, after in zip(*watch.seen, strict=True))


def test_a_run_that_looks_for_flat_minima_keeps_the_weights_at_their_rest(split, tmp_path):
    watch = Watch()
    recipe = replace(RECIPE, epochs=1, average=0, sharpness_radius=0.7)
    kept = with_callback(watch, 0, lambda: fit.fit(split, recipe, RunFiles(tmp_path)))
    apart = [now - rest for now, rest in zip(watch.seen[1], kept.get_weights(), strict=True)]
    assert np.linalg.norm(np.concatenate([weights.ravel() for weights in apart])) == pytest.approx(0.7, rel=1e-3)


def average_after(epochs: int, run: RunFiles) -> list[np.ndarray]:
    """The average that `run` left."""
    average = network.build(RECIPE.architecture, RECIPE.widths, RECIPE.dropout)
    average.load_weights(run.average(epochs))
    return average.get_weights()


def test_the_average_of_weights_and_statistics_is_the_one_worked_out_by_hand(split, tmp_path):
    watch, run = Watch(), RunFiles(tmp_path)
    with_callback(watch, 0, lambda: fit.fit(split, replace(RECIPE, epochs=2, average=0.999), run))
    untrained, first, last = watch.seen
    after_first = [before / 10 + 9 / 10 * now for before, now in zip(untrained, first, strict=True)]
    after_last = [2 / 11 * before + 9 / 11 * now for before, now in zip(after_first, last, strict=True)]
    assert all_close(average_after(1, run), after_first)
    assert all_close(average_after(2, run), after_last)
    # Nothing stays behind, statistics of batch-norm included: none of the averages is what was trained.
    assert not any(np.allclose(a, b, atol=1e-5) for a, b in zip(average_after(2, run), last, strict=True))


def test_a_smaller_momentum_forgets_sooner(split, tmp_path):
    watch, run = Watch(), RunFiles(tmp_path)
    with_callback(watch, 0, lambda: fit.fit(split, replace(RECIPE, epochs=2, average=0.8), run))
    untrained, first, last = watch.seen
    kept = 0.8**8  # 0.168: more than the beginning's 1/10, less than its 2/11
    after_first = [before / 10 + 9 / 10 * now for before, now in zip(untrained, first, strict=True)]
    expected = [kept * before + (1 - kept) * now for before, now in zip(after_first, last, strict=True)]
    assert all_close(average_after(2, run), expected)


# --- where a run begins --------------------------------------------------------------------------


def test_a_run_begins_with_the_weights_of_the_network_to_start_from(split, unbroken, tmp_path):
    start, watch = keras.models.load_model(unbroken.best), Watch()
    before = start.get_weights()
    recipe = replace(RECIPE, epochs=1, warmup_epochs=0, seed=6)
    with_callback(watch, 0, lambda: fit.fit(split, recipe, RunFiles(tmp_path), start=start))
    assert all_close(watch.seen[0], before, 0)
    assert all_close(start.get_weights(), before, 0)  # and leaves that one as it is
    assert not all_close(watch.seen[1], before, 1e-4)


@pytest.mark.parametrize(
    ("architecture", "widths"), [(Architecture.VGG, (4, 4)), (Architecture.VGG, (4,)), (Architecture.RESIDUAL, (4, 8))]
)
def test_starting_from_a_network_of_another_shape_is_refused_before_anything_is_left(
    architecture, widths, split, tmp_path
):
    start = network.build(architecture, widths, dropout=0.3)
    with pytest.raises(DataError, match=r"another shape\. Give the architecture"):
        fit.fit(split, RECIPE, RunFiles(tmp_path / "run"), start=start)
    assert not (tmp_path / "run").exists()


# --- shapes and numbers --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "computes"),
    [
        ({"precision": Precision.BFLOAT16}, "bfloat16"),
        ({"architecture": Architecture.RESIDUAL}, "float32"),
        ({"dropout": 0.0}, "float32"),
        ({"mixup": 0.4}, "float32"),
        ({"sharpness_radius": 0.05}, "float32"),
    ],
    ids=["bfloat16", "residual", "no dropout", "mixup", "flat minima"],
)
def test_every_kind_of_run_learns_and_leaves_a_network_in_float32(change, computes, split, tmp_path):
    watch, run = Watch(), RunFiles(tmp_path)
    recipe = replace(RECIPE, warmup_epochs=0, learning_rate=0.01, augmentation=STILL, **change)
    kept = with_callback(watch, 0, lambda: fit.fit(split, recipe, run))
    assert {layer.compute_dtype for layer in watch.model.layers if layer.weights and layer.name != "logits"} == {
        computes
    }
    assert {layer.compute_dtype for layer in kept.layers} == {"float32"}
    assert {weights.dtype for weights in [*kept.weights, *watch.model.weights]} == {"float32"}
    assert np.isfinite(kept.predict(fit.as_input(split.validation.pixels), verbose=0)).all()
    loss = history_of(run)["loss"]
    assert loss[-1] < loss[0]
    assert keras.mixed_precision.dtype_policy().name == "float32"
