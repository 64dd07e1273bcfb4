"""From data to published weights and back, through the command line. One run serves most of these tests."""

import contextlib
import csv
import gzip
import json
import shutil
import signal
import subprocess
import sys
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
from PIL import Image
from scipy.special import softmax
from tiny_fer2013 import PUBLIC, TRAINING, Sample, capital_files, make_samples, random_images, votes_text, write_zip
from tiny_recipe import small, write_recipe

import train
from femr.emotions import EMOTIONS
from femr.training import fer2013, fit, other_faces, recipe, reframe
from femr.training.recipe import QUICK, Architecture, Stage
from femr.training.robustness import CHANGES
from femr.training.run_files import RunFiles, StageFiles
from femr.vision.classifier import ExpressionClassifier

ROOT = Path(train.__file__).parent
METRICS = {"images", "accuracy", "macro_f1", "macro_recall", "recall", "share", "confusion", "ece"}
FIGURES = METRICS | {"without_duplicates", "ferplus", "one_view", "robustness"}

STAGES = {
    "first": small(votes_share=0.0, seed=7),
    "second": small(start="first", epochs=1),
    "student": small(
        architecture=Architecture.RESIDUAL, widths=(4, 8), teachers=("first", "second"), teachers_share=0.6,
        reframed_share=0.5,
    ),
}  # fmt: skip
"""What stages can do: begin at random or from another one, learn from teachers, and from reframed crops."""

BRANCHES = ["student", "second"]


@pytest.fixture(autouse=True)
def nothing_is_published_for_real(tmp_path, monkeypatch):
    """Where no `--assets` is given, it is no place of ours."""
    monkeypatch.setattr(train, "ASSETS", tmp_path / "no-assets")


@dataclass(frozen=True)
class Trained:
    """What one command was given and left."""

    data: Path
    votes: Path
    run: RunFiles
    assets: Path
    code: int

    def card(self) -> dict:
        """The published card."""
        return json.loads((self.assets / "femr.json").read_text())


@pytest.fixture(scope="module")
def samples() -> list[Sample]:
    """12 training and 3 public test images a class, disgust, and one training image that is a test image."""
    samples = make_samples(training=12, public=3, private=0, disgust=2)
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
def recipe_file(tmp_path_factory) -> Path:
    """The recipe of two branches."""
    return write_recipe(tmp_path_factory.mktemp("recipe") / "two.toml", BRANCHES, STAGES)


@pytest.fixture(scope="module")
def trained(data, votes, recipe_file, tmp_path_factory) -> Trained:
    """A run from data, votes and a recipe to published weights."""
    folder = tmp_path_factory.mktemp("trained")
    run, assets = RunFiles(folder / "run"), folder / "assets"
    code = train.main(command("train", data, recipe=recipe_file, votes=votes, out=run.folder, assets=assets))
    return Trained(data, votes, run, assets, code)


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


# --- train ---------------------------------------------------------------------------------------


def test_training_succeeds(trained):
    assert trained.code == 0


def test_a_run_leaves_its_stages_recipe_crops_report_and_pictures(trained, recipe_file):
    left = {path.name for path in trained.run.folder.iterdir()}
    report = {"report.json", "femr.tflite", "curves.png", "confusion.png"}
    assert left == {*STAGES, "recipe.toml", "reframed.npz", *report}
    assert trained.run.recipe.read_text() == recipe_file.read_text()
    for name, stage in STAGES.items():
        files = trained.run.stage(name)
        assert files.best.exists()
        assert files.read_history()["epoch"] == list(range(stage.epochs))
    for name in ("curves.png", "confusion.png"):
        with Image.open(trained.run.folder / name) as drawn:
            drawn.load()


def test_network_card_and_pictures_are_published_and_nothing_else(trained):
    published = sorted(path.name for path in trained.assets.iterdir())
    assert published == ["confusion.png", "curves.png", "evaluations.csv", "femr.json", "femr.tflite"]


def test_the_card_tells_recipe_calibration_and_date(trained):
    card = trained.card()
    student, second = card["recipes"]
    assert [each["seed"] for each in student["teachers"]] == [7, 5]
    assert second == student["teachers"][1]
    assert second["start"] == student["teachers"][0]
    assert (second["start"]["start"], second["start"]["average"]) == ("random", STAGES["first"].average)
    assert date.fromisoformat(card["date"])
    assert card["temperature"] > 0
    assert len(card["bias"]) == len(EMOTIONS)
    assert sum(card["bias"]) == pytest.approx(0, abs=1e-3)
    assert card["difference_keras_litert"] <= 5e-2


