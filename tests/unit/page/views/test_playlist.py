"""Songs as cards, and what can be taken along."""

import json
from dataclasses import asdict, replace
from urllib.parse import unquote

import numpy as np
import pytest
from hypothesis import given, settings

from femr import i18n
from femr.emotions import Emotion
from femr.mood import Expression
from femr.music import export
from femr.music.catalogue import Song
from femr.music.filters import NO_FILTERS
from femr.music.playlist import Goal, Playlist, Reason, links, recommend
from femr.page.views.playlist import playlist_cards
from tests.unit.page.views.html import Tree, texts


def make_song(title="Numb", artist="Linkin Park", genre="metal", spotify_id="2nLtzopw4rPReszdYBJU6h", **changes):
    song = Song(spotify_id, title, (artist,), 2003, genre, "en", None, (Emotion.ANGRY,), 0.2, 0.9, 110, "rated")
    return replace(song, **changes)


def playlist_of(*songs):
    reasons = tuple(Reason("low", "high") for _ in songs)
    mood = Expression.only(Emotion.ANGRY).mood
    return Playlist(Goal.MATCH, mood, len(songs), NO_FILTERS, 0, songs, reasons, np.zeros((len(songs), 2)))


def song_cards(playlist, lang="en"):
    """The list of cards alone, without what stands below it."""
    return Tree(playlist_cards(playlist, lang).partition("</ol>")[0] + "</ol>")


@settings(max_examples=200)
@given(texts, texts, texts, texts)
def test_whatever_a_song_is_called_it_stays_text(title, artist, genre, spotify_id):
    song = make_song(title, artist, genre, spotify_id)
    tree = song_cards(playlist_of(song))
    assert {tag for tag, _, _ in tree.elements} <= {"ol", "li", "div", "button", "span", "a", "svg", "path"}
    assert tree.one(css="femr-title")[2] == title
    assert tree.one(css="femr-artist")[2] == artist
    assert not [name for _, attributes, _ in tree.elements for name in attributes if name.startswith("on")]
    if spotify_id:
        assert tree.one("button", "femr-play")[1]["data-spotify"] == spotify_id
        assert tree.one("button", "femr-play")[1]["aria-label"] == f"Play {title} by {artist}"
    assert [attributes["aria-label"] for _, attributes, _ in tree.all("a")] == [
        f"Find on Spotify: {title}",
        f"Find on YouTube: {title}",
        f"Find on YouTube Music: {title}",
        f"Find on Apple Music: {title}",
    ]


HOSTILE = "<img src=x onerror=alert(1)>\"'</button>&amp;"


@pytest.mark.parametrize("field", ["title", "artist", "genre", "spotify_id"])
def test_hostile_text_adds_no_element_or_attribute(field):
    usual = Tree(playlist_cards(playlist_of(make_song()), "en"))
    hostile = Tree(playlist_cards(playlist_of(make_song(**{field: HOSTILE})), "en"))
    assert [(tag, list(attributes)) for tag, attributes, _ in hostile.elements] == [
        (tag, list(attributes)) for tag, attributes, _ in usual.elements
    ]


def test_every_song_is_a_card_in_the_order_of_the_playlist():
    playlist = recommend(Emotion.HAPPY, count=7, seed=1)
    tree = Tree(playlist_cards(playlist, "en"))
    assert len(tree.all("li", "femr-card")) == 7
    assert [text for _, _, text in tree.all(css="femr-title")] == [song.title for song in playlist.songs]


@pytest.mark.parametrize("lang", i18n.LANGUAGES)
def test_a_card_tells_title_artist_year_and_reason(lang):
    playlist = playlist_of(make_song())
    card = Tree(playlist_cards(playlist, lang)).one("li")
    for text in ("Numb", "Linkin Park", "2003", playlist.reasons[0].sentence(lang)):
        assert text in card[2]


def test_ten_songs_are_one_stop_for_tab_and_arrows_do_the_rest():
    tree = song_cards(recommend(Emotion.HAPPY, seed=1))
    assert [each.get("tabindex") for _, each, _ in tree.all("button")].count("0") == 1
    assert len(tree.all("button", "femr-heart")) == len(tree.all("button", "femr-dots")) == 10


