"""What somebody likes, hides and has heard lately: it weighs the choice of songs.

A taste is kept by the one whose it is, in a browser or a file, as JSON: `to_json` and `from_json` are each other's
inverse. It may come from anybody, so it is parsed strictly and bounded. The same seed and the same taste give the same
playlist again. A link to a playlist does not hold it.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass, fields, replace

import numpy as np

from femr.errors import ChoiceError
from femr.music.catalogue import MAX_KEY, Catalogue, Song

FAVOURITE_ARTIST_WEIGHT, FAVOURITE_GENRE_WEIGHT, HEART_WEIGHT, HEARD_WEIGHT = 5.0, 2.5, 3.0, 0.1
"""What a song's chance is multiplied by where an artist of it is a favourite, where its genre is, where it has a heart,
and where it was heard lately: such songs come later, but they come."""

MAX_FAVOURITES, MAX_KEPT, MAX_HEARD = 12, 500, 300
"""How many favourite artists, and genres, a taste may have; how many hearts, hidden songs and hidden artists; and how
many songs count as heard lately: thirty playlists of ten."""

MAX_TEXT = MAX_KEY
"""Characters of a name or a song's key."""

MAX_JSON = 400_000
"""Characters of a whole taste."""

LIMITS = {
    "artists": MAX_FAVOURITES,
    "genres": MAX_FAVOURITES,
    "hearts": MAX_KEPT,
    "hidden_songs": MAX_KEPT,
    "hidden_artists": MAX_KEPT,
    "heard": MAX_HEARD,
}
"""How many texts each field of a taste holds."""


@dataclass(frozen=True)
class Taste:
    """What somebody likes, hides and has heard lately; each text once, the newest last.

    Attributes:
        artists: favourite ones, as the catalogue writes them.
        genres: favourite ones, lower case.
        hearts, hidden_songs: keys of songs, `Song.key`.
        hidden_artists: as the catalogue writes them.
        heard: keys of the songs heard lately.

    Example:
        >>> Taste(genres=("jazz",)).with_genre("soul").genres
        ('jazz', 'soul')
    """

    artists: tuple[str, ...] = ()
    genres: tuple[str, ...] = ()
    hearts: tuple[str, ...] = ()
    hidden_songs: tuple[str, ...] = ()
    hidden_artists: tuple[str, ...] = ()
    heard: tuple[str, ...] = ()

    # --- growing: of more than there is room for, the oldest is forgotten ---

    def with_artist(self, name: str) -> "Taste":
        """With a favourite artist."""
        return self._with("artists", name)

    def with_genre(self, name: str) -> "Taste":
        """With a favourite genre."""
        return self._with("genres", name.lower())

    def with_heart(self, song: Song) -> "Taste":
        """With a heart for a song, which is then hidden no longer."""
        return self.without("hidden_songs", song.key)._with("hearts", song.key)

    def hiding(self, song: Song) -> "Taste":
        """Without a song, which then has no heart any longer."""
        return self.without("hearts", song.key)._with("hidden_songs", song.key)

    def hiding_artist(self, name: str) -> "Taste":
        """Without an artist, who is then no favourite any longer."""
        return self.without("artists", name)._with("hidden_artists", name)

    def having_heard(self, songs: Iterable[Song]) -> "Taste":
        """With songs that were heard just now."""
        return self._with("heard", *(song.key for song in songs))

    def without(self, field: str, text: str) -> "Taste":
        """With one text forgotten; `field` is the attribute's name."""
        return replace(self, **{field: tuple(each for each in getattr(self, field) if each != text)})

    def _with(self, field: str, *texts: str) -> "Taste":
        texts = tuple(dict.fromkeys(filter(_can_be_kept, texts)))
        kept = tuple(each for each in getattr(self, field) if each not in texts)
        return replace(self, **{field: (*kept, *texts)[-LIMITS[field] :]})

    # --- choosing ---

    def showing(self, source: Catalogue, allowed: np.ndarray) -> np.ndarray:
        """Bool (N,): of the songs `allowed`, those that are not hidden.

        Raises:
            ChoiceError: all of them are.
        """
        if not (self.hidden_songs or self.hidden_artists):
            return allowed
        showing = allowed.copy()
        showing[_positions(source, self.hidden_songs, self.hidden_artists)] = False
        if allowed.any() and not showing.any():
            raise ChoiceError("taste_hides_all", count=int(allowed.sum()))
        return showing

    def weights(self, source: Catalogue) -> np.ndarray | float:
        """What the chance of each song is multiplied by: float32 (N,); or 1 where nothing is liked or heard."""
        if not (self.artists or self.genres or self.hearts or self.heard):
            return 1.0
        weights = np.ones(len(source), np.float32)
        weights[_positions(source, (), self.artists)] *= FAVOURITE_ARTIST_WEIGHT
        weights[source.genres.among(self.genres)] *= FAVOURITE_GENRE_WEIGHT
        weights[_positions(source, self.hearts, ())] *= HEART_WEIGHT
        weights[_positions(source, self.heard, ())] *= HEARD_WEIGHT
        return weights

    # --- keeping ---

    def to_json(self) -> str:
        """The taste as a JSON object; what is empty is left out."""
        kept = {field.name: list(getattr(self, field.name)) for field in fields(self) if getattr(self, field.name)}
        return json.dumps(kept, ensure_ascii=False, separators=(",", ":"))

    @classmethod
    def from_json(cls, text: str) -> "Taste":
        """The taste that `to_json` wrote.

        Raises:
            ChoiceError: it is no such object, or larger than a taste may be.
        """
        if not isinstance(text, str) or len(text) > MAX_JSON:
            raise ChoiceError("taste_unknown")
        try:
            found = json.loads(text)
        except (ValueError, RecursionError) as error:
            raise ChoiceError("taste_unknown") from error
        if not isinstance(found, dict) or not found.keys() <= LIMITS.keys():
            raise ChoiceError("taste_unknown")
        return cls(**{field: _texts(texts, LIMITS[field]) for field, texts in found.items()})


NO_TASTE = Taste()


def _texts(found: object, limit: int) -> tuple[str, ...]:
    """A list of texts that are different, can be printed and are not too long or too many."""
    if not isinstance(found, list) or len(found) > limit:
        raise ChoiceError("taste_unknown")
    for text in found:
        if not isinstance(text, str) or not _can_be_kept(text):
            raise ChoiceError("taste_unknown")
    if len(set(found)) < len(found):
        raise ChoiceError("taste_unknown")
    return tuple(found)


def _can_be_kept(text: str) -> bool:
    return 0 < len(text) <= MAX_TEXT and text.isprintable()


def _positions(source: Catalogue, keys: Iterable[str], artists: Iterable[str]) -> list[int]:
    """Where the songs with these keys, and those by these artists, stand; each once."""
    found = {source.by_key[key] for key in keys if key in source.by_key}
    found.update(position for name in artists for position in source.by_artist.get(name, ()))
    return sorted(found)
