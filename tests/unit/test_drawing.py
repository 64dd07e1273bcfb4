import base64
import io

import numpy as np
import pytest
from PIL import Image

from femr.drawing import data_uri


def picture_in(uri: str) -> Image.Image:
    kind, _, content = uri.partition(",")
    assert kind == "data:image/jpeg;base64"
    return Image.open(io.BytesIO(base64.b64decode(content, validate=True)))


def test_a_data_uri_holds_the_photo_in_its_colours():
    photo = np.zeros((40, 60, 3), np.uint8)
    photo[:, :30], photo[:, 30:] = (200, 30, 30), (30, 30, 200)
    seen = np.asarray(picture_in(data_uri(photo, 100))).astype(int)
    assert seen.shape == photo.shape
    assert np.abs(seen - photo)[:, [5, 20, 40, 55]].max() < 12


@pytest.mark.parametrize(("height", "width", "size"), [(900, 1600, (640, 360)), (1600, 900, (360, 640))])
def test_a_larger_photo_is_scaled_down_in_proportion(height, width, size):
    assert picture_in(data_uri(np.zeros((height, width, 3), np.uint8), 640)).size == size


def test_a_smaller_photo_is_not_enlarged():
    assert picture_in(data_uri(np.zeros((20, 30, 3), np.uint8), 640)).size == (30, 20)


def test_a_photo_as_thin_as_a_thread_is_drawn():
    assert picture_in(data_uri(np.zeros((1, 4096, 3), np.uint8), 1280)).size == (1280, 1)
