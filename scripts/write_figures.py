"""The figures in `MODEL.md`: between its markers, and in its head for the Hugging Face Hub, from the published network.

    python -m scripts.write_figures

Reads `assets/femr.json`, `assets/evaluations.csv` and `benchmarks/ingredients.csv`; measures nothing.
"""

import csv
import json

from huggingface_hub import EvalResult, ModelCardData

from benchmarks import ingredients
from femr.emotions import EMOTIONS
from femr.paths import ASSETS, HUB_LABELS

MODEL_CARD = ASSETS.parent / "MODEL.md"
METRICS = (
    ("accuracy", "accuracy", "Accuracy"),
    ("macro_f1", "f1", "Macro F1"),
    ("macro_recall", "recall", "Macro recall"),
    ("ece", "expected_calibration_error", "Calibration error"),
)
"""Of the public part: their name in `femr.json`, the Hub's kind, and what a reader sees."""

BEGIN, END = "<!-- figures: python -m scripts.write_figures -->", "<!-- end of figures -->"


def main() -> None:
    """Replace the head and what is between the markers."""
    _, _, text = MODEL_CARD.read_text().split("---\n", 2)
    before, _, rest = text.partition(BEGIN)
    before = f"---\n{metadata()}\n---\n{before}"
    _, _, after = rest.partition(END)
    MODEL_CARD.write_text(f"{before}{BEGIN}\n\n{figures()}\n\n{END}{after}")


def metadata() -> str:
    """What the Hub reads of the model, as YAML: its kind, and the figures of the public test part as a model index."""
    public = json.loads((ASSETS / "femr.json").read_text())["figures"]["public"]
    results = [
        EvalResult(
            task_type="image-classification",
            task_name="Facial expression recognition, six classes",
            dataset_type="fer2013",
            dataset_name="FER-2013",
            dataset_split="public",
            metric_type=kind,
            metric_name=name,
            metric_value=public[key],
        )
        for key, kind, name in METRICS
    ]
    return ModelCardData(
        model_name="femr",
        license="other",
        license_name="see-the-card",
        license_link="README.md",
        library_name="litert",
        pipeline_tag="image-classification",
        datasets=[HUB_LABELS],
        tags=["facial-expression-recognition", "litert", "onnx", "tflite"],
        metrics=["accuracy", "f1"],
        eval_results=results,
    ).to_yaml()


def figures() -> str:
    """All tables, as Markdown."""
    card = json.loads((ASSETS / "femr.json").read_text())
    public = card["figures"]["public"]
    parts = {
        "### Accuracy": accuracy_table(card["figures"]),
        "### Each emotion, public part": emotion_table(public),
        "### Each emotion, other faces": emotion_table(card["figures"]["other_faces"]),
        "### Crops unlike those of FER-2013, public part": robustness_table(public["robustness"]),
        "### Every look at a test part": log_table(),
        "### What each ingredient gives": table(ingredients.HEADINGS, ingredients.means()),
    }
    return "\n\n".join(f"{title}\n\n{table}" for title, table in parts.items())


def accuracy_table(figures: dict) -> str:
    """One row for each set of images and labels."""
    rows = []
    for part in ("public", "validation"):
        metrics = figures[part]
        rows += [
            _accuracy_row(f"{part}, all images", metrics),
            _accuracy_row(f"{part}, without duplicates", metrics["without_duplicates"]),
            _accuracy_row(f"{part}, FER+ labels", metrics["ferplus"]),
        ]
        one_view = metrics["one_view"]
        rows.append(
            (f"{part}, without the mirrored view", metrics["images"], f"{one_view['accuracy']:.2%}", "", "",
             f"{one_view['ece']:.3f}")
        )  # fmt: skip
    rows.append(_accuracy_row("other faces, validation", figures["other_faces"]))
    return table(("images and labels", "images", "accuracy", "macro F1", "macro recall", "calibration error"), rows)


def _accuracy_row(name: str, metrics: dict) -> tuple[object, ...]:
    return (
        name,
        metrics["images"],
        f"{metrics['accuracy']:.2%}",
        f"{metrics['macro_f1']:.3f}",
        f"{metrics['macro_recall']:.3f}",
        f"{metrics['ece']:.3f}",
    )


def emotion_table(metrics: dict) -> str:
    """Recall, and how often each emotion is predicted."""
    rows = [
        (emotion, sum(row), f"{metrics['recall'][emotion]:.1%}", f"{metrics['share'][emotion]:.2f}")
        for emotion, row in zip(EMOTIONS, metrics["confusion"], strict=True)
    ]
    return table(("emotion", "images", "recall", "predictions for each label"), rows)


def robustness_table(metrics: dict) -> str:
    """Accuracy under each change, and both mean drops."""
    changed = {"as they are": metrics["clean"], **metrics["changed"]}
    rows = [
        (name, f"{accuracy:.2%}", f"{100 * (accuracy - metrics['clean']):+.1f}") for name, accuracy in changed.items()
    ]
    rows += [
        ("mean over the changes", "", f"{-100 * metrics['mean_drop']:+.1f}"),
        (
            f"at 4 × size in a 640 × 480 picture, found ({metrics['found']:.1%}) and cropped",
            f"{metrics['pipeline']:.2%}",
            f"{-100 * metrics['pipeline_drop']:+.1f}",
        ),
    ]
    return table(("crops", "accuracy", "points"), rows)


def log_table() -> str:
    """The log of evaluations as it is."""
    with (ASSETS / "evaluations.csv").open(newline="") as file:
        names, *rows = csv.reader(file)
    return table(tuple(name.replace("_", " ") for name in names), rows)


def table(names: tuple[str, ...], rows: list) -> str:
    """A Markdown table."""
    lines = [names, ["---"] * len(names), *rows]
    return "\n".join("| " + " | ".join(str(cell) for cell in line) + " |" for line in lines)


if __name__ == "__main__":
    main()
