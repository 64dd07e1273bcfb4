"""A published network can be trained on: its file gives back the branches that it was made of."""

import numpy as np
import pytest
from tiny_fer2013 import random_images

from femr.training import export, network
from femr.training.recipe import Architecture
from scripts import unfold_published

BRANCHES = ((Architecture.MOBILENET, (64,)), (Architecture.RESIDUAL, (8, 16)), (Architecture.VGG, (8, 16)))

SHARES = (0.5, 0.3, 0.2)


def test_the_branches_of_a_file_come_back_and_answer_as_before(tmp_path):
    network.keras.utils.set_random_seed(3)
    images, path = random_images(64), tmp_path / "femr.tflite"
    branches = [unfold_published.built(*each) for each in BRANCHES]
    export.export(network.join(branches, SHARES), export.Calibration(1.2, np.zeros(6)), images, path)
    for number, (kind, branch) in enumerate(zip(BRANCHES, branches, strict=True)):
        again = unfold_published.built(*kind)
        unfold_published.unfold(
            unfold_published.read(path.read_bytes(), f"branch_{number}", SHARES[number]), again, images.pixels
        )
        expected, answers = (network.predict(each, images.pixels) for each in (branch, again))
        assert np.abs(answers - expected).max() < 0.05 * np.ptp(expected)  # weights of 8 bits
        normed = [layer for layer in again.layers if isinstance(layer, network.layers.BatchNormalization)]
        assert bool(normed) == (kind[0] is not Architecture.MOBILENET)
        for layer in normed:  # as if it had seen the images itself
            assert not np.allclose(layer.get_weights()[3], 1)


def test_a_branch_that_is_not_there_is_told(tmp_path):
    path = tmp_path / "femr.tflite"
    model = unfold_published.built(*BRANCHES[2])
    export.export(network.join([model, model]), export.Calibration(1.0, np.zeros(6)), random_images(64), path)
    with pytest.raises(SystemExit, match="no branch_2"):
        unfold_published.read(path.read_bytes(), "branch_2")
