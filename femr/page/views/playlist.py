"""The songs as cards, and what can be taken along."""

import os
import re
from pathlib import PurePosixPath
from urllib.parse import quote, unquote

from femr.i18n import translate
from femr.music.catalogue import Song
from femr.music.export import as_csv, as_json_text, as_m3u, as_text, spotify_links, without_spotify_link
from femr.music.playlist import Playlist, links
from femr.music.taste import NO_TASTE
from femr.page.views.cover import cover_of
from femr.page.views.render import render

SERVICES = {
    "spotify": "Spotify",
    "youtube": "YouTube",
    "youtube_music": "YouTube Music",
    "apple_music": "Apple Music",
}
"""Where a song can be heard, by field of `SongLinks`."""

SPOTIFY_CLIENT = "FEMR_SPOTIFY_CLIENT_ID"
"""The environment variable with the id that Spotify gave this page; without one, nothing is saved there."""


def play_all(lang: str) -> str:
    """The button that begins with the first song."""
    return render("tools_play", lang)


def tools(lang: str) -> str:
    """Other songs, settings, and sharing."""
    return render("tools", lang)


def skeleton(lang: str) -> str:
    """What a result will look like, while it is worked out."""
    return render("skeleton", lang)


def playlist_cards(playlist: Playlist, lang: str, share: str = "") -> str:
    """The songs as cards, and what can be taken along; `player.js` plays the one that is clicked.

    Args:
        playlist: what to show.
        lang: of the texts.
        share: the query that rebuilds it, or empty where it cannot be shared.
    """
    return render(
        "playlist",
        lang,
        playlist=playlist,
        rows=list(zip(playlist.songs, playlist.reasons, map(cover_of, playlist.songs), strict=True)),
        links=links,
        SERVICES=SERVICES,
        copies=_copies(playlist, lang, share),
        files=_files(playlist, lang),
        lacks=_lacks(playlist, lang),
        uris=spotify_links(playlist).split(),
        spotify_client=spotify_client(),
        file_name=_file_name,
    )


def spotify_client() -> str:
    """The id that Spotify gave this page; empty where it has none, or what is set is no such id."""
    given = os.environ.get(SPOTIFY_CLIENT, "").strip()
    return given if re.fullmatch(r"[0-9A-Za-z]{32}", given) else ""


def _lacks(playlist: Playlist, lang: str) -> dict[str, str]:
    """What a copy or a file leaves out, as sentences, by its name; empty where it leaves out nothing."""
    count = len(playlist.songs)
    no_link, no_file = without_spotify_link(playlist), sum(not song.file for song in playlist.songs)
    return {
        "links": translate("lacks.links", lang, missing=no_link, count=count) if no_link else "",
        "m3u": translate("lacks.m3u", lang, missing=no_file, count=count) if no_file else "",
        "share": translate("lacks.share", lang) if playlist.taste != NO_TASTE else "",
    }


def _file_name(song: Song) -> str:
    """The name of a visitor's own file, without where it lies."""
    return PurePosixPath(unquote(song.file)).name


def _copies(playlist: Playlist, lang: str, share: str) -> dict[str, str]:
    """What buttons copy, by the name of their text."""
    copies = {"links": spotify_links(playlist), "text": as_text(playlist, lang)}
    return {"share": f"?{share}", **copies} if share else copies


def _files(playlist: Playlist, lang: str) -> dict[str, str]:
    """What links save, by the end of the file's name. The files are part of the page: the server writes nothing."""
    files = {
        "m3u": ("audio/x-mpegurl", as_m3u(playlist)),
        "csv": ("text/csv", f"\ufeff{as_csv(playlist)}"),
        "json": ("application/json", as_json_text(playlist, lang)),
        "txt": ("text/plain", as_text(playlist, lang)),
    }
    return {name: f"data:{kind};charset=utf-8,{quote(text)}" for name, (kind, text) in files.items()}
