"""What the page's events change, where a browser cannot bring it about at will."""

import json
import re
from contextlib import nullcontext
from dataclasses import replace
from types import SimpleNamespace
from urllib.parse import parse_qsl

import gradio as gr
import pytest

from femr import service
from femr.emotions import Emotion
from femr.errors import ChoiceError, VideoError
from femr.i18n import LANGUAGES, translate
from femr.mood import Expression, Mood
from femr.music.catalogue import catalogue
from femr.music.exportify import load_own_songs
from femr.music.filters import NO_FILTERS, Filters
from femr.music.playlist import Goal
from femr.music.taste import NO_TASTE, Taste
from femr.page import events as page_events
from femr.page.cache import VisitCache
from femr.page.events import PageEvents
from femr.page.screen import Controls, Screen, catalogue_years
from femr.page.session import Visit
from femr.page.subject import FilmMood, LiveMood, MeantFace, OneFace, PickedMood, PlacedMood
from femr.page.views.examples import EXAMPLES
from femr.service import PlaylistRequest
from femr.video import process
from femr.video.process import STRANGERS
from femr.vision.classifier import expression_classifier
from femr.vision.geometry import Box, Point
from femr.vision.lesson import Shot
from femr.vision.profile import Profile
from femr.vision.reading import Face, Reading
from tests.films import acted

TIE = [0.01, 0.02, 0.472, 0.02, 0.466, 0.012]
"""Happy a hair before Sad."""

OWN = "Track URI,Track Name,Artist Name(s),Energy,Valence,Tempo\n" + "".join(
    f"spotify:track:{number:022d},Song {number},Band {number},0.{number},0.2,120\n" for number in range(1, 9)
)


