"""Training images are reframed as the page crops faces, and the crops stay with their images."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tiny_fer2013 import random_images

from femr.errors import DataError, InstallationError
from femr.training import reframe
from femr.training.fer2013 import SIDE
from femr.training.robustness import in_a_photo
from femr.vision.detector import face_detector
from tests.faces import fer_like


class SeesNothing:
    """A detector that finds no face."""

    def __call__(self, photo: np.ndarray) -> list:
        return []


def test_a_face_is_reframed_alike_but_not_the_same():
    face = fer_like()
    for seed in range(4):
        (again,) = reframe.reframe(face[None], face_detector(), seed)
        assert (again.shape, again.dtype) == ((SIDE, SIDE), np.uint8)
        assert not (again == face).all()
        assert np.corrcoef(again.ravel(), face.ravel())[0, 1] > 0.8


def test_what_is_not_found_stays_as_it_is():
    pixels = random_images(6).pixels
    assert (reframe.reframe(pixels, SeesNothing()) == pixels).all()


def test_seed_and_number_decide_a_crop():
    faces = np.stack([fer_like()] * 3)
    once, again, other = (reframe.reframe(faces, face_detector(), seed) for seed in (1, 1, 2))
    assert (once == again).all()
    assert not (once == other).all()
    assert not (once[0] == once[1]).all()
    assert (reframe.reframe(faces[:1], face_detector(), 1)[0] == once[0]).all()


@given(st.floats(*reframe.MAGNIFICATION), st.floats(0, 1), st.floats(0, 1), st.integers(0, 255))
@settings(max_examples=40, deadline=None)
def test_a_face_lies_whole_in_its_photo_wherever_it_is_put(magnification, right, down, background):
    image = np.full((SIDE, SIDE), 255 - background if background != 127 else 0, np.uint8)
    photo = in_a_photo(image, magnification, right=right, down=down, background=background)
    rows, columns = np.nonzero(photo[..., 0] != background)
    side = round(magnification * SIDE)
    assert np.ptp(rows) + 1 == np.ptp(columns) + 1 == pytest.approx(side, abs=1)
    assert rows.min() == pytest.approx(down * (480 - side), abs=1.5)
    assert columns.min() == pytest.approx(right * (640 - side), abs=1.5)


@pytest.mark.usefixtures("without_litert")
def test_without_litert_it_says_so():
    with pytest.raises(InstallationError, match="LiteRT is missing"):
        reframe.load_detector()


# --- the file ------------------------------------------------------------------------------------


def test_crops_come_back_as_they_were_kept(tmp_path):
    pixels, crops = random_images(12).pixels, random_images(24).pixels[12:]
    path = tmp_path / "runs" / "reframed.npz"  # in a folder that is not there yet
    reframe.write(path, pixels, crops)
    assert (reframe.read(path, pixels) == crops).all()
    assert list(path.parent.iterdir()) == [path]


def test_crops_of_other_images_are_refused(tmp_path):
    pixels = random_images(12).pixels
    reframe.write(tmp_path / "reframed.npz", pixels, pixels)
    with pytest.raises(DataError, match=r"other images\. Delete it"):
        reframe.read(tmp_path / "reframed.npz", pixels[::-1])


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(DataError, match=r"reframed\.npz"):
        reframe.read(tmp_path / "reframed.npz", random_images(6).pixels)


@pytest.mark.parametrize("content", [b"", b"no file of crops", b"PK\x03\x04 cut short"])
def test_a_file_of_something_else_is_refused(content, tmp_path):
    path = tmp_path / "reframed.npz"
    path.write_bytes(content)
    with pytest.raises(DataError, match=r"reframed\.npz.*Delete it"):
        reframe.read(path, random_images(6).pixels)


def test_a_file_of_other_arrays_is_refused(tmp_path):
    np.savez(tmp_path / "reframed.npz", faces=np.zeros(3))
    with pytest.raises(DataError, match=r"reframed\.npz.*Delete it"):
        reframe.read(tmp_path / "reframed.npz", random_images(6).pixels)