def test_the_card_counts_the_data(trained):
    counts = trained.card()["data"]
    assert counts["disgust_left_out"] == 4
    assert counts["twins_of_test_images_dropped"] == 1
    assert list(counts["training"]) == list(EMOTIONS)
    assert sum(counts["training"].values()) + sum(counts["validation"].values()) == 6 * 12


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


def test_the_report_is_the_card_without_its_date(trained):
    card = trained.card()
    del card["date"]
    assert json.loads((trained.run.folder / "report.json").read_text()) == card


def test_the_published_network_answers_as_the_mixture_of_its_branches(trained):
    pixels = fer2013.read(trained.data).part("public").pixels
    branches = [keras.models.load_model(trained.run.stage(name).best) for name in BRANCHES]
    card = trained.card()
    logits = np.tensordot(card["shares"], [branch.predict_on_batch(pixels[..., None]) for branch in branches], 1)
    served = ExpressionClassifier(trained.assets / "femr.tflite", mirrored=False)(pixels)
    np.testing.assert_allclose(served, softmax(logits / card["temperature"] + card["bias"], axis=1), atol=5e-2)


# --- other faces ---------------------------------------------------------------------------------


@pytest.fixture
def others(monkeypatch) -> other_faces.OtherFaces:
    """Other faces, of which there are 12 to learn from and 6 to validate on; their zip is not read."""
    parts = (random_images(12, seed=3), random_images(6, seed=4))
    faces = other_faces.OtherFaces(
        *(other_faces.LabelledFaces(images, np.eye(6, dtype=np.float32)[images.labels]) for images in parts)
    )
    monkeypatch.setattr(other_faces, "read", lambda *_: faces)
    return faces


def test_other_faces_validate_beside_fer_2013_and_stand_in_the_card(data, others, tmp_path):
    stages = {"only": small(others_repeats=2)}
    recipe_path = write_recipe(tmp_path / "recipe.toml", ["only"], stages)
    run, assets = tmp_path / "run", tmp_path / "assets"
    photos = tmp_path / "photos.zip"
    assert train.main(command("train", data, recipe=recipe_path, out=run, assets=assets, others=photos)) == 0
    history = RunFiles(run).stage("only").read_history()
    assert history["score"] == pytest.approx(np.mean([history["val_recall"], history["others_recall"]], axis=0))
    card = json.loads((assets / "femr.json").read_text())
    assert set(card["figures"]["other_faces"]) == METRICS
    assert card["figures"]["other_faces"]["images"] == len(others.validation.images)
    with (assets / "evaluations.csv").open(newline="") as file:
        assert [row["part"] for row in csv.DictReader(file)] == ["public"]  # other faces choose: they are no test


def test_evaluate_measures_other_faces_too(data, trained, others, tmp_path, capsys):
    arguments = command("evaluate", data, ("--json", "--split", "public"), others=tmp_path / "photos.zip")
    assert train.main([*arguments, "--weights", str(trained.assets / "femr.tflite")]) == 0
    figures = json.loads(capsys.readouterr().out)
    assert figures["other_faces"]["images"] == len(others.validation.images)


def test_a_recipe_that_starts_from_a_backbone_asks_for_it(data, tmp_path, capsys):
    stage = small(architecture=Architecture.MOBILENET, widths=(), start=recipe.BACKBONE)
    path = write_recipe(tmp_path / "recipe.toml", ["only"], {"only": stage})
    error = refused(command("train", data, recipe=path, out=tmp_path / "run"), capsys)
    assert "Give its JSON file by --backbone" in error
    assert not (tmp_path / "run").exists()


# --- what stages are given -----------------------------------------------------------------------


class Given(list):
    """In the place of `fit.fit_stage`: keeps what each stage is given, and leaves a network without training."""

    def __call__(self, stage: Stage, split: fer2013.Split, files: StageFiles, **options: Any) -> None:
        self.append(options)
        files.folder.mkdir()
        fit._build(stage, stage.precision).save(files.best)


