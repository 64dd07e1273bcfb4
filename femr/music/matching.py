"""A title and an artist, as anybody writes them -> the song of the catalogue that is meant.

Lists from other services tell no valence and energy. Their songs can be placed as far as the shipped catalogue knows
them.
"""

import re
import unicodedata
from collections.abc import Iterable
from functools import cache

from femr.music.catalogue import Song, catalogue

_TAIL = re.compile(
    r"\s*[(\[][^)\]]*[)\]]|\s+[-–]\s.*|\s+(?:feat|ft)\.?\s.*",
    re.IGNORECASE,
)


def known_song(spotify_id: str, title: str, artists: Iterable[str]) -> Song | None:
    """The song of the shipped catalogue with this id, or else with this title by one of these artists."""
    by_id, by_name = _known()
    if spotify_id in by_id:
        return by_id[spotify_id]
    names = (by_name.get((_core(title), _core(artist))) for artist in artists)
    return next(filter(None, names), None)


@cache
def _known() -> tuple[dict[str, Song], dict[tuple[str, str], Song]]:
    """The catalogue's songs by id, and by title and each artist; of two the first."""
    by_id = {song.spotify_id: song for song in catalogue().songs if song.spotify_id}
    by_name: dict[tuple[str, str], Song] = {}
    for song in catalogue().songs:
        for artist in song.artists:
            by_name.setdefault((_core(song.title), _core(artist)), song)
    return by_id, by_name


def _core(text: str) -> str:
    """What is the same however it is written: no accents, no punctuation, no "(Remastered)", no "The"."""
    bare = _TAIL.sub("", text) or text
    letters = unicodedata.normalize("NFKD", bare).casefold().replace("&", "and")
    core = "".join(filter(str.isalnum, letters.removeprefix("the ")))
    return core or text.casefold().strip()