def test_a_song_with_an_id_can_be_played():
    button = song_cards(playlist_of(make_song())).one("button", "femr-play")
    assert button[1]["data-spotify"] == "2nLtzopw4rPReszdYBJU6h"
    assert button[1]["type"] == "button"


def test_a_card_says_by_what_its_song_can_be_played():
    silent = song_cards(playlist_of(make_song(spotify_id=""))).one("button", "femr-play")[1]
    assert silent["data-song"] == "linkin park - numb"
    assert not {"data-spotify", "data-youtube", "data-file"} & silent.keys()
    video = song_cards(playlist_of(make_song(spotify_id="", youtube_id="kXYiU_JCYtU"))).one("button", "femr-play")[1]
    assert video["data-youtube"] == "kXYiU_JCYtU"
    own = song_cards(playlist_of(make_song(spotify_id="", file="file:///home/me/My%20Music/01%20Numb.flac")))
    assert own.one("button", "femr-play")[1]["data-file"] == "01 Numb.flac"


def test_a_card_can_hide_its_song_and_each_of_its_artists():
    tree = song_cards(playlist_of(make_song(artists=("Linkin Park", "JAY-Z"))))
    hides = [attributes for _, attributes, _ in tree.all("button") if "data-hide-artist" in attributes]
    assert [each["data-hide-artist"] for each in hides] == ["Linkin Park", "JAY-Z"]
    assert json.loads(tree.one("li")[1]["data-artists"]) == ["Linkin Park", "JAY-Z"]


@pytest.mark.parametrize("spotify_id", ["", "2nLtzopw4rPReszdYBJU6h"])
def test_a_card_links_to_four_services_in_new_tabs(spotify_id):
    song = make_song("A & B", "<C>", spotify_id=spotify_id)
    found = song_cards(playlist_of(song)).all("a")
    assert [attributes["href"] for _, attributes, _ in found] == list(asdict(links(song)).values())
    for _, attributes, _ in found:
        assert attributes["target"] == "_blank"
        assert "noopener" in attributes["rel"]
        assert "A & B" in attributes["aria-label"]


def test_cards_load_nothing_from_outside():
    html = playlist_cards(recommend(Emotion.SAD, seed=1), "en")
    assert not [attributes for _, attributes, _ in Tree(html).elements if "src" in attributes or "srcset" in attributes]
    assert "url(" not in html


def test_a_playlist_is_named_by_its_goal_in_the_readers_language():
    attributes = Tree(playlist_cards(playlist_of(make_song()), "id")).one("ol")[1]
    assert attributes["aria-label"] == i18n.translate("goal.match.hint", "id")


# --- taking it along -----------------------------------------------------------------------------


def test_files_are_part_of_the_page_and_hold_what_the_exports_give():
    playlist = recommend(Emotion.SAD, count=5, seed=3)
    saved = {
        attributes["download"]: unquote(attributes["href"].partition(",")[2])
        for _, attributes, _ in Tree(playlist_cards(playlist, "en")).all("a")
        if "download" in attributes
    }
    assert set(saved) == {"femr.m3u", "femr.csv", "femr.json", "femr.txt"}
    assert saved["femr.m3u"] == export.as_m3u(playlist)
    assert saved["femr.csv"] == "\ufeff" + export.as_csv(playlist)
    assert saved["femr.json"] == export.as_json_text(playlist, "en")
    assert saved["femr.txt"] == export.as_text(playlist, "en")


def test_a_link_is_offered_only_where_the_playlist_can_be_shared():
    playlist = recommend(Emotion.SAD, count=5, seed=3)
    shared = Tree(playlist_cards(playlist, "en", "mood=Sad&seed=3")).all("button", "femr-copy")
    alone = Tree(playlist_cards(playlist, "en")).all("button", "femr-copy")
    assert shared[0][1]["data-copy"] == "?mood=Sad&seed=3"
    assert len(shared) == len(alone) + 1
