"""The model's command line: from FER-2013 to the network that the page loads.

    python train.py train --data fer2013.zip --votes ferplus_votes.csv.gz    train, evaluate, publish
    python train.py train --data fer2013.zip --resume                        go on where a run stopped
    python train.py distil --data fer2013.zip --teachers runs/*/best.keras --out runs/student    learn from networks
    python train.py reframe --data fer2013.zip                               crop the images as the page does
    python train.py evaluate --data fer2013.zip                              measure the published network
    python train.py export runs/latest/best.keras --data fer2013.zip         publish a network trained elsewhere
    python train.py export runs/one/best.keras runs/two/best.keras --data fer2013.zip    several, as one network

DATA is FER-2013 as a zip or folder (Training/Training/<Emotion>/ or train/<emotion>/), or fer2013.csv. Training runs
on any Keras backend (KERAS_BACKEND=tensorflow, jax or torch); exporting needs TensorFlow.
"""

import argparse
import json
import os
import sys
from dataclasses import fields
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any

# Before TensorFlow is imported: errors only, and oneDNN on processors without AVX-512 too, where it is off unless asked
# for and trains 1.4 times as fast.
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "1")

from femr.errors import FemrError
from femr.paths import ASSETS, WEIGHTS
from femr.training import fer2013, reframe, votes
from femr.training.augment import Augmentation
from femr.training.recipe import Recipe

if TYPE_CHECKING:
    from femr.training import fit

TEST_PARTS = ("public", "private", "test")


def main(arguments: list[str] | None = None) -> int:
    """Run the command line `arguments`; the exit code."""
    options = parse(arguments)
    try:
        return options.run(options)
    except FemrError as error:
        print(error, file=sys.stderr)
        return 1


# --- train ---------------------------------------------------------------------------------------


def train(options: argparse.Namespace) -> int:
    """Train by the recipe in `options`, and publish what comes out where TensorFlow is."""
    import keras

    from femr.training import export, fit

    chosen = {name: getattr(options, name) for name in RECIPE_HELP}
    recipe = Recipe(**chosen, augmentation=Augmentation().times(options.strength))
    files = fit.RunFiles(options.out)
    data = fer2013.read(options.data)
    split = fer2013.split(data)
    describe(data, split)
    cast = votes.read(options.votes, split.training) if options.votes else None
    targets = votes.targets(split.training.labels, cast, recipe.votes_share)
    reframed = reframe.read(options.reframed, split.training.pixels) if options.reframed else None
    start = export.load(options.start) if options.start else None
    teachers = [export.load(path) for path in options.teachers]
    try:
        fit.fit(
            split,
            recipe,
            files,
            targets=targets,
            start=start,
            teachers=teachers,
            reframed=reframed,
            resume=options.resume,
        )
    except KeyboardInterrupt:
        kept = f"The best network so far is {files.best}." if files.best.exists() else "No epoch was finished."
        print(f"\nStopped. {kept} Add --resume to go on.", file=sys.stderr)
        return 130
    files.lineage.write_text(json.dumps(lineage(options), indent=2))
    if keras.backend.backend() != "tensorflow":
        print(f"Trained: {files.best}. Publish it where TensorFlow is: python train.py export {files.best} --data DATA")
        return 0
    return finish([files.best], data, split, options)


def lineage(options: argparse.Namespace) -> dict[str, Any]:
    """Recipes of the networks that this one comes from; None for one whose recipe does not lie beside it."""
    return {
        "start": recipe_beside(options.start) if options.start else None,
        "teachers": [recipe_beside(path) for path in options.teachers],
    }


def recipe_beside(model_path: Path) -> dict[str, Any] | None:
    """The recipe that a run left beside its network, with that network's own lineage."""
    from femr.training import fit

    files = fit.RunFiles(model_path.parent)
    if not files.recipe.exists():
        return None
    recipe = json.loads(files.recipe.read_text())
    return {**recipe, **json.loads(files.lineage.read_text())} if files.lineage.exists() else recipe


def describe(data: fer2013.Fer2013, split: fer2013.Split) -> None:
    """Print what is trained on."""
    print(f"{len(split.training)} training and {len(split.validation)} validation images from {data.source}")
    print(f"left out: {data.disgust} of disgust, {split.twins_dropped} with a twin in a test part")


