"""What one person's own faces change in a reading, as arithmetic."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from femr.vision.adaptation import (
    HALFWAY,
    HOLD,
    MOST_OFFSET,
    NEARNESS,
    SURE,
    adapted,
    fit_offsets,
    log_shares,
    nearness,
    own_means,
    softmax,
)

SHARES = arrays(float, 6, elements=st.floats(-9, 9)).map(softmax)
OFFSETS = arrays(float, 6, elements=st.floats(-MOST_OFFSET, MOST_OFFSET))
MEANS = arrays(float, (6, 6), elements=st.floats(-6, 6))
WEIGHTS = st.floats(0, NEARNESS)


def lessons(draw_from=SHARES):
    pairs = st.lists(st.tuples(draw_from, st.integers(0, 5)), min_size=1, max_size=12)
    return pairs.map(lambda rows: (np.array([row for row, _ in rows]), np.array([label for _, label in rows])))


@given(SHARES, OFFSETS, MEANS, WEIGHTS)
def test_an_adapted_reading_is_a_distribution(shares, offsets, means, weight):
    read = adapted(shares, offsets, means, weight)
    assert np.all(read >= 0)
    assert read.sum() == pytest.approx(1)


@settings(max_examples=300)
@given(SHARES, OFFSETS, MEANS, WEIGHTS, st.floats(SURE, 1), st.integers(0, 5))
def test_a_sure_reading_never_turns_round(rest, offsets, means, weight, share, top):
    rest[top] = 0
    shares = rest / max(rest.sum(), 1e-12) * (1 - share)
    shares[top] = 1 - shares.sum()
    if shares[top] > SURE:
        assert adapted(shares, offsets, means, weight).argmax() == top


def test_even_a_change_to_nothing_but_another_emotion_leaves_a_sure_reading():
    for share in np.linspace(SURE + 1e-6, 1, 200):
        kept = np.interp(share, *HOLD)
        assert (1 - kept) * share > (1 - kept) * (1 - share) + kept


@given(SHARES)
def test_nothing_learnt_changes_nothing(shares):
    np.testing.assert_array_equal(adapted(shares, np.zeros(6), np.full((6, 6), np.nan), 0), shares)


@given(lessons())
def test_offsets_are_bounded_and_leave_out_what_was_not_taught(taught):
    offsets = fit_offsets(*taught)
    assert np.abs(offsets).max() <= MOST_OFFSET
    assert not offsets[np.setdiff1d(range(6), taught[1])].any()


@given(lessons(), SHARES)
def test_emotions_that_were_not_taught_keep_their_proportions(taught, shares):
    read = adapted(shares, fit_offsets(*taught), own_means(*taught), 0.2)
    missing = np.setdiff1d(range(6), taught[1])
    np.testing.assert_allclose(read[missing] * shares[missing].sum(), shares[missing] * read[missing].sum(), atol=1e-9)


@given(lessons())
def test_offsets_are_the_best_ones(taught):
    """No small step from them makes the faces more likely, but for offsets at their bound."""
    offsets, told = fit_offsets(*taught), np.eye(6)[taught[1]]
    free = told.any(axis=0) & (np.abs(offsets) < MOST_OFFSET)
    if np.abs(offsets).max() < MOST_OFFSET:
        slope = (softmax(log_shares(taught[0]) + offsets) - told).sum(axis=0) + 0.2 * offsets
        np.testing.assert_allclose(slope[free], 0, atol=1e-6)


def test_a_face_that_is_read_wrongly_is_read_rightly_once_it_was_shown():
    resting, angry = np.array([0.45, 0.05, 0.02, 0.35, 0.1, 0.03]), np.array([0.7, 0.1, 0.02, 0.08, 0.07, 0.03])
    shares, labels = np.array([resting, angry]), np.array([3, 0])
    read = adapted(resting, fit_offsets(shares, labels), own_means(shares, labels), nearness(2))
    assert resting.argmax() == 0
    assert read.argmax() == 3


def test_few_faces_weigh_little():
    assert nearness(0) == 0
    assert nearness(HALFWAY) == pytest.approx(NEARNESS / 2)
    assert nearness(2) < nearness(6) < nearness(100) < NEARNESS
    one = np.array([[0.5, 0.1, 0.1, 0.1, 0.1, 0.1]])
    few, many = (fit_offsets(np.repeat(one, count, axis=0), np.full(count, 3)) for count in (1, 10))
    assert 0 < few[3] < many[3]
