"""From data to published weights and back, through the command line. One training serves most of these tests."""

import contextlib
import csv
import gzip
import json
import os
import shutil
import signal
import subprocess
import sys
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

import keras
import numpy as np
import pytest
from PIL import Image
from scipy.special import softmax
from small_networks import SmallRecipe
from tiny_fer2013 import PUBLIC, TRAINING, Sample, capital_files, make_samples, votes_text, write_zip

import train
from femr.emotions import EMOTIONS
from femr.training import fer2013, network
from femr.training.recipe import Architecture, Precision, Recipe
from femr.training.robustness import CHANGES
from femr.vision.classifier import ExpressionClassifier

HERE = Path(__file__).parent
ROOT = Path(train.__file__).parent
EPOCHS = 2
SETTINGS = ("--epochs", str(EPOCHS), "--batch-size", "16", "--seed", "7", "--average", "0.9")
METRICS = {"images", "accuracy", "macro_f1", "macro_recall", "recall", "share", "confusion", "ece"}
FIGURES = METRICS | {"without_duplicates", "ferplus", "one_view", "robustness"}


@dataclass(frozen=True)
class Trained:
    """What one `train.py train` was given and left."""

    data: Path
    votes: Path
    out: Path
    assets: Path
    code: int

    def card(self) -> dict:
        """The published card."""
        return json.loads((self.assets / "femr.json").read_text())


@pytest.fixture(scope="module")
def samples() -> list[Sample]:
    """24 training and 3 public test images a class, disgust, and one training image that is a test image."""
    samples = make_samples(training=24, public=3, private=0, disgust=2)
    twin = next(sample for sample in samples if sample.part == PUBLIC)
    return [*samples, Sample(TRAINING, twin.emotion, twin.pixels)]


@pytest.fixture(scope="module")
def data(samples, tmp_path_factory) -> Path:
    """A zip of `samples`."""
    return write_zip(tmp_path_factory.mktemp("data") / "fer2013.zip", capital_files(samples))


@pytest.fixture(scope="module")
def votes(samples, tmp_path_factory) -> Path:
    """What people saw in `samples`."""
    path = tmp_path_factory.mktemp("votes") / "votes.csv.gz"
    path.write_bytes(gzip.compress(votes_text(samples).encode()))
    return path


@pytest.fixture(scope="module")
def trained(data, votes, tmp_path_factory) -> Trained:
    """A run from data and votes to published weights."""
    folder = tmp_path_factory.mktemp("trained")
    out, assets = folder / "run", folder / "assets"
    arguments = command("train", data, SETTINGS, votes=votes, out=out, assets=assets)
    return Trained(data, votes, out, assets, train.main(arguments))


def command(name: str, data: Path, more: tuple[str, ...] = (), **paths: Path) -> list[str]:
    """The command line of `name` on `data`, with `paths` as options."""
    options = [str(part) for option, path in paths.items() for part in (f"--{option}", path)]
    return [name, "--data", str(data), *options, *more]