def finish(models: list[Path], data: fer2013.Fer2013, split: fer2013.Split, options: argparse.Namespace) -> int:
    """Export, and where the network is better than the published one: measure it through the serving code, publish.

    Several models become one network (`network.join`); what belongs to it is kept beside the first.
    """
    from femr.training import evaluate, export, fit, network

    files = fit.RunFiles(models[0].parent)
    candidate = files.folder / export.WEIGHTS_NAME
    branches = [export.load(path) for path in models]
    model = network.join(branches) if len(branches) > 1 else branches[0]
    calibration = export.calibrate(export.predict(model, split.validation.pixels), split.validation.labels)
    difference = export.export(model, calibration, split.validation, candidate)
    better = export.is_better(candidate, split.validation, options.assets)
    # A test part is looked at only by what will be published: it chooses nothing.
    parts = {"validation": split.validation, **(held_tests(data) if better else {})}
    figures = {
        name: measured(candidate, data, images, options.votes, robust=name != "validation")
        for name, images in parts.items()
    }
    card = {
        "recipes": [recipe_beside(path) for path in models],
        "temperature": round(calibration.temperature, 4),
        "bias": [round(float(bias), 4) for bias in calibration.bias],
        "difference_keras_litert": difference,
        "data": counts(data, split),
        "figures": figures,
    }
    (files.folder / "report.json").write_text(json.dumps(card, indent=2) + "\n")
    for name, figure in figures.items():
        print(f"\n{name}\n{evaluate.as_text(figure)}")
    if not better:
        print(f"\nNot published: better on validation is the network in {options.assets}")
        return 0
    export.publish(candidate, card, draw(files, figures), options.assets)
    print(f"\nPublished to {options.assets}")
    return 0


def measured(
    weights: Path, data: fer2013.Fer2013, images: fer2013.Images, votes_path: Path | None, *, robust: bool
) -> dict[str, Any]:
    """The report of the network in `weights` as it serves, and what it says to one view of each image."""
    from femr.training import evaluate, robustness
    from femr.vision.classifier import ExpressionClassifier
    from femr.vision.detector import FaceDetector

    network = ExpressionClassifier(weights)
    cast = votes.read(votes_path, images) if votes_path else None
    figures = evaluate.report(network, data, images, cast)
    one_view = evaluate.measure(ExpressionClassifier(weights, mirrored=False)(images.pixels), images.labels)
    figures["one_view"] = {"accuracy": one_view.accuracy, "ece": one_view.ece}
    if robust:
        figures["robustness"] = robustness.measure(network, FaceDetector(), images).as_dict()
    return figures


def draw(files: "fit.RunFiles", figures: dict[str, Any]) -> list[Path]:
    """Pictures of the confusion matrix and, where the run is at hand, of its curves."""
    from femr.training import evaluate, fit

    pictures = [files.folder / "confusion.png"]
    evaluate.draw_confusion(figures["public" if "public" in figures else "validation"], pictures[0])
    if history := fit.read_history(files):
        pictures.append(files.folder / "curves.png")
        evaluate.draw_curves(history, pictures[1])
    return pictures


def held_tests(data: fer2013.Fer2013) -> dict[str, fer2013.Images]:
    """The test parts that the data holds, by name."""
    held = {"public": fer2013.Usage.PUBLIC, "private": fer2013.Usage.PRIVATE, "test": fer2013.Usage.TEST}
    return {name: data.part(name) for name, usage in held.items() if usage in data.usages}


def counts(data: fer2013.Fer2013, split: fer2013.Split) -> dict[str, object]:
    """How many images went where."""
    return {
        "training": split.training.counts(),
        "validation": split.validation.counts(),
        "disgust_left_out": data.disgust,
        "twins_of_test_images_dropped": split.twins_dropped,
    }


# --- reframe -------------------------------------------------------------------------------------


def reframe_images(options: argparse.Namespace) -> int:
    """Find and crop every training image as the page would, and keep the crops."""
    from femr.vision.detector import FaceDetector

    data = fer2013.read(options.data)
    pixels = fer2013.split(data).training.pixels
    reframe.write(options.out, pixels, reframe.reframe(pixels, FaceDetector()))
    print(f"{len(pixels)} images are reframed in {options.out}")
    return 0


# --- evaluate ------------------------------------------------------------------------------------


def evaluate_published(options: argparse.Namespace) -> int:
    """Measure the published network through the code that serves it."""
    from femr.training import evaluate

    data = fer2013.read(options.data)
    figures = measured(options.weights, data, data.part(options.split), options.votes, robust=options.robustness)
    print(json.dumps(figures, indent=2) if options.json else evaluate.as_text(figures))
    return 0


# --- export --------------------------------------------------------------------------------------


def export_model(options: argparse.Namespace) -> int:
    """Publish `.keras` files that were trained elsewhere."""
    data = fer2013.read(options.data)
    return finish(options.models, data, fer2013.split(data), options)


