from dataclasses import asdict, replace
from html.parser import HTMLParser
from urllib.parse import unquote

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from femr import i18n
from femr.emotions import EMOTIONS, TRAITS, Emotion
from femr.mood import Expression
from femr.music import export
from femr.music.catalogue import Song, catalogue
from femr.music.filters import NO_FILTERS
from femr.music.playlist import Goal, Playlist, Reason, links, recommend
from femr.page import cards, explaining
from femr.vision.confidence import Hint
from femr.vision.geometry import Box, Point
from femr.vision.occlusion import GRID, Explanation, Region
from femr.vision.reading import Face, Quality, Reading

VOID = {"br", "img", "input"}
EYES = (Point(20, 20), Point(40, 20))


class Tree(HTMLParser):
    """Elements as (tag, attributes, text inside), in the order in which they begin; every tag must be closed."""

    def __init__(self, html):
        super().__init__()
        self.elements, self.open = [], []
        self.feed(html)
        self.close()
        assert not self.open, "an element is not closed"

    def handle_starttag(self, tag, attrs):
        self.elements.append([tag, dict(attrs), ""])
        if tag not in VOID:
            self.open.append(self.elements[-1])

    def handle_endtag(self, tag):
        assert self.open.pop()[0] == tag, "elements are closed out of order"

    def handle_data(self, data):
        for element in self.open:
            element[2] += data

    def all(self, tag=None, css=None):
        return [
            each
            for each in self.elements
            if tag in (None, each[0]) and (css is None or css in each[1].get("class", "").split())
        ]

    def one(self, tag=None, css=None):
        (element,) = self.all(tag, css)
        return element


def make_song(title="Numb", artist="Linkin Park", genre="metal", spotify_id="2nLtzopw4rPReszdYBJU6h"):
    return Song(spotify_id, title, (artist,), 2003, genre, "en", None, (Emotion.ANGRY,), 0.2, 0.9, 110, "rated")


def playlist_of(*songs):
    reasons = tuple(Reason("low", "high") for _ in songs)
    mood = Expression.only(Emotion.ANGRY).mood
    return Playlist(Goal.MATCH, mood, len(songs), NO_FILTERS, 0, songs, reasons, np.zeros((len(songs), 2)))


def song_cards(playlist, lang="en"):
    """The list of cards alone, without what stands below it."""
    return Tree(cards.playlist_cards(playlist, lang).partition("</ol>")[0] + "</ol>")


UNSEEN = Quality(width=9, sharpness=0.5, brightness=0.05, turn=0.9)


def make_face(emotion=Emotion.HAPPY, share=0.75, box=Box(64, 48, 128, 96), quality=None):  # noqa: B008
    rest = (1 - share) / 5
    return Face(box, EYES, 0.9, {each: share if each is emotion else rest for each in EMOTIONS}, quality)


# Any text, and text that looks like markup more often than not.
texts = st.one_of(st.text(), st.text(st.sampled_from("<>&\"'=/; aimg")))


# --- songs ---------------------------------------------------------------------------------------


@settings(max_examples=200)
@given(texts, texts, texts, texts)
def test_whatever_a_song_is_called_it_stays_text(title, artist, genre, spotify_id):
    song = make_song(title, artist, genre, spotify_id)
    tree = song_cards(playlist_of(song))
    assert {tag for tag, _, _ in tree.elements} <= {"ol", "li", "div", "button", "span", "a"}
    assert tree.one(css="femr-title")[2] == title
    assert tree.one(css="femr-artist")[2] == artist
    assert tree.one(css="femr-about")[2].startswith(genre)
    assert not [name for _, attributes, _ in tree.elements for name in attributes if name.startswith("on")]
    if spotify_id:
        assert tree.one("button")[1]["data-spotify"] == spotify_id
        assert tree.one("button")[1]["aria-label"] == f"Play {title} by {artist}"
    assert [attributes["aria-label"] for _, attributes, _ in tree.all("a")] == [
        f"Find on Spotify: {title}",
        f"Find on YouTube: {title}",
        f"Find on YouTube Music: {title}",
        f"Find on Apple Music: {title}",
    ]


HOSTILE = "<img src=x onerror=alert(1)>\"'</button>&amp;"


