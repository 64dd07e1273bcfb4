"""Readings over time: shares glide, labels change only for good."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from femr.emotions import EMOTIONS, Emotion
from femr.live.smoothing import (
    FIRST_SECONDS,
    HINT_SECONDS,
    LONGEST_STEP,
    MEMORY_SECONDS,
    MOOD_SECONDS,
    SettledMood,
    SmoothedExpression,
    SmoothedHints,
)
from femr.mood import Expression
from femr.vision.confidence import Hint

HAPPY, SAD, NEUTRAL = Emotion.HAPPY, Emotion.SAD, Emotion.NEUTRAL


def seen(expression):
    """A face that shows nothing but `expression`."""
    return SmoothedExpression.first(expression, 0.0)


def sure(emotion, share=0.9):
    return Expression(tuple(share if each == emotion else (1 - share) / 5 for each in EMOTIONS))


readings = st.lists(st.floats(0.001, 1), min_size=6, max_size=6).map(Expression.of)
steps = st.floats(0.02, 1.0)


@given(readings, st.lists(st.tuples(readings, steps), max_size=20))
def test_smoothed_shares_stay_shares(first, later):
    smoothed, now = SmoothedExpression.first(first, 0.0), 0.0
    for reading, step in later:
        now += step
        smoothed = smoothed.update(reading, now)
        assert sum(smoothed.expression.shares) == pytest.approx(1)
        assert min(smoothed.expression.shares) >= 0


@given(readings, readings, steps)
def test_one_odd_reading_flips_no_label_and_no_mood(usual, odd, step):
    smoothed, settled, now = SmoothedExpression.first(usual, 0.0), SettledMood(), 0.0
    for n in range(60):
        now += step
        smoothed = smoothed.update(odd if n == 20 else usual, now)
        settled = settled.update(smoothed, now)
        assert smoothed.emotion == usual.top
        assert settled.emotion in (None, usual.top)
        assert settled.times <= 1


@given(readings, readings, st.integers(1, 10))
def test_smoothing_goes_by_the_clock_not_by_frames(before, after, frames):
    once = SmoothedExpression.first(before, 0.0).update(after, 0.2)
    often = SmoothedExpression.first(before, 0.0)
    for n in range(1, frames + 1):
        often = often.update(after, 0.2 * n / frames)
    assert often.expression.shares == pytest.approx(once.expression.shares)


@pytest.mark.parametrize("frames_a_second", [3, 8, 15])
def test_bars_label_and_mood_follow_a_lasting_change_in_this_order(frames_a_second):
    smoothed, settled = SmoothedExpression.first(sure(HAPPY), 0.0), SettledMood()
    changed = {}
    for n in range(1, 12 * frames_a_second):
        now = n / frames_a_second
        smoothed = smoothed.update(sure(HAPPY if now < 4 else SAD), now)
        settled = settled.update(smoothed, now)
        for what, emotion in (
            ("bars", smoothed.expression.top),
            ("label", smoothed.emotion),
            ("mood", settled.emotion),
        ):
            if emotion == SAD:
                changed.setdefault(what, now - 4)
    assert 0 < changed["bars"] < 0.8
    assert changed["bars"] < changed["label"] < 2
    assert MOOD_SECONDS < changed["mood"] < 5
    assert settled.times == 2


def test_a_mood_that_does_not_last_changes_nothing():
    settled = SettledMood()
    for n in range(300):
        now = n / 10
        settled = settled.update(seen(sure(SAD if now % 4 > 2.5 else HAPPY)), now)  # 1.5 seconds sad, 2.5 happy
    assert (settled.emotion, settled.times) == (HAPPY, 1)


def test_a_close_rival_changes_nothing():
    settled = SettledMood()
    for n in range(100):
        settled = settled.update(seen(sure(HAPPY, 0.5)), n / 10)
    near_tie = Expression.of([0.0, 0.0, 0.40, 0.50, 0.05, 0.05])
    for n in range(100, 300):
        settled = settled.update(seen(near_tie), n / 10)
    assert settled.emotion == HAPPY


def test_the_first_mood_waits_a_moment():
    settled = SettledMood()
    for n in range(40):
        settled = settled.update(seen(sure(NEUTRAL)), n / 10)
        assert (settled.emotion is None) == (n / 10 < FIRST_SECONDS - 1e-9)
    assert settled.expression == sure(NEUTRAL)


def test_time_without_a_face_counts_for_nothing():
    settled = SettledMood()
    for n in range(30):
        settled = settled.update(seen(sure(HAPPY)), n / 10)
    settled = settled.update(seen(sure(SAD)), 3.0).update(seen(sure(SAD)), 60.0)  # away for a minute
    assert settled.emotion == HAPPY
    smoothed = SmoothedExpression.first(sure(HAPPY), 0.0).update(sure(SAD), 60.0)
    assert 1 - math.exp(-LONGEST_STEP / MEMORY_SECONDS) < 0.5
    assert smoothed.expression.top == HAPPY


looks = st.frozensets(st.sampled_from(Hint))


@given(looks, looks, st.floats(0.02, 0.25))
def test_one_odd_look_neither_gives_nor_takes_a_hint(usual, odd, step):
    hints = SmoothedHints()
    for n in range(400):
        hints = hints.update(odd if n == 300 else usual, n * step)
        assert set(hints.given) <= usual
        if n * step > 2 * HINT_SECONDS:
            assert set(hints.given) == usual


@pytest.mark.parametrize("frames_a_second", [4, 8, 15])
def test_a_hint_comes_and_goes_within_about_a_second(frames_a_second):
    hints, given = SmoothedHints(), []
    for n in range(10 * frames_a_second):
        hints = hints.update({Hint.DARK} if n < 5 * frames_a_second else (), n / frames_a_second)
        given.append(hints.given == (Hint.DARK,))
    came, went = given.index(True), len(given) - given[::-1].index(True)
    assert 0.5 <= came / frames_a_second <= 1.3
    assert 0.5 <= went / frames_a_second - 5 <= 1.3


def test_hints_come_in_the_order_of_the_photo_page():
    hints = SmoothedHints()
    for n in range(30):
        hints = hints.update({Hint.TURNED, Hint.CLOSE, Hint.DARK}, n / 10)
    assert hints.given == (Hint.CLOSE, Hint.DARK, Hint.TURNED)
