"""The model's command line: from FER-2013 to the network that the page loads.

    python train.py train --data fer2013.zip --votes ferplus_votes.csv.gz    train recipes/quick.toml, evaluate, publish
    python train.py train --data fer2013.zip --votes ferplus_votes.csv.gz --others other_faces.zip \
        --backbone faceres-deep.json --recipe recipes/published.toml         the published network
    python train.py train --data fer2013.zip --resume                        go on where a run stopped
    python train.py evaluate --data fer2013.zip                              measure the published network
    python train.py export runs/quick/vgg/best.keras --data fer2013.zip      publish a network trained elsewhere

DATA is FER-2013 as a zip or folder (Training/Training/<Emotion>/ or train/<emotion>/), or fer2013.csv. A recipe holds
every choice, and says what it costs and gives. Training runs on any Keras backend (KERAS_BACKEND=tensorflow, jax or
torch); exporting needs TensorFlow.
"""

import argparse
import json
import os
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

# Before TensorFlow is imported: errors only, and oneDNN on processors without AVX-512 too, where it is off unless asked
# for and trains 1.4 times as fast.
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "1")

from femr.errors import FemrError
from femr.paths import ASSETS, WEIGHTS
from femr.training import fer2013, other_faces, recipe, votes
from femr.training.run_files import RunFiles, StageFiles

RUNS = Path("runs")
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
    """Train every stage of a recipe, and publish what comes out where TensorFlow is."""
    chosen = recipe.read(options.recipe)
    data = fer2013.read(options.data)
    split = fer2013.split(data)
    cast = votes.read(options.votes, split.training) if options.votes else None
    others = read_others(options)
    print(f"{chosen.title}\ncost: {chosen.cost}")
    print(f"{len(split.training)} training and {len(split.validation)} validation images from {data.source}")
    print(f"left out: {data.disgust} of disgust, {split.twins_dropped} with a twin in a test part")
    run = RunFiles(options.out or RUNS / options.recipe.stem)

    import keras

    from femr.training import fit

    try:
        sources = fit.Sources(cast, others, options.backbone)
        fit.fit_recipe(chosen, options.recipe, split, sources, run, resume=options.resume)
    except KeyboardInterrupt:
        kept = [run.stage(name).best for name in chosen.stages if run.stage(name).best.exists()]
        told = f"The best network so far is {kept[-1]}." if kept else "No epoch was finished."
        print(f"\nStopped. {told} Add --resume to go on.", file=sys.stderr)
        return 130
    branches = [run.stage(name).best for name in chosen.branches]
    if keras.backend.backend() != "tensorflow":
        paths = " ".join(map(str, branches))
        print(f"Trained: {paths}. Publish where TensorFlow is: python train.py export {paths} --data DATA")
        return 0
    return publish_if_better(branches, run.folder, data, split, others, options)


# --- export --------------------------------------------------------------------------------------


def export_models(options: argparse.Namespace) -> int:
    """Publish `.keras` files that were trained elsewhere."""
    data = fer2013.read(options.data)
    others = read_others(options)
    return publish_if_better(options.models, options.models[0].parent, data, fer2013.split(data), others, options)


def publish_if_better(
    models: Sequence[Path],
    folder: Path,
    data: fer2013.Fer2013,
    split: fer2013.Split,
    others: other_faces.OtherFaces | None,
    options: argparse.Namespace,
) -> int:
    """Export, and where the network is better than the published one: measure it through the serving code, publish.

    Several models become one network (`network.join`), with the shares under which labels are most likely; what belongs
    to it is kept in `folder`.
    """
    from femr.training import evaluate, export, network

    candidate = folder / export.WEIGHTS_NAME
    branches = [network.load(path) for path in models]
    seen = [split.validation, *([others.validation.images] if others else [])]
    answers = [
        [export.ask(branch, images, elsewhere=number > 0) for number, images in enumerate(seen)] for branch in branches
    ]
    shares = export.shares(answers).tolist()
    model = network.join(branches, shares) if len(branches) > 1 else branches[0]
    together = [export.mixed(each, shares) for each in zip(*answers, strict=True)]
    calibration = export.even(export.calibrate(together), together)
    difference = export.export(model, calibration, split.validation, candidate)
    better = export.is_better(candidate, seen, options.assets)
    # A test part is looked at only by what will be published: it chooses nothing.
    parts = {"validation": split.validation, **(held_out_parts(data) if better else {})}
    figures = {
        name: evaluate_weights(candidate, data, images, options.votes, robust=name != "validation")
        for name, images in parts.items()
    }
    if others:
        figures["other_faces"] = evaluate_others(candidate, others)
    card = {
        "recipes": [lineage(path) for path in models],
        "shares": [round(share, 4) for share in shares],
        "temperature": round(calibration.temperature, 4),
        "bias": [round(float(bias), 4) for bias in calibration.bias],
        "difference_keras_litert": difference,
        "data": count_images(data, split),
        "figures": figures,
    }
    (folder / "report.json").write_text(json.dumps(card, indent=2) + "\n")
    for name, figure in figures.items():
        print(f"\n{name}\n{evaluate.as_text(figure)}")
    if not better:
        print(f"\nNot published: better on validation is the network in {options.assets}")
        return 0
    export.publish(candidate, card, draw_pictures(folder, models[0], figures), options.assets)
    print(f"\nPublished to {options.assets}")
    return 0


