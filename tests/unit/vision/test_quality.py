import cv2
import numpy as np
import pytest

from femr.vision.confidence import Hint, flaws
from femr.vision.crop import crop
from femr.vision.geometry import Box, Detection, Point
from femr.vision.quality import quality
from femr.vision.reading import Quality
from femr.vision.visibility import visibility
from tests.faces import astronaut, dark, found, turned


def seen(photo):
    face = found(photo)
    pixels = crop(photo, face, 48)
    return quality(face, pixels, visibility([face], pixels[None], *photo.shape[:2])[0])


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


def test_a_flat_crop_is_not_sharp():
    flat = np.full((48, 48), 90, np.uint8)
    face = Detection(Box(0, 0, 40, 40), (Point(10, 10), Point(30, 10)), 1)
    assert quality(face, flat, np.array([0.5, 0.75])) == Quality(40, 0, pytest.approx(90 / 255), 0, 0.5, 0.75)
