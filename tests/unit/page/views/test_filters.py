"""How many songs filters leave."""

import pytest

from femr import i18n
from femr.music.catalogue import catalogue
from femr.page.views.filters import counted, left, with_count


def test_choices_of_a_filter_tell_name_and_songs_left():
    assert counted({"id": 118, "xx": 2}, "language", "en") == [("Indonesian (118)", "id"), ("xx (2)", "xx")]


@pytest.mark.parametrize("lang", i18n.LANGUAGES)
def test_every_language_and_genre_of_the_catalogue_has_a_name(lang):
    for song in catalogue().songs:
        assert f"language.{song.language}" in i18n.TEXTS[lang]
        assert f"genre.{song.genre}" in i18n.TEXTS[lang]


@pytest.mark.parametrize(
    ("count", "lang", "said"),
    [
        (0, "en", "0 songs to choose from."),
        (1, "en", "1 song to choose from."),
        (2, "en", "2 songs to choose from."),
        (1, "id", "1 lagu dapat dipilih."),
    ],
)
def test_one_song_is_one_song(count, lang, said):
    assert f">{said}<" in left(count, lang)


def test_a_filters_label_tells_how_many_songs_it_leaves():
    assert with_count("No explicit songs", 7) == "No explicit songs (7)"
