"""The network does its own scaling, and gives logits for training and probabilities for serving."""

import zipfile
from pathlib import Path

import keras
import numpy as np
import pytest
from tiny_fer2013 import random_images

from femr.errors import DataError
from femr.training import network
from femr.training.network import as_input
from femr.training.recipe import Architecture

NO_BIAS = np.zeros(6)


@pytest.fixture(scope="module", params=Architecture)
def untrained(request) -> keras.Model:
    """A small network of each architecture, with random weights."""
    keras.utils.set_random_seed(0)
    return network.build(request.param, widths=(8, 16), dropout=0.3)


@pytest.fixture(scope="module")
def crops() -> np.ndarray:
    """A batch as the network takes it: float32 (12, 48, 48, 1) in 0…255."""
    return as_input(random_images(12).pixels)


def answer(model: keras.Model, batch: np.ndarray) -> np.ndarray:
    """What `model` says to `batch`."""
    return model.predict_on_batch(batch)


def test_a_batch_gives_six_logits_an_image(untrained, crops):
    logits = answer(untrained, crops)
    assert logits.shape == (12, 6)
    assert logits.dtype == np.float32
    assert not np.allclose(logits.sum(axis=1), 1)


def test_logits_differ_between_images(untrained, crops):
    assert np.ptp(answer(untrained, crops), axis=0).max() > 0.01


def test_an_image_is_read_alike_alone_and_in_a_batch(untrained, crops):
    alone = np.concatenate([answer(untrained, crop[None]) for crop in crops])
    np.testing.assert_allclose(alone, answer(untrained, crops), atol=1e-5)


@pytest.mark.parametrize("shift", [-40, -10, 30])
def test_a_brighter_or_darker_image_reads_the_same(shift, untrained, crops):
    np.testing.assert_allclose(answer(untrained, crops + shift), answer(untrained, crops), atol=1e-4)


@pytest.mark.parametrize("gain", [0.25, 0.5, 2])
def test_an_image_of_more_or_less_contrast_reads_the_same(gain, untrained, crops):
    expected = answer(untrained, crops)
    np.testing.assert_allclose(answer(untrained, crops * gain), expected, atol=2e-3 * np.ptp(expected))


def test_an_image_of_one_grey_gives_finite_logits(untrained):
    assert np.isfinite(answer(untrained, np.full((1, 48, 48, 1), 128, np.float32))).all()


def test_serving_gives_probabilities(untrained, crops):
    probabilities = answer(network.serving(untrained, 1.0, NO_BIAS), crops)
    assert probabilities.min() >= 0
    np.testing.assert_allclose(probabilities.sum(axis=1), 1, atol=1e-5)


def test_serving_is_the_softmax_of_the_logits_by_temperature_and_bias(untrained, crops):
    bias = np.array([0.5, -1.0, 0.0, 2.0, -0.5, -1.0])
    powers = np.exp(answer(untrained, crops) / 1.7 + bias)
    probabilities = answer(network.serving(untrained, 1.7, bias), crops)
    np.testing.assert_allclose(probabilities, powers / powers.sum(axis=1, keepdims=True), atol=1e-5)


def test_a_temperature_above_one_makes_the_network_less_sure_of_the_same_answer(untrained, crops):
    plain = answer(network.serving(untrained, 1.0, NO_BIAS), crops)
    calmed = answer(network.serving(untrained, 2.0, NO_BIAS), crops)
    assert (calmed.max(axis=1) < plain.max(axis=1)).all()
    assert (calmed.argmax(axis=1) == plain.argmax(axis=1)).all()


def test_the_plain_architectures_are_two_networks():
    plain = (Architecture.VGG, Architecture.RESIDUAL)
    vgg, residual = (network.build(each, widths=(8, 16), dropout=0.3) for each in plain)
    assert not any(isinstance(layer, keras.layers.Add) for layer in vgg.layers)
    assert any(isinstance(layer, keras.layers.Add) for layer in residual.layers)


def test_joined_networks_answer_with_the_mean_of_their_logits():
    branches = [network.build(shape, (4, 8), dropout=0.3) for shape in Architecture]
    crops = np.random.default_rng(0).uniform(0, 255, (5, 48, 48, 1)).astype(np.float32)
    expected = np.mean([branch.predict_on_batch(crops) for branch in branches], axis=0)
    joined = network.join(branches)
    np.testing.assert_allclose(joined.predict_on_batch(crops), expected, atol=1e-5)
    unlike = network.join(branches, [0.5, 0.3, 0.2]).predict_on_batch(crops)
    each = [branch.predict_on_batch(crops) for branch in branches]
    np.testing.assert_allclose(unlike, 0.5 * each[0] + 0.3 * each[1] + 0.2 * each[2], atol=1e-5)
    assert joined.count_params() == sum(branch.count_params() for branch in branches)


# --- load ----------------------------------------------------------------------------------------


def test_a_saved_network_loads(tmp_path, crops):
    model = network.build(Architecture.VGG, (4, 8), dropout=0.3)
    model.save(tmp_path / "best.keras")
    np.testing.assert_allclose(
        network.load(tmp_path / "best.keras").predict_on_batch(crops), model.predict_on_batch(crops), atol=1e-6
    )


def write_no_network(path: Path, kind: str) -> None:
    """Put at `path` what is no `.keras` file of train.py."""
    if kind == "text":
        path.write_text("a shopping list")
    elif kind == "zip":
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("list.txt", "a shopping list")
    elif kind == "cut off":
        network.build(Architecture.VGG, (4, 8), dropout=0.3).save(path)
        path.write_bytes(path.read_bytes()[:2000])
    elif kind == "other network":
        inputs = keras.Input((8, 8, 3))
        keras.Model(inputs, keras.layers.Dense(7)(keras.layers.Flatten()(inputs))).save(path)


@pytest.mark.parametrize("kind", ["missing", "text", "zip", "cut off", "other network"])
def test_what_is_no_network_of_train_py_is_refused(kind, tmp_path):
    path = tmp_path / "best.keras"
    write_no_network(path, kind)
    with pytest.raises(DataError, match=r"Cannot load the model .*best\.keras"):
        network.load(path)
