"""What a link says before it is opened."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from femr import i18n, recommend
from femr.emotions import Emotion
from femr.mood import Mood
from femr.page.sharing.preview import emotion_of, link_language, mood_in_words, preview_of
from tests.unit.page.views.html import texts

PLAIN = {lang: preview_of({}, lang) for lang in i18n.LANGUAGES}


@pytest.mark.parametrize("lang", i18n.LANGUAGES)
def test_a_link_tells_its_mood_and_names_the_songs_that_it_plays(lang):
    told = preview_of({"mood": "Sad", "seed": "7"}, lang)
    first, second, *_ = recommend("Sad", seed=7).songs
    assert i18n.translate("looks.Sad", lang) in told.title
    assert first.title in told.description
    assert second.artist in told.description
    assert told.songs == recommend("Sad", seed=7).songs


def test_without_a_seed_no_songs_are_promised():
    told = preview_of({"mood": "Sad"}, "en")
    assert told.songs == ()
    assert "sad" in told.title


def test_where_the_music_goes_is_told():
    assert preview_of({"mood": "Sad", "goal": "lift", "seed": "7"}, "en").description.startswith(
        "Step by step to happy"
    )


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"lang": "id"},
        {"mood": ""},
        {"mood": "Bored"},
        {"mood": "Sad", "seed": "-1"},
        {"mood": "Sad", "songs": "1000000"},
        {"mood": "Sad" * 2000},
        {"mood": "Sad", "genres": "no such genre", "seed": "7"},
    ],
)
def test_nonsense_is_told_as_the_page_itself(query):
    assert preview_of(query, "en") == PLAIN["en"]


@given(mood=texts, seed=texts, lang=st.sampled_from(i18n.LANGUAGES))
def test_any_text_has_a_preview_that_holds_nothing_of_what_makes_no_sense(mood, seed, lang):
    told = preview_of({"mood": mood, "seed": seed}, lang)
    assert told == PLAIN[lang] or told.link


@pytest.mark.parametrize(
    ("query", "accepted", "lang"),
    [
        ({}, "", "en"),
        ({}, "id-ID,id;q=0.9,en;q=0.8", "id"),
        ({}, "en-GB,id;q=0.5", "en"),
        ({}, "fr", "en"),
        ({"lang": "id"}, "en-GB", "id"),
        ({"lang": "en"}, "id", "en"),
        ({"lang": "<script>"}, "id", "en"),
    ],
)
def test_a_link_is_told_in_its_language_or_else_in_the_visitors(query, accepted, lang):
    assert link_language(query, accepted) == lang


@pytest.mark.parametrize(
    ("mood", "words", "emotion"),
    [
        (recommend("Happy").mood, "happy", Emotion.HAPPY),
        (
            preview_of({"mood": "Sad:0.5,Happy:0.3,Neutral:0.2"}, "en").link.mood,
            "mostly sad, with some happy",
            Emotion.SAD,
        ),
        (
            preview_of({"mood": "Sad:0.46,Happy:0.15,Neutral:0.13,Surprise:0.13,Fear:0.13"}, "en").link.mood,
            "mostly sad",
            Emotion.SAD,
        ),
        (preview_of({"mood": "Sad:0.5,Angry:0.5"}, "en").link.mood, "between angry and sad", Emotion.ANGRY),
        (Mood(0.8, 0.5), "happy", Emotion.HAPPY),
    ],
)
def test_moods_in_words_are_as_sure_as_their_shares(mood, words, emotion):
    assert mood_in_words(mood, "en") == words
    assert emotion_of(mood) == emotion
