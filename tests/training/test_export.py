"""What is exported answers as Keras does, and what is published is the better network."""

import json
import zipfile
from datetime import date
from pathlib import Path

import keras
import numpy as np
import pytest
from tiny_fer2013 import random_images

from femr.errors import DataError
from femr.expression import ExpressionNetwork
from femr.training import export, network
from femr.training.fer2013 import Images
from femr.training.fit import as_input
from femr.training.recipe import Recipe


def untrained(seed: int, widths: tuple[int, ...] = (4, 8)) -> keras.Model:
    """A network with random weights."""
    keras.utils.set_random_seed(seed)
    return network.build(widths, dropout=0.3)


@pytest.fixture(scope="module")
def images() -> Images:
    """Images to compare on."""
    return random_images(300)


@pytest.fixture(scope="module")
def full_size(images, tmp_path_factory) -> tuple[keras.Model, Path, float]:
    """The usual network, its file at temperature 1.5, and the difference that its export told."""
    model = untrained(0, Recipe().widths)
    path = tmp_path_factory.mktemp("exported") / "femr.tflite"
    return model, path, export.export(model, 1.5, images, path)


@pytest.fixture(scope="module")
def two_files(images, tmp_path_factory) -> tuple[Path, Path]:
    """The files of two different networks."""
    folder = tmp_path_factory.mktemp("candidates")
    first, other = folder / "first.tflite", folder / "other.tflite"
    export.export(untrained(1), 1.0, images, first)
    export.export(untrained(2), 1.0, images, other)
    return first, other


def labelled_by(weights: Path, images: Images) -> Images:
    """`images` with the labels that the network in `weights` gives them, so that it is always right."""
    return Images(images.pixels, ExpressionNetwork(weights)(images.pixels).argmax(axis=1), images.hashes, images.names)


# --- export --------------------------------------------------------------------------------------


def test_the_file_is_small_enough_to_publish(full_size):
    assert full_size[1].stat().st_size <= 6e6


def test_keras_and_litert_answer_alike(full_size, images):
    model, path, difference = full_size
    expected = network.serving(model, 1.5).predict(as_input(images.pixels), verbose=0)
    probabilities = ExpressionNetwork(path)(images.pixels)
    assert np.abs(probabilities - expected).max() <= 1e-2
    assert 0 <= difference <= 1e-2
    np.testing.assert_allclose(probabilities.sum(axis=1), 1, atol=1e-3)


def test_the_file_takes_any_number_of_images(full_size, images):
    served = ExpressionNetwork(full_size[1])
    together = served(images.pixels[:7])
    np.testing.assert_allclose(np.concatenate([served(crop[None]) for crop in images.pixels[:7]]), together, atol=1e-5)
    assert served(images.pixels[:0]).shape == (0, 6)


def test_an_export_leaves_nothing_but_the_file(full_size):
    assert list(full_size[1].parent.iterdir()) == [full_size[1]]


def test_a_network_that_gives_no_numbers_is_refused_and_the_old_file_stays(images, tmp_path):
    model = untrained(3)
    kernel, bias = model.get_layer("logits").get_weights()
    model.get_layer("logits").set_weights([kernel * np.nan, bias])
    path = tmp_path / "femr.tflite"
    path.write_bytes(b"the old file")
    with pytest.raises(DataError, match="Not published: Keras and LiteRT differ"):
        export.export(model, 1.0, images, path)
    assert path.read_bytes() == b"the old file"
    assert list(tmp_path.iterdir()) == [path]


def test_a_network_that_is_too_large_is_refused_and_the_old_file_stays(images, tmp_path, monkeypatch):
    monkeypatch.setattr(export, "MAX_MEGABYTES", 0.001)
    path = tmp_path / "femr.tflite"
    path.write_bytes(b"the old file")
    with pytest.raises(DataError, match=r"MB, more than 0\.001 MB"):
        export.export(untrained(4), 1.0, images, path)
    assert path.read_bytes() == b"the old file"


# --- temperature ---------------------------------------------------------------------------------


