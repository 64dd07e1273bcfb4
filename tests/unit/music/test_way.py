"""Playlists along a way over the plane of moods."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from femr.emotions import EMOTIONS, Emotion
from femr.errors import ChoiceError
from femr.mood import CALM, Expression, Mood
from femr.music.playlist import Goal, recommend
from femr.music.share_link import from_query, share_query
from femr.music.way import MAX_STOPS, even_steps

sides = st.floats(-1, 1).map(lambda side: round(side, 2))
places = st.builds(Mood, sides, sides)
ways = st.lists(places, min_size=1, max_size=MAX_STOPS)

SQUARE = [Mood(0.5, 0.5), Mood(0.5, -0.5), Mood(-0.5, -0.5), Mood(-0.5, 0.5)]


def along(stops):
    """How long the way over `stops` is."""
    corners = np.array([(stop.valence, stop.arousal) for stop in stops])
    return float(np.hypot(*np.diff(corners, axis=0).T).sum())


def off(place, stops):
    """How far a place lies from the nearest point of the way over `stops`."""
    corners = np.array([(stop.valence, stop.arousal) for stop in stops])
    starts, lines = corners[:-1], np.diff(corners, axis=0)
    squares = np.maximum((lines**2).sum(axis=1), 1e-18)
    progress = np.clip(((place - starts) * lines).sum(axis=1) / squares, 0, 1)
    return np.hypot(*(starts + progress[:, None] * lines - place).T).min()


@given(places, ways, st.integers(2, 30))
def test_steps_begin_and_end_with_the_way_lie_on_it_and_are_none_longer_than_even(start, way, count):
    stops = [start, *way]
    targets, _ = even_steps(stops, count)
    assert targets.shape == (count, 2)
    assert targets[0] == pytest.approx([start.valence, start.arousal])
    assert targets[-1] == pytest.approx([way[-1].valence, way[-1].arousal])
    assert max(off(target, stops) for target in targets) < 1e-6
    steps = np.hypot(*np.diff(targets, axis=0).T)
    assert steps.max() <= along(stops) / (count - 1) + 1e-9


def test_steps_are_even_around_corners():
    targets, _ = even_steps(SQUARE, 7)
    expected = [(0.5, 0.5), (0.5, 0), (0.5, -0.5), (0, -0.5), (-0.5, -0.5), (-0.5, 0), (-0.5, 0.5)]
    assert targets == pytest.approx(np.array(expected))


def test_labels_change_from_stop_to_stop():
    sad, happy = (Expression.only(emotion).mood for emotion in (Emotion.SAD, Emotion.HAPPY))
    _, labels = even_steps([sad, happy, CALM], 30)
    assert labels[0, EMOTIONS.index(Emotion.SAD)] == 1
    assert labels[:, EMOTIONS.index(Emotion.HAPPY)].max() > 0.9
    assert labels[-1] == pytest.approx(np.zeros(6))


@settings(max_examples=50, deadline=None)
@given(places, ways, st.sampled_from(Goal), st.integers(1, 30), st.integers(0, 2**32))
def test_a_link_gives_the_very_same_way_and_songs(start, way, goal, count, seed):
    playlist = recommend(start, goal, count, seed, way=way)
    link = from_query(share_query(playlist, "1.1"))
    assert link.way == tuple(way)
    assert recommend(link.mood, link.goal, link.count, link.seed, filters=link.filters, way=link.way) == playlist


@pytest.mark.parametrize("goal", Goal)
def test_after_its_way_the_music_goes_where_the_goal_says(goal):
    targets = recommend(SQUARE[0], goal, 30, 1, way=SQUARE[1:]).targets
    end = {Goal.MATCH: SQUARE[-1], Goal.LIFT: Expression.only(Emotion.HAPPY).mood, Goal.CALM: CALM}[goal]
    assert targets[0] == pytest.approx([0.5, 0.5])
    assert targets[-1] == pytest.approx([end.valence, end.arousal])
    assert min(np.hypot(*(target - (-0.5, -0.5))) for target in targets) < 0.1


def mean_distance(playlists):
    return np.mean([np.hypot(*(np.array([song.place for song in each.songs]) - each.targets).T) for each in playlists])


def test_ten_songs_follow_the_way_and_not_the_line_between_its_ends():
    around = [recommend(SQUARE[0], count=10, seed=seed, way=SQUARE[1:]) for seed in range(20)]
    straight = recommend(SQUARE[0], count=10, seed=1, way=[SQUARE[-1]])
    assert all(len(each.songs) == 10 for each in around)
    other_way = [np.hypot(*(np.array([song.place for song in each.songs]) - straight.targets).T) for each in around]
    assert mean_distance(around) < 0.25
    assert np.mean(other_way) > 0.5


def test_a_way_that_comes_back_to_its_start_leaves_it_in_between():
    playlists = [recommend(SQUARE[0], count=9, seed=seed, way=[SQUARE[2], SQUARE[0]]) for seed in range(20)]
    valences = np.array([[song.place[0] for song in each.songs] for each in playlists]).mean(axis=0)
    assert valences[4] < valences[0] - 0.5
    assert valences[4] < valences[-1] - 0.5


def test_a_way_of_too_many_moods_is_refused_with_the_number():
    with pytest.raises(ChoiceError, match=f"{MAX_STOPS}.*{MAX_STOPS + 1}"):
        recommend(CALM, way=[CALM] * (MAX_STOPS + 1))
    with pytest.raises(ChoiceError, match=str(MAX_STOPS)):
        from_query({"mood": "0,0", "way": "~".join(["0.1,0.1"] * (MAX_STOPS + 1))})


@pytest.mark.parametrize("way", ["0.1", "0.1,0.2~", "~", "0.1,0.2~0.3,nan", "0.1,2", "Bored", "0.1,0.2;0.3,0.4"])
def test_a_way_that_is_none_is_refused(way):
    with pytest.raises(ChoiceError):
        from_query({"mood": "0,0", "way": way})
