"""Metrics agree with figures worked out by hand, and reports and pictures show them."""

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from tiny_fer2013 import make_images

from femr.emotions import EMOTIONS, Emotion
from femr.training import evaluate
from femr.training.evaluate import calibration_error, measure
from femr.training.fer2013 import Fer2013, Usage

CLASSES = len(EMOTIONS)


def sure(classes: list[int], confidence: float = 1.0) -> np.ndarray:
    """Probabilities that give each of `classes` this confidence and the others the rest."""
    rest = (1 - confidence) / (CLASSES - 1)
    return np.where(np.eye(CLASSES, dtype=bool)[classes], confidence, rest)


@st.composite
def predictions(draw) -> tuple[np.ndarray, np.ndarray]:
    """Random probabilities with random labels."""
    count = draw(st.integers(1, 40))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    concentration = draw(st.floats(0.05, 20))
    return rng.dirichlet(np.full(CLASSES, concentration), count), rng.integers(0, CLASSES, count)


# --- metrics -------------------------------------------------------------------------------------


def test_metrics_are_those_worked_out_by_hand():
    labels = np.array([0, 0, 0, 0, 1, 1, 2, 3])
    metrics = measure(sure([0, 0, 0, 1, 1, 2, 2, 3]), labels)
    assert metrics.images == 8
    assert metrics.accuracy == 0.75
    assert metrics.recall == {
        Emotion.ANGRY: 0.75,
        Emotion.FEAR: 0.5,
        Emotion.HAPPY: 1.0,
        Emotion.NEUTRAL: 1.0,
        Emotion.SAD: 0.0,
        Emotion.SURPRISE: 0.0,
    }
    # F1 = 2 · right / (true + predicted): 6/7, 2/4, 2/3, 2/2, and 0 for the two classes that nobody has.
    assert metrics.macro_f1 == pytest.approx((6 / 7 + 1 / 2 + 2 / 3 + 1) / 6, abs=1e-5)
    assert metrics.confusion == [
        [3, 1, 0, 0, 0, 0],
        [0, 1, 1, 0, 0, 0],
        [0, 0, 1, 0, 0, 0],
        [0, 0, 0, 1, 0, 0],
        [0, 0, 0, 0, 0, 0],
        [0, 0, 0, 0, 0, 0],
    ]
    assert metrics.ece == 0.25
    assert metrics.macro_recall == pytest.approx((0.75 + 0.5 + 1 + 1) / 6, abs=1e-5)
    assert metrics.share == {
        Emotion.ANGRY: 0.75,
        Emotion.FEAR: 1.0,
        Emotion.HAPPY: 2.0,
        Emotion.NEUTRAL: 1.0,
        Emotion.SAD: 0.0,
        Emotion.SURPRISE: 0.0,
    }


def test_a_class_that_is_predicted_and_never_a_label_has_no_share():
    metrics = measure(sure([4, 4, 0]), np.array([0, 0, 0]))
    assert metrics.share[Emotion.SAD] == 0
    assert metrics.share[Emotion.ANGRY] == pytest.approx(1 / 3, abs=1e-5)


@given(labels=st.lists(st.integers(0, CLASSES - 1), min_size=1, max_size=30))
@settings(max_examples=30, deadline=None)
def test_perfect_predictions_have_an_accuracy_of_one(labels):
    metrics = measure(sure(labels), np.array(labels))
    assert metrics.accuracy == 1
    assert metrics.ece == 0
    assert all(metrics.recall[EMOTIONS[label]] == 1 for label in labels)


