import math

import cv2
import numpy as np
import pytest
from PIL import Image

from femr.vision import detector
from femr.vision.analysis import analyze
from femr.vision.crop import crop
from femr.vision.detector import MOST_FACES, face_detector
from femr.vision.geometry import Point
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


@pytest.mark.parametrize("degrees", [160, 180, 200])
def test_a_face_upside_down_is_found_and_told_from_an_upright_one(degrees):
    photo, turn = turned(degrees)
    face = found(photo)
    assert_is_the_astronaut(face, lambda point: moved(point, turn))
    assert abs(math.degrees(face.roll)) > 150


def test_an_upside_down_face_is_cropped_as_an_upright_one_is():
    photo = astronaut()
    turned_photo = np.ascontiguousarray(photo[::-1, ::-1])
    upright, again = (crop(each, found(each), 48).astype(float) for each in (photo, turned_photo))
    assert np.corrcoef(upright.ravel(), again.ravel())[0, 1] > 0.9


def test_the_mouth_is_where_it_is():
    assert distance(found(astronaut()).mouth, MOUTH) < 8


def test_faces_a_sixtieth_of_a_wide_photo_are_all_found():
    face = cv2.resize(astronaut()[:256, 96:352], (96, 96), interpolation=cv2.INTER_AREA)  # about 37 pixels wide
    crowd = np.full((1260, 2160, 3), 128, np.uint8)
    for top in range(40, 1100, 240):
        for left in range(40, 2000, 240):
            crowd[top : top + 96, left : left + 96] = face
    assert len(face_detector()(crowd)) == 45


def on_grey(widths, columns, size):
    """Portraits cut close, their faces as wide as `widths` say, in rows of `columns`: RGB uint8 (height, width, 3)."""
    photo = np.full((*size, 3), 190, np.uint8)
    rows = math.ceil(len(widths) / columns)
    for number, width in enumerate(widths):
        face = cv2.resize(
            astronaut()[60:210, 150:300], None, fx=width / 99, fy=width / 99, interpolation=cv2.INTER_AREA
        )
        top, left = (size[0] * (number // columns) // rows + 10, size[1] * (number % columns) // columns + 10)
        photo[top : top + len(face), left : left + len(face)] = face
    return photo


def test_faces_are_all_found_where_none_is_large():
    assert len(face_detector()(on_grey([32] * 45, 9, (1260, 2160)))) == 45


def test_faces_of_a_row_are_all_found_though_only_the_largest_are_seen_at_once():
    widths = [100, 100, 32, 32] * 3
    assert len(face_detector()(on_grey(widths, 4, (1440, 2160)))) == 12


def test_the_search_in_smaller_windows_is_bounded_and_covers_the_photo():
    for width, height in ((4096, 4096), (4096, 700), (300, 900)):
        for side in detector.WINDOWS:
            windows = detector._windows(width, height, side)
            assert len(windows) <= 64
            seen = np.zeros((height, width), bool)
            for window in windows:
                x, y, reach = window.centre.x, window.centre.y, window.side / 2
                seen[max(0, int(y - reach)) : int(y + reach) + 1, max(0, int(x - reach)) : int(x + reach) + 1] = True
            assert seen.all()


def test_a_dark_face_is_found():
    assert_is_the_astronaut(found(dark()))


def test_a_bright_face_is_found():
    assert_is_the_astronaut(found((255 - (255 - astronaut()) * 0.4).astype(np.uint8)))


@pytest.mark.parametrize(("rows", "columns"), [(2, 2), (4, 5)])
def test_every_face_of_a_group_is_found_once(rows, columns):
    group = face_detector()(tiled(rows, columns))
    assert len(group) == rows * columns
    places = {(int(face.box.centre.x // 512), int(face.box.centre.y // 512)) for face in group}
    assert len(places) == rows * columns
    for face in group:
        column, row = face.box.centre.x // 512, face.box.centre.y // 512
        assert_is_the_astronaut(face, lambda point, x=column, y=row: Point(point.x + 512 * x, point.y + 512 * y))


def test_of_a_stadium_of_faces_the_largest_are_told_and_the_others_said_to_be_missing():
    photo = tiled(8, 9)
    photo[:512, :512] = np.asarray(Image.fromarray(astronaut()[0:300, 60:360]).resize((512, 512)))
    reading = analyze(photo)
    assert len(reading.faces) == MOST_FACES
    assert reading.faces[0].box.width > 1.3 * reading.faces[1].box.width
    assert reading.incomplete


def test_the_largest_face_comes_first():
    photo = np.full((800, 1600, 3), 128, np.uint8)
    photo[:300, :300] = cv2.resize(astronaut(), (300, 300), interpolation=cv2.INTER_AREA)
    photo[100:612, 700:1212] = astronaut()
    large, small = face_detector()(photo)
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
    assert face_detector()(faceless(name)) == []


@pytest.mark.parametrize("shape", [(16, 16), (1, 4096), (4096, 1), (480, 640)])
@pytest.mark.parametrize("shade", [0, 128, 255])
def test_an_empty_photo_of_any_shape_has_no_face(shape, shade):
    assert face_detector()(np.full((*shape, 3), shade, np.uint8)) == []


def test_noise_has_no_face():
    noise = np.random.default_rng(7).integers(0, 256, (480, 640, 3), np.uint8)
    assert face_detector()(noise) == []


@pytest.mark.parametrize("seed", [24, 52, 182, 200, 210])
def test_a_ball_that_both_stages_take_for_a_face_is_none_as_its_eyes_jitter(seed, monkeypatch):
    assert face_detector()(ball(seed)) == []
    monkeypatch.setattr(detector, "JITTER_COST", 0)
    (taken,) = face_detector()(ball(seed))
    assert taken.score >= 0.7


@pytest.mark.parametrize("degrees", [-30, 30])
def test_the_eyes_of_a_face_hardly_jitter(degrees):
    detect = face_detector()
    assert detect._jitter(astronaut(), found(astronaut())) < detector.JITTER
    photo, _ = turned(degrees)
    assert detect._jitter(photo, found(photo)) < detector.JITTER


def test_finding_leaves_the_photo_as_it_is():
    photo = astronaut()
    face_detector()(photo)
    assert np.array_equal(photo, astronaut())


def test_the_same_photo_gives_the_same_faces():
    assert face_detector()(tiled(1, 2)) == face_detector()(tiled(1, 2))


def test_the_detector_is_loaded_once():
    assert face_detector() is face_detector()


def test_a_stricter_detector_finds_nothing_that_it_is_unsure_of():
    assert detector.FaceDetector(least_score=1.2)(astronaut()) == []