def train_small(arguments: list[str]) -> int:
    """The exit code of the command line `arguments`, on a small network."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(train, "Recipe", SmallRecipe)
        return train.main(arguments)


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
    assert published == ["confusion.png", "curves.png", "evaluations.csv", "femr.json", "femr.tflite"]
    assert (trained.assets / "femr.tflite").stat().st_size <= 6e6


def test_the_card_tells_recipe_and_date(trained):
    card = trained.card()
    recipe = json.loads((trained.out / "recipe.json").read_text())
    assert card["recipes"] == [{**recipe, "start": None, "teachers": []}]
    assert (recipe["epochs"], recipe["seed"], recipe["average"]) == (EPOCHS, 7, 0.9)
    assert date.fromisoformat(card["date"])
    assert card["temperature"] > 0
    assert len(card["bias"]) == len(EMOTIONS)
    assert sum(card["bias"]) == pytest.approx(0, abs=1e-3)
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
    assert set(figures["validation"]) == FIGURES - {"robustness"}
    assert figures["public"]["images"] == 18
    assert figures["public"]["without_duplicates"]["images"] == 17
    assert figures["public"]["ferplus"]["images"] == 17  # people saw no face in one
    assert set(figures["public"]["one_view"]) == {"accuracy", "ece"}
    assert figures["public"]["robustness"]["clean"] == figures["public"]["accuracy"]


def test_the_log_has_the_test_part_alone(trained):
    with (trained.assets / "evaluations.csv").open(newline="") as file:
        (row,) = csv.DictReader(file)
    assert date.fromisoformat(row.pop("date"))
    figures = trained.card()["figures"]
    assert row == {
        "part": "public",
        "images": "18",
        "accuracy": str(figures["public"]["accuracy"]),
        "validation_accuracy": str(figures["validation"]["accuracy"]),
    }


def test_votes_soften_what_the_network_learns(trained, data, tmp_path, monkeypatch):
    from femr.training import fit

    learnt = []
    monkeypatch.setattr(fit, "fit", lambda *_, targets, **__: learnt.append(targets) or sys.exit(9))
    for more in ((), ("--votes", str(trained.votes)), ("--votes", str(trained.votes), "--votes-share", "0")):
        with pytest.raises(SystemExit, match="9"):
            train.main(command("train", data, (*SETTINGS, *more), out=tmp_path, assets=tmp_path))
    labels, softened, unused = learnt
    split = fer2013.split(fer2013.read(data))
    assert (labels == np.eye(6)[split.training.labels]).all()
    assert (unused == labels).all()
    assert (softened.argmax(axis=1) == split.training.labels).all()
    neutral = EMOTIONS.index("Neutral")
    # Seven of eight votes for the six emotions are the label's; three tenths of the target are the votes'.
    expected = 0.7 * labels + 0.3 * (7 / 8 * labels + 1 / 8 * np.eye(6)[neutral])
    seen = split.training.names != "0"  # in which all see no face
    np.testing.assert_allclose(softened[seen], expected[seen], atol=1e-6)
    assert (softened[~seen] == labels[~seen]).all()


def test_the_report_is_the_card_without_its_date(trained):
    card = trained.card()
    del card["date"]
    assert json.loads((trained.out / "report.json").read_text()) == card


def test_the_published_network_answers_as_the_best_one_of_the_run(trained):
    pixels = fer2013.read(trained.data).part("public").pixels
    logits = keras.models.load_model(trained.out / "best.keras").predict(pixels[..., None], verbose=0)
    card = trained.card()
    served = ExpressionClassifier(trained.assets / "femr.tflite", mirrored=False)(pixels)
    np.testing.assert_allclose(served, softmax(logits / card["temperature"] + card["bias"], axis=1), atol=1e-2)


def test_training_again_into_the_same_folder_is_refused(trained, capsys):
    before = (trained.out / "history.csv").read_text()
    arguments = command("train", trained.data, SETTINGS, votes=trained.votes, out=trained.out, assets=trained.assets)
    assert "holds a run" in refused(arguments, capsys)
    assert (trained.out / "history.csv").read_text() == before


def test_resuming_with_another_recipe_is_refused(trained, capsys):
    settings = (*SETTINGS, "--epochs", "5", "--resume")
    arguments = command("train", trained.data, settings, out=trained.out, assets=trained.assets)
    assert "another recipe" in refused(arguments, capsys)


def test_resuming_without_the_votes_is_refused(trained, capsys):
    settings = (*SETTINGS, "--resume")
    arguments = command("train", trained.data, settings, out=trained.out, assets=trained.assets)
    assert "other images, crops or votes" in refused(arguments, capsys)


@pytest.mark.parametrize("settings", [("--epochs", "0"), ("--batch-size", "0"), ("--batch-size", "9999")])
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


def test_training_with_votes_that_are_not_there_is_refused(data, tmp_path, capsys):
    paths = {"votes": tmp_path / "votes.csv", "out": tmp_path / "run", "assets": tmp_path / "assets"}
    assert f"There is no {tmp_path / 'votes.csv'}" in refused(command("train", data, **paths), capsys)
    assert not (tmp_path / "run").exists()


def test_starting_from_what_is_no_network_is_refused(data, tmp_path, capsys):
    paths = {"start": tmp_path / "best.keras", "out": tmp_path / "run", "assets": tmp_path / "assets"}
    assert "Cannot load the model" in refused(command("train", data, **paths), capsys)
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize("kind", ["train", "distil"])
def test_starting_from_a_network_of_another_shape_is_refused_before_anything_is_left(trained, tmp_path, capsys, kind):
    paths = {"start": trained.out / "best.keras", "out": tmp_path / "run", "assets": tmp_path / "assets"}
    if kind == "distil":
        paths["teachers"] = trained.out / "best.keras"
    settings = (*SETTINGS, "--architecture", "residual")
    assert "Give the architecture" in refused(command(kind, trained.data, settings, **paths), capsys)
    assert not (tmp_path / "run").exists()


# --- reframe -------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def reframed(data, tmp_path_factory) -> Path:
    """The training images of `data` as the page crops them."""
    path = tmp_path_factory.mktemp("reframed") / "reframed.npz"
    assert train.main(command("reframe", data, out=path)) == 0
    return path


def test_training_on_reframed_images_is_another_training(trained, reframed, tmp_path):
    def history(name, **paths):
        out = tmp_path / name
        more = ("--epochs", "1", "--batch-size", "16", "--reframed-share", "1", "--strength", "0")
        assert train.main(command("train", trained.data, more, out=out, assets=tmp_path / "assets", **paths)) == 0
        return (out / "history.csv").read_text()

    assert history("with", reframed=reframed) != history("without")


def test_strength_goes_into_the_recipe(data, tmp_path, monkeypatch):
    seen = []

    def stop(split, recipe, *_, **__):
        seen.append(recipe)
        raise KeyboardInterrupt

    monkeypatch.setattr("femr.training.fit.fit", stop)
    assert train.main(command("train", data, ("--strength", "0.5"), out=tmp_path)) == 130
    assert seen[0].augmentation == Recipe().augmentation.times(0.5)


def test_training_on_crops_of_other_images_is_refused(reframed, tmp_path, capsys):
    other = write_zip(tmp_path / "other.zip", capital_files(make_samples(training=25)))
    assert train.main(command("train", other, SETTINGS, reframed=reframed, out=tmp_path / "run")) == 1
    assert "other images" in capsys.readouterr().err
    assert not (tmp_path / "run").exists()


# --- distil --------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def distilled(trained, tmp_path_factory) -> Trained:
    """A student of two teachers: the trained network with its recipe, and the same with nothing beside it."""
    folder = tmp_path_factory.mktemp("distilled")
    for name, files in (("known", ("best.keras", "recipe.json", "lineage.json")), ("unknown", ("best.keras",))):
        (folder / name).mkdir()
        for file in files:
            shutil.copy(trained.out / file, folder / name / file)
    teachers = ("--teachers", *(str(folder / name / "best.keras") for name in ("known", "unknown")))
    out, assets = folder / "run", folder / "assets"
    settings = ("--epochs", "1", "--batch-size", "16", "--average", "0", "--teachers-share", "0.9")
    arguments = command("distil", trained.data, (*settings, *teachers), out=out, assets=assets)
    return Trained(trained.data, trained.votes, out, assets, train_small(arguments))


def test_a_student_is_published_with_the_recipes_of_its_teachers(distilled, trained):
    assert distilled.code == 0
    (recipe,) = distilled.card()["recipes"]
    assert (recipe["epochs"], recipe["teachers_share"], recipe["start"]) == (1, 0.9, None)
    assert recipe["teachers"] == [*trained.card()["recipes"], None]
    assert (distilled.assets / "femr.tflite").exists()


def test_the_student_and_not_its_teachers_is_what_a_distillation_leaves(distilled):
    student = keras.models.load_model(distilled.out / "best.keras")
    shape = network.build(Architecture.VGG, SmallRecipe().widths, dropout=0.4)
    assert student.name == "femr"
    assert [each.shape for each in student.weights] == [each.shape for each in shape.weights]


def test_distilling_without_teachers_is_refused(data, tmp_path, capsys):
    with pytest.raises(SystemExit) as left:
        train.main(command("distil", data, out=tmp_path / "run"))
    assert left.value.code == 2
    assert "--teachers" in capsys.readouterr().err


def test_a_teacher_that_is_no_network_is_refused(data, tmp_path, capsys):
    arguments = command("distil", data, ("--teachers", str(tmp_path / "best.keras")), out=tmp_path / "run")
    assert "Cannot load the model" in refused(arguments, capsys)
    assert not (tmp_path / "run").exists()


# --- evaluate ------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def evaluated(trained) -> subprocess.CompletedProcess[str]:
    """`evaluate --json` on the public part, in an interpreter that fails if it loaded TensorFlow or Keras."""
    paths = {"weights": trained.assets / "femr.tflite", "votes": trained.votes}
    arguments = command("evaluate", trained.data, ("--split", "public", "--json", "--robustness"), **paths)
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
    for measured in (figures, figures["without_duplicates"], figures["ferplus"]):
        assert set(measured) >= METRICS
        assert list(measured["recall"]) == list(EMOTIONS)
        assert np.array(measured["confusion"]).shape == (6, 6)
        assert np.sum(measured["confusion"]) == measured["images"]
        assert 0 <= measured["accuracy"] <= 1
        assert 0 <= measured["macro_f1"] <= 1
        assert 0 <= measured["macro_recall"] <= 1
        assert list(measured["share"]) == list(EMOTIONS)
        assert 0 <= measured["ece"] <= 1


def test_evaluate_measures_robustness_where_told(evaluated):
    robustness = json.loads(evaluated.stdout)["robustness"]
    assert set(robustness) == {"clean", "changed", "mean_drop", "pipeline", "pipeline_drop", "found"}
    assert set(robustness["changed"]) == set(CHANGES)
    accuracies = [robustness["clean"], *robustness["changed"].values(), robustness["pipeline"]]
    assert all(0 <= accuracy <= 1 for accuracy in accuracies)
    assert robustness["mean_drop"] == pytest.approx(accuracies[0] - np.mean(accuracies[1:-1]), abs=1e-4)
    assert robustness["pipeline"] <= robustness["found"]


def test_evaluate_finds_the_figures_of_the_card(evaluated, trained):
    assert json.loads(evaluated.stdout) == trained.card()["figures"]["public"]


def test_evaluate_prints_a_table_for_people(trained, capsys):
    weights = trained.assets / "femr.tflite"
    assert train.main(command("evaluate", trained.data, weights=weights)) == 0
    printed = capsys.readouterr().out
    assert "all images: 18 images" in printed
    assert "without duplicates: 17 images" in printed
    assert "without the mirrored view: accuracy" in printed
    assert all(emotion in printed for emotion in EMOTIONS)
    assert "FER+" not in printed
    assert "mean drop" not in printed


def test_evaluating_a_part_that_the_data_lacks_is_refused(trained, capsys):
    arguments = command("evaluate", trained.data, ("--split", "private"), weights=trained.assets / "femr.tflite")
    assert "holds no private images" in refused(arguments, capsys)


def test_evaluating_without_weights_is_refused(trained, tmp_path, capsys):
    arguments = command("evaluate", trained.data, weights=tmp_path / "femr.tflite")
    assert f"{tmp_path / 'femr.tflite'} is missing" in refused(arguments, capsys)


# --- export --------------------------------------------------------------------------------------


def test_a_network_trained_elsewhere_is_published_with_the_same_figures(trained, tmp_path):
    for name in ("best.keras", "recipe.json", "lineage.json"):
        shutil.copy(trained.out / name, tmp_path / name)
    model = str(tmp_path / "best.keras")
    paths = {"votes": trained.votes, "assets": tmp_path / "assets"}
    assert train.main(command("export", trained.data, (model,), **paths)) == 0
    card = json.loads((tmp_path / "assets" / "femr.json").read_text())
    assert card["recipes"] == trained.card()["recipes"]
    assert card["figures"] == trained.card()["figures"]


def test_several_networks_are_published_as_one(trained, distilled, tmp_path):
    models = [shutil.copytree(each.out, tmp_path / name) for name, each in (("one", trained), ("two", distilled))]
    paths = [str(model / "best.keras") for model in models]
    assert train.main(command("export", trained.data, tuple(paths), assets=tmp_path / "assets")) == 0
    card = json.loads((tmp_path / "assets" / "femr.json").read_text())
    assert card["recipes"] == [*trained.card()["recipes"], *distilled.card()["recipes"]]
    pixels = fer2013.read(trained.data).part("public").pixels
    logits = np.mean([keras.models.load_model(path).predict(pixels[..., None], verbose=0) for path in paths], axis=0)
    served = ExpressionClassifier(tmp_path / "assets" / "femr.tflite", mirrored=False)(pixels)
    np.testing.assert_allclose(served, softmax(logits / card["temperature"] + card["bias"], axis=1), atol=1e-2)


@pytest.fixture(scope="module")
def worse(trained, tmp_path_factory) -> Trained:
    """An attempt to publish a network that says the same to every image over the trained one."""
    folder = tmp_path_factory.mktemp("worse")
    shutil.copytree(trained.assets, folder / "assets")
    model = keras.models.load_model(trained.out / "best.keras")
    kernel, bias = model.get_layer("logits").get_weights()
    model.get_layer("logits").set_weights([kernel * 0, bias])
    (folder / "run").mkdir()
    model.save(folder / "run" / "best.keras")
    arguments = ("export", trained.data, (str(folder / "run" / "best.keras"),))
    with (folder / "printed").open("w") as file, contextlib.redirect_stdout(file):
        code = train.main(command(*arguments, assets=folder / "assets"))
    return Trained(trained.data, trained.votes, folder / "run", folder / "assets", code)


def test_a_network_that_is_worse_on_validation_is_not_published(worse, trained):
    assert worse.code == 0
    before, after = ({path.name: path.read_bytes() for path in each.assets.iterdir()} for each in (trained, worse))
    assert after == before
    printed = (worse.out.parent / "printed").read_text()
    assert printed.splitlines()[-1] == f"Not published: better on validation is the network in {worse.assets}"


def test_a_network_that_is_not_published_is_not_measured_on_a_test_part(worse):
    report = json.loads((worse.out / "report.json").read_text())
    assert set(report["figures"]) == {"validation"}
    assert "public" not in (worse.out.parent / "printed").read_text()


def test_exporting_what_is_no_network_is_refused(trained, tmp_path, capsys):
    arguments = command("export", trained.data, (str(tmp_path / "best.keras"),), assets=tmp_path / "assets")
    assert "Cannot load the model" in refused(arguments, capsys)
    assert not (tmp_path / "assets").exists()


# --- interrupt and resume ------------------------------------------------------------------------


@pytest.fixture(scope="module")
def interrupted(trained, tmp_path_factory) -> Trained:
    """Training in a process of its own that gets Ctrl-C once the first epoch is written down."""
    folder = tmp_path_factory.mktemp("interrupted")
    out, assets = folder / "run", folder / "assets"
    arguments = command("train", trained.data, SETTINGS, votes=trained.votes, out=out, assets=assets)
    ours = signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell may have begun us with Ctrl-C ignored
    try:
        process = subprocess.Popen(
            [sys.executable, HERE / "small_networks.py", *arguments],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
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
    return Trained(trained.data, trained.votes, out, assets, process.returncode)


@pytest.fixture(scope="module")
def resumed(interrupted) -> Trained:
    """The interrupted training, gone on with to its end."""
    paths = {"votes": interrupted.votes, "out": interrupted.out, "assets": interrupted.assets}
    code = train_small(command("train", interrupted.data, (*SETTINGS, "--resume"), **paths))
    return Trained(interrupted.data, interrupted.votes, interrupted.out, interrupted.assets, code)


def test_an_interrupted_run_keeps_its_best_network_and_says_how_to_go_on(interrupted):
    assert interrupted.code == 130
    assert (interrupted.out / "best.keras").exists()
    assert not interrupted.assets.exists()
    told = (interrupted.out.parent / "stderr").read_text()
    assert f"Stopped. The best network so far is {interrupted.out / 'best.keras'}. Add --resume to go on." in told


def test_a_resumed_run_ends_with_a_row_for_every_epoch(resumed):
    assert resumed.code == 0
    assert [row["epoch"] for row in rows(resumed.out)] == [str(epoch) for epoch in range(EPOCHS)]
    assert resumed.card()["recipes"][0]["seed"] == 7


# --- the command line ----------------------------------------------------------------------------


def test_training_loads_no_litert_before_it_exports():
    script = "import sys, train; from femr.training import export, fit; sys.exit('ai_edge_litert' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", script], cwd=ROOT, check=False).returncode == 0


@pytest.mark.parametrize("more", [["train"], ["distil", "--teachers", "best.keras"]], ids=["train", "distil"])
def test_options_left_out_are_those_of_the_recipe(more):
    options = train.parse([*more, "--data", "fer2013.zip"])
    usual = Recipe()
    kept = {name: value for name, value in asdict(usual).items() if name not in ("widths", "augmentation")}
    assert set(kept) == set(train.RECIPE_HELP)
    assert {name: getattr(options, name) for name in kept} == kept


def test_options_say_what_is_trained():
    given = ("--architecture", "residual", "--precision", "mixed_bfloat16", "--mixup", "0.4", "--no-class-weight")
    options = train.parse(["train", "--data", "fer2013.zip", *given])
    assert (options.architecture, options.precision) == (Architecture.RESIDUAL, Precision.BFLOAT16)
    assert (options.mixup, options.class_weight) == (0.4, False)


@pytest.mark.parametrize("given", [("--architecture", "resnet"), ("--precision", "float64")])
def test_an_option_that_there_is_not_is_refused(given, capsys):
    with pytest.raises(SystemExit) as left:
        train.parse(["train", "--data", "fer2013.zip", *given])
    assert left.value.code == 2
    assert given[1] in capsys.readouterr().err


@pytest.mark.parametrize("name", ["train", "distil", "reframe", "evaluate", "export"])
def test_every_command_has_help(name, capsys):
    with pytest.raises(SystemExit) as left:
        train.main([name, "--help"])
    assert left.value.code == 0
    assert "--data" in capsys.readouterr().out
