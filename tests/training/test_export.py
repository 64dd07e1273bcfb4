"""What is exported answers as Keras does, and what is published is the better network."""

import csv
import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import keras
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import softmax
from tiny_fer2013 import random_images

from femr.errors import DataError
from femr.training import export, network, recipe
from femr.training.export import Answers, Calibration
from femr.training.fer2013 import Images
from femr.training.network import as_input
from femr.training.recipe import QUICK, Architecture
from femr.vision.classifier import ExpressionClassifier

PLAIN = Calibration(1.0, np.zeros(6))
"""Changes nothing."""

CALIBRATION = Calibration(1.5, np.array([0.5, -0.5, 1.0, 0.0, -1.0, 0.0]))


def untrained(seed: int, widths: tuple[int, ...] = (4, 8), shape: Architecture = Architecture.VGG) -> keras.Model:
    """A network with random weights."""
    keras.utils.set_random_seed(seed)
    return network.build(shape, widths, dropout=0.3)


@pytest.fixture(scope="module")
def images() -> Images:
    """Images to compare on."""
    return random_images(300)


@pytest.fixture(scope="module")
def full_size(images, tmp_path_factory) -> tuple[keras.Model, Path, float]:
    """The usual network, its file under `CALIBRATION`, and the difference that its export told."""
    (stage,) = recipe.read(QUICK).stages.values()
    model = untrained(0, stage.widths)
    path = tmp_path_factory.mktemp("exported") / "femr.tflite"
    return model, path, export.export(model, CALIBRATION, images, path)


@pytest.fixture(scope="module")
def two_files(images, tmp_path_factory) -> tuple[Path, Path]:
    """The files of two different networks."""
    folder = tmp_path_factory.mktemp("candidates")
    first, other = folder / "first.tflite", folder / "other.tflite"
    export.export(untrained(1), PLAIN, images, first)
    export.export(untrained(2), PLAIN, images, other)
    return first, other


def labelled_by(weights: Path, images: Images) -> Images:
    """`images` with the labels that the network in `weights` gives them, so that it is always right."""
    return Images(
        images.pixels, ExpressionClassifier(weights)(images.pixels).argmax(axis=1), images.hashes, images.names
    )


# --- export --------------------------------------------------------------------------------------


def test_the_file_is_small_enough_to_publish(full_size):
    assert full_size[1].stat().st_size <= 1.5e6  # 1.2 million weights of 8 bits


def test_keras_and_litert_answer_alike(full_size, images):
    model, path, difference = full_size
    serving = network.serving(model, CALIBRATION.temperature, CALIBRATION.bias)
    expected = serving.predict(as_input(images.pixels), verbose=0)
    probabilities = ExpressionClassifier(path, mirrored=False)(images.pixels)
    assert np.abs(probabilities - expected).max() <= export.MAX_DIFFERENCE
    assert np.abs(probabilities - expected).mean() <= 5e-3
    assert 0 <= difference <= export.MAX_DIFFERENCE
    np.testing.assert_allclose(probabilities.sum(axis=1), 1, atol=1e-3)


def test_keras_and_litert_answer_alike_in_the_residual_architecture_too(images, tmp_path):
    model = untrained(8, (8, 16), Architecture.RESIDUAL)
    assert export.export(model, CALIBRATION, images, tmp_path / "femr.tflite") <= export.MAX_DIFFERENCE
    expected = network.serving(model, CALIBRATION.temperature, CALIBRATION.bias).predict_on_batch(
        as_input(images.pixels)
    )
    assert (
        np.abs(ExpressionClassifier(tmp_path / "femr.tflite", mirrored=False)(images.pixels) - expected).max()
        <= export.MAX_DIFFERENCE
    )
    assert np.ptp(expected, axis=0).max() > 0.05  # it does not say the same to all of them


def test_the_file_takes_any_number_of_images(full_size, images):
    served = ExpressionClassifier(full_size[1])
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
        export.export(model, PLAIN, images, path)
    assert path.read_bytes() == b"the old file"
    assert list(tmp_path.iterdir()) == [path]


def test_a_network_that_is_too_large_is_refused_and_the_old_file_stays(images, tmp_path, monkeypatch):
    monkeypatch.setattr(export, "MAX_MEGABYTES", 0.001)
    path = tmp_path / "femr.tflite"
    path.write_bytes(b"the old file")
    with pytest.raises(DataError, match=r"MB, more than 0\.001 MB"):
        export.export(untrained(4), PLAIN, images, path)
    assert path.read_bytes() == b"the old file"


# --- calibration ---------------------------------------------------------------------------------


def drawn(probabilities: np.ndarray, seed: int = 0) -> np.ndarray:
    """A label for each row of `probabilities`, as likely as the row says: int (N,)."""
    chances = probabilities.cumsum(axis=1)
    return (np.random.default_rng(seed).random((len(chances), 1)) > chances).sum(axis=1).clip(max=5)


