"""From data to published weights and back, through the command line. One training serves most of these tests."""

import csv
import json
import os
import shutil
import signal
import subprocess
import sys
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import keras
import numpy as np
import pytest
from PIL import Image
from tiny_fer2013 import PUBLIC, TRAINING, Sample, capital_files, make_samples, write_zip

import train
from femr.emotions import EMOTIONS
from femr.expression import ExpressionNetwork
from femr.training import fer2013
from femr.training.recipe import Recipe

ROOT = Path(train.__file__).parent
EPOCHS = 2
SETTINGS = ("--epochs", str(EPOCHS), "--batch-size", "16", "--seed", "7")
FIGURES = {"images", "accuracy", "macro_f1", "recall", "confusion", "ece", "without_duplicates"}


@dataclass(frozen=True)
class Trained:
    """What one `train.py train` was given and left."""

    data: Path
    out: Path
    assets: Path
    code: int

    def card(self) -> dict:
        """The published card."""
        return json.loads((self.assets / "femr.json").read_text())


@pytest.fixture(scope="module")
def data(tmp_path_factory) -> Path:
    """A zip of 24 training and 6 public test images a class, disgust, and one training image that is a test image."""
    samples = make_samples(training=24, public=6, private=0, disgust=2)
    twin = next(sample for sample in samples if sample.part == PUBLIC)
    samples.append(Sample(TRAINING, twin.emotion, twin.pixels))
    return write_zip(tmp_path_factory.mktemp("data") / "fer2013.zip", capital_files(samples))


@pytest.fixture(scope="module")
def trained(data, tmp_path_factory) -> Trained:
    """A run from data to published weights."""
    folder = tmp_path_factory.mktemp("trained")
    out, assets = folder / "run", folder / "assets"
    return Trained(data, out, assets, train.main(command("train", data, SETTINGS, out=out, assets=assets)))


def command(name: str, data: Path, more: tuple[str, ...] = (), **paths: Path) -> list[str]:
    """The command line of `name` on `data`, with `paths` as options."""
    options = [str(part) for option, path in paths.items() for part in (f"--{option}", path)]
    return [name, "--data", str(data), *options, *more]