@pytest.mark.parametrize("field", ["title", "artist", "genre", "spotify_id"])
def test_hostile_text_adds_no_element_or_attribute(field):
    usual = Tree(cards.playlist_cards(playlist_of(make_song()), "en"))
    hostile = Tree(cards.playlist_cards(playlist_of(make_song(**{field: HOSTILE})), "en"))
    assert [(tag, list(attributes)) for tag, attributes, _ in hostile.elements] == [
        (tag, list(attributes)) for tag, attributes, _ in usual.elements
    ]


def test_every_song_is_a_card_in_the_order_of_the_playlist():
    playlist = recommend(Emotion.HAPPY, count=7, seed=1)
    tree = Tree(cards.playlist_cards(playlist, "en"))
    assert len(tree.all("li", "femr-card")) == 7
    assert [text for _, _, text in tree.all(css="femr-title")] == [song.title for song in playlist.songs]


@pytest.mark.parametrize("lang", i18n.LANGUAGES)
def test_a_card_tells_title_artist_genre_and_reason(lang):
    playlist = playlist_of(make_song())
    card = Tree(cards.playlist_cards(playlist, lang)).one("li")
    for text in ("Numb", "Linkin Park", "metal", playlist.reasons[0].sentence(lang)):
        assert text in card[2]


def test_a_genre_is_named_in_the_readers_language():
    playlist = playlist_of(make_song(genre="electronic"))
    assert song_cards(playlist, "en").one(css="femr-about")[2].startswith("electronic")
    assert song_cards(playlist, "id").one(css="femr-about")[2].startswith("elektronik")


def test_a_song_with_an_id_can_be_played():
    button = song_cards(playlist_of(make_song())).one("button")
    assert button[1]["data-spotify"] == "2nLtzopw4rPReszdYBJU6h"
    assert button[1]["type"] == "button"


def test_a_song_without_an_id_has_links_and_no_player():
    tree = song_cards(playlist_of(make_song(spotify_id="")))
    assert tree.all("button") == []
    assert not [name for _, attributes, _ in tree.elements for name in attributes if name == "data-spotify"]
    assert len(tree.all("a")) == 4


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
    html = cards.playlist_cards(recommend(Emotion.SAD, seed=1), "en")
    assert not [attributes for _, attributes, _ in Tree(html).elements if "src" in attributes or "srcset" in attributes]
    assert "url(" not in html


def test_the_script_gets_its_texts_in_the_readers_language():
    attributes = Tree(cards.player_texts("id")).one("div")[1]
    assert attributes["data-player-title"] == i18n.translate("player.title", "id")
    assert attributes["data-player-close"] == i18n.translate("player.close", "id")


def test_a_playlist_is_named_by_its_goal_in_the_readers_language():
    attributes = Tree(cards.playlist_cards(playlist_of(make_song()), "id")).one("ol")[1]
    assert attributes["aria-label"] == i18n.translate("goal.match.hint", "id")


# --- taking it along -----------------------------------------------------------------------------


def test_files_are_part_of_the_page_and_hold_what_the_exports_give():
    playlist = recommend(Emotion.SAD, count=5, seed=3)
    saved = {
        attributes["download"]: unquote(attributes["href"].partition(",")[2])
        for _, attributes, _ in Tree(cards.playlist_cards(playlist, "en")).all("a")
        if "download" in attributes
    }
    assert set(saved) == {"femr.m3u", "femr.csv", "femr.json", "femr.txt"}
    assert saved["femr.m3u"] == export.as_m3u(playlist)
    assert saved["femr.csv"] == "\ufeff" + export.as_csv(playlist)
    assert saved["femr.json"] == export.as_json_text(playlist, "en")
    assert saved["femr.txt"] == export.as_text(playlist, "en")


def test_a_link_is_offered_only_where_the_playlist_can_be_shared():
    playlist = recommend(Emotion.SAD, count=5, seed=3)
    shared = Tree(cards.playlist_cards(playlist, "en", "mood=Sad&seed=3")).all("button", "femr-copy")
    alone = Tree(cards.playlist_cards(playlist, "en")).all("button", "femr-copy")
    assert shared[0][1]["data-copy"] == "?mood=Sad&seed=3"
    assert len(shared) == len(alone) + 1


