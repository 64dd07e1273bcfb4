"""The model's command line: from FER-2013 to the network that the page loads.

    python train.py train --data fer2013.zip             train, evaluate, publish (about an hour on two cores)
    python train.py train --data fer2013.zip --resume    go on where a run stopped
    python train.py evaluate --data fer2013.zip          measure the published network
    python train.py export runs/latest/best.keras --data fer2013.zip    publish a network trained elsewhere

DATA is FER-2013 as a zip or folder (Training/Training/<Emotion>/ or train/<emotion>/), or fer2013.csv.
"""

import argparse
import json
import os
import sys
from dataclasses import asdict
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")  # before TensorFlow is imported: errors only

from femr.assets import ASSETS, WEIGHTS
from femr.errors import FemrError
from femr.training import fer2013
from femr.training.recipe import Recipe

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
    """From data to published weights."""
    from femr.training import fit

    recipe = Recipe(
        epochs=options.epochs,
        batch_size=options.batch_size,
        learning_rate=options.learning_rate,
        class_weight=options.class_weight,
        seed=options.seed,
    )
    run = fit.RunFiles(options.out)
    data = fer2013.read(options.data)
    split = fer2013.split(data)
    describe(data, split)
    try:
        fit.fit(split, recipe, run, resume=options.resume)
    except KeyboardInterrupt:
        kept = f"The best network so far is {run.best}." if run.best.exists() else "No epoch was finished."
        print(f"\nStopped. {kept} Add --resume to go on.", file=sys.stderr)
        return 130
    return finish(run.best, data, split, options, recipe=asdict(recipe))


def describe(data: fer2013.Fer2013, split: fer2013.Split) -> None:
    """Print what is trained on."""
    print(f"{len(split.training)} training and {len(split.validation)} validation images from {data.source}")
    print(f"left out: {data.disgust} of disgust, {split.twins_dropped} with a twin in a test part")


def finish(
    model_path: Path,
    data: fer2013.Fer2013,
    split: fer2013.Split,
    options: argparse.Namespace,
    recipe: dict | None = None,
) -> int:
    """Export, measure through the serving code, draw, and publish."""
    from femr.expression import ExpressionNetwork
    from femr.training import evaluate, export, fit

    folder = model_path.parent
    candidate = folder / export.WEIGHTS_NAME
    model = export.load(model_path)
    temperature = export.fit_temperature(model, split.validation)
    difference = export.export(model, temperature, split.validation, candidate)
    parts = {"validation": split.validation, **held_tests(data)}
    figures = {name: evaluate.report(ExpressionNetwork(candidate), data, images) for name, images in parts.items()}
    card = {
        "recipe": recipe,
        "seed": recipe["seed"] if recipe else None,
        "temperature": round(temperature, 4),
        "difference_keras_litert": difference,
        "data": counts(data, split),
        "figures": figures,
    }
    (folder / "report.json").write_text(json.dumps(card, indent=2) + "\n")
    pictures = [folder / "confusion.png"]
    evaluate.draw_confusion(figures["public" if "public" in figures else "validation"], pictures[0])
    if history := fit.read_history(fit.RunFiles(folder)):
        pictures.append(folder / "curves.png")
        evaluate.draw_curves(history, pictures[1])
    for name, figure in figures.items():
        print(f"\n{name}\n{evaluate.as_text(figure)}")
    published = export.publish(candidate, card, pictures, split.validation, options.assets)
    outcome = "Published to" if published else "Not published: better on validation is the network in"
    print(f"\n{outcome} {options.assets}")
    return 0


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


# --- evaluate ------------------------------------------------------------------------------------


def evaluate_published(options: argparse.Namespace) -> int:
    """Measure the published network through the code that serves it."""
    from femr.expression import ExpressionNetwork
    from femr.training import evaluate

    data = fer2013.read(options.data)
    figures = evaluate.report(ExpressionNetwork(options.weights), data, data.part(options.split))
    print(json.dumps(figures, indent=2) if options.json else evaluate.as_text(figures))
    return 0


# --- export --------------------------------------------------------------------------------------


def export_model(options: argparse.Namespace) -> int:
    """Publish a `.keras` file that was trained elsewhere."""
    data = fer2013.read(options.data)
    recipe = options.model.parent / "recipe.json"
    return finish(
        options.model,
        data,
        fer2013.split(data),
        options,
        recipe=json.loads(recipe.read_text()) if recipe.exists() else None,
    )


# --- options -------------------------------------------------------------------------------------


def parse(arguments: list[str] | None) -> argparse.Namespace:
    """The options; `run` is the function to call with them."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    commands = parser.add_subparsers(required=True)

    command = commands.add_parser("train", help="from data to published weights")
    command.set_defaults(run=train)
    command.add_argument("--out", type=Path, default=Path("runs/latest"), help="where the run is kept (%(default)s)")
    command.add_argument("--resume", action="store_true", help="go on with the run in --out")
    usual = Recipe()
    command.add_argument("--epochs", type=positive, default=usual.epochs, help="(%(default)s)")
    command.add_argument("--batch-size", type=positive, default=usual.batch_size, help="(%(default)s)")
    command.add_argument("--learning-rate", type=float, default=usual.learning_rate, help="peak (%(default)s)")
    command.add_argument(
        "--class-weight",
        action=argparse.BooleanOptionalAction,
        default=usual.class_weight,
        help="weigh every class alike, as scikit-learn's `balanced` (on)",
    )
    command.add_argument(
        "--seed", type=int, default=usual.seed, help="of weights, order and augmentation (%(default)s)"
    )
    add_data(command)
    command.add_argument("--assets", type=Path, default=ASSETS, help="where to publish (%(default)s)")

    command = commands.add_parser("evaluate", help="measure the published network")
    command.set_defaults(run=evaluate_published)
    command.add_argument("--split", choices=TEST_PARTS, default="test", help="which images (%(default)s: all of them)")
    command.add_argument("--weights", type=Path, default=WEIGHTS, help="(%(default)s)")
    command.add_argument("--json", action="store_true", help="print one JSON object")
    add_data(command)

    command = commands.add_parser("export", help="publish a .keras file that was trained elsewhere")
    command.set_defaults(run=export_model)
    command.add_argument("model", type=Path, help="a .keras file that train.py wrote")
    add_data(command)
    command.add_argument("--assets", type=Path, default=ASSETS, help="where to publish (%(default)s)")

    return parser.parse_args(arguments)


def positive(text: str) -> int:
    """A whole number from 1 up."""
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"should be 1 or more, not {number}")
    return number


def add_data(command: argparse.ArgumentParser) -> None:
    """The option that every command has."""
    command.add_argument("--data", required=True, type=Path, help="FER-2013: a zip, a folder or fer2013.csv")


if __name__ == "__main__":
    sys.exit(main())
