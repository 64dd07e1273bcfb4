"""Augmentation changes a batch as far as told, and nothing that carries the expression."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tiny_fer2013 import random_images
from tiny_recipe import STILL, USUAL

from femr.training.augment import augment
from femr.training.recipe import Augmentation

SIDE = 48

amounts = st.builds(
    Augmentation,
    shift=st.floats(0, 8),
    roll=st.floats(0, 30),
    scale=st.floats(0, 0.3),
    gamma=st.floats(1, 3),
    erase=st.floats(0, 1),
    soften=st.floats(0, 1),
)
seeds = st.integers(0, 2**32 - 1)


def faces(count: int = 6) -> np.ndarray:
    """Some images of the tiny data set."""
    return random_images(count).pixels


def changed(pixels: np.ndarray, how: Augmentation, seed: int = 0) -> np.ndarray:
    """`pixels` after one round of augmentation."""
    return augment(pixels, how, np.random.default_rng(seed))


@given(how=amounts, seed=seeds, count=st.integers(0, 5))
@settings(max_examples=40, deadline=None)
def test_shape_and_type_are_kept(how, seed, count):
    pixels = faces(5)[:count]
    after = changed(pixels, how, seed)
    assert after.shape == pixels.shape
    assert after.dtype == np.uint8


@given(how=amounts, seed=seeds)
@settings(max_examples=20, deadline=None)
def test_the_generator_decides_everything(how, seed):
    assert (changed(faces(), how, seed) == changed(faces(), how, seed)).all()


def test_another_generator_gives_another_picture():
    assert not (changed(faces(), USUAL, 0) == changed(faces(), USUAL, 1)).all(axis=(1, 2)).any()


@given(how=amounts, seed=seeds)
@settings(max_examples=20, deadline=None)
def test_the_originals_are_not_touched(how, seed):
    pixels = faces()
    changed(pixels, how, seed)
    assert (pixels == faces()).all()


@given(seed=seeds)
@settings(max_examples=20, deadline=None)
def test_amounts_of_zero_give_the_image_or_its_mirror(seed):
    for before, after in zip(faces(), changed(faces(), STILL, seed), strict=True):
        assert (after == before).all() or (after == before[:, ::-1]).all()


def test_about_half_the_images_are_mirrored():
    pixels = np.repeat(faces(2)[1:], 1000, axis=0)
    mirrored = (changed(pixels, STILL) != pixels).any(axis=(1, 2)).mean()
    assert 0.45 < mirrored < 0.55


@given(how=amounts, seed=seeds)
@settings(max_examples=60, deadline=None)
def test_a_bright_top_stays_at_the_top(how, seed):
    ramp = np.linspace(255, 0, SIDE).astype(np.uint8)[:, None]
    for after in changed(np.tile(ramp, (4, 1, SIDE)), replace(how, erase=0), seed):
        assert after[: SIDE // 2].mean() > after[SIDE // 2 :].mean()


@given(shift=st.floats(0, 6), seed=seeds)
@settings(max_examples=30, deadline=None)
def test_a_dot_moves_no_further_than_the_shift(shift, seed):
    dot = np.zeros((4, SIDE, SIDE), np.uint8)
    dot[:, 20, 20] = 255
    rows, columns = np.mgrid[:SIDE, :SIDE]
    for after in changed(dot, replace(STILL, shift=shift), seed).astype(float):
        y, x = (after * rows).sum() / after.sum(), (after * columns).sum() / after.sum()
        assert abs(y - 20) <= shift + 0.1
        assert min(abs(x - 20), abs(x - 27)) <= shift + 0.1  # 27: where a mirror puts it


@given(gamma=st.floats(1, 3), seed=seeds)
@settings(max_examples=30, deadline=None)
def test_gamma_keeps_black_white_and_the_order_between(gamma, seed):
    ramp = np.tile(np.linspace(0, 255, SIDE).astype(np.uint8)[:, None], (2, 1, SIDE))
    for after in changed(ramp, replace(STILL, gamma=gamma), seed).astype(int):
        assert (after[0] == 0).all()
        assert (after[-1] == 255).all()
        assert (np.diff(after, axis=0) >= 0).all()


def painted(count: int) -> np.ndarray:
    """Where boxes were painted on `count` black images: bool (N, 48, 48)."""
    return changed(np.zeros((count, SIDE, SIDE), np.uint8), replace(STILL, erase=1)) > 0


def test_one_box_of_up_to_half_the_side_is_painted_over():
    for box in painted(200):
        height, width = box.any(axis=1).sum(), box.any(axis=0).sum()
        assert box.sum() == height * width
        assert max(height, width) <= SIDE // 2


@pytest.mark.parametrize("edge", [np.s_[:, 0], np.s_[:, -1], np.s_[:, :, 0], np.s_[:, :, -1]])
def test_boxes_reach_every_edge(edge):
    assert painted(1000)[edge].any()


def test_boxes_come_as_often_as_told():
    black = np.zeros((2000, SIDE, SIDE), np.uint8)
    erased = (changed(black, replace(STILL, erase=0.25)) > 0).any(axis=(1, 2)).mean()
    assert 0.2 < erased < 0.3


def gradients(pixels: np.ndarray) -> np.ndarray:
    """How much neighbouring pixels of each image differ: float (N,)."""
    return np.abs(np.diff(pixels.astype(float), axis=2)).mean(axis=(1, 2))


def test_softened_images_lose_detail():
    pixels = faces(300)
    sharp, soft = (changed(pixels, replace(STILL, soften=soften)) for soften in (0, 1))
    assert soft.dtype == np.uint8
    assert soft.shape == sharp.shape
    lost = 1 - gradients(soft) / gradients(sharp)
    assert lost.mean() > 0.2
    assert np.percentile(lost, 5) > -0.02  # a JPEG may add a little of its own


def test_detail_is_lost_in_each_of_three_ways_about_as_often():
    pixels = np.repeat(faces(1), 900, axis=0)
    sharp = {image.tobytes() for image in changed(pixels, STILL)}
    assert len(sharp) == 2  # the image and its mirror
    ways = {}
    for image in changed(pixels, replace(STILL, soften=1)):
        ways[image.tobytes()] = ways.get(image.tobytes(), 0) + 1
    most = sorted(ways.values())[-2:]  # halving alone draws nothing more: the same two images each time
    assert 240 < sum(most) < 360


def test_detail_is_lost_as_often_as_told():
    pixels = np.repeat(faces(1), 2000, axis=0)
    sharp = {image.tobytes() for image in changed(pixels, STILL)}
    softened = [image.tobytes() not in sharp for image in changed(pixels, replace(STILL, soften=0.25))]
    assert 0.2 < np.mean(softened) < 0.3