def test_the_temperature_fits_how_often_the_network_is_right():
    model = untrained(5)
    kernel, bias = model.get_layer("logits").get_weights()
    model.get_layer("logits").set_weights([kernel * 4, bias])
    images = random_images(1500)
    powers = np.exp(model.predict(as_input(images.pixels), verbose=0) / 2)
    chances = (powers / powers.sum(axis=1, keepdims=True)).cumsum(axis=1)
    drawn = (np.random.default_rng(0).random((len(images), 1)) > chances).sum(axis=1).clip(max=5)
    truths = Images(images.pixels, drawn, images.hashes, images.names)
    assert export.fit_temperature(model, truths) == pytest.approx(2, rel=0.15)


# --- publish -------------------------------------------------------------------------------------


def test_a_first_network_is_published_with_its_card_and_pictures(two_files, images, tmp_path):
    assets, picture = tmp_path / "assets", tmp_path / "curves.png"
    picture.write_bytes(b"a picture")
    assert export.publish(two_files[0], {"recipe": {"seed": 1}}, [picture], images, assets)
    assert (assets / "femr.tflite").read_bytes() == two_files[0].read_bytes()
    card = json.loads((assets / "femr.json").read_text())
    assert card["recipe"] == {"seed": 1}
    assert date.fromisoformat(card["date"])
    assert (assets / "curves.png").read_bytes() == b"a picture"
    assert sorted(path.name for path in assets.iterdir()) == ["curves.png", "femr.json", "femr.tflite"]


def test_a_better_network_replaces_the_published_one(two_files, images, tmp_path):
    worse, better = two_files
    export.publish(worse, {"name": "worse"}, [], images, tmp_path)
    assert export.publish(better, {"name": "better"}, [], labelled_by(better, images), tmp_path)
    assert (tmp_path / "femr.tflite").read_bytes() == better.read_bytes()
    assert json.loads((tmp_path / "femr.json").read_text())["name"] == "better"


def test_a_better_published_network_stays(two_files, images, tmp_path):
    worse, better = two_files
    export.publish(better, {"name": "better"}, [], images, tmp_path)
    assert not export.publish(worse, {"name": "worse"}, [], labelled_by(better, images), tmp_path)
    assert (tmp_path / "femr.tflite").read_bytes() == better.read_bytes()
    assert json.loads((tmp_path / "femr.json").read_text())["name"] == "better"


def test_a_broken_published_network_is_replaced(two_files, images, tmp_path):
    (tmp_path / "femr.tflite").write_bytes(b"no network")
    assert export.publish(two_files[0], {}, [], images, tmp_path)
    assert (tmp_path / "femr.tflite").read_bytes() == two_files[0].read_bytes()


def test_accuracy_is_the_share_read_as_labelled(two_files, images):
    right = labelled_by(two_files[0], images)
    half_wrong = np.where(np.arange(len(images)) < 150, right.labels, (right.labels + 1) % 6)
    assert export.accuracy(two_files[0], right) == 1
    assert export.accuracy(two_files[0], Images(right.pixels, half_wrong, right.hashes, right.names)) == 0.5


# --- load ----------------------------------------------------------------------------------------


def test_a_saved_network_loads(tmp_path, images):
    model = untrained(6)
    model.save(tmp_path / "best.keras")
    batch = as_input(images.pixels[:4])
    np.testing.assert_allclose(
        export.load(tmp_path / "best.keras").predict_on_batch(batch), model.predict_on_batch(batch), atol=1e-6
    )


def write_no_network(path: Path, kind: str) -> None:
    """Put at `path` what is no `.keras` file of train.py."""
    if kind == "text":
        path.write_text("a shopping list")
    elif kind == "zip":
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("list.txt", "a shopping list")
    elif kind == "cut off":
        untrained(7).save(path)
        path.write_bytes(path.read_bytes()[:2000])
    elif kind == "other network":
        inputs = keras.Input((8, 8, 3))
        keras.Model(inputs, keras.layers.Dense(7)(keras.layers.Flatten()(inputs))).save(path)


@pytest.mark.parametrize("kind", ["missing", "text", "zip", "cut off", "other network"])
def test_what_is_no_network_of_train_py_is_refused(kind, tmp_path):
    path = tmp_path / "best.keras"
    write_no_network(path, kind)
    with pytest.raises(DataError, match=r"Cannot load the model .*best\.keras"):
        export.load(path)
