import re
from dataclasses import replace

import pytest
from hypothesis import given

from femr.emotions import TRAITS, Emotion
from femr.i18n import LANGUAGES, translate
from femr.mood import Mood
from femr.music.catalogue import Song, catalogue
from femr.music.playlist import recommend
from femr.page.views import mood_map
from tests.unit.page.views.html import Tree, texts

CIRCLE = re.compile(r'<circle cx="(\d+)" cy="(\d+)" r="([\d.]+)" fill="(#\w{6})"')


def make_song(valence, energy, spotify_id="2nLtzopw4rPReszdYBJU6h", title="Numb", artist="Linkin Park"):
    return Song(spotify_id, title, (artist,), 2003, "metal", "en", None, (), valence, energy, 110, "own")


def dot(song):
    x, y, _, colour = CIRCLE.search(mood_map.song_dots([song])).groups()
    return int(x), int(y), colour


def test_warm_songs_lie_right_and_lively_ones_on_top():
    left, right = dot(make_song(0, 0.5)), dot(make_song(1, 0.5))
    low, high = dot(make_song(0.5, 0)), dot(make_song(0.5, 1))
    assert left[0] < right[0]
    assert left[1] == right[1]
    assert high[1] < low[1]
    for x, y, _ in (left, right, low, high):
        assert 0 < x < mood_map.SIDE
        assert 0 < y < mood_map.SIDE


def test_a_song_has_the_colour_of_the_emotion_it_lies_next_to():
    assert dot(make_song(0.95, 0.75))[2] == TRAITS[Emotion.HAPPY].colour
    assert dot(make_song(0.15, 0.35))[2] == TRAITS[Emotion.SAD].colour


def test_a_dot_names_its_song_and_only_one_with_a_player_can_be_clicked():
    assert "<title>A &amp; B — Linkin Park</title>" in mood_map.song_dots([make_song(0.5, 0.5, title="A & B")])
    assert 'data-spotify="2nLtzopw4rPReszdYBJU6h"' in mood_map.song_dots([make_song(0.5, 0.5)])
    assert "data-spotify" not in mood_map.song_dots([make_song(0.5, 0.5, spotify_id="")])


PLAYLIST = recommend(Emotion.SAD, count=5, seed=1)


@pytest.mark.parametrize(
    "drawn",
    [
        pytest.param(lambda song: mood_map.song_dots([song]), id="dots"),
        pytest.param(lambda song: mood_map.route(replace(PLAYLIST, songs=(song,)), "en"), id="route"),
    ],
)
@given(title=texts, artist=texts, spotify_id=texts)
def test_whatever_a_song_is_called_its_dot_is_a_dot(drawn, title, artist, spotify_id):
    tree = Tree(drawn(make_song(0.5, 0.5, spotify_id, title, artist)))
    assert {tag for tag, _, _ in tree.elements} <= {"svg", "circle", "title", "polyline", "g", "path"}
    circle, name = tree.all("circle")[0], tree.all("title")[0]
    assert set(circle[1]) - {"data-spotify"} == {"cx", "cy", "r", "fill"}
    assert circle[1].get("data-spotify", "") == spotify_id
    assert name[2] == f"{title} — {artist}"


def test_every_song_of_the_catalogue_is_a_dot():
    assert len(CIRCLE.findall(mood_map.song_dots(catalogue().songs))) == len(catalogue())


def test_the_way_goes_through_the_songs_in_order():
    playlist = recommend(Emotion.SAD, "lift", 6, seed=1)
    drawn = mood_map.route(playlist, "en")
    points = re.search(r'points="([^"]+)"', drawn)[1].split()
    stops = [f"{x},{y}" for x, y, _, _ in CIRCLE.findall(drawn)]
    assert points == stops
    assert len(points) == 6


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_listener_stands_at_the_mood(lang):
    drawn = mood_map.route(recommend(Mood(0, 0), count=5, seed=1), lang)
    middle = mood_map.SIDE // 2
    assert f'<circle cx="{middle}" cy="{middle}" r="11"/>' in drawn
    assert f"<title>{translate('page.map.you', lang)}</title>" in drawn


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_ends_of_the_axes_are_named(lang):
    for end in ("dark", "warm", "calm", "lively"):
        assert translate(f"page.map.{end}", lang) in mood_map.empty_map(lang)