# --- options -------------------------------------------------------------------------------------


RECIPE_HELP = {
    "epochs": "passes over the training images",
    "batch_size": "images a step",
    "learning_rate": "its peak",
    "warmup_epochs": "epochs of linear rise to the peak",
    "weight_decay": "of kernels",
    "label_smoothing": "share of the target spread over all classes",
    "dropout": "share of features left out before the last layer",
    "architecture": "shape of the network",
    "class_weight": "weigh every class alike, as scikit-learn's `balanced`",
    "votes_share": "of the target, with --votes",
    "teachers_share": "of the loss, when distilling",
    "reframed_share": "of the images, with --reframed",
    "mixup": "strength of mixing images in pairs; 0 mixes none",
    "sharpness_radius": "how far from the weights gradients are taken, for flat minima; 0 for at them",
    "average": "momentum of the running average of the weights; 0 for none",
    "precision": "what the layers compute in",
    "seed": "of weights, order, augmentation and dropout",
}
"""The fields of `Recipe` that are options, with their help."""


def parse(arguments: list[str] | None) -> argparse.Namespace:
    """The options; `run` is the function to call with them."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    commands = parser.add_subparsers(required=True)

    command = commands.add_parser("train", help="from data to published weights")
    command.set_defaults(run=train, teachers=[])
    add_training(command)

    command = commands.add_parser("distil", help="from data and trained networks to one student's published weights")
    command.set_defaults(run=train)
    command.add_argument("--teachers", type=Path, nargs="+", required=True, help=".keras files to learn from")
    add_training(command)

    command = commands.add_parser("reframe", help="training images as the page crops them, to train on with --reframed")
    command.set_defaults(run=reframe_images)
    command.add_argument("--out", type=Path, default=Path("runs/reframed.npz"), help="where to keep them (%(default)s)")
    add_data(command)

    command = commands.add_parser("evaluate", help="measure the published network")
    command.set_defaults(run=evaluate_published)
    command.add_argument("--split", choices=TEST_PARTS, default="test", help="which images (%(default)s: all of them)")
    command.add_argument("--weights", type=Path, default=WEIGHTS, help="(%(default)s)")
    command.add_argument("--robustness", action="store_true", help="also under shifts, blur, dark… (minutes)")
    command.add_argument("--json", action="store_true", help="print one JSON object")
    add_data(command)

    command = commands.add_parser("export", help="publish .keras files that were trained elsewhere")
    command.set_defaults(run=export_model)
    command.add_argument("models", type=Path, nargs="+", help=".keras files that train.py wrote; several become one")
    add_data(command)
    command.add_argument("--assets", type=Path, default=ASSETS, help="where to publish (%(default)s)")

    return parser.parse_args(arguments)


def add_training(command: argparse.ArgumentParser) -> None:
    """The options of both ways to train."""
    command.add_argument("--start", type=Path, help="a trained .keras file to begin from (at random)")
    command.add_argument("--out", type=Path, default=Path("runs/latest"), help="where the run is kept (%(default)s)")
    command.add_argument("--reframed", type=Path, help="what `reframe` made of the training images (not used)")
    command.add_argument("--strength", type=float, default=1.0, help="of the augmentation, 0…1 (%(default)s)")
    command.add_argument("--resume", action="store_true", help="go on with the run in --out")
    add_data(command)
    command.add_argument("--assets", type=Path, default=ASSETS, help="where to publish (%(default)s)")
    for field in fields(Recipe):
        if field.name not in RECIPE_HELP:
            continue
        if field.type is bool:
            kind = {"action": argparse.BooleanOptionalAction}
        elif issubclass(field.type, StrEnum):
            kind = {"type": field.type, "choices": list(field.type)}
        elif field.name in ("epochs", "batch_size"):
            kind = {"type": positive}
        else:
            kind = {"type": field.type}
        name = f"--{field.name.replace('_', '-')}"
        command.add_argument(name, default=field.default, help=f"{RECIPE_HELP[field.name]} (%(default)s)", **kind)


def positive(text: str) -> int:
    """A whole number from 1 up."""
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"should be 1 or more, not {number}")
    return number


def add_data(command: argparse.ArgumentParser) -> None:
    """The options that every command has."""
    command.add_argument("--data", required=True, type=Path, help="FER-2013: a zip, a folder or fer2013.csv")
    command.add_argument("--votes", type=Path, help="FER+ votes (csv or csv.gz): softer targets, and a second accuracy")


if __name__ == "__main__":
    sys.exit(main())
