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

import train
from femr.training import fer2013, fit
from femr.training.fit import RunFiles, as_input

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


def without_tensorflow(backend: str, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """What Python does with `arguments` where Keras runs on `backend`."""
    paths = f"{HERE}{os.pathsep}{ROOT}"
    environment = {**os.environ, "KERAS_BACKEND": backend, "PYTHONPATH": paths, "JAX_PLATFORMS": "cpu"}
    command = [sys.executable, *map(str, arguments)]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def data(tmp_path_factory) -> Path:
    """A zip of 24 training and 2 public test images a class."""
    samples = make_samples(training=24, public=2, private=0)
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
def trained(backend, data, run) -> subprocess.CompletedProcess[str]:
    """`train.py train` without TensorFlow and LiteRT."""
    settings = ("--epochs", "2", "--batch-size", "16", "--average", "0.5", "--learning-rate", "0.005")
    paths = ("--data", data, "--out", run.folder, "--assets", run.folder.parent / "assets")
    return without_tensorflow(backend, HERE / "without_tensorflow.py", "train", *settings, *paths)


def test_without_tensorflow_a_network_is_trained_and_not_published(trained, run):
    assert trained.returncode == 0, trained.stderr
    assert run.best.exists()
    assert not (run.folder.parent / "assets").exists()
    assert trained.stdout.splitlines()[-1] == (
        f"Trained: {run.best}. Publish it where TensorFlow is: python train.py export {run.best} --data DATA"
    )


@pytest.mark.usefixtures("trained")
def test_with_tensorflow_it_answers_as_it_did_without(data, run):
    history, validation = fit.read_history(run), fer2013.split(fer2013.read(data)).validation
    best = int(np.argmax(history["val_accuracy"]))
    logits = keras.models.load_model(run.best).predict(as_input(validation.pixels), verbose=0)
    accuracy = (logits.argmax(axis=1) == validation.labels).mean()
    assert accuracy == pytest.approx(history["val_accuracy"][best], abs=1e-6)
    loss = -log_softmax(logits, axis=1)[np.arange(len(logits)), validation.labels].mean()
    assert loss == pytest.approx(history["val_loss"][best], rel=1e-3)


@pytest.mark.usefixtures("trained")
def test_with_tensorflow_it_is_published(data, run, tmp_path):
    assert keras.backend.backend() == "tensorflow"
    assert train.main(["export", str(run.best), "--data", str(data), "--assets", str(tmp_path)]) == 0
    assert sorted(path.suffix for path in tmp_path.iterdir()) == [".csv", ".json", ".png", ".png", ".tflite"]


def test_averages_and_steps_are_those_worked_out_by_hand_and_runs_resume(backend):
    chosen = "worked_out_by_hand or at_their_rest or resumed_distillation"  # the last with dropout
    files = (HERE / "test_fit.py", HERE / "test_optimizer.py", HERE / "test_distil.py")
    tested = without_tensorflow(
        backend, "-m", "pytest", "-q", "-p", "without_tensorflow", "-p", "no:cacheprovider", *files, "-k", chosen
    )
    assert tested.returncode == 0, tested.stdout[-8000:]
    assert "4 passed" in tested.stdout
