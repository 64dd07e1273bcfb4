"""Every change does what its name tells, and accuracy under changes is counted right."""

import cv2
import numpy as np
import pytest
from tiny_fer2013 import make_images, random_images

from femr.training import robustness
from femr.training.fer2013 import SIDE, Images
from femr.vision.geometry import Box, Detection, Point

MIDDLE = (SIDE - 1) / 2


# --- changes -------------------------------------------------------------------------------------


def dot(right: int = 0, down: int = 0) -> np.ndarray:
    """A bright square of 4 × 4 pixels so far from the middle of a black image."""
    image = np.zeros((SIDE, SIDE), np.uint8)
    top, left = SIDE // 2 - 2 + down, SIDE // 2 - 2 + right
    image[top : top + 4, left : left + 4] = 255
    return image


def place(image: np.ndarray) -> tuple[float, float]:
    """How far right of and below the middle the light of `image` lies."""
    rows, columns = np.mgrid[:SIDE, :SIDE] - MIDDLE
    light = image / image.sum()
    return float((light * columns).sum()), float((light * rows).sum())


@pytest.mark.parametrize(
    ("how", "start", "end"),
    [
        ({"right": 0.1}, (0, 0), (4.8, 0)),
        ({"right": -0.1}, (0, 0), (-4.8, 0)),
        ({"down": 0.1}, (0, 0), (0, 4.8)),
        ({"down": -0.25}, (3, 3), (3, -9)),
        ({"scale": 0.5}, (12, -8), (6, -4)),
        ({"scale": 1.5}, (8, 0), (12, 0)),
        ({"roll": 90}, (10, 0), (0, -10)),
        ({"roll": -90}, (10, 0), (0, 10)),
        ({"roll": 15}, (12, 0), (12 * np.cos(np.pi / 12), -12 * np.sin(np.pi / 12))),
        ({}, (5, 7), (5, 7)),
    ],
)
def test_a_dot_moves_as_told(how, start, end):
    assert place(robustness.moved(dot(*start), **how)) == pytest.approx(end, abs=0.15)


def test_scaling_changes_the_size():
    assert robustness.moved(dot(), scale=0.5).sum() == pytest.approx(dot().sum() / 4, rel=0.1)
    assert robustness.moved(dot(), scale=2).sum() == pytest.approx(dot().sum() * 4, rel=0.1)