def given_stages(data: Path, out: Path, patch: pytest.MonkeyPatch, stages: dict[str, Stage], **paths: Path) -> Given:
    """What the stages of a recipe are given."""
    given = Given()
    patch.setattr(fit, "fit_stage", given)
    patch.setattr(train, "publish_if_better", lambda *_: 0)
    path = write_recipe(out.parent / "given.toml", [next(reversed(stages))], stages)
    assert train.main(command("train", data, recipe=path, out=out, **paths)) == 0
    return given


def test_votes_soften_what_a_stage_learns(data, votes, tmp_path, monkeypatch):
    stages = {"labels": small(votes_share=0.0), "votes": small(votes_share=0.3)}
    unused, softened = (
        each["targets"] for each in given_stages(data, tmp_path / "a", monkeypatch, stages, votes=votes)
    )
    labels = [each["targets"] for each in given_stages(data, tmp_path / "b", monkeypatch, stages)]
    split = fer2013.split(fer2013.read(data))
    assert all((each == np.eye(6)[split.training.labels]).all() for each in (unused, *labels))
    neutral = EMOTIONS.index("Neutral")
    # Seven of eight votes for the six emotions are the label's; three tenths of the target are the votes'.
    expected = 0.7 * unused + 0.3 * (7 / 8 * unused + 1 / 8 * np.eye(6)[neutral])
    seen = split.training.names != "0"  # in which all see no face
    np.testing.assert_allclose(softened[seen], expected[seen], atol=1e-6)
    assert (softened[~seen] == unused[~seen]).all()


def test_a_stage_is_given_the_networks_that_it_names_and_crops_where_it_shows_some(data, tmp_path, monkeypatch):
    monkeypatch.setattr(reframe, "reframe", lambda pixels, detector: 255 - pixels)
    first, second, student = given_stages(data, tmp_path / "run", monkeypatch, STAGES)
    run, pixels = RunFiles(tmp_path / "run"), fer2013.split(fer2013.read(data)).training.pixels

    def same(network: keras.Model, name: str) -> bool:
        kept = keras.models.load_model(run.stage(name).best)
        return all((a == b).all() for a, b in zip(network.get_weights(), kept.get_weights(), strict=True))

    assert (first["start"], first["teachers"], first["reframed"]) == (None, [], None)
    assert same(second["start"], "first")
    assert (second["teachers"], second["reframed"]) == ([], None)
    assert student["start"] is None
    assert [same(*pair) for pair in zip(student["teachers"], ("first", "second"), strict=True)] == [True, True]
    assert (student["reframed"] == 255 - pixels).all()


