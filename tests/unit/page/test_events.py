"""What the page's events change, where a browser cannot bring it about at will."""

from dataclasses import replace
from types import SimpleNamespace

import gradio as gr
import pytest

from femr import service
from femr.emotions import Emotion
from femr.i18n import LANGUAGES
from femr.mood import Expression
from femr.music.filters import NO_FILTERS
from femr.music.playlist import Goal
from femr.page.cache import VisitCache
from femr.page.events import PageEvents
from femr.page.screen import Controls, Screen, catalogue_years
from femr.page.session import Visit
from femr.page.subject import LiveMood, PickedMood
from femr.vision.geometry import Box, Point
from femr.vision.reading import Face, Reading

TIE = [0.01, 0.02, 0.472, 0.02, 0.466, 0.012]
"""Happy a hair before Sad."""


def controls(visit=None, **said):
    untouched = Controls(
        "match", 10, [], [], *catalogue_years(), False, False, False, "", "en", (visit or Visit()).to_json()
    )
    return untouched._replace(**said)


@pytest.fixture
def events():
    return PageEvents(VisitCache())


def kept(screen):
    return Visit.from_json(screen.kept)


def test_a_live_mood_is_headed_by_what_it_settled_on_though_another_is_as_likely(events):
    screen = events.settle(gr.EventData(None, {"emotion": "Sad", "shares": TIE}), *controls())
    assert "Your camera sees" in screen.result
    assert ">sad.<" in screen.result
    assert kept(screen).subject == LiveMood(Emotion.SAD, Expression.of(TIE))
    assert kept(screen).playlist.mood == Expression.of(TIE).mood
    assert screen.playlist.count("femr-card") == 10


@pytest.mark.parametrize(
    "said",
    [
        {"emotion": "Bored", "shares": TIE},
        {"emotion": "Sad", "shares": [1, 2]},
        {"emotion": "Sad", "shares": None},
        {"emotion": None, "shares": TIE},
    ],
    ids=repr,
)
def test_a_live_mood_that_is_none_changes_nothing(events, said):
    assert events.settle(gr.EventData(None, said), *controls()) == Screen()


def changed(screen):
    return {name for name, value in screen._asdict().items() if value != gr.skip()}


@pytest.mark.parametrize("query", [{}, {"mood": "Bored"}], ids=["no link", "a broken link"])
@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_late_answer_to_arriving_takes_nothing_back_that_a_click_has_brought(events, query, lang):
    arrived = changed(events.arrive(SimpleNamespace(query_params=query), *controls(lang=lang)))
    assert "lang" in arrived
    picked = changed(events.pick("Sad", *controls(lang=lang)))
    assert not arrived & (picked - {"notice"})  # what was wrong with a link is told, and one step away are the songs


def test_filters_that_leave_nothing_say_so_and_leave_the_songs(events):
    playing = events.pick("Sad", *controls())
    refused = events.narrow(*controls(kept(playing), languages=["xx"]))
    assert refused == Screen(left=refused.left)
    assert "Choose more languages" in refused.left


def test_a_mood_for_which_the_filters_leave_nothing_is_remembered_for_when_they_do(events):
    refused = events.pick("Sad", *controls(languages=["xx"]))
    assert "Choose more languages" in refused.left
    assert refused.playlist == Screen().playlist
    assert kept(refused).subject == PickedMood(Emotion.SAD)
    assert events.play_again(*controls(kept(refused))).playlist.count("femr-card") == 10


def test_before_there_is_a_mood_filters_tell_what_they_leave_and_play_nothing(events):
    screen = events.narrow(*controls(languages=["id"]))
    assert screen.playlist == Screen().playlist
    assert "songs to choose from" in screen.left


def test_another_language_tells_the_same_songs(events):
    playing = events.pick("Sad", *controls())
    told = events.change_language(*controls(kept(playing), lang="id"))
    assert "Dipilih sendiri" in told.result
    assert ">sedih.<" in told.result
    assert kept(told) == kept(playing)


@pytest.mark.parametrize(
    "said",
    [
        {"goal": None},
        {"goal": "dance"},
        {"songs": None},
        {"songs": float("nan")},
        {"songs": "many"},
        {"languages": None},
        {"genres": [None, 3]},
        {"first_year": None},
        {"first_year": 2},
        {"last_year": 99_999},
        {"clean": None},
        {"lang": "xx"},
        {"why_open": "x"},
        {"kept": 7},
    ],
    ids=repr,
)
def test_controls_that_say_what_makes_no_sense_count_as_untouched(events, said):
    screen = events.pick("Sad", *controls(**said))
    assert kept(screen).request == replace(kept(screen).request, goal=Goal.MATCH, count=10, filters=NO_FILTERS)
    assert screen.playlist.count("femr-card") == 10
    assert "Picked by hand" in screen.result