def refused(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> str:
    """The one line on standard error with which the command line `arguments` is refused, by exit code 1."""
    capsys.readouterr()
    assert train.main(arguments) == 1
    error = capsys.readouterr().err
    assert error.count("\n") == 1
    return error


def rows(out: Path) -> list[dict[str, str]]:
    """The rows of a run's history; none before it has one."""
    if not (out / "history.csv").exists():
        return []
    with (out / "history.csv").open(newline="") as file:
        return list(csv.DictReader(file))


# --- train ---------------------------------------------------------------------------------------


def test_training_succeeds(trained):
    assert trained.code == 0


def test_a_run_leaves_its_network_curves_recipe_and_report(trained):
    left = {path.name for path in trained.out.iterdir()}
    assert {"best.keras", "history.csv", "recipe.json", "report.json", "curves.png", "confusion.png"} <= left
    assert len(rows(trained.out)) == EPOCHS
    assert json.loads((trained.out / "recipe.json").read_text())["seed"] == 7
    for name in ("curves.png", "confusion.png"):
        with Image.open(trained.out / name) as drawn:
            drawn.load()


def test_network_card_and_pictures_are_published_and_nothing_else(trained):
    published = sorted(path.name for path in trained.assets.iterdir())
    assert published == ["confusion.png", "curves.png", "femr.json", "femr.tflite"]
    assert (trained.assets / "femr.tflite").stat().st_size <= 6e6


def test_the_card_tells_recipe_and_date(trained):
    card = trained.card()
    assert card["recipe"] == json.loads((trained.out / "recipe.json").read_text())
    assert (card["recipe"]["epochs"], card["recipe"]["seed"]) == (EPOCHS, 7)
    assert date.fromisoformat(card["date"])
    assert card["temperature"] > 0
    assert card["difference_keras_litert"] <= 1e-2


def test_the_card_counts_the_data(trained):
    counts = trained.card()["data"]
    assert counts["disgust_left_out"] == 4
    assert counts["twins_of_test_images_dropped"] == 1
    assert list(counts["training"]) == list(EMOTIONS)
    assert sum(counts["training"].values()) + sum(counts["validation"].values()) == 6 * 24


def test_the_card_has_figures_of_validation_and_of_every_test_part(trained):
    figures = trained.card()["figures"]
    assert set(figures) == {"validation", "public"}
    assert set(figures["public"]) == FIGURES
    assert figures["public"]["images"] == 36
    assert figures["public"]["without_duplicates"]["images"] == 35


def test_the_report_is_the_card_without_its_date(trained):
    card = trained.card()
    del card["date"]
    assert json.loads((trained.out / "report.json").read_text()) == card


def test_the_published_network_answers_as_the_best_one_of_the_run(trained):
    pixels = fer2013.read(trained.data).part("public").pixels
    logits = keras.models.load_model(trained.out / "best.keras").predict(pixels[..., None], verbose=0)
    powers = np.exp((logits - logits.max(axis=1, keepdims=True)) / trained.card()["temperature"])
    served = ExpressionNetwork(trained.assets / "femr.tflite")(pixels)
    np.testing.assert_allclose(served, powers / powers.sum(axis=1, keepdims=True), atol=1e-2)


def test_training_again_into_the_same_folder_is_refused(trained, capsys):
    before = (trained.out / "history.csv").read_text()
    arguments = command("train", trained.data, SETTINGS, out=trained.out, assets=trained.assets)
    assert "holds a run" in refused(arguments, capsys)
    assert (trained.out / "history.csv").read_text() == before


def test_resuming_with_another_recipe_is_refused(trained, capsys):
    settings = ("--epochs", "5", "--batch-size", "16", "--seed", "7", "--resume")
    arguments = command("train", trained.data, settings, out=trained.out, assets=trained.assets)
    assert "another recipe" in refused(arguments, capsys)


@pytest.mark.parametrize("settings", [("--epochs", "0"), ("--batch-size", "0"), ("--batch-size", "100000")])
def test_settings_that_cannot_train_are_refused_before_anything_is_left(settings, data, tmp_path, capsys):
    try:
        code = train.main(command("train", data, settings, out=tmp_path / "run", assets=tmp_path / "assets"))
    except SystemExit as left:
        code = left.code
    assert code in (1, 2)
    assert settings[1] in capsys.readouterr().err
    assert not (tmp_path / "run").exists()


def test_training_on_data_that_is_not_there_is_refused(tmp_path, capsys):
    arguments = command("train", tmp_path / "nowhere.zip", out=tmp_path / "run", assets=tmp_path / "assets")
    assert f"There is no {tmp_path / 'nowhere.zip'}" in refused(arguments, capsys)
    assert not (tmp_path / "run").exists()


# --- evaluate ------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def evaluated(trained) -> subprocess.CompletedProcess[str]:
    """`evaluate --json` on the public part, in an interpreter that fails if it loaded TensorFlow or Keras."""
    weights = trained.assets / "femr.tflite"
    arguments = command("evaluate", trained.data, ("--split", "public", "--json"), weights=weights)
    script = (
        "import sys, train\n"
        "code = train.main(sys.argv[1:])\n"
        "sys.exit(code or [name for name in ('tensorflow', 'keras') if name in sys.modules] or 0)"
    )
    return subprocess.run(
        [sys.executable, "-c", script, *arguments], cwd=ROOT, capture_output=True, text=True, check=False
    )


def test_evaluating_loads_neither_tensorflow_nor_keras(evaluated):
    assert (evaluated.returncode, evaluated.stderr) == (0, "")


def test_evaluate_prints_one_json_object(evaluated):
    figures = json.loads(evaluated.stdout)
    assert set(figures) == FIGURES
    for measured in (figures, figures["without_duplicates"]):
        assert list(measured["recall"]) == list(EMOTIONS)
        assert np.array(measured["confusion"]).shape == (6, 6)
        assert np.sum(measured["confusion"]) == measured["images"]
        assert 0 <= measured["accuracy"] <= 1
        assert 0 <= measured["macro_f1"] <= 1
        assert 0 <= measured["ece"] <= 1


def test_evaluate_finds_the_figures_of_the_card(evaluated, trained):
    assert json.loads(evaluated.stdout) == trained.card()["figures"]["public"]


def test_evaluate_prints_a_table_for_people(trained, capsys):
    weights = trained.assets / "femr.tflite"
    assert train.main(command("evaluate", trained.data, weights=weights)) == 0
    printed = capsys.readouterr().out
    assert "all images: 36 images" in printed
    assert "without duplicates: 35 images" in printed
    assert all(emotion in printed for emotion in EMOTIONS)


def test_evaluating_a_part_that_the_data_lacks_is_refused(trained, capsys):
    arguments = command("evaluate", trained.data, ("--split", "private"), weights=trained.assets / "femr.tflite")
    assert "holds no private images" in refused(arguments, capsys)


def test_evaluating_without_weights_is_refused(trained, tmp_path, capsys):
    arguments = command("evaluate", trained.data, weights=tmp_path / "femr.tflite")
    assert f"{tmp_path / 'femr.tflite'} is missing" in refused(arguments, capsys)


# --- export --------------------------------------------------------------------------------------


def test_a_network_trained_elsewhere_is_published_with_the_same_figures(trained, tmp_path):
    for name in ("best.keras", "recipe.json"):
        shutil.copy(trained.out / name, tmp_path / name)
    model = str(tmp_path / "best.keras")
    assert train.main(command("export", trained.data, (model,), assets=tmp_path / "assets")) == 0
    card = json.loads((tmp_path / "assets" / "femr.json").read_text())
    assert card["recipe"] == trained.card()["recipe"]
    assert card["figures"] == trained.card()["figures"]


def test_exporting_what_is_no_network_is_refused(trained, tmp_path, capsys):
    arguments = command("export", trained.data, (str(tmp_path / "best.keras"),), assets=tmp_path / "assets")
    assert "Cannot load the model" in refused(arguments, capsys)
    assert not (tmp_path / "assets").exists()


# --- interrupt and resume ------------------------------------------------------------------------


@pytest.fixture(scope="module")
def interrupted(trained, tmp_path_factory) -> Trained:
    """The same training in a process of its own that gets Ctrl-C once the first epoch is written down."""
    folder = tmp_path_factory.mktemp("interrupted")
    out, assets = folder / "run", folder / "assets"
    arguments = command("train", trained.data, SETTINGS, out=out, assets=assets)
    ours = signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell may have begun us with Ctrl-C ignored
    try:
        process = subprocess.Popen(
            [sys.executable, "train.py", *arguments], cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
        )
    finally:
        signal.signal(signal.SIGINT, ours)
    sent, errors = False, b""
    with process:
        while progress := os.read(process.stderr.fileno(), 65536):  # the progress bar wakes us
            errors += progress
            if not sent and rows(out):
                process.send_signal(signal.SIGINT)
                sent = True
    (folder / "stderr").write_bytes(errors)
    return Trained(trained.data, out, assets, process.returncode)


@pytest.fixture(scope="module")
def resumed(interrupted) -> Trained:
    """The interrupted training, gone on with to its end."""
    settings = (*SETTINGS, "--resume")
    arguments = command("train", interrupted.data, settings, out=interrupted.out, assets=interrupted.assets)
    return Trained(interrupted.data, interrupted.out, interrupted.assets, train.main(arguments))


def test_an_interrupted_run_keeps_its_best_network_and_says_how_to_go_on(interrupted):
    assert interrupted.code == 130
    assert (interrupted.out / "best.keras").exists()
    assert not interrupted.assets.exists()
    told = (interrupted.out.parent / "stderr").read_text()
    assert f"Stopped. The best network so far is {interrupted.out / 'best.keras'}. Add --resume to go on." in told


def test_a_resumed_run_ends_with_a_row_for_every_epoch(resumed):
    assert resumed.code == 0
    assert [row["epoch"] for row in rows(resumed.out)] == [str(epoch) for epoch in range(EPOCHS)]
    assert resumed.card()["recipe"]["seed"] == 7


# --- the command line ----------------------------------------------------------------------------


def test_training_loads_no_litert_before_it_exports():
    script = "import sys, train; from femr.training import fit; sys.exit('ai_edge_litert' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", script], cwd=ROOT, check=False).returncode == 0


def test_options_left_out_are_those_of_the_recipe():
    options = train.parse(["train", "--data", "fer2013.zip"])
    usual = Recipe()
    assert (options.epochs, options.batch_size, options.seed) == (usual.epochs, usual.batch_size, usual.seed)
    assert (options.learning_rate, options.class_weight) == (usual.learning_rate, True)


def test_class_weights_can_be_switched_off():
    assert not train.parse(["train", "--data", "fer2013.zip", "--no-class-weight"]).class_weight


@pytest.mark.parametrize("name", ["train", "evaluate", "export"])
def test_every_command_has_help(name, capsys):
    with pytest.raises(SystemExit) as left:
        train.main([name, "--help"])
    assert left.value.code == 0
    assert "--data" in capsys.readouterr().out