@given(predictions())
@settings(max_examples=60, deadline=None)
def test_metrics_lie_between_zero_and_one_and_agree_with_one_another(made):
    probabilities, labels = made
    metrics = measure(probabilities, labels)
    confusion = np.array(metrics.confusion)
    assert 0 <= metrics.ece <= 1
    assert 0 <= metrics.macro_f1 <= 1
    assert metrics.macro_recall == pytest.approx(np.mean(list(metrics.recall.values())), abs=1e-4)
    for column, emotion in enumerate(EMOTIONS):
        predicted, true = confusion[:, column].sum(), confusion[column].sum()
        assert metrics.share[emotion] == pytest.approx(predicted / true if true else 0, abs=1e-5)
    assert confusion.sum() == metrics.images == len(labels)
    assert confusion.sum(axis=1).tolist() == np.bincount(labels, minlength=CLASSES).tolist()
    assert metrics.accuracy == pytest.approx(np.trace(confusion) / len(labels), abs=1e-5)


# --- calibration ---------------------------------------------------------------------------------


def test_a_perfectly_calibrated_network_has_no_calibration_error():
    labels = np.array([0] * 7 + [1] * 3 + [2] * 9 + [3])
    probabilities = np.concatenate([sure([0] * 10, 0.7), sure([2] * 10, 0.9)])
    assert calibration_error(probabilities, labels) == pytest.approx(0, abs=1e-9)


def test_an_overconfident_network_has_its_overconfidence_as_calibration_error():
    assert calibration_error(sure([0] * 10, 0.9), np.array([0] * 6 + [1] * 4)) == pytest.approx(0.3)


def test_an_underconfident_network_is_as_wrong_as_an_overconfident_one():
    assert calibration_error(sure([0] * 10, 0.5), np.array([0] * 10)) == pytest.approx(0.5)


def test_calibration_errors_of_two_bins_are_averaged_by_their_images():
    probabilities = np.concatenate([sure([0] * 30, 0.9), sure([0] * 10, 0.5)])
    labels = np.array([0] * 24 + [1] * 6 + [0] * 10)  # 0.1 off in the first bin, 0.5 in the second
    assert calibration_error(probabilities, labels) == pytest.approx((30 * 0.1 + 10 * 0.5) / 40)


def test_over_and_underconfidence_in_different_bins_do_not_cancel_out():
    probabilities = np.concatenate([sure([0] * 10, 0.9), sure([0] * 10, 0.5)])
    labels = np.array([0] * 5 + [1] * 5 + [0] * 9 + [1])
    assert calibration_error(probabilities, labels) == pytest.approx(0.4)


@given(predictions())
@settings(max_examples=60, deadline=None)
def test_calibration_error_is_at_least_the_gap_of_the_averages(made):
    probabilities, labels = made
    gap = abs(probabilities.max(axis=1).mean() - (probabilities.argmax(axis=1) == labels).mean())
    assert gap - 1e-9 <= calibration_error(probabilities, labels) <= 1


# --- the report ----------------------------------------------------------------------------------


def data_of_greys(greys: list[int], labels: list[int]) -> Fer2013:
    """Public test images of one grey each."""
    pixels = np.stack([np.full((48, 48), grey, np.uint8) for grey in greys])
    return Fer2013(make_images(pixels, labels), np.full(len(labels), Usage.PUBLIC), 0, Path("anywhere"))


def reads_grey_as_class(crops: np.ndarray) -> np.ndarray:
    """A network that takes the grey of an image for its class."""
    return sure(crops[:, 0, 0].tolist())


def test_a_report_tells_the_same_without_duplicates():
    data = data_of_greys([0, 1, 2, 2, 2, 3], [0, 1, 0, 1, 0, 3])
    report = evaluate.report(reads_grey_as_class, data, data.part("public"))
    assert (report["images"], report["accuracy"]) == (6, 0.5)
    assert (report["without_duplicates"]["images"], report["without_duplicates"]["accuracy"]) == (3, 1.0)
    assert set(report["without_duplicates"]) == set(report) - {"without_duplicates"}


def cast(*labels: int | None) -> np.ndarray:
    """The votes of ten people who all see this class; None for images where half of them see another."""
    rows = [np.eye(10)[label] * 10 if label is not None else [5, 5, *[0] * 8] for label in labels]
    return np.array(rows, np.float32)


