"""Batches depend on nothing but seed, epoch and number, and every image keeps its target and weight."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tiny_fer2013 import random_images
from tiny_recipe import STILL, small

from femr.emotions import EMOTIONS
from femr.training import votes
from femr.training.batches import Batches, Shown, class_weight, log_shares
from femr.training.fer2013 import Images
from femr.training.other_faces import LabelledFaces
from femr.training.recipe import Balance, Stage


def batches_of(images: Images, stage: Stage, first_epoch: int = 0, reframed: np.ndarray | None = None) -> Batches:
    """Batches with the labels for targets."""
    return Batches(Shown(images, votes.targets(images.labels, None, 0), reframed), stage, first_epoch)


def epoch_of(batches: Batches) -> list[tuple[np.ndarray, np.ndarray, np.ndarray]]:
    """Every batch of the epoch that `batches` is at."""
    return [batches[index] for index in range(len(batches))]


def same(first: tuple, other: tuple) -> bool:
    """Whether two batches are equal in images, targets and weights."""
    return all((a == b).all() for a, b in zip(first, other, strict=True))


def test_a_batch_is_what_the_network_takes():
    crops, targets, weights = batches_of(random_images(50), small(batch_size=16))[0]
    assert crops.shape == (16, 48, 48, 1)
    assert crops.dtype == targets.dtype == weights.dtype == np.float32
    assert crops.min() >= 0
    assert crops.max() > 1
    assert targets.shape == (16, 6)
    assert (targets.sum(axis=1) == 1).all()
    assert weights.shape == (16,)


def test_images_keep_their_labels():
    images = random_images(48)
    stage = small(batch_size=16, augmentation=STILL)
    label_of = {
        min(image.tobytes(), image[:, ::-1].tobytes()): label
        for image, label in zip(images.pixels, images.labels, strict=True)
    }
    for crops, targets, _ in epoch_of(batches_of(images, stage)):
        for crop, target in zip(crops[..., 0].astype(np.uint8), targets, strict=True):
            assert label_of[min(crop.tobytes(), crop[:, ::-1].tobytes())] == target.argmax()


@given(seed=st.integers(0, 2**31), epoch=st.integers(0, 100), index=st.integers(0, 2))
@settings(max_examples=20, deadline=None)
def test_seed_epoch_and_number_decide_a_batch(seed, epoch, index):
    stage = small(batch_size=16, seed=seed)
    first, other = (batches_of(random_images(48), stage, epoch) for _ in range(2))
    epoch_of(other)  # what was drawn before does not matter
    assert same(first[index], other[index])


@pytest.mark.parametrize(("share", "least", "most"), [(0, 0, 0), (0.5, 12, 36), (1, 48, 48)])
def test_as_many_images_as_told_are_shown_as_the_page_crops_them(share, least, most):
    images = random_images(48)
    stage = small(batch_size=16, augmentation=STILL, reframed_share=share)
    batches = batches_of(images, stage, reframed=np.full_like(images.pixels, 77))
    shown = np.concatenate([crops for crops, _, _ in epoch_of(batches)])
    assert least <= (shown == 77).all(axis=(1, 2, 3)).sum() <= most
    assert not (images.pixels == 77).all(axis=(1, 2)).any()


def test_a_reframed_image_keeps_its_target():
    images = random_images(48)
    reframed = np.broadcast_to(40 * images.labels[:, None, None], images.pixels.shape).astype(np.uint8)
    stage = small(batch_size=16, augmentation=STILL, reframed_share=1)
    for crops, targets, _ in epoch_of(batches_of(images, stage, reframed=reframed)):
        assert (crops[:, 0, 0, 0] == 40 * targets.argmax(axis=1)).all()


def test_another_epoch_number_or_seed_gives_another_batch():
    images = random_images(48)
    batch = batches_of(images, small())[0]
    assert not same(batch, batches_of(images, small(), 1)[0])
    assert not same(batch, batches_of(images, small())[1])
    assert not same(batch, batches_of(images, small(seed=6))[0])


def test_a_resumed_run_sees_the_batches_of_an_unbroken_one():
    unbroken = batches_of(random_images(48), small())
    for _ in range(3):
        epoch_of(unbroken)
        unbroken.on_epoch_end()
    resumed = batches_of(random_images(48), small(), 3)
    assert all(map(same, epoch_of(unbroken), epoch_of(resumed)))


def test_an_epoch_takes_no_image_twice():
    images = random_images(50)
    batches = batches_of(images, small(batch_size=16, augmentation=STILL))
    seen = [min(crop.tobytes(), crop[:, ::-1].tobytes()) for crops, *_ in epoch_of(batches) for crop in crops[..., 0]]
    assert len(set(seen)) == len(seen) == 48


def test_targets_are_those_given():
    images = random_images(48)
    targets = np.random.default_rng(0).dirichlet(np.ones(6), 48).astype(np.float32)
    batches = Batches(Shown(images, targets), small(augmentation=STILL), first_epoch=0)
    target_of = {
        min(image.tobytes(), image[:, ::-1].tobytes()): target
        for image, target in zip(images.pixels, targets, strict=True)
    }
    for crops, given_targets, _ in epoch_of(batches):
        for crop, target in zip(crops[..., 0].astype(np.uint8), given_targets, strict=True):
            assert (target == target_of[min(crop.tobytes(), crop[:, ::-1].tobytes())]).all()


# --- class weights -------------------------------------------------------------------------------


def unequal_images() -> Images:
    """48 images, of some classes more than of others."""
    images = random_images(48)
    return images.only(np.flatnonzero((images.labels != 2) | (np.arange(48) < 12)))


@given(st.lists(st.integers(1, 500), min_size=6, max_size=6))
@settings(max_examples=40, deadline=None)
def test_class_weights_are_those_of_scikit_learn(counts):
    weights = class_weight(np.repeat(np.arange(6), counts))
    assert (weights.shape, weights.dtype) == ((len(EMOTIONS),), np.float32)
    for label, count in enumerate(counts):
        assert weights[label] == pytest.approx(sum(counts) / (6 * count))


def test_images_weigh_as_their_class_does():
    images = unequal_images()
    for _, targets, weights in epoch_of(batches_of(images, small())):
        assert (weights == class_weight(images.labels)[targets.argmax(axis=1)]).all()


@pytest.mark.parametrize("balance", [Balance.NONE, Balance.LOGITS])
def test_without_class_weights_every_image_weighs_one(balance):
    for _, _, weights in epoch_of(batches_of(unequal_images(), small(balance=balance))):
        assert weights.dtype == np.float32
        assert (weights == 1).all()


def test_log_shares_are_those_of_the_targets():
    targets = np.array([[1, 0, 0, 0, 0, 0], [0.5, 0.5, 0, 0, 0, 0]], np.float32) * 0.94 + 0.01
    assert np.exp(log_shares(targets)) == pytest.approx(targets.mean(axis=0))


# --- other faces ---------------------------------------------------------------------------------


def test_other_faces_are_shown_as_often_as_told_beside_every_image():
    images, faces = random_images(40), random_images(8, seed=9)
    others = LabelledFaces(faces, np.full((8, 6), 1 / 6, np.float32))
    shown = Shown(images, votes.targets(images.labels, None, 0), images.pixels).with_others(others, 3)
    batches = Batches(shown, small(batch_size=16, augmentation=STILL, reframed_share=1), first_epoch=0)
    seen = [min(crop.tobytes(), crop[:, ::-1].tobytes()) for crops, *_ in epoch_of(batches) for crop in crops[..., 0]]
    as_floats = faces.pixels.astype(np.float32)
    for face in as_floats:
        assert seen.count(min(face.tobytes(), face[:, ::-1].tobytes())) == 3
    assert len(seen) == 64
    assert (shown.targets[-24:] == 1 / np.float32(6)).all()