def random_logits(count: int, seed: int = 0, spread: float = 2.0) -> np.ndarray:
    """What an imagined network says: float (N, 6)."""
    return np.random.default_rng(seed).normal(0, spread, (count, 6))


def calibrated(logits: np.ndarray, calibration: Calibration) -> np.ndarray:
    """The probabilities that `network.serving` makes of `logits`."""
    return softmax(logits / calibration.temperature + calibration.bias, axis=1)


@pytest.mark.parametrize("temperature", [0.5, 1.0, 2.5])
def test_a_known_temperature_and_bias_are_found(temperature):
    bias = np.array([1.0, -0.5, 0.3, 0.0, -1.2, 0.4])
    logits = random_logits(20_000)
    found = export.calibrate([Answers(logits, drawn(calibrated(logits, Calibration(temperature, bias))))])
    assert found.temperature == pytest.approx(temperature, rel=0.05)
    np.testing.assert_allclose(found.bias, bias, atol=0.1)


@given(seed=st.integers(0, 2**32 - 1), spread=st.floats(0.1, 6), weight=st.floats(0.5, 5))
@settings(max_examples=20)
def test_each_class_is_on_average_as_probable_as_it_is_frequent(seed, spread, weight):
    logits = random_logits(600, seed, spread)
    labels = drawn(softmax(logits + np.linspace(-weight, weight, 6) / 2, axis=1), seed)
    probabilities = calibrated(logits, export.calibrate([Answers(logits, labels)]))
    np.testing.assert_allclose(probabilities.mean(axis=0), np.bincount(labels, minlength=6) / len(labels), atol=1e-2)


def test_of_two_sets_each_counts_alike_and_a_balanced_one_counts_each_emotion_alike():
    nothing = np.zeros((1000, 6))
    rare, even = np.repeat([0, 1, 2, 3, 4, 5], [900, 20, 20, 20, 20, 20]), np.arange(1000) % 6
    few = np.repeat([0, 1, 2, 3, 4, 5], [500, 100, 100, 100, 100, 100])
    both = export.calibrate([Answers(nothing, rare), Answers(nothing[:250], few[::4])])
    expected = (np.bincount(rare) / 1000 + np.bincount(few[::4]) / 250) / 2
    np.testing.assert_allclose(softmax(both.bias), expected, atol=1e-3)
    balanced = export.calibrate([Answers(nothing, few, balanced=True)])
    np.testing.assert_allclose(softmax(balanced.bias), np.bincount(even) / 1000, atol=2e-3)


def test_the_shares_of_a_mixture_follow_what_its_branches_know():
    knows, guesses = random_logits(4000), random_logits(4000, seed=1)
    labels = drawn(softmax(knows, axis=1))
    found = export.shares([[Answers(knows, labels)], [Answers(guesses, labels)]])
    np.testing.assert_allclose(found, [1, 0], atol=0.05)
    alike = export.shares([[Answers(half, drawn(softmax(knows + guesses, axis=1)))] for half in (knows, guesses)])
    np.testing.assert_allclose(alike, [0.5, 0.5], atol=0.05)
    assert export.shares([[Answers(knows, labels)]]).tolist() == [1]
    assert export.shares([[Answers(knows - knows, labels)], [Answers(guesses - guesses, labels)]]).sum() == 1


def test_a_network_that_is_right_as_often_as_it_says_keeps_its_answers():
    logits = random_logits(5000, seed=1)
    found = export.calibrate([Answers(logits, drawn(softmax(logits, axis=1)))])
    assert found.temperature == pytest.approx(1, rel=0.05)
    np.testing.assert_allclose(found.bias, 0, atol=0.15)


def test_logits_that_say_nothing_leave_the_frequencies():
    labels = np.repeat(np.arange(6), [10, 20, 30, 40, 50, 50])
    found = export.calibrate([Answers(np.zeros((200, 6)), labels)])
    np.testing.assert_allclose(softmax(found.bias), np.bincount(labels) / 200, atol=1e-3)


def test_the_mean_of_the_bias_is_zero():
    logits = random_logits(300)
    assert export.calibrate(
        [Answers(logits, drawn(softmax(logits + 3 * np.eye(6)[0], axis=1)))]
    ).bias.mean() == pytest.approx(0)


def test_the_probabilities_of_several_views_are_averaged():
    first, second = random_logits(500), random_logits(500, seed=1)
    labels = drawn((softmax(first, axis=1) + softmax(second, axis=1)) / 2)
    both = Answers(np.stack([first, second]), labels)
    expected = np.log((softmax(first, axis=1) + softmax(second, axis=1)) / 2)[np.arange(500), labels]
    assert both.cross_entropy(1.0, np.zeros(6)) == pytest.approx(-expected.mean())