def test_crops_that_were_made_before_are_taken_and_those_of_other_images_refused(data, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(reframe, "reframe", None)
    stages = {"only": small(reframed_share=1.0)}
    pixels = fer2013.split(fer2013.read(data)).training.pixels
    reframe.write(RunFiles(tmp_path / "run").reframed, pixels, pixels // 2)
    (given,) = given_stages(data, tmp_path / "run", monkeypatch, stages)
    assert (given["reframed"] == pixels // 2).all()
    other = RunFiles(tmp_path / "other")
    reframe.write(other.reframed, random_images(6).pixels, random_images(6).pixels)
    assert "other images" in refused(command("train", data, recipe=tmp_path / "given.toml", out=other.folder), capsys)


# --- what is refused -----------------------------------------------------------------------------


def test_training_again_into_the_same_folder_is_refused(trained, recipe_file, capsys):
    before = {path: path.read_bytes() for path in trained.run.folder.rglob("*.csv")}
    paths = {"recipe": recipe_file, "out": trained.run.folder, "assets": trained.assets}
    assert "holds a run" in refused(command("train", trained.data, **paths), capsys)
    assert {path: path.read_bytes() for path in trained.run.folder.rglob("*.csv")} == before


def test_resuming_with_another_recipe_is_refused(trained, tmp_path, capsys):
    other = write_recipe(tmp_path / "other.toml", BRANCHES, {**STAGES, "first": small(epochs=5)})
    arguments = command("train", trained.data, ("--resume",), recipe=other, out=trained.run.folder)
    assert "makes other choices" in refused(arguments, capsys)


def test_resuming_without_the_votes_is_refused(trained, recipe_file, capsys):
    arguments = command("train", trained.data, ("--resume",), recipe=recipe_file, out=trained.run.folder)
    assert "other images, crops or votes" in refused(arguments, capsys)


def test_resuming_where_there_is_no_run_is_refused(data, recipe_file, tmp_path, capsys):
    arguments = command("train", data, ("--resume",), recipe=recipe_file, out=tmp_path / "run")
    assert "holds no run to resume" in refused(arguments, capsys)
    assert not (tmp_path / "run").exists()


def test_a_batch_of_more_images_than_there_are_is_refused_before_anything_is_left(data, tmp_path, capsys):
    path = write_recipe(tmp_path / "large.toml", ["last"], {"first": small(), "last": small(batch_size=9999)})
    assert "A batch of 9999 images" in refused(command("train", data, recipe=path, out=tmp_path / "run"), capsys)
    assert not (tmp_path / "run").exists()


@pytest.mark.usefixtures("without_litert")
def test_where_crops_are_to_be_made_training_without_litert_is_refused_before_anything_is_left(data, tmp_path, capsys):
    path = write_recipe(tmp_path / "reframed.toml", ["last"], {"first": small(), "last": small(reframed_share=0.5)})
    assert "LiteRT is missing" in refused(command("train", data, recipe=path, out=tmp_path / "run"), capsys)
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize("missing", ["data", "votes", "recipe"])
def test_training_on_what_is_not_there_is_refused(missing, data, recipe_file, tmp_path, capsys):
    paths = {"data": data, "recipe": recipe_file, "out": tmp_path / "run"} | {missing: tmp_path / "nowhere"}
    assert str(tmp_path / "nowhere") in refused(command("train", **paths), capsys)
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


def export(model: Path, data: Path, assets: Path, **paths: Path) -> int:
    """Publish one network; the exit code."""
    return train.main(command("export", data, (str(model),), assets=assets, **paths))


def test_networks_trained_elsewhere_are_published_with_the_same_figures(trained, tmp_path):
    run = RunFiles(shutil.copytree(trained.run.folder, tmp_path / "run"))
    models = tuple(str(run.stage(name).best) for name in BRANCHES)
    paths = {"votes": trained.votes, "assets": tmp_path / "assets"}
    assert train.main(command("export", trained.data, models, **paths)) == 0
    card = json.loads((tmp_path / "assets" / "femr.json").read_text())
    assert card["recipes"] == trained.card()["recipes"]
    assert card["figures"] == trained.card()["figures"]


@pytest.fixture(scope="module")
def worse(trained, tmp_path_factory) -> Trained:
    """An attempt to publish a network from somewhere else that says the same to every image over the trained one."""
    folder = tmp_path_factory.mktemp("worse")
    shutil.copytree(trained.assets, folder / "assets")
    model = keras.models.load_model(trained.run.stage("first").best)
    kernel, bias = model.get_layer("logits").get_weights()
    model.get_layer("logits").set_weights([kernel * 0, bias])
    path = folder / "somewhere" / "best.keras"
    path.parent.mkdir()
    model.save(path)
    with (
        (folder / "printed").open("w") as file,
        contextlib.redirect_stdout(file),
        pytest.MonkeyPatch.context() as patch,
    ):
        # On eight images, after seconds of training, the published one need not be the better one of itself.
        patch.setattr("femr.training.export.accuracy", lambda weights, _: float(weights.parent == folder / "assets"))
        code = export(path, trained.data, folder / "assets")
    return Trained(trained.data, trained.votes, RunFiles(path.parent), folder / "assets", code)


def test_a_network_that_is_worse_on_validation_is_not_published(worse, trained):
    assert worse.code == 0
    before, after = ({path.name: path.read_bytes() for path in each.assets.iterdir()} for each in (trained, worse))
    assert after == before
    printed = (worse.assets.parent / "printed").read_text()
    assert printed.splitlines()[-1] == f"Not published: better on validation is the network in {worse.assets}"


def test_a_network_that_is_not_published_is_not_measured_on_a_test_part(worse):
    report = json.loads((worse.run.folder / "report.json").read_text())
    assert set(report["figures"]) == {"validation"}
    assert "public" not in (worse.assets.parent / "printed").read_text()


def test_of_a_network_from_somewhere_else_no_recipe_is_told(worse):
    assert json.loads((worse.run.folder / "report.json").read_text())["recipes"] == [None]


def test_exporting_what_is_no_network_is_refused(trained, tmp_path, capsys):
    arguments = command("export", trained.data, (str(tmp_path / "best.keras"),), assets=tmp_path / "assets")
    assert "Cannot load the model" in refused(arguments, capsys)
    assert not (tmp_path / "assets").exists()


# --- interrupt and resume ------------------------------------------------------------------------


class CtrlC(keras.callbacks.Callback):
    """Presses Ctrl-C when an epoch has ended."""

    def on_epoch_end(self, epoch, logs=None):
        signal.raise_signal(signal.SIGINT)


@pytest.fixture(scope="module")
def interrupted(trained, recipe_file, tmp_path_factory) -> Trained:
    """The same run once more, that gets Ctrl-C once the first epoch of the last stage is written down."""
    folder = tmp_path_factory.mktemp("interrupted")
    run, assets = RunFiles(folder / "run"), folder / "assets"
    run.folder.mkdir()
    shutil.copy(trained.run.reframed, run.reframed)
    usual = keras.Model.fit

    def fit_and_stop(model: keras.Model, *data: Any, callbacks: list, **options: Any) -> Any:
        if model.name == "distiller":
            callbacks.append(CtrlC())
        return usual(model, *data, callbacks=callbacks, **options)

    arguments = command("train", trained.data, recipe=recipe_file, votes=trained.votes, out=run.folder, assets=assets)
    ours = signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell may have begun us with Ctrl-C ignored
    try:
        with (
            (folder / "stderr").open("w") as file,
            contextlib.redirect_stderr(file),
            pytest.MonkeyPatch.context() as patch,
        ):
            patch.setattr(keras.Model, "fit", fit_and_stop)
            code = train.main(arguments)
    finally:
        signal.signal(signal.SIGINT, ours)
    return Trained(trained.data, trained.votes, run, assets, code)


def test_an_interrupted_run_keeps_its_best_network_and_says_how_to_go_on(interrupted):
    best = interrupted.run.stage("student").best
    assert interrupted.code == 130
    assert best.exists()
    assert not interrupted.assets.exists()
    told = (interrupted.assets.parent / "stderr").read_text()
    assert f"Stopped. The best network so far is {best}. Add --resume to go on." in told
    assert interrupted.run.stage("student").read_history()["epoch"] == [0]


def test_a_resumed_run_trains_what_is_left_and_gives_what_an_unbroken_one_gives(
    interrupted, trained, recipe_file, tmp_path, monkeypatch
):
    run, published = interrupted.run, []
    monkeypatch.setattr(train, "publish_if_better", lambda *given: published.append(given[:2]) or 0)
    finished = [run.stage(name).best for name in ("first", "second")]
    before = [(path.read_bytes(), path.stat().st_mtime_ns) for path in finished]
    remarked = tmp_path / "remarked.toml"  # the same choices in another text
    remarked.write_text("# said later\n" + recipe_file.read_text().replace('"small"', '"smaller"'))
    paths = {"votes": interrupted.votes, "out": run.folder, "assets": interrupted.assets}
    assert train.main(command("train", interrupted.data, ("--resume",), recipe=remarked, **paths)) == 0
    assert [(path.read_bytes(), path.stat().st_mtime_ns) for path in finished] == before
    for name, stage in STAGES.items():
        resumed, expected = (each.run.stage(name).read_history() for each in (interrupted, trained))
        assert resumed["epoch"] == list(range(stage.epochs))
        for curve in ("loss", "accuracy", "val_loss", "val_accuracy"):
            assert resumed[curve] == pytest.approx(expected[curve], rel=1e-3), (name, curve)
    assert published == [([run.stage(name).best for name in BRANCHES], run.folder)]


# --- the command line ----------------------------------------------------------------------------


def test_without_a_recipe_the_quick_one_is_trained_and_kept_under_its_name(data, tmp_path, monkeypatch, capsys):
    asked = []

    def stop(*given: Any, **options: Any) -> None:
        asked.append(given)
        raise KeyboardInterrupt

    monkeypatch.setattr(fit, "fit_recipe", stop)
    monkeypatch.chdir(tmp_path)
    assert train.main(command("train", data)) == 130
    chosen, source, _, sources, run = asked[0]
    assert (chosen, source, run) == (recipe.read(QUICK), QUICK, RunFiles(Path("runs/quick")))
    assert sources == fit.Sources()
    printed = capsys.readouterr()
    assert chosen.cost in printed.out
    assert "No epoch was finished." in printed.err


@pytest.mark.parametrize("name", ["train", "evaluate", "export"])
def test_every_command_has_help(name, capsys):
    with pytest.raises(SystemExit) as left:
        train.main([name, "--help"])
    assert left.value.code == 0
    assert "--data" in capsys.readouterr().out
