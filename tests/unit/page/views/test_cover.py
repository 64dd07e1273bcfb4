"""Covers, drawn from where songs lie."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from femr.emotions import EMOTIONS, TRAITS, Emotion
from femr.music.catalogue import Song
from femr.page.views.cover import cover_of, initials


def song_at(valence, energy, title="Numb"):
    return Song("", title, ("Somebody",), None, "", "", None, (), valence, energy, None, "own")


@pytest.mark.parametrize("emotion", EMOTIONS)
def test_a_song_at_an_emotions_place_begins_with_its_colour(emotion):
    traits = TRAITS[emotion]
    assert cover_of(song_at((traits.valence + 1) / 2, (traits.arousal + 1) / 2)).near == traits.colour


def test_two_colours_are_never_the_same():
    assert cover_of(song_at(0.9, 0.75)).near == TRAITS[Emotion.HAPPY].colour
    assert cover_of(song_at(0.9, 0.75)).next == TRAITS[Emotion.SURPRISE].colour


@pytest.mark.parametrize(
    ("title", "letters"),
    [
        ("Wake Me Up", "WM"),
        ("September", "S"),
        ("Don't Stop", "DS"),
        ("99 Luftballons", "9L"),
        ("¿?", "¿"),
        ("愛", "愛"),
    ],
)
def test_initials_are_those_of_the_first_two_words(title, letters):
    assert initials(title) == letters


@given(st.text(min_size=1))
def test_every_title_has_one_or_two_characters(title):
    assert 1 <= len(initials(title)) <= 2


@given(st.floats(0, 1), st.floats(0, 1), st.text())
def test_a_song_always_has_the_same_cover(valence, energy, title):
    assert cover_of(song_at(valence, energy, title)) == cover_of(song_at(valence, energy, title))
