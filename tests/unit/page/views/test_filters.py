"""Choices with how many songs each leaves."""

import pytest

from femr import i18n
from femr.music.catalogue import catalogue
from femr.page.views.filters import counted, with_count


def test_choices_of_a_filter_tell_name_and_songs_left():
    assert counted({"id": 118, "xx": 2}, "language", "en") == [("Indonesian (118)", "id"), ("xx (2)", "xx")]


@pytest.mark.parametrize("lang", i18n.LANGUAGES)
def test_every_language_and_genre_of_the_catalogue_has_a_name(lang):
    for song in catalogue().songs:
        assert f"language.{song.language}" in i18n.TEXTS[lang]
        assert f"genre.{song.genre}" in i18n.TEXTS[lang]


def test_a_filters_label_tells_how_many_songs_it_leaves():
    assert with_count("No explicit songs", 7) == "No explicit songs (7)"
