"""A MobileNet begins with published weights, and looks at the grey crop enlarged and in colour."""

import json
from pathlib import Path

import keras
import numpy as np
import pytest
from tiny_fer2013 import random_images

from femr.errors import DataError
from femr.training import mobilenet, network
from femr.training.mobilenet import BLOCKS, FIRST_WIDTH, read_backbone
from femr.training.recipe import Architecture


def published_arrays(rng: np.random.Generator) -> dict[str, np.ndarray]:
    """Arrays of a MobileNet under the names that its publishers gave them, of random values."""
    arrays = {"conv1/convolution/merged_input": (3, 3, 3, FIRST_WIDTH), "conv1_bn/batchnorm_1/sub": (FIRST_WIDTH,)}
    before = FIRST_WIDTH
    for number, (width, _) in enumerate(BLOCKS, 1):
        arrays[f"conv_dw_{number}/depthwise_kernel"] = (3, 3, before, 1)
        arrays[f"conv_dw_{number}_bn/batchnorm_1/mul"] = (1, 1, 1, before)
        arrays[f"conv_dw_{number}_bn/batchnorm_1/sub"] = (before,)
        arrays[f"conv_pw_{number}/convolution/merged_input"] = (1, 1, before, width)
        arrays[f"conv_pw_{number}_bn/batchnorm_1/sub"] = (width,)
        before = width
    return {name: rng.normal(0, 0.1, shape).astype(np.float32) for name, shape in arrays.items()}


def write_model(folder: Path, arrays: dict[str, np.ndarray]) -> Path:
    """A TensorFlow.js graph model that holds `arrays`, in two files of weights."""
    names = list(arrays)
    groups = []
    for number, chosen in enumerate((names[:7], names[7:])):
        (folder / f"part-{number}.bin").write_bytes(b"".join(arrays[name].tobytes() for name in chosen))
        weights = [{"name": name, "shape": arrays[name].shape, "dtype": "float32"} for name in chosen]
        groups.append({"paths": [f"part-{number}.bin"], "weights": weights})
    (folder / "model.json").write_text(json.dumps({"weightsManifest": groups}))
    return folder / "model.json"


@pytest.fixture(scope="module")
def arrays() -> dict[str, np.ndarray]:
    return published_arrays(np.random.default_rng(0))


@pytest.fixture(scope="module")
def model() -> keras.Model:
    return network.build(Architecture.MOBILENET, (), dropout=0.3, enlarged=64, frozen_blocks=2)


def test_the_network_begins_with_the_published_weights(arrays, model, tmp_path):
    before = model.get_layer("logits").get_weights()
    read_backbone(write_model(tmp_path, arrays)).start(model)
    kernel, bias = model.get_layer("pointwise_13").get_weights()
    assert (kernel == arrays["conv_pw_13/convolution/merged_input"][0, 0]).all()
    assert (bias == arrays["conv_pw_13_bn/batchnorm_1/sub"]).all()
    kernel, _ = model.get_layer("depthwise_3").get_weights()
    scale = arrays["conv_dw_3_bn/batchnorm_1/mul"].ravel()
    np.testing.assert_allclose(kernel[..., 0], arrays["conv_dw_3/depthwise_kernel"][..., 0] * scale, rtol=1e-6)
    assert (model.get_layer("conv").get_weights()[0] == arrays["conv1/convolution/merged_input"]).all()
    assert all((a == b).all() for a, b in zip(model.get_layer("logits").get_weights(), before, strict=True))


def test_frozen_blocks_are_not_trained_and_all_others_are(model):
    trained = {layer.name for layer in model.layers if layer.trainable_weights}
    assert not {"conv", "depthwise_1", "pointwise_1", "depthwise_2", "pointwise_2"} & trained
    assert {"depthwise_3", "pointwise_3", "depthwise_13", "pointwise_13", "logits"} <= trained


def test_light_and_contrast_of_a_crop_change_nothing(model):
    crops = network.as_input(random_images(4).pixels)
    np.testing.assert_allclose(model.predict_on_batch(crops), model.predict_on_batch(crops * 0.5 + 40), atol=1e-3)


def test_the_backbone_sees_the_enlarged_crop_with_its_own_contrast_and_tint(model):
    seen = keras.Model(model.input, model.get_layer("backbone_range").output)
    pictures = seen.predict_on_batch(network.as_input(random_images(4).pixels))
    assert pictures.shape == (4, 64, 64, 3)
    np.testing.assert_allclose(pictures.mean(axis=(0, 1, 2)), network.BACKBONE_TINT, atol=3)


@pytest.mark.parametrize("content", [None, "no JSON", "{}", '{"weightsManifest": [{"paths": ["x"], "weights": []}]}'])
def test_what_is_no_backbone_is_refused(content, tmp_path):
    path = tmp_path / "model.json"
    if content is not None:
        path.write_text(content)
    with pytest.raises(DataError):
        read_backbone(path)


def test_a_backbone_that_was_cut_short_is_refused(arrays, tmp_path):
    path = write_model(tmp_path, arrays)
    (tmp_path / "part-1.bin").write_bytes(b"0123")
    with pytest.raises(DataError, match="Expected MobileNet v1"):
        read_backbone(path)


def test_every_block_is_there():
    images = keras.Input((64, 64, 3))
    assert mobilenet.extract(images).shape == (None, 1024)
