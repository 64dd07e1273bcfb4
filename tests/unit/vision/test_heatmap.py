import numpy as np
import pytest

from femr.vision.heatmap import HEAT_SIDE, heat_map_uri, heat_scale_uri
from tests.faces import decoded


def lightness(uri: str, kind: str = "jpeg") -> np.ndarray:
    return np.asarray(decoded(uri, kind).convert("L")).astype(int)


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
    shown = np.asarray(decoded(heat_map_uri(np.zeros((48, 48), np.uint8), heat, 1.0))).astype(int)
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
