"""What can be sent to others from a result."""

import json
from dataclasses import replace

import pytest
from hypothesis import given

from femr import i18n, recommend
from femr.emotions import EMOTIONS, TRAITS, Emotion
from femr.mood import Expression
from femr.music.share_link import from_query
from femr.music.taste import Taste
from femr.page.session import Visit
from femr.page.subject import LinkedMood, LiveMood, OneFace, PickedMood
from femr.page.views.sharing import share_buttons, share_tools, story
from femr.vision.geometry import Box, Point
from femr.vision.reading import Face, Reading
from tests.unit.page.views.html import Tree, texts

PLAYLIST = recommend("Happy", seed=7)
SHARES = (0.1, 0.05, 0.7, 0.1, 0.05, 0.0)
FACE = Face(Box(20, 10, 40, 50), (Point(30, 30), Point(50, 30)), 0.9, Expression(SHARES))
READING = Reading(100, 100, (FACE,))


def visit(subject, **more):
    return Visit(subject=subject, **more).playing(PLAYLIST)


def test_a_card_of_a_face_says_what_the_page_shows():
    told = story(visit(OneFace(FACE, 0), reading=READING), PLAYLIST)
    assert (told["kind"], told["emotion"], told["mood"]) == ("face", Emotion.HAPPY, "happy")
    assert told["colour"] == TRAITS[Emotion.HAPPY].colour
    assert [each["percent"] for each in told["bars"]] == ["70 %", "10 %", "10 %", "5 %", "5 %", "0 %"]
    assert [each["title"] for each in told["songs"]] == [song.title for song in PLAYLIST.songs]
    assert told["box"] == [0.2, 0.1, 0.4, 0.5]
    assert from_query(told["link"]).seed == PLAYLIST.seed


@pytest.mark.parametrize(
    ("subject", "kind", "bars"),
    [
        (PickedMood(Emotion.SAD), "picked", 0),
        (LinkedMood(from_query("mood=Sad&seed=7")), "link", 0),
        (LiveMood(Emotion.HAPPY, Expression(SHARES)), "live", len(EMOTIONS)),
    ],
)
def test_only_what_was_read_from_a_face_has_bars_and_no_other_has_a_place_in_a_photo(subject, kind, bars):
    told = story(visit(subject, reading=READING), PLAYLIST)
    assert (told["kind"], len(told["bars"]), told["box"]) == (kind, bars, None)


@pytest.mark.parametrize("lang", i18n.LANGUAGES)
def test_the_buttons_speak_the_pages_language_and_the_link_says_which(lang):
    tree = Tree(share_buttons(replace(visit(PickedMood(Emotion.SAD)), lang=lang), PLAYLIST))
    assert [each[1]["data-share"] for each in tree.all("button")] == ["card", "link"]
    assert tree.all("button")[0][2] == i18n.translate("share.card", lang)
    assert json.loads(tree.one("p")[1]["data-story"])["link"].endswith(f"&lang={lang}")


def test_own_songs_make_a_card_but_no_link():
    tree = Tree(share_buttons(visit(PickedMood(Emotion.SAD), own="key"), PLAYLIST))
    assert [each[1]["data-share"] for each in tree.all("button")] == ["card"]
    assert json.loads(tree.one("p")[1]["data-story"])["link"] == ""


@pytest.mark.parametrize("genres", [(), ("jazz",)])
def test_who_shares_songs_that_their_taste_chose_is_told_that_the_link_does_not_hold_it(genres):
    shared = Visit(subject=PickedMood(Emotion.SAD)).playing(replace(PLAYLIST, taste=Taste(genres=genres)))
    tree = Tree(share_buttons(shared, PLAYLIST))
    told = [text for _, _, text in tree.all("p")[1:]]
    assert told == ([i18n.translate("share.taste", i18n.DEFAULT_LANGUAGE)] if genres else [])


@given(texts)
def test_no_title_breaks_out_of_the_card(title):
    song = replace(PLAYLIST.songs[0], title=title)
    tree = Tree(share_buttons(visit(PickedMood(Emotion.SAD)), replace(PLAYLIST, songs=(song,))))
    assert [each[0] for each in tree.elements] == ["p", "button", "button"]
    assert json.loads(tree.one("p")[1]["data-story"])["songs"][0]["title"] == title


@pytest.mark.parametrize("lang", i18n.LANGUAGES)
def test_the_dialog_tells_which_language_the_page_speaks(lang):
    tree = Tree(share_tools(lang))
    assert tree.all("div")[0][1]["data-spoken"] == lang
    assert tree.one("dialog")[1]["aria-label"] == i18n.translate("share.dialog", lang)