@pytest.mark.parametrize(("songs", "count"), [(0, 1), (7.0, 7), (1000, 30)])
def test_a_number_of_songs_beyond_what_there_may_be_is_the_nearest(events, songs, count):
    assert events.pick("Sad", *controls(songs=songs)).playlist.count("femr-card") == count


@pytest.mark.parametrize("value", ["zzz", 7, [], None], ids=repr)
def test_a_choice_that_there_is_not_changes_nothing(events, value):
    assert events.pick(value, *controls()) == Screen()
    assert events.choose_who(value, *controls()) == Screen()
    assert events.choose_face(gr.EventData(None, {"index": value}), *controls()) == Screen()


def test_a_link_is_shown_in_controls_that_can_show_it(events):
    query = {"mood": "Sad", "songs": "3", "years": "1800-1990"}
    screen = events.arrive(SimpleNamespace(query_params=query), *controls())
    assert screen.playlist.count("femr-card") == 3
    assert screen.songs == 5
    assert screen.first_year.value == catalogue_years()[0]
    assert screen.last_year.value == 1990


def test_a_link_that_leaves_nothing_is_named_and_the_page_speaks_one_language(events):
    query = {"mood": "Sad", "languages": "xx"}
    screen = events.arrive(SimpleNamespace(query_params=query), *controls(lang="id"))
    assert "bahasa" in screen.notice
    assert "lagu dapat dipilih" in screen.left


def test_no_face_stays_marked_once_a_mood_is_picked(events):
    face = Face(Box(1, 2, 3, 4), (Point(1, 2), Point(3, 4)), 0.9, Expression.only(Emotion.SAD))
    visit = Visit(reading=Reading(640, 480, (face, face)))
    everyone = events.choose_who("everyone", *controls(visit))
    assert everyone.faces.count('aria-pressed="true"') == 2
    picked = events.pick("Sad", *controls(kept(everyone)))
    assert picked.faces.count('aria-pressed="true"') == 0
    told = events.change_language(*controls(kept(picked), lang="id"))
    assert told.faces.count('aria-pressed="true"') == 0


def test_a_late_why_leaves_the_visit_as_it_is(events):
    screen = events.show_why(*controls())
    assert changed(screen) == {"why_open", "reasons"}
    assert changed(events.hide_why()) == {"why_open"}


def test_nothing_is_played_for_a_visitor_who_has_shown_nothing(events):
    assert events.play_again(*controls()) == Screen()
    assert events.pick(None, *controls()) == Screen()
    assert events.choose_who(None, *controls()) == Screen()
    assert events.choose_who("everyone", *controls()) == Screen()
    assert events.load_own(None, *controls()) == Screen()


@pytest.mark.parametrize(
    "said", [None, [], {}, {"file": None}, {"file": {"path": 7}}, {"file": {"path": "/etc/hostname"}}], ids=repr
)
def test_what_is_no_upload_is_refused_in_place_and_the_visit_stays(events, said):
    screen = events.show_photo(gr.EventData(None, said), *controls())
    assert changed(screen) == {"faces", "notice"}
    assert "not among the uploads" in screen.notice
    assert 'data-outcome="failed"' in screen.faces


def test_an_example_is_answered_under_its_token_with_boxes_and_no_picture(events):
    screen = events.show_example(gr.EventData(None, {"index": 2, "token": '<"7">'}), *controls())
    assert 'data-photo="&lt;&#34;7&#34;&gt;" data-outcome="read"' in screen.faces
    assert screen.faces.count("femr-box") == 1
    assert "data:image" not in screen.faces
    assert kept(screen).subject.number == 0


def test_a_photo_without_a_face_leaves_the_visit_as_it_is(events, monkeypatch):
    monkeypatch.setattr(service, "read", lambda path, **_: (None, Reading(640, 480, ())))
    screen = events.show_example(gr.EventData(None, {"index": 0, "token": "7"}), *controls())
    assert changed(screen) == {"faces", "notice"}
    assert 'data-outcome="faceless"' in screen.faces
    assert "No face found" in screen.notice