def test_choices_of_a_filter_tell_name_and_songs_left():
    assert cards.counted({"id": 118, "xx": 2}, "language", "en") == [("Indonesian (118)", "id"), ("xx (2)", "xx")]


@pytest.mark.parametrize("lang", i18n.LANGUAGES)
def test_every_language_and_genre_of_the_catalogue_has_a_name(lang):
    for song in catalogue().songs:
        assert f"language.{song.language}" in i18n.TEXTS[lang]
        assert f"genre.{song.genre}" in i18n.TEXTS[lang]


# --- faces ---------------------------------------------------------------------------------------


def test_every_face_has_a_numbered_button_where_it_is():
    reading = Reading(640, 480, (make_face(), make_face(Emotion.SAD, box=Box(320, 240, 64, 48))))
    first, second = Tree(cards.face_boxes(reading, 1, "en")).all("button", "femr-box")
    assert (first[2], second[2]) == ("1", "2")
    assert (first[1]["data-face"], second[1]["data-face"]) == ("0", "1")
    assert (first[1]["aria-pressed"], second[1]["aria-pressed"]) == ("false", "true")
    assert first[1]["aria-label"] == "Face 1: Happy 75 %"
    style = dict(each.split(":") for each in second[1]["style"].split(";"))
    assert {name: float(style[name].rstrip("%")) for name in ("left", "top", "width", "height")} == {
        "left": 50,
        "top": 50,
        "width": 10,
        "height": 10,
    }
    assert style["--colour"] == TRAITS[Emotion.SAD].colour


@pytest.mark.parametrize("lang", i18n.LANGUAGES)
def test_six_bars_show_the_shares(lang):
    tree = Tree(cards.face_result(make_face(share=0.75), 0, lang))
    meters = [attributes for _, attributes, _ in tree.all("div", "femr-track")]
    assert [each["aria-label"] for each in meters] == [
        i18n.translate(f"emotion.{emotion}", lang) for emotion in EMOTIONS
    ]
    assert [each["aria-valuenow"] for each in meters] == ["5", "5", "75", "5", "5", "5"]
    assert [text for _, _, text in tree.all(css="femr-bar-share")] == ["5 %", "5 %", "75 %", "5 %", "5 %", "5 %"]


def test_a_clear_face_is_named():
    heading = Tree(cards.face_result(make_face(Emotion.SAD), 0, "en")).one("h2")
    assert heading[2].endswith("This face looks sad")


def test_an_unclear_face_is_called_hard_to_tell():
    shares = dict.fromkeys(EMOTIONS, 0.05) | {Emotion.FEAR: 0.42, Emotion.SURPRISE: 0.38}
    face = Face(Box(0, 0, 10, 10), EYES, 0.9, shares)
    heading = Tree(cards.face_result(face, 0, "en")).one("h2")
    assert "Fear" in heading[2]
    assert "Surprise" in heading[2]
    assert "looks" not in heading[2]


def test_with_everyone_chosen_every_face_is_marked():
    reading = Reading(640, 480, (make_face(), make_face(Emotion.SAD)))
    boxes = Tree(cards.face_boxes(reading, None, "en")).all("button", "femr-box")
    assert [each[1]["aria-pressed"] for each in boxes] == ["true", "true"]


@pytest.mark.parametrize("lang", i18n.LANGUAGES)
def test_every_face_and_everyone_can_be_chosen(lang):
    choices = cards.people(2, lang)
    assert [value for _, value in choices] == ["0", "1", cards.EVERYONE]
    assert [name for name, _ in choices] == [
        i18n.translate("page.face", lang, number=1),
        i18n.translate("page.face", lang, number=2),
        i18n.translate("page.everyone", lang),
    ]


def test_everyones_bars_are_the_weighted_mean_and_how_far_apart_they_are_is_said():
    reading = Reading(640, 480, (make_face(Emotion.HAPPY, 0.9), make_face(Emotion.SAD, 0.6)))
    tree = Tree(cards.everyone_result(reading, "en"))
    shares = {each["aria-label"]: each["aria-valuenow"] for _, each, _ in tree.all("div", "femr-track")}
    assert shares["Happy"] == str(round(100 * (0.9 * 0.9 + 0.6 * 0.08) / 1.5))
    assert "these 2 faces are far apart" in tree.one("section")[2]
    assert "Hard to read" not in tree.one("section")[2]


