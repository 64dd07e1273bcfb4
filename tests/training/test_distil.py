"""A student comes to say what its teachers say, and the teachers stay as they are."""

from dataclasses import replace

import keras
import numpy as np
import pytest
from scipy.special import log_softmax, softmax
from test_fit import RECIPE, STILL, Watch, history_of, interrupt, with_callback
from tiny_fer2013 import random_images

from femr.training import fit, network
from femr.training.distil import Distiller
from femr.training.fer2013 import Split
from femr.training.fit import RunFiles, as_input
from femr.training.recipe import Architecture

DISTILLED = replace(RECIPE, teachers_share=0.6, epochs=3)


def teacher(seed: int) -> keras.Model:
    """An untrained network that is sure of what it says."""
    keras.utils.set_random_seed(seed)
    model = network.build(Architecture.VGG, (4, 8), dropout=0.3)
    kernel, bias = model.get_layer("logits").get_weights()
    model.get_layer("logits").set_weights([kernel * 6, bias + np.linspace(-1, 1, 6)])
    return model


@pytest.fixture(scope="module")
def teachers() -> list[keras.Model]:
    """Two that differ."""
    return [teacher(1), teacher(2)]


@pytest.fixture(scope="module")
def split() -> Split:
    """64 images to train on and 24 that validate."""
    return Split(random_images(64, seed=1), random_images(24, seed=2), twins_dropped=0)


def logits_of(model: keras.Model, crops: np.ndarray) -> np.ndarray:
    """What `model` says to `crops`."""
    return model.predict_on_batch(crops)


def taught(teachers: list[keras.Model], crops: np.ndarray) -> np.ndarray:
    """The mean of the teachers' probabilities."""
    return np.mean([softmax(logits_of(model, crops), axis=1) for model in teachers], axis=0)


def distance(targets: np.ndarray, logits: np.ndarray) -> float:
    """Cross-entropy of `logits` to `targets`."""
    return float(-(targets * log_softmax(logits, axis=1)).sum(axis=1).mean())


@pytest.mark.parametrize("share", [0.0, 0.3, 1.0])
def test_the_loss_is_shared_by_labels_and_teachers(share, teachers):
    images = random_images(12, seed=3)
    crops, targets = as_input(images.pixels), fit.one_hot(images.labels)
    student = teacher(4)
    model = Distiller(student, teachers, share)
    model.compile(optimizer="sgd", loss=keras.losses.CategoricalCrossentropy(from_logits=True))
    weights = np.linspace(0.5, 2, 12).astype(np.float32)
    loss = float(keras.ops.convert_to_numpy(model.compute_loss(crops, targets, model(crops), weights)))
    logits = logits_of(student, crops)
    to_labels = -(weights * (targets * log_softmax(logits, axis=1)).sum(axis=1)).mean()
    expected = (1 - share) * to_labels + share * distance(taught(teachers, crops), logits)
    assert loss == pytest.approx(expected, rel=1e-4)


def test_a_student_without_labels_comes_closer_to_its_teachers_and_they_stay(teachers, split, tmp_path):
    watch, crops = Watch(), as_input(split.training.pixels)
    expected, before = taught(teachers, crops), [model.get_weights() for model in teachers]
    recipe = replace(RECIPE, epochs=8, teachers_share=1.0, learning_rate=0.01, dropout=0, average=0, augmentation=STILL)
    start = network.build(recipe.architecture, recipe.widths, recipe.dropout)
    first = distance(expected, logits_of(start, crops))
    with_callback(watch, 0, lambda: fit.fit(split, recipe, RunFiles(tmp_path), start=start, teachers=teachers))
    student = watch.model.student
    least = distance(expected, np.log(expected))
    learnt = keras.ops.convert_to_numpy(student(crops, training=True))
    assert distance(expected, learnt) - least < 0.3 * (first - least)
    assert (learnt.argmax(axis=1) == expected.argmax(axis=1)).mean() > 0.6
    for model, weights in zip(teachers, before, strict=True):
        assert all((now == then).all() for now, then in zip(model.get_weights(), weights, strict=True))


def test_what_is_kept_is_the_student_alone(teachers, split, tmp_path):
    kept = fit.fit(split, replace(DISTILLED, epochs=1), RunFiles(tmp_path), teachers=teachers)
    shape = network.build(DISTILLED.architecture, DISTILLED.widths, DISTILLED.dropout)
    assert [weights.shape for weights in kept.weights] == [weights.shape for weights in shape.weights]
    assert kept.name == "femr"


def test_a_resumed_distillation_goes_on_as_an_unbroken_one(teachers, split, tmp_path):
    unbroken, broken = RunFiles(tmp_path / "unbroken"), RunFiles(tmp_path / "broken")
    fit.fit(split, DISTILLED, unbroken, teachers=teachers)
    interrupt(split, broken, 3, DISTILLED, teachers=teachers)
    fit.fit(split, DISTILLED, broken, teachers=teachers, resume=True)
    expected, resumed = history_of(unbroken), history_of(broken)
    assert resumed["epoch"] == [0, 1, 2]
    for name in ("loss", "accuracy", "val_loss", "val_accuracy"):
        assert resumed[name] == pytest.approx(expected[name], rel=1e-3), name
