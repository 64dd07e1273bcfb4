"""Batches depend on nothing but seed, epoch and number, and a run goes on where it stopped."""

import json
from pathlib import Path

import keras
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tiny_fer2013 import random_images

from femr.emotions import EMOTIONS
from femr.errors import DataError
from femr.training import fit
from femr.training.augment import Augmentation
from femr.training.fer2013 import Split
from femr.training.fit import Batches, RunFiles
from femr.training.recipe import Recipe

RECIPE = Recipe(epochs=3, batch_size=16, widths=(4, 8), warmup_epochs=1, dropout=0, seed=5)
"""Small and quick; without dropout, whose masks begin anew when a run resumes."""

STILL = Augmentation(shift=0, roll=0, scale=0, gamma=1, erase=0)


# --- batches -------------------------------------------------------------------------------------


def epoch_of(batches: Batches) -> list[tuple[np.ndarray, np.ndarray]]:
    """Every batch of the epoch that `batches` is at."""
    return [batches[index] for index in range(len(batches))]


def same(first: tuple, other: tuple) -> bool:
    """Whether two batches are equal in images and labels."""
    return all((a == b).all() for a, b in zip(first, other, strict=True))


def test_a_batch_is_what_the_network_takes():
    crops, targets = Batches(random_images(50), RECIPE, first_epoch=0)[0]
    assert crops.shape == (16, 48, 48, 1)
    assert crops.dtype == targets.dtype == np.float32
    assert crops.min() >= 0
    assert crops.max() > 1
    assert targets.shape == (16, 6)
    assert (targets.sum(axis=1) == 1).all()


def test_images_keep_their_labels():
    images = random_images(48)
    recipe = Recipe(batch_size=16, augmentation=STILL)
    label_of = {
        min(image.tobytes(), image[:, ::-1].tobytes()): label
        for image, label in zip(images.pixels, images.labels, strict=True)
    }
    for crops, targets in epoch_of(Batches(images, recipe, first_epoch=0)):
        for crop, target in zip(crops[..., 0].astype(np.uint8), targets, strict=True):
            assert label_of[min(crop.tobytes(), crop[:, ::-1].tobytes())] == target.argmax()


@given(seed=st.integers(0, 2**31), epoch=st.integers(0, 100), index=st.integers(0, 2))
@settings(max_examples=20, deadline=None)
def test_seed_epoch_and_number_decide_a_batch(seed, epoch, index):
    recipe = Recipe(batch_size=16, seed=seed)
    first, other = (Batches(random_images(48), recipe, first_epoch=epoch) for _ in range(2))
    epoch_of(other)  # what was drawn before does not matter
    assert same(first[index], other[index])


def test_another_epoch_number_or_seed_gives_another_batch():
    images = random_images(48)
    batch = Batches(images, RECIPE, first_epoch=0)[0]
    assert not same(batch, Batches(images, RECIPE, first_epoch=1)[0])
    assert not same(batch, Batches(images, RECIPE, first_epoch=0)[1])
    assert not same(batch, Batches(images, Recipe(batch_size=16, seed=6), first_epoch=0)[0])


def test_a_resumed_run_sees_the_batches_of_an_unbroken_one():
    unbroken = Batches(random_images(48), RECIPE, first_epoch=0)
    for _ in range(3):
        epoch_of(unbroken)
        unbroken.on_epoch_end()
    resumed = Batches(random_images(48), RECIPE, first_epoch=3)
    assert all(map(same, epoch_of(unbroken), epoch_of(resumed)))


def test_an_epoch_takes_no_image_twice():
    images = random_images(50)
    batches = Batches(images, Recipe(batch_size=16, augmentation=STILL), first_epoch=0)
    seen = [min(crop.tobytes(), crop[:, ::-1].tobytes()) for crops, _ in epoch_of(batches) for crop in crops[..., 0]]
    assert len(set(seen)) == len(seen) == 48


# --- class weights -------------------------------------------------------------------------------


@given(st.lists(st.integers(1, 500), min_size=6, max_size=6))
@settings(max_examples=40, deadline=None)
def test_class_weights_are_those_of_scikit_learn(counts):
    weights = fit.class_weight(np.repeat(np.arange(6), counts))
    assert list(weights) == list(range(len(EMOTIONS)))
    for label, count in enumerate(counts):
        assert weights[label] == pytest.approx(sum(counts) / (6 * count))


# --- runs ----------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def split() -> Split:
    """64 images to train on and 24 that validate."""
    return Split(random_images(64, seed=1), random_images(24, seed=2), twins_dropped=0)


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


def interrupt(split: Split, run: RunFiles, position: int) -> None:
    """Begin `run` and interrupt it between what writes its files: before the callback at `position`."""
    train = keras.Model.fit

    def interrupted(model: keras.Model, *data: object, callbacks: list, **options: object) -> object:
        callbacks.insert(position, CtrlC())
        return train(model, *data, callbacks=callbacks, **options)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(keras.Model, "fit", interrupted)
        with pytest.raises(KeyboardInterrupt):
            fit.fit(split, RECIPE, run)


def test_a_run_leaves_its_network_history_recipe_and_backup(unbroken):
    assert unbroken.best.exists()
    assert unbroken.backup.is_dir()
    recipe = json.loads(unbroken.recipe.read_text())
    assert (recipe["seed"], recipe["epochs"]) == (5, 3)
    assert recipe["augmentation"]["roll"] == Recipe().augmentation.roll
    assert [len(curve) for curve in history_of(unbroken).values()] == [3] * 5  # with the epoch


def test_the_network_kept_is_that_of_the_best_epoch(unbroken, split):
    logits = keras.models.load_model(unbroken.best).predict(fit.as_input(split.validation.pixels), verbose=0)
    accuracy = (logits.argmax(axis=1) == split.validation.labels).mean()
    assert accuracy == pytest.approx(max(history_of(unbroken)["val_accuracy"]), abs=1e-6)


def test_a_network_learns_patterns_that_are_easy_to_tell_apart(unbroken):
    loss = history_of(unbroken)["loss"]
    assert loss[-1] < loss[0]


@pytest.mark.parametrize("position", range(4))
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
        fit.fit(split, Recipe(epochs=9), unbroken, resume=True)


def test_resuming_where_there_is_no_run_is_refused(split, tmp_path):
    with pytest.raises(DataError, match=r"nothing-here holds no run to resume"):
        fit.fit(split, RECIPE, RunFiles(tmp_path / "nothing-here"), resume=True)
    assert not (tmp_path / "nothing-here").exists()


def test_before_the_first_epoch_ends_there_is_no_history(tmp_path):
    assert fit.read_history(RunFiles(tmp_path)) == {}


def test_a_history_without_rows_is_no_history(tmp_path: Path):
    (tmp_path / "history.csv").write_text("")
    assert fit.read_history(RunFiles(tmp_path)) == {}
