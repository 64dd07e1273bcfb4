import json
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
from femr.page.views.filters import left
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
    assert {tag for tag, _, _ in tree.elements} <= {"svg", "circle", "title", "polyline", "g", "path", "text"}
    circle, name = tree.all("circle")[0], tree.all("title")[0]
    assert set(circle[1]) - {"data-spotify"} == {"cx", "cy", "r", "fill"}
    assert circle[1].get("data-spotify", "") == spotify_id
    assert name[2] == f"{title} — {artist}"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_songs_in_question_are_dots_and_counted(lang):
    drawn = mood_map.songs_in_question(catalogue().songs, lang)
    assert len(CIRCLE.findall(drawn)) == len(catalogue())
    assert left(len(catalogue()), lang) in drawn
    assert left(0, lang) in mood_map.songs_in_question((), lang)


@pytest.mark.parametrize("beyond", [1, mood_map.MAX_DOTS, 17 * mood_map.MAX_DOTS])
def test_of_a_large_library_an_even_sample_is_shown_and_said_so(beyond):
    count = mood_map.MAX_DOTS + beyond
    drawn = mood_map.songs_in_question([make_song(number / count, 0.5) for number in range(count)], "en")
    dots = [int(x) for x, _, _, _ in CIRCLE.findall(drawn)]
    assert mood_map.MAX_DOTS / 2 <= len(dots) <= mood_map.MAX_DOTS
    assert min(dots) == mood_map.MARGIN
    assert max(dots) == pytest.approx(mood_map.SIDE - mood_map.MARGIN, abs=2)
    assert translate("map.sample", "en", shown=len(dots), count=count) in drawn


def test_the_way_goes_through_the_songs_in_order():
    playlist = recommend(Emotion.SAD, "lift", 6, seed=1)
    drawn = mood_map.route(playlist, "en")
    points = re.search(r'points="([^"]+)"', drawn)[1].split()
    stops = [f"{x},{y}" for x, y, _, _ in CIRCLE.findall(drawn)]
    assert points == stops
    assert len(points) == 6


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_listener_stands_at_the_mood(lang):
    tree = Tree(mood_map.route(recommend(Mood(0, 0), count=5, seed=1), lang))
    middle = mood_map.SIDE // 2
    assert tree.one("g", "femr-you")[1]["transform"] == f"translate({middle} {middle})"
    assert tree.one("g", "femr-map-hand")[1]["data-stops"].split() == ["0,0"]
    assert translate("page.map.you", lang) in [text for _, _, text in tree.all("text")]


def test_a_way_is_drawn_from_stop_to_stop_and_told_to_the_script():
    way = [Mood(1, 1), Mood(-1, 0.25)]
    tree = Tree(mood_map.route(recommend(Mood(0, 0), count=5, seed=1, way=way), "en"))
    low, middle, high = mood_map.MARGIN, mood_map.SIDE // 2, mood_map.SIDE - mood_map.MARGIN
    line = tree.all("polyline")[1][1]["points"].split()
    assert line[:2] == [f"{middle},{middle}", f"{high},{low}"]
    assert tree.one("g", "femr-map-hand")[1]["data-stops"].split() == ["0,0", "1,1", "-1,0.25"]
    assert tree.one("path", "femr-map-end")[1]["transform"] == f"translate({line[2].replace(',', ' ')})"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_script_knows_where_each_mood_lies_by_its_name(lang):
    said = Tree(mood_map.map_words(lang)).one("p", "femr-map-said")[1]
    moods = json.loads(said["data-moods"])
    assert moods[translate("looks.Happy", lang)] == [TRAITS[Emotion.HAPPY].valence, TRAITS[Emotion.HAPPY].arousal]
    assert len(moods) == len(TRAITS)
    assert all(hole in said["data-at"] for hole in ("{mood}", "{warm}", "{lively}"))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_ends_of_the_axes_are_named(lang):
    for end in ("dark", "warm", "calm", "lively"):
        assert translate(f"page.map.{end}", lang) in mood_map.empty_map(lang)
