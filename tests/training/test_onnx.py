"""Every architecture that `train.py` can publish has an ONNX copy."""

import keras
import numpy as np
import onnxruntime
import pytest
from tiny_fer2013 import random_images

from femr.training import export, network
from femr.training.recipe import Architecture
from femr.vision.classifier import ExpressionClassifier
from scripts import export_onnx


def built(*architectures: Architecture) -> keras.Model:
    """A network with random weights, of so many branches."""
    keras.utils.set_random_seed(1)
    branches = []
    for architecture in architectures:
        mobile = architecture is Architecture.MOBILENET
        branches.append(network.build(architecture, () if mobile else (8, 16), 0.3, 64 if mobile else 48))
    return network.join(branches) if len(branches) > 1 else branches[0]


@pytest.mark.parametrize(
    "architectures", [(Architecture.VGG,), (Architecture.RESIDUAL,), (Architecture.MOBILENET, Architecture.VGG)]
)
def test_an_exported_network_has_a_copy_that_answers_alike(architectures, tmp_path):
    images, path = random_images(64), tmp_path / "femr.tflite"
    model, calibration = built(*architectures), export.Calibration(1.5, np.array([0.5, -0.5, 1.0, 0.0, -1.0, 0.0]))
    export.export(model, calibration, images, path)
    assert export_onnx.main(["--weights", str(path), "--out", str(tmp_path / "femr.onnx")]) == 0
    session = onnxruntime.InferenceSession(tmp_path / "femr.onnx")
    (answers,) = session.run(None, {export_onnx.CROPS: network.as_input(images.pixels)})
    served = ExpressionClassifier(path, mirrored=False)(images.pixels)
    assert np.ptp(served, axis=0).max() > 1e-3
    np.testing.assert_allclose(answers, served, atol=export_onnx.AS_SERVED)
    expected = network.predict(network.serving(model, 1.5, calibration.bias), images.pixels)
    assert np.abs(answers - expected).max() < export.MAX_DIFFERENCE
