import cv2
import numpy as np
import pytest

import femr
from femr.vision.confidence import Hint, flaws
from femr.vision.crop import crop
from femr.vision.geometry import Box, Detection, Point
from femr.vision.visibility import visibility
from tests.faces import LEFT_EYE, MOUTH, RIGHT_EYE, astronaut, fer_like, found, turned


def seen(photo: np.ndarray) -> np.ndarray:
    face = found(photo)
    return visibility([face], crop(photo, face, 48)[None], *photo.shape[:2])[0]


def said(photo: np.ndarray) -> set[Hint]:
    (face,) = femr.analyze(photo).faces
    return set(flaws(face.quality))


def with_dark_glasses() -> np.ndarray:
    photo = astronaut()
    for eye in (LEFT_EYE, RIGHT_EYE):
        cv2.ellipse(photo, (round(eye.x), round(eye.y)), (20, 15), 0, 0, 360, (25, 22, 20), -1, cv2.LINE_AA)
    cv2.line(photo, (round(LEFT_EYE.x), 94), (round(RIGHT_EYE.x), 96), (25, 22, 20), 4, cv2.LINE_AA)
    return photo


def with_a_mask() -> np.ndarray:
    photo = astronaut()
    x, y = MOUTH.x, MOUTH.y
    corners = np.array(
        [(x - 42, y - 20), (x, y - 30), (x + 42, y - 20), (x + 34, y + 22), (x, y + 38), (x - 34, y + 22)]
    )
    return cv2.fillPoly(photo, [corners.astype(np.int32)], (170, 205, 225), cv2.LINE_AA)


@pytest.mark.parametrize("degrees", [-20, 0, 20, 180])
def test_eyes_and_mouth_of_a_good_portrait_can_be_seen_however_it_is_tilted(degrees):
    photo, _ = turned(degrees)
    assert seen(photo).min() > 0.5
    assert not said(photo) & {Hint.EYES, Hint.MOUTH}


def test_dark_glasses_hide_the_eyes():
    assert Hint.EYES in said(with_dark_glasses())
    assert Hint.MOUTH not in said(with_dark_glasses())


def test_a_mask_hides_the_mouth():
    assert Hint.MOUTH in said(with_a_mask())


@pytest.mark.parametrize("shade", [0, 128, 255])
@pytest.mark.parametrize("degrees", [-15, 0, 15])
def test_a_bar_over_the_mouth_hides_it(shade, degrees):
    photo, turn = turned(degrees)
    corners = cv2.boxPoints(((MOUTH.x, MOUTH.y + 4), (56, 24), 0)) @ turn[:, :2].T + turn[:, 2]
    said_of_it = said(cv2.fillPoly(photo, [np.rint(corners).astype(np.int32)], (shade, shade, shade)))
    assert Hint.MOUTH in said_of_it
    assert Hint.EYES not in said_of_it


def test_a_photo_that_ends_at_the_lips_shows_no_mouth():
    assert Hint.MOUTH in said(astronaut()[: round(MOUTH.y)])


def test_a_photo_that_ends_at_the_chin_shows_the_mouth():
    assert Hint.MOUTH not in said(astronaut()[: round(MOUTH.y) + 22])


def test_a_mouth_outside_the_photo_cannot_be_seen():
    photo = astronaut()[: round(MOUTH.y) - 4]
    assert seen(photo)[1] == 0
    assert Hint.MOUTH in said(photo)


def test_eyes_outside_the_photo_cannot_be_seen():
    face = Detection(Box(-20, 5, 80, 80), (Point(-2, 30), Point(30, 30)), 1, mouth=Point(20, 60))
    eyes, mouth = visibility([face], fer_like()[None], 100, 100)[0]
    assert eyes == 0
    assert mouth > 0.5


def test_every_face_has_a_row():
    face = found(astronaut())
    assert visibility([face] * 3, np.stack([fer_like()] * 3), 512, 512).shape == (3, 2)
