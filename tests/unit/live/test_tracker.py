"""Faces over frames: numbers that stay with the same person."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from femr.live.tracker import LOST_SECONDS, Tracks, intersection_over_union
from femr.vision.geometry import Box

places = st.floats(0, 400)
sides = st.floats(20, 120)
boxes = st.builds(lambda x, y, side: Box(x, y, side, side), places, places, sides)


def moved(box: Box, x: float, y: float = 0.0) -> Box:
    return Box(box.x + x, box.y + y, box.width, box.height)


@given(boxes, boxes)
def test_intersection_over_union_is_a_share_and_the_same_both_ways(one, other):
    assert 0 <= intersection_over_union(one, other) <= 1 + 1e-9
    assert intersection_over_union(one, other) == pytest.approx(intersection_over_union(other, one))
    assert intersection_over_union(one, one) == pytest.approx(1)


@given(st.lists(st.lists(boxes, max_size=5), max_size=6))
def test_nobody_in_a_frame_shares_a_number_with_another(frames):
    tracks = Tracks()
    for n, frame in enumerate(frames):
        tracks = tracks.update(frame, n / 10)
        assert len(set(tracks.numbers)) == len(tracks.numbers) == len(frame)
        assert min(tracks.numbers, default=1) >= 1


@given(boxes, st.lists(st.floats(0, 2 * math.pi), min_size=1, max_size=20), st.sampled_from([3, 8, 15]))
def test_a_face_that_moves_keeps_its_number(box, directions, frames_a_second):
    tracks = Tracks().update([box], 0.0)
    for n, direction in enumerate(directions, 1):
        step = 0.8 * box.width
        box = moved(box, step * math.cos(direction), step * math.sin(direction))
        tracks = tracks.update([box], n / frames_a_second)
        assert tracks.numbers == (1,)


@given(st.permutations(range(4)))
def test_numbers_follow_faces_in_whatever_order_they_are_found(order):
    people = [Box(100 * n, 50, 60, 60) for n in range(4)]
    tracks = Tracks().update(people, 0.0)
    later = tracks.update([moved(people[n], 10) for n in order], 0.1)
    assert later.numbers == tuple(n + 1 for n in order)


def test_two_who_pass_each_other_keep_their_numbers():
    tracks = Tracks()
    for n in range(21):
        tracks = tracks.update([Box(10 * n, 0, 60, 60), Box(200 - 10 * n, 45, 60, 60)], n / 10)
        assert tracks.numbers == (1, 2)


def test_a_face_that_returns_in_time_gets_its_number_back():
    here = Box(100, 100, 50, 50)
    tracks = Tracks().update([Box(300, 100, 50, 50), here], 0.0).update([Box(300, 100, 50, 50)], 1.0)
    assert tracks.update([moved(here, 20)], LOST_SECONDS).numbers == (2,)


def test_the_number_of_one_who_left_for_good_is_free_again():
    tracks = Tracks().update([Box(100, 100, 50, 50)], 0.0).update([], LOST_SECONDS + 1)
    assert tracks.known == ()
    assert tracks.update([Box(300, 300, 50, 50)], LOST_SECONDS + 1.1).numbers == (1,)


def test_somebody_elsewhere_is_somebody_else():
    tracks = Tracks().update([Box(0, 0, 50, 50)], 0.0)
    assert tracks.update([Box(300, 300, 50, 50)], 0.1).numbers == (2,)
    assert tracks.update([Box(60, 0, 15, 15)], 0.1).numbers == (2,)  # far behind
