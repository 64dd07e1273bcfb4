"""A playlist to take along: as M3U, as CSV, as text, as JSON, or as the links that Spotify takes on its clipboard.

Terminal and API give the same JSON. The CSV is Exportify's, so that it can be brought back as one's own songs. Save it
as UTF-8 with a mark ("utf-8-sig"): a spreadsheet shows its letters wrongly otherwise.
"""

import json
import re
from collections.abc import Iterable
from typing import Any
from urllib.parse import unquote

from femr import i18n
from femr.mood import Mood
from femr.music.catalogue import Song
from femr.music.exportify import songs_as_csv
from femr.music.playlist import Playlist, Reason, links

DECIMALS = 4
"""Of the numbers in an answer."""

_DRIVE = re.compile(r"/[A-Za-z]:/")


def playlist_as_json(mood: Mood | None, playlist: Playlist | None, lang: str) -> dict[str, Any]:
    """The part of an answer that needs no photo: the mood, and the playlist for it."""
    return {
        "mood": mood and mood_as_json(mood),
        "playlist": playlist
        and {
            "goal": playlist.goal.value,
            "songs": [
                _song_as_json(song, reason, lang) for song, reason in zip(playlist.songs, playlist.reasons, strict=True)
            ],
        },
    }


def mood_as_json(mood: Mood) -> dict[str, float]:
    """A mood's place on the plane."""
    return {"valence": round(mood.valence, DECIMALS), "arousal": round(mood.arousal, DECIMALS)}


def _song_as_json(song: Song, reason: Reason, lang: str) -> dict[str, Any]:
    return {
        "title": song.title,
        "artist": song.artist,
        "spotify_id": song.spotify_id,
        "valence": song.valence,
        "energy": song.energy,
        "genre": song.genre,
        "reason": reason.sentence(lang),
        "links": {"spotify": links(song).spotify, "youtube": links(song).youtube},
    }


def as_json_text(playlist: Playlist, lang: str = i18n.DEFAULT_LANGUAGE) -> str:
    """The same object that terminal and API give, without the photo's part."""
    return _text([json.dumps(playlist_as_json(playlist.mood, playlist, lang), ensure_ascii=False, indent=2)])


def as_m3u(playlist: Playlist) -> str:
    """Extended M3U, of unknown lengths: a visitor's own files by path.

    A streaming song is its artist and title alone, which services search for and players pass over: a page of the web
    in its place would be played as noise or as nothing.
    """
    lines = ["#EXTM3U"]
    for song in playlist.songs:
        lines.append(f"#EXTINF:-1,{_one_line(song.artist)} - {_one_line(song.title)}")
        if song.file:
            lines.append(_path(song.file))
    return _text(lines)


def _path(address: str) -> str:
    """The path in a `file:///…`; the address itself where the path's bytes are no text that M3U could hold."""
    path = unquote(address.removeprefix("file://"), errors="surrogateescape")
    if _DRIVE.match(path):  # /C:/Music
        path = path[1:]
    return path if path.isprintable() else address


def as_csv(playlist: Playlist) -> str:
    """Exportify's CSV, with a header."""
    return songs_as_csv(playlist.songs)


def as_text(playlist: Playlist, lang: str = i18n.DEFAULT_LANGUAGE) -> str:
    """A numbered list for a person, with a link under each song."""
    lines = [i18n.translate("terminal.playlist", lang, goal=i18n.translate(f"goal.{playlist.goal}", lang))]
    for number, song in enumerate(playlist.songs, 1):
        lines += [f"{number}. {_one_line(song.title)} — {_one_line(song.artist)}", f"   {links(song).spotify}"]
    return _text(lines)


def spotify_links(playlist: Playlist) -> str:
    """A `spotify:track:…` a line, for each song that has an id: Spotify's apps take them from the clipboard.

    `without_spotify_link` counts the others.
    """
    return _text(f"spotify:track:{song.spotify_id}" for song in playlist.songs if song.spotify_id)


def without_spotify_link(playlist: Playlist) -> int:
    """How many songs `spotify_links` leaves out, as nobody knows their id."""
    return sum(not song.spotify_id for song in playlist.songs)


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _text(lines: Iterable[str]) -> str:
    return "".join(f"{line}\n" for line in lines)