def held_out_parts(data: fer2013.Fer2013) -> dict[str, fer2013.Images]:
    """The test parts that the data holds, by name."""
    held = {"public": fer2013.Usage.PUBLIC, "private": fer2013.Usage.PRIVATE, "test": fer2013.Usage.TEST}
    return {name: data.part(name) for name, usage in held.items() if usage in data.usages}


def lineage(model: Path) -> dict[str, Any] | None:
    """How a stage's network was trained, by the recipe that its run keeps; None for a file from somewhere else."""
    run = RunFiles(model.parent.parent)
    return recipe.read(run.recipe).lineage(model.parent.name) if run.recipe.exists() else None


def count_images(data: fer2013.Fer2013, split: fer2013.Split) -> dict[str, object]:
    """How many images went where."""
    return {
        "training": split.training.counts(),
        "validation": split.validation.counts(),
        "disgust_left_out": data.disgust,
        "twins_of_test_images_dropped": split.twins_dropped,
    }


def draw_pictures(folder: Path, model: Path, figures: dict[str, Any]) -> list[Path]:
    """Pictures of the confusion matrix and, where the model's stage is at hand, of its curves."""
    from femr.training import evaluate

    pictures = [folder / "confusion.png"]
    evaluate.draw_confusion(figures["public" if "public" in figures else "validation"], pictures[0])
    if history := StageFiles(model.parent).read_history():
        pictures.append(folder / "curves.png")
        evaluate.draw_curves(history, pictures[1])
    return pictures


# --- evaluate ------------------------------------------------------------------------------------


def evaluate_published(options: argparse.Namespace) -> int:
    """Measure the published network through the code that serves it."""
    from femr.training import evaluate

    data = fer2013.read(options.data)
    images = data.part(options.split)
    figures = evaluate_weights(options.weights, data, images, options.votes, robust=options.robustness)
    if others := read_others(options):
        figures["other_faces"] = evaluate_others(options.weights, others)
    print(json.dumps(figures, indent=2) if options.json else evaluate.as_text(figures))
    return 0


def evaluate_weights(
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


def evaluate_others(weights: Path, others: other_faces.OtherFaces) -> dict[str, Any]:
    """Metrics of the network in `weights` on other faces that none is trained on. They choose: they are no test."""
    from femr.training import evaluate
    from femr.vision.classifier import ExpressionClassifier

    images = others.validation.images
    return asdict(evaluate.measure(ExpressionClassifier(weights)(images.pixels), images.labels))


def read_others(options: argparse.Namespace) -> other_faces.OtherFaces | None:
    """The other faces that the options name."""
    if options.others is None:
        return None
    from femr.vision.detector import FaceDetector

    return other_faces.read(options.others, FaceDetector())


# --- options -------------------------------------------------------------------------------------


def parse(arguments: list[str] | None) -> argparse.Namespace:
    """The options; `run` is the function to call with them."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    commands = parser.add_subparsers(required=True)

    command = commands.add_parser("train", help="from data to published weights, by a recipe")
    command.set_defaults(run=train)
    command.add_argument("--recipe", type=Path, default=recipe.QUICK, help="a TOML file (%(default)s)")
    command.add_argument("--out", type=Path, help="where the run is kept (runs/ and the recipe's name)")
    command.add_argument(
        "--backbone", type=Path, help="a published network of faces: a TensorFlow.js model's JSON file"
    )
    command.add_argument("--resume", action="store_true", help="go on with the run in --out")
    add_data(command)
    add_assets(command)

    command = commands.add_parser("evaluate", help="measure the published network")
    command.set_defaults(run=evaluate_published)
    command.add_argument("--split", choices=TEST_PARTS, default="test", help="which images (%(default)s: all of them)")
    command.add_argument("--weights", type=Path, default=WEIGHTS, help="(%(default)s)")
    command.add_argument("--robustness", action="store_true", help="also under shifts, blur, dark… (minutes)")
    command.add_argument("--json", action="store_true", help="print one JSON object")
    add_data(command)

    command = commands.add_parser("export", help="publish .keras files that were trained elsewhere")
    command.set_defaults(run=export_models)
    command.add_argument("models", type=Path, nargs="+", help=".keras files that train.py wrote; several become one")
    add_data(command)
    add_assets(command)

    return parser.parse_args(arguments)


def add_data(command: argparse.ArgumentParser) -> None:
    """The options that every command has."""
    command.add_argument("--data", required=True, type=Path, help="FER-2013: a zip, a folder or fer2013.csv")
    command.add_argument("--others", type=Path, help="other faces: a zip of the photos that data/other_faces.csv names")
    command.add_argument("--votes", type=Path, help="FER+ votes (csv or csv.gz): softer targets, and a second accuracy")


def add_assets(command: argparse.ArgumentParser) -> None:
    """The option of both commands that publish."""
    command.add_argument("--assets", type=Path, default=ASSETS, help="where to publish (%(default)s)")


if __name__ == "__main__":
    sys.exit(main())