def test_a_network_is_asked_about_mirror_images_too_and_less_is_asked_of_it_elsewhere(images):
    model = untrained(5)
    here, elsewhere = (export.ask(model, images, elsewhere=each) for each in (False, True))
    mirrored = network.predict(model, np.ascontiguousarray(images.pixels[:, :, ::-1]))
    np.testing.assert_allclose(here.logits, [network.predict(model, images.pixels), mirrored], atol=1e-4)
    assert (here.balanced, elsewhere.balanced) == (False, True)
    assert here.tolerated < elsewhere.tolerated


def test_a_network_too_sure_here_and_not_sure_enough_elsewhere_stands_as_far_below_both_bounds():
    logits = random_logits(20_000)
    sure, unsure = (Answers(logits, drawn(softmax(logits * by, axis=1))) for by in (0.88, 1.02))
    sets = [sure, replace(unsure, tolerated=0.08)]
    plain = Calibration(1.0, np.array([0.2, -0.2, 0, 0, 0, 0]))
    found = export.even(plain, sets)
    assert export.even(plain, [sure]) is plain
    assert 1 < found.temperature < 1 / 0.88
    np.testing.assert_array_equal(calibrated(logits, found).argmax(1), calibrated(logits, plain).argmax(1))
    far = [each.calibration_error(1 / found.temperature, found.bias) / each.tolerated for each in sets]
    assert far[0] == pytest.approx(far[1], rel=0.25)
    assert max(far) < max(each.calibration_error(1.0, plain.bias) / each.tolerated for each in sets)


# --- publish -------------------------------------------------------------------------------------


def card(name: str, *parts: str) -> dict:
    """A card with figures of validation and of `parts`."""
    figures = {part: {"images": 10 + number, "accuracy": 0.5 + number / 10} for number, part in enumerate(parts, 1)}
    return {"name": name, "figures": {"validation": {"images": 99, "accuracy": 0.9}, **figures}}


def log_of(assets: Path) -> list[dict[str, str]]:
    """The rows of the log of evaluations."""
    with (assets / "evaluations.csv").open(newline="") as file:
        return list(csv.DictReader(file))


def test_a_network_is_published_with_its_card_pictures_and_log(two_files, tmp_path):
    assets, picture = tmp_path / "new" / "assets", tmp_path / "curves.png"
    picture.write_bytes(b"a picture")
    export.publish(two_files[0], card("first", "public"), [picture], assets)
    assert (assets / "femr.tflite").read_bytes() == two_files[0].read_bytes()
    published = json.loads((assets / "femr.json").read_text())
    assert date.fromisoformat(published.pop("date"))
    assert published == card("first", "public")
    assert (assets / "curves.png").read_bytes() == b"a picture"
    left = sorted(path.name for path in assets.iterdir())
    assert left == ["curves.png", "evaluations.csv", "femr.json", "femr.tflite"]


def test_publishing_again_replaces_network_and_card(two_files, tmp_path):
    for name, path in zip(("first", "other"), two_files, strict=True):
        export.publish(path, card(name), [], tmp_path)
    assert (tmp_path / "femr.tflite").read_bytes() == two_files[1].read_bytes()
    assert json.loads((tmp_path / "femr.json").read_text())["name"] == "other"


def test_the_log_has_a_row_for_every_look_at_a_test_part_and_never_one_for_validation(two_files, tmp_path):
    export.publish(two_files[0], card("first", "public", "private", "test"), [], tmp_path)
    export.publish(two_files[1], card("other", "private"), [], tmp_path)
    rows = log_of(tmp_path)
    assert all(date.fromisoformat(row.pop("date")) for row in rows)
    assert rows == [
        {"part": part, "images": images, "accuracy": accuracy, "validation_accuracy": "0.9"}
        for part, images, accuracy in (
            ("public", "11", "0.6"),
            ("private", "12", "0.7"),
            ("test", "13", "0.8"),
            ("private", "11", "0.6"),
        )
    ]


def test_the_network_that_reads_validation_better_is_the_better_one(two_files, images, tmp_path):
    published, candidate = two_files
    export.publish(published, card("published"), [], tmp_path)
    assert export.is_better(candidate, [labelled_by(candidate, images)], tmp_path)
    assert not export.is_better(candidate, [labelled_by(published, images)], tmp_path)


def test_a_network_as_good_as_the_published_one_may_replace_it(two_files, images, tmp_path):
    export.publish(two_files[0], card("published"), [], tmp_path)
    assert export.is_better(two_files[0], [images], tmp_path)


def test_any_network_is_better_than_none_or_a_broken_one(two_files, images, tmp_path):
    assert export.is_better(two_files[0], [images], tmp_path / "nothing-here")
    (tmp_path / "femr.tflite").write_bytes(b"no network")
    assert export.is_better(two_files[0], [images], tmp_path)


def test_accuracy_is_the_share_read_as_labelled(two_files, images):
    right = labelled_by(two_files[0], images)
    half_wrong = np.where(np.arange(len(images)) < 150, right.labels, (right.labels + 1) % 6)
    assert export.accuracy(two_files[0], right) == 1
    assert export.accuracy(two_files[0], Images(right.pixels, half_wrong, right.hashes, right.names)) == 0.5
