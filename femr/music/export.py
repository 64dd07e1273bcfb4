"""A playlist to take along: as M3U, as CSV, as text, as JSON, or as the links that Spotify takes on its clipboard.

The CSV has Exportify's column names, so that `own_songs` reads it back. Save it as UTF-8 with a mark ("utf-8-sig"): a
spreadsheet shows its letters wrongly otherwise.
"""

import csv
import io
import json
from collections.abc import Iterable

from femr import i18n
from femr.music.catalogue import Song
from femr.music.exportify import COLUMNS, guarded
from femr.music.playlist import Playlist, links
from femr.report import playlist_as_json


def as_m3u(playlist: Playlist) -> str:
    """Extended M3U; each place is the song's link to Spotify, of unknown length."""
    lines = ["#EXTM3U"]
    for song in playlist.songs:
        lines += [f"#EXTINF:-1,{_one_line(song.artist)} - {_one_line(song.title)}", links(song).spotify]
    return _text(lines)


def as_csv(playlist: Playlist) -> str:
    """A CSV with a header; a cell that a spreadsheet would take for a formula begins with an apostrophe."""
    return songs_as_csv(playlist.songs)


def songs_as_csv(songs: Iterable[Song]) -> str:
    """The same for any songs. What Exportify has no column for is not in it: language, emotions and source."""
    file = io.StringIO(newline="")
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(names[0] for names in COLUMNS.values())
    writer.writerows(map(_row, songs))
    return file.getvalue()


def as_text(playlist: Playlist, lang: str = i18n.DEFAULT_LANGUAGE) -> str:
    """A numbered list for a person, with a link under each song."""
    lines = [i18n.translate("terminal.playlist", lang, goal=i18n.translate(f"goal.{playlist.goal}", lang))]
    for number, song in enumerate(playlist.songs, 1):
        lines += [f"{number}. {_one_line(song.title)} — {_one_line(song.artist)}", f"   {links(song).spotify}"]
    return _text(lines)


def as_json_text(playlist: Playlist, lang: str = i18n.DEFAULT_LANGUAGE) -> str:
    """The same object that terminal and API give, without the photo's part."""
    return _text([json.dumps(playlist_as_json(playlist.mood, playlist, lang), ensure_ascii=False, indent=2)])


def spotify_links(playlist: Playlist) -> str:
    """A `spotify:track:…` a line, for each song that has an id: Spotify's apps take them from the clipboard."""
    return _text(f"spotify:track:{song.spotify_id}" for song in playlist.songs if song.spotify_id)


def _row(song: Song) -> list[str]:
    cells = {
        "track": f"spotify:track:{song.spotify_id}" if song.spotify_id else "",
        "title": _cell(song.title),
        "artists": _cell(_artists(song)),
        "released": _or_empty(song.year),
        "explicit": _or_empty(song.explicit).lower(),
        "genres": _cell(song.genre),
        "energy": repr(song.energy),
        "valence": repr(song.valence),
        "tempo": _or_empty(song.tempo),
    }
    return [cells[field] for field in COLUMNS]


def _cell(text: str) -> str:
    return guarded(text.strip())


def _artists(song: Song) -> str:
    """Parted by semicolons; with one at the end where a comma in the only name would be taken to part two."""
    joined = ";".join(song.artists)
    return f"{joined};" if "," in joined and len(song.artists) == 1 else joined


def _or_empty(value: object) -> str:
    return "" if value is None else str(value)


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _text(lines: Iterable[str]) -> str:
    return "".join(f"{line}\n" for line in lines)
