"""Which songs, in which order: draws a song for each place on a playlist's way."""

from collections import Counter

import numpy as np

from femr.music.catalogue import Catalogue

WAY = 3
"""Which way of choosing this is: one more whenever the same wishes and seed would give other songs."""

LABEL_WEIGHT = 0.95
"""How far a song without the wanted label lies behind one with it: as far as that on the plane, at a right angle.
Angry and Fear lie at almost the same place, and only the label tells their songs apart."""

NEAR, NEAR_BY_LABEL, MOST_NEAR = 0.25, 1.75, 500
"""How many songs are near enough to be drawn: a quarter of all, or seven for every four that bear the wanted
label; no more than 500, which is variety enough. Fewer would lie nearer but come again sooner: so many give less of
both, distance and repeats, than drawing from all songs with the label does (`benchmarks.playlists`)."""

NEAR_ON_THE_WAY = 0.55
"""On a way from one mood to another this many in place of that quarter, for few songs lie around calm."""

NARROWER, FADING = 3.0, 4
"""At both ends of the way that number is divided by 1 and, for each unit of the way's length, this much: the music
should begin and arrive where it is said to. Between them that counts by the power `FADING` of the distance from the
way's middle, which is 1 at its ends: in a list of ten by 0.37 for the second song, by 0.10 for the third."""

SMOOTH_STEP = 0.5
"""Neighbours differ by no more than this in valence or arousal (0.25 on a song's own 0…1 scale), or by what the path
itself needs between two of few songs; further only where no song is left."""

JUMP_WEIGHT = 4.0
"""What each unit beyond that then costs, as a distance on the plane."""

SILENT, SAME_GENRE, SAME_ARTIST = 0.7, 0.7, 0.1
"""How much less often a song is drawn that has no player, for each song of its genre, and after one of its artist."""

MAX_SONGS_AN_ARTIST = 2
"""So that a playlist is no portrait of one artist."""


def choose(
    source: Catalogue, allowed: np.ndarray, targets: np.ndarray, wishes: np.ndarray, rng: np.random.Generator
) -> list[int]:
    """Positions of songs in `source`, one for each target as far as there are songs.

    Each place takes one of the songs that are near enough to its target and within reach of the song before, by lot:
    the nearer, the likelier, falling to nothing where near enough ends.

    Args:
        source: all songs.
        allowed: bool (N,), those that may be chosen.
        targets: where on the plane each song should lie: (count, 2), −1…1.
        wishes: how much each emotion's label is wanted there: (count, 6), 0…1.
        rng: draws the lots, one for each song.
    """
    lots = rng.standard_exponential(len(source), np.float32) / np.where(source.silent, np.float32(SILENT), 1)
    walk = _Walk(source, allowed, np.abs(np.diff(targets, axis=0)).max(initial=SMOOTH_STEP))
    length = float(np.hypot(*(targets[-1] - targets[0])))
    share = NEAR_ON_THE_WAY if length > 0 else NEAR
    for number in range(min(len(targets), allowed.sum())):
        if number == 0 or length > 0:  # a playlist that stays where it is looks around once
            away, wanted = _look_around(source, allowed, targets[number], wishes[number], share)
            from_middle = abs(2 * number / max(len(targets) - 1, 1) - 1)
            wanted /= 1 + NARROWER * length * from_middle**FADING
            near, limit = _nearest(away, max(int(wanted), len(targets)), allowed.sum())
        chance = walk.chance(near) * (limit - away[near])
        best = int(np.argmax(chance / lots[near]))
        walk.take(int(near[best]) if chance[best] > 0 else walk.best_left(away))
    return walk.chosen


def _look_around(
    source: Catalogue, allowed: np.ndarray, target: np.ndarray, wish: np.ndarray, share: float
) -> tuple[np.ndarray, float]:
    """How far each song lies from a target, and how many of them are near enough: a `share` of all, or by label.

    Returns:
        Squares of distances, with the label as a third direction, infinite where a song is not allowed: float32 (N,);
        and a number of songs.
    """
    # Whole columns, and float32: this is where a large catalogue takes its time.
    labelled = np.minimum(source.labels @ wish.astype(np.float32), 1)
    valence, arousal = source.places.T
    away = (np.square(valence - target[0]) + np.square(arousal - target[1])).astype(np.float32)
    away += np.square(LABEL_WEIGHT * (1 - labelled))
    away[~allowed] = np.inf
    enough = max(share * float(allowed.sum()), NEAR_BY_LABEL * float(labelled.sum(where=allowed)))
    return away, min(enough, MOST_NEAR)


def _nearest(away: np.ndarray, count: int, songs: int) -> tuple[np.ndarray, float]:
    """The nearest `count` of so many `songs`, with those that are as far away as the last of them.

    Returns:
        Their positions, and the square of a distance just beyond the last.
    """
    last = min(count, songs) - 1
    limit = float(np.partition(away, last)[last]) * 1.001 + 1e-6
    return np.flatnonzero(away < limit), limit


class _Walk:
    """The songs chosen so far, and what they leave to choose from.

    Args:
        source: all songs.
        allowed: bool (N,), those that may be chosen.
        reach: how far neighbours may lie apart in valence or arousal, −1…1.
    """

    def __init__(self, source: Catalogue, allowed: np.ndarray, reach: float) -> None:
        self.chosen: list[int] = []
        self._source = source
        self._reach = reach
        self._free = allowed.copy()
        self._by_artists = np.ones(len(source), np.float32)  # 0 where an artist has no songs to spare
        self._by_genre = np.ones(len(source.genres.values), np.float32)
        self._rested = np.ones(len(source), bool)  # False where the last song is by the same artist
        self._played: Counter[str] = Counter()

    def take(self, position: int) -> None:
        """Add a song to the end."""
        self.chosen.append(position)
        self._free[position] = False
        self._by_genre[self._source.genres.codes[position]] *= SAME_GENRE
        self._rested[:] = True
        for artist in self._source.songs[position].artists:
            theirs = self._source.by_artist[artist]
            self._rested[theirs] = False
            self._played[artist] += 1
            self._by_artists[theirs] *= 0 if self._played[artist] >= MAX_SONGS_AN_ARTIST else SAME_ARTIST

    def chance(self, near: np.ndarray) -> np.ndarray:
        """How gladly each of the songs at `near` is taken next for what was heard before, 0…1; 0 where it may not."""
        allowed = self._free[near] & self._rested[near]
        if self.chosen:
            allowed &= self._jumps(near) <= self._reach
        return allowed * self._by_artists[near] * self._by_genre[self._source.genres.codes[near]]

    def best_left(self, away: np.ndarray) -> int:
        """The best song where none that is near enough may be taken; what must give way does so, the least first."""
        fresh = self._free & (self._by_artists > 0)
        if not self.chosen:
            return int(np.argmin(np.where(self._free, away, np.inf)))
        others = fresh & self._rested
        jumps = self._jumps(slice(None))
        cost = np.sqrt(away) + JUMP_WEIGHT * np.maximum(0, jumps - self._reach)
        choices = (others & (jumps <= self._reach), others, fresh, self._free)
        return int(np.argmin(np.where(next(each for each in choices if each.any()), cost, np.inf)))

    def _jumps(self, where: np.ndarray | slice) -> np.ndarray:
        """How far songs lie from the last one, in valence or arousal, whichever is more."""
        valence, arousal = self._source.places.T
        last = self._source.places[self.chosen[-1]]
        return np.maximum(np.abs(valence[where] - last[0]), np.abs(arousal[where] - last[1]))
