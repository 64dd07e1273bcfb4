"""How good a network is: metrics, the report, and pictures of both."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.figure import Figure
from sklearn.metrics import ConfusionMatrixDisplay, accuracy_score, confusion_matrix, f1_score, recall_score

from femr.emotions import EMOTIONS, TRAITS, Emotion
from femr.training.fer2013 import Fer2013, Images
from femr.training.votes import NO_MAJORITY, majority

CALIBRATION_BINS = 15
"""Equal bins of confidence, as in C. Guo et al., "On calibration of modern neural networks", 2017, arXiv:1706.04599."""

DECIMALS = 5


@dataclass(frozen=True)
class Metrics:
    """How well predictions fit labels.

    Attributes:
        images: how many were looked at.
        accuracy: share of images whose label is the most probable class.
        macro_f1: mean of the classes' F1.
        macro_recall: mean of the classes' recall.
        recall: of each class; 0 for one without images.
        share: of each class, how often it is predicted for each time it is a label; 0 for one without images.
        confusion: counts, one row a true class, one column a predicted class, in the order of `EMOTIONS`.
        ece: expected calibration error, 0…1.
    """

    images: int
    accuracy: float
    macro_f1: float
    macro_recall: float
    recall: dict[Emotion, float]
    share: dict[Emotion, float]
    confusion: list[list[int]]
    ece: float


def measure(probabilities: np.ndarray, labels: np.ndarray) -> Metrics:
    """Metrics of `probabilities`, float (N, 6), against `labels`, int (N,)."""
    classes = range(len(EMOTIONS))
    predicted = probabilities.argmax(axis=1)
    missing_is_0: dict[str, Any] = {"labels": classes, "zero_division": 0}
    by_class: dict[str, Any] = {"average": None, **missing_is_0}
    recalls = np.asarray(recall_score(labels, predicted, **by_class))
    true_counts, predicted_counts = (np.bincount(each, minlength=len(EMOTIONS)) for each in (labels, predicted))
    shares = np.divide(predicted_counts, true_counts, out=np.zeros(len(EMOTIONS)), where=true_counts > 0)
    return Metrics(
        images=len(labels),
        accuracy=round(float(accuracy_score(labels, predicted)), DECIMALS),
        macro_f1=round(float(f1_score(labels, predicted, average="macro", **missing_is_0)), DECIMALS),
        macro_recall=round(float(np.mean(recalls)), DECIMALS),
        recall=_by_emotion(recalls),
        share=_by_emotion(shares),
        confusion=confusion_matrix(labels, predicted, labels=classes).tolist(),
        ece=round(calibration_error(probabilities, labels), DECIMALS),
    )


def _by_emotion(values: np.ndarray) -> dict[Emotion, float]:
    return {emotion: round(float(value), DECIMALS) for emotion, value in zip(EMOTIONS, values, strict=True)}


def calibration_error(probabilities: np.ndarray, labels: np.ndarray) -> float:
    """Expected calibration error: how far confidence and accuracy lie apart, averaged over bins by their images."""
    confidence = probabilities.max(axis=1)
    right = probabilities.argmax(axis=1) == labels
    bins = np.minimum((confidence * CALIBRATION_BINS).astype(int), CALIBRATION_BINS - 1)
    gaps = np.bincount(bins, right, CALIBRATION_BINS) - np.bincount(bins, confidence, CALIBRATION_BINS)
    return float(np.abs(gaps).sum() / len(labels))


Network = Callable[[np.ndarray], np.ndarray]
"""Crops, uint8 (N, 48, 48) -> probabilities, float (N, 6)."""


def report(network: Network, data: Fer2013, images: Images, votes: np.ndarray | None = None) -> dict[str, Any]:
    """Metrics of `network` on `images`, a part of `data`, and the same `without_duplicates`.

    A duplicate is an image whose pixels appear anywhere else in `data`. With `votes`, as `votes.read` gives them for
    `images`, also the same against FER+'s labels, as `ferplus`.
    """
    probabilities = network(images.pixels)
    unique = data.is_unique(images)
    figures = {
        **asdict(measure(probabilities, images.labels)),
        "without_duplicates": asdict(measure(probabilities[unique], images.labels[unique])) if unique.any() else None,
    }
    if votes is not None:
        labels = majority(votes)
        clear = labels != NO_MAJORITY
        figures["ferplus"] = asdict(measure(probabilities[clear], labels[clear])) if clear.any() else None
    return figures


def as_text(figures: dict[str, Any]) -> str:
    """A report for a person at a terminal."""
    names = [f"{emotion:>8}" for emotion in EMOTIONS]
    rows = [
        f"{emotion:8} {figures['recall'][emotion]:6.1%}   " + " ".join(f"{count:8}" for count in row)
        for emotion, row in zip(EMOTIONS, figures["confusion"], strict=True)
    ]
    shares = " ".join(f"{figures['share'][emotion]:8.2f}" for emotion in EMOTIONS)
    also = {"without duplicates": "without_duplicates", "FER+ labels": "ferplus"}
    return "\n".join(
        [
            _summary("all images", figures),
            *(_summary(name, figures[key]) for name, key in also.items() if figures.get(key)),
            *(_one_view_rows(figures["one_view"]) if "one_view" in figures else ()),
            "",
            f"{'':8} recall   {' '.join(names)}   (predicted)",
            *rows,
            f"{'':18}{shares}   (predictions for each label)",
            *(_robustness_rows(figures["robustness"]) if "robustness" in figures else ()),
            *(
                ("", "other faces, which choose and are no test", as_text(figures["other_faces"]))
                if "other_faces" in figures
                else ()
            ),
        ]
    )


def _summary(name: str, figures: dict[str, Any]) -> str:
    return (
        f"{name}: {figures['images']} images, accuracy {figures['accuracy']:.2%}, macro F1 {figures['macro_f1']:.3f}, "
        f"macro recall {figures['macro_recall']:.3f}, calibration error {figures['ece']:.3f}"
    )


def _one_view_rows(figures: dict[str, Any]) -> list[str]:
    return [f"without the mirrored view: accuracy {figures['accuracy']:.2%}, calibration error {figures['ece']:.3f}"]


def _robustness_rows(figures: dict[str, Any]) -> list[str]:
    rows = {"as they are": figures["clean"], **figures["changed"], "through the photo pipeline": figures["pipeline"]}
    return [
        "",
        *(f"{name:26} {accuracy:6.2%}   {accuracy - figures['clean']:+7.2%}" for name, accuracy in rows.items()),
        f"mean drop {figures['mean_drop']:.2%}, pipeline drop {figures['pipeline_drop']:.2%}, "
        f"a face found in {figures['found']:.2%}",
    ]


def draw_confusion(figures: dict[str, Any], path: Path) -> None:
    """Write the confusion matrix, each row as shares of a true class, as a PNG."""
    counts = np.array(figures["confusion"])
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    figure = Figure(figsize=(6, 5.2), layout="constrained")
    axes = figure.subplots()
    display = ConfusionMatrixDisplay(shares, display_labels=list(EMOTIONS))
    with mpl.rc_context({"font.size": 11}):
        display.plot(ax=axes, cmap="Blues", values_format=".0%", colorbar=False)
    axes.set_title(f"{figures['images']} images, accuracy {figures['accuracy']:.1%}")
    figure.savefig(path, dpi=120)


def draw_curves(history: dict[str, list[float]], path: Path) -> None:
    """Write loss and accuracy of each epoch, on training and validation images, as a PNG."""
    figure = Figure(figsize=(9, 3.6), layout="constrained")
    colours = {"": TRAITS[Emotion.SAD].colour, "val_": TRAITS[Emotion.ANGRY].colour}
    pair = figure.subplots(1, 2)
    for axes, name in zip(pair, ("loss", "accuracy"), strict=True):
        for prefix, label in (("", "training (augmented)"), ("val_", "validation")):
            epochs = range(1, len(history[prefix + name]) + 1)
            axes.plot(epochs, history[prefix + name], label=label, color=colours[prefix])
        axes.set(xlabel="epoch", ylabel=name)
        axes.grid(alpha=0.3)
    pair[1].legend()
    figure.savefig(path, dpi=120)
