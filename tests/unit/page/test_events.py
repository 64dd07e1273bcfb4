"""What the page's events change, where a browser cannot bring it about at will."""

from dataclasses import replace
from types import SimpleNamespace

import gradio as gr
import pytest

from femr.emotions import Emotion
from femr.i18n import LANGUAGES
from femr.mood import Expression
from femr.page.cache import VisitCache
from femr.page.events import PageEvents
from femr.page.screen import Controls, Screen, catalogue_years
from femr.page.session import Visit
from femr.page.subject import LiveMood, PickedMood

TIE = [0.01, 0.02, 0.472, 0.02, 0.466, 0.012]
"""Happy a hair before Sad."""


def controls(visit=None, **said):
    untouched = Controls("match", 10, [], [], *catalogue_years(), False, "en", (visit or Visit()).to_json())
    return untouched._replace(**said)


@pytest.fixture
def events():
    return PageEvents(VisitCache())


def kept(screen):
    return Visit.from_json(screen.kept)


def test_a_live_mood_is_headed_by_what_it_settled_on_though_another_is_as_likely(events):
    screen = events.settle(gr.EventData(None, {"emotion": "Sad", "shares": TIE}), *controls())
    assert "Sad, from the live camera" in screen.result
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
    assert not arrived & changed(events.pick("Sad", *controls(lang=lang)))


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
    assert "Sedih, dipilih sendiri" in told.result
    assert kept(told) == replace(kept(playing), lang="id")


def test_why_is_remembered_without_a_face_too(events):
    screen = events.show_why(*controls())
    assert kept(screen).why
    assert screen.reasons == ""
    assert not kept(events.hide_why(*controls(kept(screen)))).why


def test_nothing_is_played_for_a_visitor_who_has_shown_nothing(events):
    assert events.play_again(*controls()) == Screen()
    assert events.pick(None, *controls()) == Screen()
    assert events.choose_who(None, *controls()) == Screen()
    assert events.choose_who("everyone", *controls()) == Screen()
    assert events.show_photo(None, *controls()) == Screen()
    assert events.load_own(None, *controls()) == Screen()
