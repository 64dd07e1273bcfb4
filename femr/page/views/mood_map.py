"""The plane of valence and arousal as a picture: songs as dots, the playlist's way, and where it starts."""

from collections.abc import Iterable, Sequence
from functools import partial

from femr.emotions import TRAITS
from femr.i18n import translate
from femr.music.catalogue import Song
from femr.music.playlist import Playlist
from femr.music.way import MAX_STOPS
from femr.page.views.filters import left
from femr.page.views.notices import notice
from femr.page.views.render import render

SIDE = 400
"""Of the square picture, in its own units."""

MARGIN = 18
"""Around the plane, so that dots and words at its edge are whole."""

DOT, STOP = 3.2, 7
"""Radius of a song, and of one in the playlist."""

MAX_DOTS = 3000
"""Of a large library so many songs are shown, as many as can be told apart."""


def _point(place: tuple[float, float]) -> tuple[int, int]:
    """Where valence and arousal, each −1…1, lie in the picture."""
    valence, arousal = place
    half = SIDE / 2 - MARGIN
    return round(SIDE / 2 + half * valence), round(SIDE / 2 - half * arousal)


_draw = partial(render, SIDE=SIDE, DOT=DOT, STOP=STOP, point=_point)


def empty_map(lang: str) -> str:
    """The plane with the ends of its axes named, as the layer below the others."""
    middle = SIDE // 2
    ends = (
        ("calm", middle + 6, SIDE - 4, "start"),
        ("lively", middle + 6, 12, "start"),
        ("dark", 2, middle - 6, "start"),
        ("warm", SIDE - 2, middle - 6, "end"),
    )
    return _draw("map_axes", lang, middle=middle, low=MARGIN, high=SIDE - MARGIN, ends=ends, MAX_STOPS=MAX_STOPS)


def songs_in_question(songs: Sequence[Song], lang: str) -> str:
    """The songs to choose from as dots, or an even sample of very many, and how many they are."""
    shown = songs[:: -(-len(songs) // MAX_DOTS)] if songs else songs
    if len(shown) == len(songs):
        return song_dots(shown) + left(len(songs), lang)
    return song_dots(shown) + notice(translate("map.sample", lang, shown=len(shown), count=len(songs)))


def song_dots(songs: Iterable[Song]) -> str:
    """Every song as a dot, coloured by emotion; `map.js` names and plays the one that is touched."""
    return _draw("map_songs", songs=songs)


def route(playlist: Playlist, lang: str) -> str:
    """The playlist's songs in order, where it starts, and the way that was drawn for it, if one was."""
    return _draw("map_route", lang, songs=playlist.songs, stops=(playlist.mood, *playlist.way))


def map_words(lang: str) -> str:
    """What the map says and what can be done on it: `map.js` fills in the moods and songs."""
    moods = {translate(f"looks.{each}", lang): (traits.valence, traits.arousal) for each, traits in TRAITS.items()}
    return render("map_words", lang, moods=moods)
