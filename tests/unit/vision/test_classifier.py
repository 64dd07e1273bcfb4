from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from femr.emotions import EMOTIONS, Emotion
from femr.errors import InstallationError
from femr.paths import COVERS, DETECTOR_FAR, WEIGHTS
from femr.vision.classifier import BATCH, ExpressionClassifier, expression_classifier
from tests.faces import fer_like


def noise(count, seed=0):
    return np.random.default_rng(seed).integers(0, 256, (count, 48, 48), np.uint8)


def test_a_smiling_face_looks_happy():
    (probabilities,) = expression_classifier()(fer_like()[None])
    assert EMOTIONS[int(np.argmax(probabilities))] is Emotion.HAPPY


@pytest.mark.parametrize("count", [1, 2, BATCH, BATCH + 1, 2 * BATCH + 7])
def test_every_crop_gets_probabilities_of_six_emotions(count):
    probabilities = expression_classifier()(noise(count))
    assert (probabilities.shape, probabilities.dtype) == ((count, 6), np.float32)
    assert probabilities.sum(axis=1) == pytest.approx(1, abs=1e-5)
    assert probabilities.min() >= 0


def test_no_crops_get_no_probabilities():
    assert expression_classifier()(np.empty((0, 48, 48), np.uint8)).shape == (0, 6)


def test_a_crop_reads_the_same_alone_and_in_company():
    crops = noise(BATCH + 3)
    together = expression_classifier()(crops)
    alone = np.concatenate([expression_classifier()(crops[i : i + 1]) for i in (0, BATCH - 1, BATCH, BATCH + 2)])
    assert together[[0, BATCH - 1, BATCH, BATCH + 2]] == pytest.approx(alone, abs=1e-5)


def test_different_crops_read_differently():
    one, other = expression_classifier()(np.stack([fer_like(), noise(1)[0]]))
    assert np.abs(one - other).max() > 0.05


def test_brightness_alone_matters_little():
    one, darker = expression_classifier()(np.stack([fer_like(), fer_like() // 2]))
    assert np.argmax(one) == np.argmax(darker)


def test_a_face_reads_the_same_in_a_mirror():
    crops = np.stack([fer_like(), *noise(3)])
    assert expression_classifier()(crops) == pytest.approx(expression_classifier()(crops[:, :, ::-1]), abs=1e-6)


def test_an_answer_is_the_mean_of_what_is_said_to_a_crop_and_its_mirror_image():
    crops, one_view = np.stack([fer_like(), *noise(BATCH)]), ExpressionClassifier(mirrored=False)
    views = one_view(crops), one_view(crops[:, :, ::-1])
    assert np.abs(views[0] - views[1]).max() > 0.01
    assert expression_classifier()(crops) == pytest.approx(np.mean(views, axis=0), abs=1e-5)


def test_many_visitors_at_once_each_get_their_own_answer():
    network = expression_classifier()
    crowds = [noise(1 + seed % 3, seed) for seed in range(24)]
    expected = [network(crops) for crops in crowds]
    with ThreadPoolExecutor(8) as visitors:
        answers = list(visitors.map(network, crowds * 4))
    for answer, right in zip(answers, expected * 4, strict=True):
        assert answer == pytest.approx(right, abs=1e-6)


def test_the_network_says_how_large_its_crops_are():
    assert expression_classifier().side == 48


def test_the_network_is_loaded_once():
    assert expression_classifier() is expression_classifier()


def test_missing_weights_are_named(tmp_path):
    with pytest.raises(InstallationError, match=r"nowhere\.tflite") as caught:
        ExpressionClassifier(tmp_path / "nowhere.tflite")
    assert caught.value.code == "network_missing"


@pytest.mark.parametrize("share", [0, 0.001, 0.5, 0.999])
def test_weights_that_are_cut_short_are_named(tmp_path, share):
    whole = WEIGHTS.read_bytes()
    path = tmp_path / "short.tflite"
    path.write_bytes(whole[: int(share * len(whole))])
    with pytest.raises(InstallationError, match=r"short\.tflite") as caught:
        ExpressionClassifier(path)
    assert caught.value.code == "network_broken"


@pytest.mark.parametrize("path", [DETECTOR_FAR, COVERS], ids=lambda path: path.stem)
def test_a_network_for_something_else_is_refused(path):
    with pytest.raises(InstallationError, match=path.stem) as caught:
        ExpressionClassifier(path)
    assert caught.value.code == "network_broken"
