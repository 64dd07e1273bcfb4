"""Training needs neither TensorFlow nor LiteRT; exporting what it leaves does."""

import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import keras
import numpy as np
import pytest
from scipy.special import log_softmax
from tiny_fer2013 import capital_files, make_samples, write_zip
from tiny_recipe import small, write_recipe

import train
from femr.training import fer2013
from femr.training.network import as_input
from femr.training.run_files import RunFiles

HERE = Path(__file__).parent
ROOT = Path(train.__file__).parent

BACKENDS = [
    "jax",
    pytest.param(
        "torch",
        marks=pytest.mark.skipif(
            find_spec("torch") is None,
            reason="PyTorch is no test requirement, as it takes gigabytes: install it to test that backend as well",
        ),
    ),
]

CHOSEN = "worked_out_by_hand or with_teachers"
"""Tests of `test_fit` that run on each backend: the average of weights that it holds, and a resumed training with
dropout and a teacher."""


@pytest.fixture(scope="module")
def data(tmp_path_factory) -> Path:
    """A zip of 12 training and 2 public test images a class."""
    samples = make_samples(training=12, public=2, private=0)
    return write_zip(tmp_path_factory.mktemp("data") / "fer2013.zip", capital_files(samples))


@pytest.fixture(scope="module", params=BACKENDS)
def backend(request) -> str:
    """Keras's backend."""
    return request.param


@pytest.fixture(scope="module")
def run(backend, tmp_path_factory) -> RunFiles:
    """Where the run on that backend is kept."""
    return RunFiles(tmp_path_factory.mktemp(backend) / "run")


@pytest.fixture(scope="module")
def without_tensorflow(backend, data, run) -> subprocess.CompletedProcess[str]:
    """`train.py train`, and some tests, where Keras runs on `backend` without TensorFlow and LiteRT."""
    stages = {"only": small(average=0.5, learning_rate=0.005)}
    recipe = write_recipe(run.folder.parent / "recipe.toml", ["only"], stages)
    paths = f"{HERE}{os.pathsep}{ROOT}"
    environment = {**os.environ, "KERAS_BACKEND": backend, "PYTHONPATH": paths, "JAX_PLATFORMS": "cpu"}
    command = [sys.executable, HERE / "without_tensorflow.py", data, recipe, run.folder, CHOSEN]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)


def test_without_tensorflow_a_network_is_trained_and_not_published(without_tensorflow, run):
    best = run.stage("only").best
    assert best.exists(), without_tensorflow.stderr
    assert not (run.folder.parent / "assets").exists()
    told = f"Trained: {best}. Publish where TensorFlow is: python train.py export {best} --data DATA"
    assert told in without_tensorflow.stdout.splitlines()


def test_averages_are_those_worked_out_by_hand_and_trainings_resume(without_tensorflow):
    assert without_tensorflow.returncode == 0, without_tensorflow.stdout[-8000:] + without_tensorflow.stderr
    assert "2 passed" in without_tensorflow.stdout


@pytest.mark.usefixtures("without_tensorflow")
def test_with_tensorflow_it_answers_as_it_did_without(data, run):
    files, validation = run.stage("only"), fer2013.split(fer2013.read(data)).validation
    history = files.read_history()
    best = int(np.argmax(history["score"]))
    logits = keras.models.load_model(files.best).predict_on_batch(as_input(validation.pixels))
    accuracy = (logits.argmax(axis=1) == validation.labels).mean()
    assert accuracy == pytest.approx(history["val_accuracy"][best], abs=1e-6)
    loss = -log_softmax(logits, axis=1)[np.arange(len(logits)), validation.labels].mean()
    assert loss == pytest.approx(history["val_loss"][best], rel=1e-3)


@pytest.mark.usefixtures("without_tensorflow")
def test_with_tensorflow_it_is_published(data, run, tmp_path):
    assert keras.backend.backend() == "tensorflow"
    assert train.main(["export", str(run.stage("only").best), "--data", str(data), "--assets", str(tmp_path)]) == 0
    assert sorted(path.suffix for path in tmp_path.iterdir()) == [".csv", ".json", ".png", ".png", ".tflite"]
