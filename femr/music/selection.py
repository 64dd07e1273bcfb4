"""Where songs are chosen: `select_songs` draws one song for each place of a playlist.

Each place has a target on the plane of valence and arousal (`playlist` says which). The songs nearest to it are the
candidates; one of them is drawn at random, nearer ones more often, and ones that repeat an artist or genre less often.
"""

from collections import Counter
from typing import NamedTuple

import numpy as np

from femr.music.catalogue import Catalogue

SELECTION_VERSION = 4
"""Goes up by one whenever the same mood, goal, filters and seed would give other songs, so that old links say so."""

LABEL_DISTANCE = 0.95
"""How far a song without the wanted label lies behind one with it: as far as that on the plane, at a right angle.
Angry and Fear lie at almost the same place, and only the label tells their songs apart."""

CANDIDATE_SHARE, CANDIDATES_PER_LABELLED, MAX_CANDIDATES = 0.2, 1.75, 500
"""How many songs are candidates: a fifth of all, or seven for every four that bear the wanted label, whichever is
more; no more than 500, which is variety enough. Fewer would lie nearer but come again sooner: so many give less of
both, distance and repeats, than drawing from all songs with the label does (`benchmarks.playlists`)."""

NOT_FITTING = 1000.0
"""Added to the square of the distance of a song that does not fit: far more than any song that fits is away, 8 + 0.95²,
so that it comes only when those are used up."""

MAX_FITTING_SHARE = 0.64
"""How many of the songs that fit are candidates at most: around Fear, where few songs are labelled, more would lie as
far away as the place of another mood."""

CANDIDATE_SHARE_ON_PATH = 0.55
"""Takes the place of that fifth on a path from one mood to another, for few songs lie around calm."""

END_NARROWING, END_NARROWING_POWER = 3.0, 4
"""At both ends of a path the number of candidates is divided by 1 + `END_NARROWING` for each unit of the path's length:
the music should begin and arrive where it is said to. Between the ends that fades with the power
`END_NARROWING_POWER` of the distance from the path's middle, which is 1 at its ends: in a list of ten it counts by 0.37
for the second song and by 0.10 for the third."""

SMOOTH_STEP = 0.5
"""Neighbours differ by no more than this in valence or arousal (0.25 on a song's own 0…1 scale), or by what the path
itself needs between two of few songs; by more only where no other song is left."""

JUMP_COST = 4.0
"""What each unit beyond that then costs, as a distance on the plane."""

SONGS_IN_CACHE = 16_384
"""Rows of a catalogue that are worked on at a time: some 80 bytes of each, which a core's second cache holds."""

NO_PLAYER_WEIGHT, SAME_GENRE_WEIGHT, SAME_ARTIST_WEIGHT = 0.02, 0.45, 0.1
"""A song's chance is multiplied by these: where no player can be given it, for each song of its genre that is there
already, and where there is one of its artist."""

MAX_SONGS_PER_ARTIST = 2
"""So that a playlist is no portrait of one artist."""


class Choice(NamedTuple):
    """Which songs of a catalogue may be taken, and which rather than others.

    Attributes:
        allowed: bool (N,), those that may be chosen.
        fitting: bool (N,), those before all others, as long as there are any; None where all fit.
        weights: what each song's chance is multiplied by: float32 (N,), above 0; or 1 for all.
    """

    allowed: np.ndarray
    fitting: np.ndarray | None = None
    weights: np.ndarray | float = 1.0


def select_songs(
    source: Catalogue,
    choice: Choice,
    targets: np.ndarray,
    label_weights: np.ndarray,
    rng: np.random.Generator,
    *,
    share: float | None = None,
) -> list[int]:
    """Positions of songs in `source`, one for each target as far as there are songs.

    Each place takes one of the candidates within reach of the song before, at random: the nearer, the likelier, falling
    to nothing at the distance of the last candidate.

    Args:
        source: all songs.
        choice: which of them may be taken, and which rather than others.
        targets: where on the plane each song should lie: (count, 2), −1…1.
        label_weights: how much each emotion's label is wanted there: (count, 6), 0…1.
        rng: draws one number for each song of `source`.
        share: how many of the songs are candidates, 0…1; None for what is usual around a mood or on a path.
    """
    allowed = choice.allowed
    # Of weights divided by exponential random numbers, each is the largest with a chance in proportion to its weight.
    draws = np.maximum(rng.standard_exponential(len(source), np.float32), np.finfo(np.float32).eps)  # 0 may be drawn
    draws /= np.where(source.silent, np.float32(NO_PLAYER_WEIGHT), np.float32(1))
    draws /= choice.weights
    selection = _Selection(source, choice, np.abs(np.diff(targets, axis=0)).max(initial=SMOOTH_STEP))
    length = float(np.hypot(*(targets - targets[0]).T).max())  # how far it goes from its start: a way may come back
    if share is None:
        share = CANDIDATE_SHARE_ON_PATH if length > 0 else CANDIDATE_SHARE
    near: _Candidates | None = None
    for number in range(min(len(targets), allowed.sum())):
        if near is None or length > 0:  # where all targets are the same, so are the candidates
            distances, wanted = _distances(source, choice, targets[number], label_weights[number], share)
            from_middle = abs(2 * number / max(len(targets) - 1, 1) - 1)
            wanted /= 1 + END_NARROWING * length * from_middle**END_NARROWING_POWER
            near = _nearest(distances, max(int(wanted), len(targets)), allowed.sum())
        weights = selection.weights(near.positions) * (near.limit - near.distances[near.positions])
        best = int(np.argmax(weights / draws[near.positions]))
        selection.add(int(near.positions[best]) if weights[best] > 0 else selection.fallback(near.distances))
    return selection.chosen