def test_a_report_with_votes_tells_the_same_against_their_majority():
    data = data_of_greys([0, 1, 2, 3, 3], [0, 0, 2, 2, 3])
    images = data.part("public")
    plain = evaluate.report(reads_grey_as_class, data, images)
    report = evaluate.report(reads_grey_as_class, data, images, cast(0, 1, 4, None, 9))
    assert report == {**plain, "ferplus": report["ferplus"]}
    assert set(report["ferplus"]) == set(plain["without_duplicates"])
    assert report["ferplus"]["images"] == 3  # one without a majority, one of no face
    assert report["ferplus"]["accuracy"] == pytest.approx(2 / 3, abs=1e-5)
    assert report["ferplus"]["confusion"][4][2] == 1
    assert "FER+ labels: 3 images, accuracy 66.67%" in evaluate.as_text(report)
    assert "FER+" not in evaluate.as_text(plain)


def test_a_report_of_votes_without_any_majority_says_nothing_of_them():
    data = data_of_greys([0, 1], [0, 1])
    report = evaluate.report(reads_grey_as_class, data, data.part("public"), cast(None, None))
    assert report["ferplus"] is None
    assert "FER+" not in evaluate.as_text(report)


def test_a_report_of_nothing_but_duplicates_has_no_second_half():
    data = data_of_greys([1, 1], [1, 1])
    report = evaluate.report(reads_grey_as_class, data, data.part("public"))
    assert report["without_duplicates"] is None
    assert "without duplicates" not in evaluate.as_text(report)


def test_a_report_survives_json_with_the_names_of_the_emotions():
    data = data_of_greys([0, 1, 2, 3], [0, 1, 2, 3])
    report = json.loads(json.dumps(evaluate.report(reads_grey_as_class, data, data.part("public"))))
    assert list(report["recall"]) == ["Angry", "Fear", "Happy", "Neutral", "Sad", "Surprise"]


def test_a_report_as_text_shows_figures_and_confusion():
    data = data_of_greys([0, 1, 2, 2], [0, 1, 2, 3])
    text = evaluate.as_text(evaluate.report(reads_grey_as_class, data, data.part("public")))
    assert "all images: 4 images, accuracy 75.00%" in text
    assert "without duplicates: 2 images, accuracy 100.00%" in text
    assert all(text.count(emotion) == 2 for emotion in EMOTIONS)
    assert "macro recall 0.500" in text
    assert text.splitlines()[-1].split()[:6] == ["1.00", "1.00", "2.00", "0.00", "0.00", "0.00"]


def test_a_report_as_text_shows_robustness_where_it_was_measured():
    data = data_of_greys([0, 1], [0, 1])
    report = evaluate.report(reads_grey_as_class, data, data.part("public"))
    robustness = {"clean": 0.7, "changed": {"upside down": 0.45}, "mean_drop": 0.25, "pipeline": 0.62}
    report["robustness"] = {**robustness, "pipeline_drop": 0.08, "found": 0.993}
    lines = [" ".join(line.split()) for line in evaluate.as_text(report).splitlines()]
    assert lines[-4:] == [
        "as they are 70.00% +0.00%",
        "upside down 45.00% -25.00%",
        "through the photo pipeline 62.00% -8.00%",
        "mean drop 25.00%, pipeline drop 8.00%, a face found in 99.30%",
    ]


# --- pictures ------------------------------------------------------------------------------------


def test_pictures_are_drawn(tmp_path):
    data = data_of_greys([0, 1, 2], [0, 1, 3])
    curve = [0.5, 0.75]
    history = {"loss": curve, "accuracy": curve, "val_loss": curve, "val_accuracy": curve}
    evaluate.draw_curves(history, tmp_path / "curves.png")
    figures = evaluate.report(reads_grey_as_class, data, data.part("public"))
    evaluate.draw_confusion(figures, tmp_path / "confusion.png")
    for name in ("curves.png", "confusion.png"):
        with Image.open(tmp_path / name) as drawn:
            assert min(drawn.size) > 300
            assert len(drawn.convert("RGB").getcolors(2**20)) > 10
