import base64
import io

import numpy as np
import pytest
from PIL import Image

from femr.vision.heatmap import HEAT_SIDE, heat_map_uri, heat_scale_uri
from femr.vision.image_io import data_uri, png_uri


def picture_in(uri: str, kind: str = "jpeg") -> Image.Image:
    start, _, content = uri.partition(",")
    assert start == f"data:image/{kind};base64"
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


def test_a_crop_is_shown_pixel_by_pixel():
    crop = np.random.default_rng(0).integers(0, 256, (48, 48), np.uint8)
    assert np.array_equal(np.asarray(picture_in(png_uri(crop), "png")), crop)


def lightness(uri: str, kind: str = "jpeg") -> np.ndarray:
    return np.asarray(picture_in(uri, kind).convert("L")).astype(int)


def test_a_heat_map_is_lightest_where_it_matters_most():
    heat = np.zeros((7, 7))
    heat[5, 3] = 1.0
    shown = lightness(heat_map_uri(np.full((48, 48), 90, np.uint8), heat, 1.0))
    assert shown.shape == (HEAT_SIDE, HEAT_SIDE)
    cell = HEAT_SIDE / 7
    hottest, far = shown[round(5.5 * cell), round(3.5 * cell)], shown[round(1.5 * cell), round(3.5 * cell)]
    assert hottest > far + 60


def test_a_line_goes_around_the_hot_part_and_is_not_a_matter_of_colour():
    heat = np.zeros((7, 7))
    heat[3, 3] = 1.0
    shown = np.asarray(picture_in(heat_map_uri(np.zeros((48, 48), np.uint8), heat, 1.0))).astype(int)
    white = (shown.min(axis=2) > 220).nonzero()
    assert len(white[0]) > 50
    assert np.mean(white) == pytest.approx(HEAT_SIDE / 2, abs=4)


@pytest.mark.parametrize("heat", [0.0, -1.0])
def test_what_does_not_matter_or_speaks_against_stays_dark(heat):
    shown = lightness(heat_map_uri(np.zeros((48, 48), np.uint8), np.full((7, 7), heat), 1.0))
    assert shown.max() < 60


def test_the_scale_of_heat_gets_ever_lighter():
    (row,) = lightness(heat_scale_uri(), "png")
    assert len(row) == 256
    assert (np.diff(row) >= -1).all()
    assert row[-1] > row[0] + 150