def _distances(
    source: Catalogue, choice: Choice, target: np.ndarray, label_weights: np.ndarray, share: float
) -> tuple[np.ndarray, float]:
    """How far each song lies from a target, and how many are its candidates: a `share` of all, or by the label.

    Returns:
        Squares of distances, with the label as a third direction, more by `NOT_FITTING` for what does not fit, infinite
        where a song is not allowed: float32 (N,); and a number of songs.
    """
    allowed, fitting = choice.allowed, choice.fitting
    weights = label_weights.astype(np.float32)
    distances = np.empty(len(source), np.float32)
    labels = 0.0
    # This is where a large catalogue takes its time: whole columns, and as much of them as stays in the processor's
    # cache from one step to the next.
    for start in range(0, len(source), SONGS_IN_CACHE):
        part = slice(start, start + SONGS_IN_CACHE)
        labelled = np.minimum(source.labels[part] @ weights, 1)
        valence, arousal = source.places[part].T
        distances[part] = np.square(valence - target[0]) + np.square(arousal - target[1])
        distances[part] += np.square(LABEL_DISTANCE * (1 - labelled))
        if fitting is not None:
            distances[part] += NOT_FITTING * ~fitting[part]
        labels += float(labelled.sum(where=allowed[part]))
    distances[~allowed] = np.inf
    wanted = max(share * float(allowed.sum()), CANDIDATES_PER_LABELLED * labels)
    most = MAX_CANDIDATES if fitting is None else MAX_FITTING_SHARE * float((allowed & fitting).sum())
    return distances, min(wanted, most, MAX_CANDIDATES)


class _Candidates(NamedTuple):
    """The songs nearest to a target.

    Attributes:
        positions: in the catalogue: int (n,).
        distances: squares of the distances of all songs: float32 (N,).
        limit: the square of a distance just beyond the last candidate.
    """

    positions: np.ndarray
    distances: np.ndarray
    limit: float


def _nearest(distances: np.ndarray, count: int, songs: int) -> _Candidates:
    """The nearest `count` of so many `songs`, with those that are as far away as the last of them."""
    last = min(count, songs) - 1
    limit = float(np.partition(distances, last)[last]) + 1e-3
    return _Candidates(np.flatnonzero(distances < limit), distances, limit)


class _Selection:
    """The songs chosen so far, and what they leave to choose from.

    Args:
        source: all songs.
        choice: which songs may be taken, and which rather than others.
        reach: how far neighbours may lie apart in valence or arousal, −1…1.
    """

    def __init__(self, source: Catalogue, choice: Choice, reach: float) -> None:
        self.chosen: list[int] = []
        self._source = source
        self._reach = reach
        self._free = choice.allowed.copy()
        self._fitting = choice.fitting
        self._artist_weights = np.ones(len(source), np.float32)  # 0 where an artist has as many songs as one may
        self._genre_weights = np.ones(len(source.genres.values), np.float32)
        self._other_artists = np.ones(len(source), bool)  # False where the last song is by the same artist
        self._songs_by: Counter[str] = Counter()

    def add(self, position: int) -> None:
        """Add a song to the end."""
        self.chosen.append(position)
        self._free[position] = False
        self._genre_weights[self._source.genres.codes[position]] *= SAME_GENRE_WEIGHT
        self._other_artists[:] = True
        for artist in self._source.songs[position].artists:
            theirs = self._source.by_artist[artist]
            self._other_artists[theirs] = False
            self._songs_by[artist] += 1
            full = self._songs_by[artist] >= MAX_SONGS_PER_ARTIST
            self._artist_weights[theirs] *= 0 if full else SAME_ARTIST_WEIGHT

    def weights(self, candidates: np.ndarray) -> np.ndarray:
        """How well each of the candidates follows what was chosen before: 0…1, and 0 where it may not follow."""
        allowed = self._free[candidates] & self._other_artists[candidates]
        if self.chosen:
            allowed &= self._steps(candidates) <= self._reach
        genres = self._source.genres.codes[candidates]
        return allowed * self._artist_weights[candidates] * self._genre_weights[genres]

    def fallback(self, distances: np.ndarray) -> int:
        """The best song where no candidate may follow: rules give way one by one, the least important first."""
        if not self.chosen:
            return int(np.argmin(np.where(self._free, distances, np.inf)))
        not_full = self._free & (self._artist_weights > 0)
        others = not_full & self._other_artists
        steps = self._steps(slice(None))
        cost = np.sqrt(distances) + JUMP_COST * np.maximum(0, steps - self._reach)
        near = others & (steps <= self._reach)
        fitting = near if self._fitting is None else near & self._fitting
        choices = (fitting, near, others, not_full, self._free)
        return int(np.argmin(np.where(next(each for each in choices if each.any()), cost, np.inf)))

    def _steps(self, where: np.ndarray | slice) -> np.ndarray:
        """How far songs lie from the last one, in valence or arousal, whichever is more."""
        valence, arousal = self._source.places.T
        last = self._source.places[self.chosen[-1]]
        return np.maximum(np.abs(valence[where] - last[0]), np.abs(arousal[where] - last[1]))