def test_the_edge_is_repeated_outwards():
    image = np.tile(np.r_[np.full(SIDE // 2, 200), np.full(SIDE // 2, 20)].astype(np.uint8), (SIDE, 1))
    assert (robustness.moved(image, right=0.1)[:, :5] == 200).all()
    assert (robustness.moved(image, right=-0.1)[:, -5:] == 20).all()


@pytest.mark.parametrize(("gamma", "brighter"), [(0.4, True), (2.2, False)])
def test_gamma_below_one_is_brighter_and_above_one_darker(gamma, brighter):
    greys = np.arange(256, dtype=np.uint8).reshape(16, 16)
    relit = robustness.relit(greys, gamma=gamma)
    assert (relit[0, 0], relit[-1, -1]) == (0, 255)
    between = relit.ravel()[5:-5].astype(int) - greys.ravel()[5:-5]
    assert (between > 0).all() if brighter else (between < 0).all()
    assert relit[8, 0] == round(255 * (128 / 255) ** gamma)


def detail(image: np.ndarray) -> float:
    """How much neighbouring pixels differ."""
    return float(np.abs(np.diff(image.astype(float), axis=0)).mean() + np.abs(np.diff(image.astype(float))).mean())


@pytest.mark.parametrize("name", ["blur, σ 1 px", "half the resolution"])
def test_blur_and_half_the_resolution_take_detail_away(name):
    (change,) = robustness.CHANGES[name]
    for image in random_images(6).pixels:
        assert detail(change(image)) < 0.8 * detail(image)


def test_stronger_compression_changes_more():
    image = random_images(1).pixels[0].astype(int)
    distances = [np.abs(robustness.compressed(image.astype(np.uint8), quality=q) - image).mean() for q in (95, 60, 10)]
    assert 0 < distances[0] < distances[1] < distances[2]


@pytest.mark.parametrize("name", robustness.CHANGES)
def test_every_change_keeps_shape_and_type_and_the_original_and_changes_the_image(name):
    for image in random_images(6).pixels:
        before = image.copy()
        for change in robustness.CHANGES[name]:
            after = change(image)
            assert (after.shape, after.dtype) == ((SIDE, SIDE), np.uint8)
            assert (after != before).mean() > 0.1
            assert (image == before).all()


@pytest.mark.parametrize("name", ["shift by 10 %", "roll by 15°"])
def test_a_change_with_a_direction_goes_in_each(name):
    places = np.array([place(change(dot(right=8, down=8))) for change in robustness.CHANGES[name]])
    np.testing.assert_allclose((places - 8).mean(axis=0), 0, atol=0.4)
    assert np.ptp(places, axis=0).min() > 3


def test_a_photo_shows_the_face_in_the_middle():
    image = random_images(3).pixels[2]
    photo = robustness.in_a_photo(image)
    assert (photo.shape, photo.dtype) == ((480, 640, 3), np.uint8)
    assert (photo == photo[..., :1]).all()
    face = photo[144:336, 224:416, 0]
    shrunk = cv2.resize(face, (SIDE, SIDE), interpolation=cv2.INTER_AREA)
    assert np.abs(shrunk.astype(int) - image).mean() < 8
    around = photo.copy()
    around[144:336, 224:416] = robustness.BACKGROUND
    assert (around == robustness.BACKGROUND).all()


# --- measure -------------------------------------------------------------------------------------


class ReadsGrey:
    """A network to whom each sixth of the greys is an emotion."""

    side = SIDE

    def __call__(self, crops: np.ndarray) -> np.ndarray:
        return np.eye(6)[np.minimum(crops[:, 16:32, 16:32].mean(axis=(1, 2)) // 43, 5).astype(int)]


class SeesTheRight:
    """A network to whom light on the right is the second emotion, and light in the middle or left the first."""

    side = SIDE

    def __call__(self, crops: np.ndarray) -> np.ndarray:
        return np.eye(6)[[int(place(crop)[0] > 2) for crop in crops]]


def finds_all_but_the_dark(photo: np.ndarray) -> list[Detection]:
    """A detector that knows where the face is, and sees it where it is not dark; and a smaller one aside."""
    if photo[200:280, 280:360].mean() < 40:
        return []
    eyes = Point(300, 220), Point(340, 220)
    return [Detection(Box(260, 180, 120, 120), eyes, 0.9), Detection(Box(10, 10, 20, 20), eyes, 0.8)]


def greys(*values: int, labels: tuple[int, ...]) -> Images:
    """An image of each grey."""
    return make_images(np.stack([np.full((SIDE, SIDE), value, np.uint8) for value in values]), labels)


def test_accuracies_are_those_worked_out_by_hand():
    images = greys(20, 60, 110, 150, 190, 235, labels=(0, 1, 2, 3, 4, 5))
    measured = robustness.measure(ReadsGrey(), finds_all_but_the_dark, images)
    assert measured.clean == 1
    # 255 · (grey/255)^0.4: 92, 143, 182, 206, 227, 247 -> 2, 3, 4, 4, 5, 5; with 2.2: 1, 10, 40, 79, 133, 213.
    gamma = {"gamma 0.4": pytest.approx(1 / 6), "gamma 2.2": pytest.approx(1 / 6)}
    assert measured.changed == {**dict.fromkeys(robustness.CHANGES, 1.0), **gamma}
    assert measured.found == pytest.approx(5 / 6)
    assert measured.pipeline == pytest.approx(5 / 6)  # the dark one is an error
    assert measured.pipeline_drop == pytest.approx(1 / 6)
    assert measured.mean_drop == pytest.approx(2 * 5 / 6 / 9)
    assert measured.as_dict() == {
        "clean": 1.0,
        "changed": {**dict.fromkeys(robustness.CHANGES, 1.0), "gamma 0.4": 0.16667, "gamma 2.2": 0.16667},
        "mean_drop": 0.18519,
        "pipeline": 0.83333,
        "pipeline_drop": 0.16667,
        "found": 0.83333,
    }


def test_a_change_in_several_directions_counts_as_their_mean():
    images = make_images(np.stack([dot(), dot()]), (0, 0))
    measured = robustness.measure(SeesTheRight(), finds_all_but_the_dark, images)
    assert measured.changed["shift by 10 %"] == 0.75  # of four, one goes right
    assert measured.changed["roll by 15°"] == 1


def test_a_found_face_that_is_misread_is_an_error_of_the_pipeline():
    images = greys(60, 60, 150, 20, labels=(1, 5, 3, 0))
    measured = robustness.measure(ReadsGrey(), finds_all_but_the_dark, images)
    assert (measured.clean, measured.found, measured.pipeline) == (0.75, 0.75, 0.5)


def test_where_no_face_is_found_all_are_errors():
    measured = robustness.measure(ReadsGrey(), finds_all_but_the_dark, greys(10, 20, labels=(0, 0)))
    assert (measured.clean, measured.found, measured.pipeline, measured.pipeline_drop) == (1, 0, 0, 1)
