"""The plane of valence and arousal as a picture: songs as dots, the playlist's way, and where it starts."""

from collections.abc import Iterable
from functools import partial

from femr.music.catalogue import Song
from femr.music.playlist import Playlist
from femr.page.views.render import render

SIDE = 400
"""Of the square picture, in its own units."""

MARGIN = 18
"""Around the plane, so that dots and words at its edge are whole."""

DOT, STOP = 3.2, 7
"""Radius of a song, and of one in the playlist."""


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
    return _draw("map_axes", lang, middle=middle, low=MARGIN, high=SIDE - MARGIN, ends=ends)


def song_dots(songs: Iterable[Song]) -> str:
    """Every song as a dot, coloured by emotion; a click plays it."""
    return _draw("map_songs", songs=songs)


def route(playlist: Playlist, lang: str) -> str:
    """The playlist's songs in order, and where it starts."""
    return _draw("map_route", lang, songs=playlist.songs, mood=playlist.mood)
