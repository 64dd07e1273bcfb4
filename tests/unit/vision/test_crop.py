import math

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from femr.vision.crop import CROP_RISE, CROP_SIDE, Window, crop
from femr.vision.geometry import Box, Detection, Point
from tests.faces import LEFT_EYE, RIGHT_EYE, astronaut, fer_like, found, in_a_wide_photo, turned


def distance(one, other):
    return math.hypot(one.x - other.x, one.y - other.y)


# --- windows -------------------------------------------------------------------------------------


def gradient(height, width):
    """Red tells how far right a pixel is, green how far down: one shade each two pixels."""
    photo = np.zeros((height, width, 3), np.uint8)
    photo[..., 0] = np.round((np.arange(width) + 0.5) / 2)[None, :]
    photo[..., 1] = np.round((np.arange(height) + 0.5) / 2)[:, None]
    return photo


windows = st.builds(
    Window, st.builds(Point, st.floats(150, 350), st.floats(150, 350)), st.floats(20, 200), st.floats(-math.pi, math.pi)
)


@given(windows, st.sampled_from([32, 64, 256]), st.floats(0.1, 0.9), st.floats(0.1, 0.9))
def test_what_is_seen_in_a_cut_lies_where_to_photo_says(window, size, across, down):
    picture = window.cut(gradient(500, 500), size)
    column, row = int(across * size), int(down * size)
    seen = Point(column + 0.5, row + 0.5)
    box = Box(seen.x - 2, seen.y - 2, 4, 4)
    face = window.to_photo(Detection(box, (seen, seen), 0.8), size)
    place = face.box.centre
    shown = picture[row, column].astype(int)
    assert abs(shown[0] - place.x / 2) < 2
    assert abs(shown[1] - place.y / 2) < 2
    assert distance(face.eyes[0], place) < 1e-6
    assert face.box.width == pytest.approx(4 * window.side / size)
    assert face.score == 0.8


def test_a_window_as_large_as_a_square_photo_shows_it_unchanged():
    photo = np.random.default_rng(1).integers(0, 256, (40, 40, 3), np.uint8)
    assert np.array_equal(Window(Point(20, 20), 40).cut(photo, 40), photo)


def test_a_window_turned_by_a_quarter_shows_the_photo_turned_back():
    photo = np.random.default_rng(1).integers(0, 256, (40, 40, 3), np.uint8)
    assert np.array_equal(Window(Point(20, 20), 40, math.pi / 2).cut(photo, 40), np.rot90(photo))


def test_what_lies_outside_the_photo_is_black_unless_it_is_to_repeat_the_edge():
    photo = np.full((40, 40, 3), 200, np.uint8)
    window = Window(Point(0, 20), 40)
    assert window.cut(photo, 40)[20, 5].tolist() == [0, 0, 0]
    assert window.cut(photo, 40)[20, 35].tolist() == [200, 200, 200]
    assert window.cut(photo, 40, cv2.BORDER_REPLICATE)[20, 5].tolist() == [200, 200, 200]


@given(st.floats(-500, 500), st.floats(-500, 500), st.floats(1, 2000), st.floats(-math.pi, math.pi))
def test_a_window_anywhere_gives_a_picture_of_its_size(x, y, side, roll):
    picture = Window(Point(x, y), side, roll).cut(np.full((50, 70, 3), 9, np.uint8), 32)
    assert picture.shape == (32, 32, 3)
    assert picture.dtype == np.uint8
    assert picture.max() <= 9


# --- crops ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("degrees", [-30, -15, 15, 30])
def test_the_crop_of_a_turned_face_is_upright(degrees):
    upright = crop(astronaut(), found(astronaut()), 48)
    photo, _ = turned(degrees)
    assert np.corrcoef(upright.ravel(), crop(photo, found(photo), 48).ravel())[0, 1] > 0.9


def test_the_crop_of_a_small_face_resembles_that_of_a_large_one():
    photo = in_a_wide_photo(60)
    large, small = crop(astronaut(), found(astronaut()), 48), crop(photo, found(photo), 48)
    assert np.corrcoef(large.ravel(), small.ravel())[0, 1] > 0.9


def test_a_crop_is_grey_and_of_the_size_asked_for():
    for side in (48, 64):
        picture = crop(astronaut(), found(astronaut()), side)
        assert (picture.shape, picture.dtype) == ((side, side), np.uint8)


@pytest.mark.parametrize(("colour", "grey"), [((255, 0, 0), 76), ((0, 255, 0), 150), ((0, 0, 255), 29)])
def test_colours_become_the_grey_that_the_eye_sees(colour, grey):
    face = Detection(Box(20, 20, 40, 40), (Point(30, 35), Point(50, 35)), 1)
    picture = crop(np.full((80, 80, 3), colour, np.uint8), face, 48)
    assert np.unique(picture) == pytest.approx(grey, abs=1)


@pytest.mark.parametrize("tilt", [0, 6])
def test_a_crop_is_nearly_as_sharp_as_the_image_that_a_photo_shows_enlarged(tilt):
    image = fer_like()
    photo = cv2.cvtColor(cv2.resize(image, None, fx=4, fy=4, interpolation=cv2.INTER_CUBIC), cv2.COLOR_GRAY2RGB)
    width = len(photo) / CROP_SIDE
    corner = (len(photo) - width) / 2 + 2  # half a pixel of the crop off the image's own pixels
    face = Detection(Box(corner, corner + CROP_RISE * width, width, width), (Point(60, 80), Point(130, 80 + tilt)), 1)
    assert detail(crop(photo, face, 48)) > 0.86 * detail(image)


def detail(image):
    """How much neighbouring pixels differ, in the mean."""
    return float(np.mean([np.abs(np.diff(image.astype(float), axis=axis)).mean() for axis in (0, 1)]))


def test_a_crop_is_framed_as_fer_2013_frames_faces():
    photo = gradient(500, 500)
    level = Detection(Box(200, 180, 100, 100), (Point(230, 210), Point(270, 210)), 1)
    for channel, middle in ((0, 250), (1, 230 - CROP_RISE * 100)):
        picture = crop(np.dstack([photo[..., channel]] * 3), level, 48).astype(float) * 2
        assert picture.mean() == pytest.approx(middle, abs=2)
        assert np.ptp(picture) == pytest.approx(CROP_SIDE * 100 * 47 / 48, abs=4)


def test_the_eyes_lie_in_a_crop_where_they_lie_in_fer_2013():
    marked = np.zeros((512, 512, 3), np.uint8)
    for eye in (LEFT_EYE, RIGHT_EYE):
        cv2.circle(marked, (round(eye.x), round(eye.y)), 4, (255, 255, 255), -1)
    rows, columns = np.nonzero(crop(marked, found(astronaut()), 48) > 128)
    assert rows.mean() == pytest.approx(19, abs=3)  # two fifths down
    assert columns.mean() == pytest.approx(24, abs=3)
    assert 14 < columns.max() - columns.min() < 26


def test_a_face_that_reaches_out_of_the_photo_is_cropped_without_black():
    photo = np.full((60, 60, 3), 150, np.uint8)
    face = Detection(Box(-30, -30, 80, 80), (Point(0, 5), Point(25, 5)), 1)
    assert crop(photo, face, 48).min() == 150
