"""What each ingredient of the recipe gives, on short trainings of a narrow network: `benchmarks/ingredients.csv`.

    python -m benchmarks.ingredients --data fer2013.zip --votes ferplus_votes.csv.gz [--seeds 0 1] [--epochs 8]

Every variant differs from the proxy in one thing, and learns from the same part of the training images.
Validation images only. A row already in the file is not trained again, so the command goes on where it stopped; a run
of one variant takes minutes on two cores. Rows of variants that are no choice any more, as mixup and flat minima
(Momentum-SAM), stay in the file and in the means.
"""

import argparse
import csv
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import fmean

import numpy as np

import train  # noqa: F401 - so that TensorFlow starts as it does for training
from femr.training import fer2013, recipe, votes
from femr.training.recipe import Architecture, Augmentation, Balance, Stage

RESULTS = Path(__file__).with_suffix(".csv")


@dataclass(frozen=True)
class Row:
    """One short training.

    Attributes:
        variant: what was changed.
        seed, epochs, images: of the training; `epochs` are the proxy's where a variant trains longer.
        accuracy, macro_recall: on validation images and original labels, 0…1.
        loss: cross-entropy on the same; less noisy than accuracy.
        least_share, most_share: over the classes, predictions for each label.
        ferplus: accuracy against FER+'s labels, 0…1.
    """

    variant: str
    seed: int
    epochs: int
    images: int
    accuracy: float
    macro_recall: float
    loss: float
    least_share: float
    most_share: float
    ferplus: float


def main() -> None:
    """Train what is missing, and print the means."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--votes", type=Path, required=True)
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1])
    parser.add_argument("--epochs", type=int, default=8)
    parser.add_argument("--images", type=int, default=8000, help="how many training images to learn from")
    options = parser.parse_args()
    whole = fer2013.split(fer2013.read(options.data))
    chosen = np.random.default_rng(0).permutation(len(whole.training))[: options.images]
    split = replace(whole, training=whole.training.only(chosen))
    cast = votes.read(options.votes, split.training)
    validation_votes = votes.read(options.votes, split.validation)
    for seed in options.seeds:
        for variant, stage in variants(options.epochs).items():
            row = (variant, seed, options.epochs, len(split.training))
            if not any((each.variant, each.seed, each.epochs, each.images) == row for each in read()):
                append(Row(*row, *train_and_measure(replace(stage, seed=seed), split, cast, validation_votes)))
    for line in (HEADINGS, *means()):
        print(*line, sep="\t")


def variants(epochs: int) -> dict[str, Stage]:
    """Trainings by name; the first is the one that the others differ from."""
    (quick,) = recipe.read(recipe.QUICK).stages.values()
    usual, none = quick.augmentation, Augmentation(shift=0, roll=0, scale=0, gamma=1, erase=0, soften=0)
    # Short runs need a short average.
    proxy = replace(quick, epochs=epochs, widths=(16, 32, 64, 128), dropout=0.2, label_smoothing=0.05, average=0.99)
    return {
        "proxy": proxy,
        "no votes": replace(proxy, votes_share=0.0),
        "votes 0.8": replace(proxy, votes_share=0.8),
        "no class weights": replace(proxy, balance=Balance.NONE),
        "no average": replace(proxy, average=0.0),
        "residual": replace(proxy, architecture=Architecture.RESIDUAL),
        "no label smoothing": replace(proxy, label_smoothing=0.0),
        "no erasing": replace(proxy, augmentation=replace(usual, erase=0.0)),
        "no gamma, no softening": replace(proxy, augmentation=replace(usual, gamma=1.0, soften=0.0)),
        "half the geometry": replace(proxy, augmentation=replace(usual, shift=2.5, roll=7.5, scale=0.075)),
        "no augmentation": replace(proxy, augmentation=none),
        "no warm-up": replace(proxy, warmup_epochs=0),
        "half the width": replace(proxy, widths=(8, 16, 32, 64)),
        "twice the epochs": replace(proxy, epochs=2 * epochs),
        "four times the epochs": replace(proxy, epochs=4 * epochs),
        "four times, no augmentation": replace(proxy, epochs=4 * epochs, augmentation=none),
    }


def train_and_measure(
    stage: Stage, split: fer2013.Split, cast: np.ndarray, validation_votes: np.ndarray
) -> tuple[float, ...]:
    """Train by `stage`, calibrate, and measure: what a `Row` ends with."""
    from scipy.special import log_softmax

    from femr.training import evaluate, export, fit, network
    from femr.training.run_files import StageFiles

    labels = split.validation.labels
    with tempfile.TemporaryDirectory() as folder:
        targets = votes.targets(split.training.labels, cast, stage.votes_share)
        model = fit.fit_stage(stage, split, StageFiles(Path(folder)), targets=targets)
    logits = network.predict(model, split.validation.pixels)
    calibration = export.calibrate([export.Answers(logits, labels)])
    logs = log_softmax(logits / calibration.temperature + calibration.bias, axis=1)
    metrics = evaluate.measure(np.exp(logs), labels)
    clear = (people := votes.majority(validation_votes)) != votes.NO_MAJORITY
    return (
        metrics.accuracy,
        metrics.macro_recall,
        round(-float(logs[np.arange(len(labels)), labels].mean()), 5),
        min(metrics.share.values()),
        max(metrics.share.values()),
        evaluate.measure(np.exp(logs)[clear], people[clear]).accuracy,
    )


def read() -> list[Row]:
    """The rows measured so far."""
    if not RESULTS.exists():
        return []
    kinds = Row.__annotations__
    with RESULTS.open(newline="") as file:
        return [Row(**{name: kinds[name](text) for name, text in row.items()}) for row in csv.DictReader(file)]


def append(row: Row) -> None:
    """Add a row to the file."""
    begins = not RESULTS.exists()
    with RESULTS.open("a", newline="") as file:
        writer = csv.DictWriter(file, list(Row.__annotations__), lineterminator="\n")
        if begins:
            writer.writeheader()
        writer.writerow(vars(row))


HEADINGS = (
    "variant",
    "accuracy",
    "points by seed",
    "macro recall",
    "loss",
    "predictions for each label",
    "FER+ accuracy",
)


def means() -> list[tuple[str, ...]]:
    """A line for each variant, under `HEADINGS`: means over its seeds, and what each seed gave over the proxy's."""
    rows = read()
    proxy = {row.seed: row.accuracy for row in rows if row.variant == "proxy"}
    lines = []
    for variant in dict.fromkeys(row.variant for row in rows):
        same = [row for row in rows if row.variant == variant]
        lines.append(
            (
                variant,
                f"{fmean(row.accuracy for row in same):.2%}",
                ", ".join(f"{100 * (row.accuracy - proxy[row.seed]):+.1f}" for row in same),
                f"{fmean(row.macro_recall for row in same):.3f}",
                f"{fmean(row.loss for row in same):.3f}",
                f"{min(row.least_share for row in same):.2f}–{max(row.most_share for row in same):.2f}",
                f"{fmean(row.ferplus for row in same):.2%}",
            )
        )
    return lines


if __name__ == "__main__":
    main()
