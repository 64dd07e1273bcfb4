"""The line of a mood over a film, and its segments."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from femr.emotions import EMOTIONS, Emotion
from femr.mood import EVERYONE, Expression
from femr.music.way import MAX_STOPS
from femr.video.film import (
    LEAST_SECONDS,
    MAX_POINTS,
    MAX_SEGMENTS,
    Film,
    Moment,
    MoodPoint,
    Person,
    segments,
    thinned,
)
from femr.vision.geometry import Box

HAPPY, SAD = Expression.only(Emotion.HAPPY), Expression.only(Emotion.SAD)

shares = st.lists(st.floats(0.01, 1), min_size=6, max_size=6).map(Expression.of)
steps = st.floats(0.01, 5)


@st.composite
def lines(draw: st.DrawFn, most: int = 60) -> tuple[MoodPoint, ...]:
    points, seconds = [], draw(st.floats(0, 10))
    for step, expression in draw(st.lists(st.tuples(steps, shares), max_size=most)):
        seconds += step
        points.append(MoodPoint(seconds, expression))
    return tuple(points)


def line(*parts: tuple[Expression, float], step: float = 0.2) -> tuple[MoodPoint, ...]:
    """What is shown, for how many seconds each."""
    shown = [expression for expression, lasts in parts for _ in range(round(lasts / step))]
    return tuple(MoodPoint(step * number, expression) for number, expression in enumerate(shown))


# --- segments ------------------------------------------------------------------------------------


@given(lines())
def test_segments_follow_each_other_from_the_lines_first_point_to_its_last(points):
    parts = segments(points)
    assert bool(parts) == bool(points)
    if points:
        assert parts[0].start == points[0].seconds
        assert parts[-1].end == points[-1].seconds
    assert all(one.end == other.start for one, other in pairwise(parts))


@given(lines())
def test_neighbouring_segments_show_different_emotions(points):
    assert all(one.emotion != other.emotion for one, other in pairwise(segments(points)))


@given(lines())
def test_no_segment_is_short_unless_it_is_the_only_one(points):
    parts = segments(points)
    assert len(parts) <= 1 or all(part.end - part.start >= LEAST_SECONDS for part in parts)


@given(lines(), st.integers(1, 5))
def test_there_are_never_more_segments_than_wanted(points, most):
    assert len(segments(points, 0, most)) <= most


@given(lines())
def test_a_segments_shares_are_hundredths_that_sum_to_one(points):
    for part in segments(points):
        hundredths = [100 * share for share in part.expression.shares]
        assert hundredths == pytest.approx([round(each) for each in hundredths])
        assert sum(part.expression.shares) == pytest.approx(1)


def test_a_way_through_all_segments_is_one_that_a_playlist_takes():
    assert MAX_SEGMENTS - 1 <= MAX_STOPS


def test_a_change_of_mood_is_found_where_it_is():
    one, other = segments(line((HAPPY, 4), (SAD, 6)))
    assert (one.emotion, other.emotion) == (Emotion.HAPPY, Emotion.SAD)
    assert one.end == pytest.approx(4)
    assert other.expression == SAD


def test_a_moments_glance_is_no_segment():
    (only,) = segments(line((HAPPY, 5), (SAD, 1), (HAPPY, 5)))
    assert only.emotion == Emotion.HAPPY
    assert 0 < only.expression[Emotion.SAD] < 0.2


# --- a line --------------------------------------------------------------------------------------


@given(lines(), st.integers(1, 30))
def test_a_thinned_line_keeps_its_order_and_its_span(points, most):
    thin = thinned(points, most)
    assert len(thin) <= most
    assert all(one.seconds < other.seconds for one, other in pairwise(thin))
    assert bool(thin) == bool(points)
    if thin:
        slack = 1e-9
        assert points[0].seconds - slack <= thin[0].seconds
        assert thin[-1].seconds <= points[-1].seconds + slack
    for point in thin:
        assert sum(point.expression.shares) == pytest.approx(1)


def test_a_line_with_few_points_stays_as_it_is():
    points = line((HAPPY, 2), (SAD, 2))
    assert thinned(points) == points


# --- whose mood ----------------------------------------------------------------------------------


def person(number: int, expression: Expression = HAPPY, width: float = 50) -> Person:
    return Person(number, Box(0, 0, width, width), expression, expression.top)


def film(*people: tuple[Person, ...]) -> Film:
    return Film(640, 360, tuple(Moment(0.2 * number, each) for number, each in enumerate(people)))


def test_the_main_person_is_who_is_seen_largest_and_longest():
    passing, staying = person(1, width=90), person(2, SAD)
    seen = film((passing, staying), *[(staying,)] * 9)
    assert seen.main == 2
    assert {point.expression for point in seen.line()} == {SAD}


def test_everyones_mood_is_that_of_all_who_are_seen_in_a_moment():
    seen = film((person(1, HAPPY), person(2, SAD)), (person(1, HAPPY),), ())
    first, second = seen.line(EVERYONE)
    assert first.expression[Emotion.HAPPY] == first.expression[Emotion.SAD] == pytest.approx(0.5)
    assert second.expression == HAPPY


def test_a_film_with_nobody_has_no_main_person_and_no_line():
    seen = film((), ())
    assert (seen.people, seen.main, seen.line(), seen.line(EVERYONE)) == (0, None, (), ())


def test_the_line_of_a_long_film_is_no_longer_than_a_chart_is_wide():
    seen = film(*[(person(1),)] * 1000)
    assert len(seen.line()) == MAX_POINTS
    assert seen.line()[-1].expression.shares == pytest.approx([float(each is Emotion.HAPPY) for each in EMOTIONS])