def test_everyone_tells_which_faces_are_hard_to_read():
    reading = Reading(640, 480, (make_face(), make_face(quality=UNSEEN), make_face(), make_face(quality=UNSEEN)))
    assert "Hard to read: face 2, 4." in Tree(cards.everyone_result(reading, "en")).one("section")[2]


@pytest.mark.parametrize("lang", i18n.LANGUAGES)
def test_a_face_that_is_hard_to_see_is_not_named_with_confidence(lang):
    tree = Tree(cards.face_result(make_face(quality=UNSEEN), 0, lang))
    assert i18n.translate("page.looks", lang, emotion="").strip() not in tree.one("h2")[2]
    assert len(tree.all("ul", "femr-hints")) == 1
    assert [text for _, _, text in tree.all("li")] == [
        i18n.translate(f"hint.{hint}", lang) for hint in (Hint.SMALL, Hint.DARK, Hint.TURNED)
    ]


def test_a_face_with_nothing_against_it_has_no_hints():
    assert cards.hint_list((), "en") == ""
    assert not Tree(cards.face_result(make_face(), 0, "en")).all("ul")


EXPLANATION = Explanation(
    Emotion.HAPPY, 0.9, np.eye(GRID), {region: 1.0 if region is Region.MOUTH else 0.0 for region in Region}
)


@pytest.mark.parametrize("lang", i18n.LANGUAGES)
def test_why_shows_what_the_network_saw_beside_what_mattered(lang):
    tree = Tree(explaining.reasons(np.full((48, 48), 99, np.uint8), EXPLANATION, lang))
    seen, heat, scale = (attributes for _, attributes, _ in tree.all("img"))
    assert all(each["src"].startswith("data:image/") for each in (seen, heat, scale))
    assert seen["alt"] == i18n.translate("why.seen", lang)
    sentence = tree.all("p")[0][2]
    assert i18n.translate("region.mouth", lang) in sentence
    assert i18n.translate("emotion.Happy", lang) in sentence
    assert "90 %" in sentence
    assert "77 %" in sentence  # odds of 9 : 1 less a factor of e
    assert heat["alt"].endswith(sentence)
    assert scale["alt"] == ""


def test_why_claims_no_region_where_none_decides():
    nothing = replace(EXPLANATION, heat=np.zeros((GRID, GRID)), drops=dict.fromkeys(Region, 0.0))
    tree = Tree(explaining.reasons(np.full((48, 48), 99, np.uint8), nothing, "en"))
    assert "No single region" in tree.all("p")[0][2]


@pytest.mark.parametrize("emotion", EMOTIONS)
def test_a_picked_mood_is_named(emotion):
    heading = Tree(cards.picked_result(emotion, "en")).one("h2")
    assert emotion in heading[2]
    assert TRAITS[emotion].emoji in heading[2]


# --- sentences -----------------------------------------------------------------------------------


@given(texts.filter(bool))
def test_a_notice_is_text_whatever_it_says(text):
    assert Tree(cards.notice(text)).one("p")[2] == text


def test_an_empty_notice_is_nothing():
    assert cards.notice("") == ""


def test_a_problem_is_read_out():
    assert Tree(cards.notice("Oh", problem=True)).one("p")[1]["role"] == "alert"
    assert "role" not in Tree(cards.notice("Oh")).one("p")[1]


@pytest.mark.parametrize(("share", "text"), [(0, "0 %"), (0.004, "0 %"), (0.5, "50 %"), (0.999, "100 %"), (1, "100 %")])
def test_a_share_is_shown_in_whole_percents(share, text):
    assert cards.percent(share) == text


def test_a_shared_playlist_is_called_so_only_while_it_is_the_same():
    assert i18n.translate("page.shared", "en") in cards.shared_result("en", same=True, changed=False)
    other = cards.shared_result("en", same=False, changed=True)
    assert i18n.translate("page.shared.other", "en") in other
    assert i18n.translate("page.shared.changed", "en") not in other
    assert i18n.translate("page.shared.changed", "en") in cards.shared_result("en", same=True, changed=True)


def test_a_filters_label_tells_how_many_songs_it_leaves():
    assert cards.with_count("No explicit songs", 7) == "No explicit songs (7)"
