"""The plane of valence and arousal as a picture: songs as dots, the playlist's way, and where it starts."""

from collections.abc import Iterable
from html import escape

from femr import i18n
from femr.emotions import TRAITS
from femr.mood import Mood
from femr.music.catalogue import Song
from femr.music.playlist import Playlist

SIDE = 400
"""Of the square picture, in its own units."""

MARGIN = 18
"""Around the plane, so that dots and words at its edge are whole."""

DOT, STOP = 3.2, 7
"""Radius of a song, and of one in the playlist."""


def empty_map(lang: str) -> str:
    """The plane with the ends of its axes named, as the layer below the others."""
    middle, low, high = SIDE / 2, MARGIN, SIDE - MARGIN
    names = (
        ("calm", middle + 6, SIDE - 4, "start"),
        ("lively", middle + 6, 12, "start"),
        ("dark", 2, middle - 6, "start"),
        ("warm", SIDE - 2, middle - 6, "end"),
    )
    texts = "".join(
        f'<text x="{x:g}" y="{y:g}" text-anchor="{anchor}">{escape(i18n.translate(f"page.map.{name}", lang))}</text>'
        for name, x, y, anchor in names
    )
    axes = f'<path class="femr-axes" d="M{low} {middle:g}H{high}M{middle:g} {low}V{high}"/>'
    return _layer("femr-map-axes", axes + texts)


def song_dots(songs: Iterable[Song]) -> str:
    """Every song as a dot, coloured by emotion; a click plays it."""
    return _layer("femr-map-songs", "".join(_dot(song, DOT) for song in songs))


def way(playlist: Playlist, lang: str) -> str:
    """The playlist's songs in order, and where it starts."""
    points = " ".join("{:.0f},{:.0f}".format(*_point(*song.place)) for song in playlist.songs)
    stops = "".join(_dot(song, STOP) for song in playlist.songs)
    return _layer("femr-map-way", f'<polyline points="{points}"/>{stops}{_you(playlist.mood, lang)}')


def _you(mood: Mood, lang: str) -> str:
    x, y = _point(mood.valence, mood.arousal)
    you = escape(i18n.translate("page.map.you", lang))
    return (
        f'<g class="femr-you"><title>{you}</title><path d="M{x - 9:.0f} {y:.0f}h18M{x:.0f} {y - 9:.0f}v18"/>'
        f'<circle cx="{x:.0f}" cy="{y:.0f}" r="11"/></g>'
    )


def _dot(song: Song, radius: float) -> str:
    x, y = _point(*song.place)
    play = f' data-spotify="{escape(song.spotify_id)}"' if song.spotify_id else ""
    return (
        f'<circle cx="{x:.0f}" cy="{y:.0f}" r="{radius:g}" fill="{TRAITS[song.emotion].colour}"{play}>'
        f"<title>{escape(song.title)} — {escape(song.artist)}</title></circle>"
    )


def _point(valence: float, arousal: float) -> tuple[float, float]:
    """Where a place on the plane, −1…1, lies in the picture."""
    half = SIDE / 2 - MARGIN
    return SIDE / 2 + half * valence, SIDE / 2 - half * arousal


def _layer(name: str, content: str) -> str:
    return f'<svg class="femr-map-layer {name}" viewBox="0 0 {SIDE} {SIDE}" aria-hidden="true">{content}</svg>'
