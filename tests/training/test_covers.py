import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from femr.training import covers
from femr.training.covers import EYES, MOUTH, PAINTERS, paint

ALL = sorted(set(PAINTERS), key=lambda painter: painter.__name__)
CLOSE = 2
"""Pixels about the middle of eye or mouth."""


def painted(painter, seed):
    """A noisy face before and after, and whether eyes and mouth are hidden."""
    rng = np.random.default_rng(seed)
    image, other = rng.uniform(60, 200, (2, covers.SIDE, covers.SIDE)).astype(np.float32)
    changed, hides = painter(image, other, rng)
    return image, changed, hides


def untouched(before, after, place):
    """The share of the pixels about `place` that are as they were."""
    x, y = map(round, place)
    about = np.s_[y - CLOSE : y + CLOSE + 1, x - CLOSE : x + CLOSE + 1]
    return float(np.isclose(before[about], after[about]).mean())


@pytest.mark.parametrize("painter", ALL)
@given(seed=st.integers(0, 2**32 - 1))
def test_what_is_said_to_be_hidden_is_painted_over_and_what_is_said_to_be_seen_is_not(painter, seed):
    before, after, (eyes, mouth) = painted(painter, seed)
    assert after.shape == before.shape
    one, other = (untouched(before, after, place) for place in EYES)
    assert min(one, other) < 0.9 if eyes else max(one, other) > 0
    assert untouched(before, after, MOUTH) < 0.9 if mouth else untouched(before, after, MOUTH) > 0.3


def test_a_share_of_the_images_is_painted_and_the_others_stay():
    pixels = np.random.default_rng(1).integers(0, 256, (400, covers.SIDE, covers.SIDE), np.uint8)
    result = paint(pixels, np.random.default_rng(2), share=0.5)
    changed = (result.pixels != pixels).any(axis=(1, 2))
    assert 0.4 < changed.mean() < 0.6
    assert not result.hidden[~changed].any()
    assert result.hidden.shape == (400, 2)
    assert result.pixels.dtype == np.uint8
