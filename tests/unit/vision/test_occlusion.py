import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from femr.emotions import EMOTIONS, Emotion
from femr.vision.classifier import expression_classifier
from femr.vision.crop import crop
from femr.vision.occlusion import (
    COVER_SIDE,
    GRID,
    MIN_DROP,
    REGION_BOXES,
    Region,
    explain,
    grid_masks,
    occluded,
    region_masks,
)
from tests.faces import astronaut, dark, fer_like, found

crops = arrays.arrays(np.uint8, (48, 48))


class SeesLight:
    """Reads a crop as the happier, the brighter a place in it is, and keeps what it was shown."""

    side = 48

    def __init__(self, rows, columns, emotion=Emotion.HAPPY):
        self.rows, self.columns, self.emotion = rows, columns, EMOTIONS.index(emotion)
        self.calls = []

    def __call__(self, crops):
        self.calls.append(crops)
        share = 0.3 + 0.6 * crops[:, self.rows, self.columns].mean(axis=(1, 2)) / 255
        probabilities = np.repeat(((1 - share) / 5)[:, None], 6, axis=1)
        probabilities[:, self.emotion] = share
        return probabilities.astype(np.float32)

    def one_view(self, crops):
        return self(crops)


def lit(rows, columns):
    picture = np.full((48, 48), 40, np.uint8)
    picture[rows, columns] = 255
    return picture


# --- the published network -----------------------------------------------------------------------


@pytest.mark.parametrize("photo", [astronaut(), dark()], ids=["bright", "dark"])
def test_a_smile_is_read_at_the_mouth(photo):
    why = explain(crop(photo, found(photo), 48))
    assert why.emotion is Emotion.HAPPY
    assert why.strongest is Region.MOUTH
    row, column = np.unravel_index(why.heat.argmax(), why.heat.shape)
    ((left, top, right, bottom),) = REGION_BOXES[Region.MOUTH]
    x, y = (48 * (number + 0.5) / GRID for number in (column, row))
    half = 48 * COVER_SIDE / 2
    assert top - half < y < bottom + half  # the hottest cover hides some of the mouth
    assert left - half < x < right + half
    assert why.share_without(Region.MOUTH) < why.share


@pytest.mark.parametrize("shade", [0, 120, 255])
def test_a_flat_picture_gives_no_claim(shade):
    why = explain(np.full((48, 48), shade, np.uint8))
    assert why.strongest is None
    assert not why.heat.any()


@settings(max_examples=10)
@given(crops)
def test_every_figure_is_in_its_range(picture):
    why = explain(picture)
    assert 1 / 6 - 1e-3 <= why.share <= 1
    assert why.heat.shape == (GRID, GRID)
    assert np.isfinite(why.heat).all()
    assert tuple(why.drops) == tuple(Region)
    assert all(0 <= why.share_without(region) <= 1 for region in Region)
    if why.strongest:
        assert why.drops[why.strongest] == max(why.drops.values()) >= MIN_DROP


# --- a network that looks at one place -----------------------------------------------------------


@pytest.mark.parametrize("region", Region)
def test_the_region_that_the_network_looks_at_is_the_strongest(region):
    left, top, right, bottom = REGION_BOXES[region][0]
    place = slice(top, bottom), slice(left, right)
    why = explain(lit(*place), SeesLight(*place))
    assert why.strongest is region


@given(st.integers(0, GRID - 1), st.integers(0, GRID - 1))
def test_the_heat_is_where_the_network_looks(row, column):
    def cell(number):
        return slice(round(48 * number / GRID), round(48 * (number + 1) / GRID))

    why = explain(lit(cell(row), cell(column)), SeesLight(cell(row), cell(column)))
    assert np.unravel_index(why.heat.argmax(), why.heat.shape) == (row, column)


def test_what_speaks_against_an_emotion_is_below_zero():
    network = SeesLight(slice(0, 12), slice(0, 12))
    picture = np.full((48, 48), 255, np.uint8)
    picture[:12, :12] = 0  # covered with the bright mean, the network sees more of what it looks for
    assert explain(picture, network).heat[0, 0] < 0


def test_the_drop_of_a_region_is_the_share_without_it():
    place = slice(33, 43), slice(13, 35)
    network, picture = SeesLight(*place), lit(*place)
    mouth = region_masks(48)[[list(Region).index(Region.MOUTH)]]
    under_cover = network(occluded(picture, mouth))[1, EMOTIONS.index(Emotion.HAPPY)]
    assert explain(picture, network).share_without(Region.MOUTH) == pytest.approx(float(under_cover), abs=1e-4)


def test_the_network_is_asked_once_for_the_regions_and_once_for_the_map():
    network = SeesLight(slice(0, 9), slice(0, 9))
    explain(fer_like(), network)
    regions, places = network.calls
    assert regions.shape == (1 + len(Region), 48, 48)
    assert places.shape == (1 + GRID**2, 48, 48)
    assert np.array_equal(regions[0], fer_like())
    assert np.array_equal(places[0], fer_like())


def test_the_share_is_that_of_the_reading_and_the_map_is_like_that_of_both_views():
    picture = crop(astronaut(), found(astronaut()), 48)
    network = expression_classifier()
    why, places = explain(picture), occluded(picture, grid_masks(48))
    assert why.share == pytest.approx(float(network(picture[None]).max()), abs=1e-6)
    odds = [np.log(each / (1 - each)) for each in network(places)[:, EMOTIONS.index(why.emotion)].astype(float)]
    assert np.corrcoef(odds[0] - np.array(odds[1:]), why.heat.ravel())[0, 1] > 0.9


# --- covers --------------------------------------------------------------------------------------


@given(crops)
def test_a_covered_crop_lies_between_the_crop_and_its_mean(picture):
    shown = occluded(picture, grid_masks(48)).astype(int)
    low, high = np.minimum(picture, picture.mean()), np.maximum(picture, picture.mean())
    assert (shown >= np.floor(low)).all()
    assert (shown <= np.ceil(high)).all()


@pytest.mark.parametrize("side", [32, 48, 64])
def test_covers_fit_crops_of_any_side(side):
    for masks, count in ((grid_masks(side), GRID**2), (region_masks(side), len(Region))):
        assert masks.shape == (count, side, side)
        assert masks.min() >= 0
        assert masks.max() <= 1 + 1e-6


def test_together_the_covers_of_the_grid_hide_the_whole_crop():
    assert grid_masks(48).max(axis=0).min() > 0.5


def test_no_place_belongs_to_two_regions():
    marks = np.zeros((48, 48), int)
    for parts in REGION_BOXES.values():
        for left, top, right, bottom in parts:
            marks[top:bottom, left:right] += 1
    assert marks.max() == 1