def controls(visit=None, **said):
    untouched = Controls(
        *("match", 10, [], [], *catalogue_years(), False, False, "", "", "en"), (visit or Visit()).to_json()
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


def test_a_new_mood_is_played_for_with_the_filters_of_the_songs_before_where_those_of_now_leave_nothing(events):
    narrowed = events.narrow(*controls(kept(events.pick("Sad", *controls())), languages=["id"]))
    screen = events.pick("Happy", *controls(kept(narrowed), languages=["xx"]))
    assert kept(screen).subject == PickedMood(Emotion.HAPPY)
    assert kept(screen).playlist.filters == Filters(languages=frozenset({"id"}))
    assert screen.languages.value == ["id"]
    assert "songs to choose from" in screen.left
    with pytest.raises(ChoiceError) as refused:
        service.choose(Mood(0, 0), PlaylistRequest(filters=Filters(languages=frozenset({"xx"}))), catalogue())
    for lang in LANGUAGES:
        assert translate("page.filters_back", lang, problem=refused.value.sentence(lang)) in screen.notice


def test_where_a_visitor_has_hidden_all_songs_a_new_mood_says_so_and_is_remembered(events):
    everybody = {artist for song in catalogue().songs if song.language == "ko" for artist in song.artists}
    liked = Taste(hidden_artists=tuple(sorted(everybody))).to_json()
    before = kept(events.pick("Sad", *controls(languages=["ko"])))
    refused = events.pick("Happy", *controls(before, liked=liked, languages=["ko"]))
    assert refused.playlist == Screen().playlist
    assert kept(refused).subject == PickedMood(Emotion.HAPPY)
    assert "femr-problem" in refused.notice
    assert refused.left == refused.notice
    assert events.play_again(*controls(kept(refused))).playlist.count("femr-card") == 10


def test_before_there_is_a_mood_filters_tell_what_they_leave_and_play_nothing(events):
    screen = events.narrow(*controls(languages=["id"]))
    assert screen.playlist == Screen().playlist
    assert "songs to choose from" in screen.left


def test_another_language_leaves_a_notice_which_speaks_each(events, monkeypatch):
    monkeypatch.setattr(service, "read", lambda path, **_: (None, Reading(640, 480, ())))
    screen = events.show_example(gr.EventData(None, {"index": 0, "token": "7"}), *controls())
    assert all(translate("no_face", lang) in screen.notice for lang in LANGUAGES)
    assert "notice" not in changed(events.change_language(*controls(lang="id")))


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


def shown(number=0):
    shares = Expression.of([0.01, 0.02, 0.9, 0.03, 0.03, 0.01])
    face = Face(Box(1, 2, 3, 4), (Point(1, 2), Point(3, 4)), 0.9, shares)
    return Visit(reading=Reading(640, 480, (face, face))).with_face(number)


def a_profile():
    """What a browser keeps of somebody."""
    lessons = [Shot(Emotion.SAD, Expression.of(TIE)), Shot(Emotion.FEAR, Expression.only(Emotion.NEUTRAL))]
    return Profile.of(lessons, expression_classifier().identity).to_json()


def meaning(emotion):
    return gr.EventData(None, {"emotion": emotion})


def test_songs_follow_what_a_face_was_meant_to_show_and_what_was_read_stays_beside(events):
    screen = events.mean(meaning("Sad"), *controls(shown(1)))
    assert kept(screen).subject == MeantFace(shown().reading.faces[1], 1, Emotion.SAD)
    assert kept(screen).playlist.mood == Expression.only(Emotion.SAD).mood
    assert "Meant to look" in screen.result
    assert ">sad.<" in screen.result
    assert 'aria-valuenow="90"' in screen.bars
    assert (screen.faces.count('aria-pressed="true"'), screen.who.value) == (1, "1")


def test_of_a_face_the_browser_gets_what_a_profile_learns_from_and_of_an_example_nothing(events):
    screen = events.mean(meaning("Sad"), *controls(shown()))
    told = re.search(r'data-shares="(.+?)" data-network="(.+?)"', screen.result)
    assert json.loads(told[1]) == [0.01, 0.02, 0.9, 0.03, 0.03, 0.01]
    assert told[2] == expression_classifier().identity
    example = events.show_example(gr.EventData(None, {"index": 2, "token": "7"}), *controls())
    assert "Not right?" in example.result
    for each in (example, events.mean(meaning("Sad"), *controls(kept(example)))):
        assert "data-shares" not in each.result


def test_a_face_is_asked_to_be_ones_own_by_who_has_a_profile_also_once_it_was_meant_to_show_something_else(events):
    profile = a_profile()
    meant = events.mean(meaning("Sad"), *controls(shown(1), profile=profile))
    assert (meant.mine.visible, meant.mine.value) == (True, False)
    mine = events.read_as_mine(True, *controls(kept(meant), profile=profile))
    assert (mine.mine.visible, mine.mine.value) == (True, True)
    assert "Meant to look" in mine.result
    undone = events.mean(meaning(None), *controls(kept(mine), profile=profile))
    assert "Read as your face" in undone.result
    assert (undone.mine.visible, undone.mine.value) == (True, True)
    assert events.mean(meaning("Sad"), *controls(shown(1))).mine.visible is False


def test_a_new_photo_is_not_read_as_ones_own_before_that_is_said_of_it(events, monkeypatch):
    monkeypatch.setattr(page_events, "uploaded_file", lambda payload: nullcontext(EXAMPLES[4].path))
    before = controls(shown().with_mine(0), profile=a_profile())
    screen = events.show_photo(gr.EventData(None, {"token": "7", "file": {"path": "friend.jpg"}}), *before)
    assert kept(screen).mine is None
    assert (screen.mine.visible, screen.mine.value) == (True, False)
    assert "Read as your face" not in screen.result


def test_an_example_is_never_read_as_ones_own_nor_offered(events):
    before = controls(shown().with_mine(0), profile=a_profile())
    screen = events.show_example(gr.EventData(None, {"index": 4, "token": "7"}), *before)
    assert screen.mine.visible is False
    said = events.read_as_mine(True, *controls(kept(screen), profile=a_profile()))
    assert kept(said).mine is None
    for each in (screen, said, events.mean(meaning("Sad"), *controls(kept(screen), profile=a_profile()))):
        assert "Read as your face" not in each.result
        assert each.mine.visible is False


def test_what_a_face_was_meant_to_show_can_be_taken_back(events):
    meant = kept(events.mean(meaning("Sad"), *controls(shown(1))))
    screen = events.mean(meaning(None), *controls(meant))
    assert kept(screen).subject == OneFace(shown().reading.faces[1], 1)
    assert "This face looks" in screen.result


@pytest.mark.parametrize("emotion", ["Bored", 7, None, ["Sad"]], ids=repr)
def test_what_no_face_can_be_meant_to_show_changes_nothing(events, emotion):
    assert events.mean(meaning(emotion), *controls(shown())) == Screen()
    assert events.mean(meaning("Sad"), *controls(Visit(subject=PickedMood(Emotion.SAD)))) == Screen()
    assert events.mean(gr.EventData(None, None), *controls()) == Screen()


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


def test_what_a_visitor_hides_is_not_chosen_for_any_mood(events):
    hidden = sorted({artist for song in catalogue().songs for artist in song.artists if "Sad" in song.emotions})[:200]
    liked = Taste(hidden_artists=tuple(hidden)).to_json()
    for _ in range(5):
        screen = events.pick("Sad", *controls(liked=liked))
        assert kept(screen).taste.hidden_artists == tuple(hidden)
        assert not [artist for artist in hidden if f'data-hide-artist="{artist}"' in screen.playlist]


@pytest.mark.parametrize("liked", [7, "{", '{"hearts": [1]}', '{"hearts": "x"}', "x" * 500_000, None], ids=range(6))
def test_a_taste_that_makes_no_sense_is_none(liked):
    assert controls(liked=liked).taste == NO_TASTE


def test_a_link_gives_its_songs_whatever_the_visitor_likes(events):
    query = {"mood": "Sad", "seed": "7"}
    shown = [
        events.arrive(SimpleNamespace(query_params=query), *controls(liked=liked)).playlist
        for liked in ("", Taste(genres=("jazz",)).to_json())
    ]
    assert shown[0] == shown[1]


def test_own_songs_hidden_to_the_last_are_a_sentence(events):
    everybody = {artist for song in catalogue().songs if song.language == "ko" for artist in song.artists}
    liked = Taste(hidden_artists=tuple(sorted(everybody))).to_json()
    screen = events.pick("Sad", *controls(liked=liked, languages=["ko"]))
    assert "You have hidden all" in screen.notice


# --- the map -------------------------------------------------------------------------------------


def drawn(place, way):
    return gr.EventData(None, {"place": place, "way": way})


def test_a_point_on_the_map_plays_songs_for_it(events):
    screen = events.follow(drawn([0.8, 0.5], []), *controls())
    assert kept(screen).subject == PlacedMood(Mood(0.8, 0.5))
    assert "On the map, nearest to" in screen.result
    assert ">happy.<" in screen.result
    assert screen.playlist.count("femr-card") == 10


def test_a_way_is_followed_shared_and_come_back_to(events):
    screen = events.follow(drawn([0.8, 0.5], [[0, 0], [-0.6, -0.3]]), *controls())
    visit = kept(screen)
    assert visit.subject == PlacedMood(Mood(0.8, 0.5), (Mood(0, 0), Mood(-0.6, -0.3)))
    assert "from happy to sad." in screen.result
    assert "Along your way over the map" in screen.playlist
    linked = events.arrive(SimpleNamespace(query_params=dict(parse_qsl(visit.share_query))), *controls())
    returned = events.arrive(SimpleNamespace(query_params={}), *controls(visit))
    for again in (linked, returned):
        assert again.mood_map == screen.mood_map
        assert "from happy to sad." in again.result
    shuffled = events.play_again(*controls(visit))
    assert kept(shuffled).playlist.way == visit.subject.way
    assert kept(shuffled).playlist.seed != visit.playlist.seed


@pytest.mark.parametrize(
    ("place", "way"),
    [(None, []), ([0.5], []), ([0, 2], []), ([0, float("nan")], []), ([0, 0], None), ([0, 0], [[0, 0]] * 33)],
    ids=repr,
)
def test_a_drawing_that_is_none_changes_nothing(events, place, way):
    assert events.follow(drawn(place, way), *controls()) == Screen()


def test_the_map_shows_the_songs_that_pass_the_filters_and_nothing_else(events):
    shown = events.show_map(*controls())
    assert changed(shown) == {"map_songs"}
    assert shown.map_songs.count("<circle") == len(catalogue())
    indonesian = sum(song.language == "id" for song in catalogue().songs)
    assert events.show_map(*controls(languages=["id"])).map_songs.count("<circle") == indonesian
    assert events.show_map(*controls(languages=["xx"])).map_songs.count("<circle") == 0


def test_the_map_shows_a_visitors_own_songs(events):
    own = load_own_songs(OWN.encode())
    visit = replace(Visit(), own=events._cache.keep_own(own, 100))
    assert events.show_map(*controls(visit)).map_songs.count("<circle") == len(own.catalogue)


def test_of_a_photo_the_page_says_that_it_was_not_kept_and_of_an_example_nothing(events):
    screens = [
        events.arrive(SimpleNamespace(query_params={}), *controls(replace(shown(1), example=example).with_face(0)))
        for example in (False, True)
    ]
    assert translate("page.photo.gone", "en") in screens[0].notice
    assert not screens[1].notice


# --- a film --------------------------------------------------------------------------------------


@pytest.fixture
def film_sent(monkeypatch, tmp_path):
    """What an event says that brings a film which was uploaded; gives where it is."""
    path = tmp_path / "film.mp4"
    monkeypatch.setattr(page_events, "uploaded_file", lambda payload: nullcontext(path))
    return path


SENT = {"token": "7", "file": {"path": "film.mp4"}}


def test_a_film_is_played_along_and_takes_the_photos_place(events, film_sent):
    acted(film_sent, [(("happy",), 4), (("sad",), 4)])
    before = replace(shown(1), example=True)
    screen = events.show_film(gr.EventData(None, SENT), *controls(before))
    visit = kept(screen)
    assert isinstance(visit.subject, FilmMood)
    assert not visit.example
    assert visit.reading is None
    assert [part.emotion for part in visit.subject.segments] == [Emotion.HAPPY, Emotion.SAD]
    assert "from happy to sad" in screen.result
    assert "femr-film" in screen.bars
    assert 'data-outcome="read"' in screen.faces
    assert screen.playlist.count("femr-card") == 10
    assert visit.playlist.way == visit.way


def test_a_film_stands_there_again_after_a_reload(events, film_sent):
    acted(film_sent, [(("happy",), 3), (("sad",), 3)])
    screen = events.show_film(gr.EventData(None, SENT), *controls())
    again = events.arrive(SimpleNamespace(query_params={}), *controls(kept(screen)))
    assert (again.bars, again.result, again.playlist) == (screen.bars, screen.result, screen.playlist)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_film_with_nobody_or_that_is_none_changes_nothing_and_says_so(events, film_sent, lang):
    acted(film_sent, [((), 1)])
    screen = events.show_film(gr.EventData(None, SENT), *controls(lang=lang))
    assert changed(screen) == {"faces", "notice"}
    assert translate("film.nobody", lang) in screen.notice
    assert 'data-outcome="faceless"' in screen.faces
    film_sent.write_bytes(b"no film")
    screen = events.show_film(gr.EventData(None, SENT), *controls(lang=lang))
    assert changed(screen) == {"faces", "notice"}
    assert translate("error.video_unknown", lang, name="film.mp4") in screen.notice
    assert 'data-outcome="failed"' in screen.faces


def test_a_film_is_read_within_a_strangers_limits(events, film_sent, monkeypatch):
    asked = []

    def watch(path, *, limits):
        asked.append((path, limits))
        raise VideoError("video_costly", name="film.mp4")

    monkeypatch.setattr(page_events, "watch", watch)
    events.show_film(gr.EventData(None, SENT), *controls())
    assert asked == [(film_sent, STRANGERS)]


def test_without_the_package_a_visitor_is_told_nothing_of_packages(events, film_sent, monkeypatch):
    film_sent.write_bytes(b"a film")
    monkeypatch.setattr(process, "installed", lambda: False)
    screen = events.show_film(gr.EventData(None, SENT), *controls())
    assert translate("page.film_none") in screen.notice
    assert "pip" not in screen.notice
