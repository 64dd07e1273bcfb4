"""A way over the plane of moods, which a playlist follows in even steps."""

from collections.abc import Sequence

import numpy as np

from femr.emotions import EMOTIONS
from femr.errors import ChoiceError
from femr.mood import Mood

NO_LABELS = (0.0,) * len(EMOTIONS)
"""How much each emotion is wanted where a mood is only a place."""

MAX_STOPS = 32
"""Moods that a way passes after its beginning: one for each song of the longest playlist, and some."""

CANDIDATE_SHARE_ON_WAY = 0.1
"""How many of all songs are candidates for each place on a way: who draws one wants to hear it. Along 40 random ways
songs then lie 0.15 from their places, not 0.32 as with the share on a path to a goal; and of the songs of 20 such
playlists 64 % are different, not 80 %."""


def check_way(way: Sequence[Mood]) -> tuple[Mood, ...]:
    """The moods that a way passes, if there are not too many.

    Raises:
        ChoiceError: more than `MAX_STOPS`.
    """
    if len(way) > MAX_STOPS:
        raise ChoiceError("way_long", value=len(way), most=MAX_STOPS)
    return tuple(way)


def even_steps(stops: Sequence[Mood], count: int) -> tuple[np.ndarray, np.ndarray]:
    """So many places on the straight lines from stop to stop, the same distance apart along them.

    Args:
        stops: one or more; of one, all places are its own. Between stops that all lie at the same place, what changes
            is their expression.
        count: 1 or more; 1 is the first stop.

    Returns:
        Each place: float64 (count, 2), −1…1; and how much each emotion's label is wanted there: float64 (count, 6),
        0…1, in the order of `EMOTIONS`.
    """
    places = np.array([(stop.valence, stop.arousal) for stop in stops])
    labels = np.array([stop.expression.shares if stop.expression else NO_LABELS for stop in stops])
    if len(stops) == 1:
        return places.repeat(count, axis=0), labels.repeat(count, axis=0)
    lengths = np.hypot(*np.diff(places, axis=0).T)
    gone = np.cumsum([0, *(lengths if lengths.any() else np.ones_like(lengths))])
    where = np.interp(np.linspace(0, 1, count), gone / gone[-1], np.arange(len(stops)))
    line = np.minimum(where.astype(int), len(stops) - 2)
    progress = (where - line)[:, None]
    at_places, at_labels = ((1 - progress) * each[line] + progress * each[line + 1] for each in (places, labels))
    return at_places, at_labels
