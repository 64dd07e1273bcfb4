"""How a song looks: a cover drawn from its place on the plane, since no picture comes from outside before a click."""

import math
import re
from dataclasses import dataclass

from femr.emotions import EMOTIONS, TRAITS
from femr.music.catalogue import Song

TURNS = (115, 135, 155, 205, 225)
"""Directions of a cover's colours, in degrees: neighbours in a list shall not look alike."""


@dataclass(frozen=True)
class Cover:
    """A square with two colours and letters.

    Attributes:
        near, next: colours of the two emotions that lie nearest to the song, as `#rrggbb`.
        turn: direction from one to the other, in degrees.
        initials: one or two characters.
    """

    near: str
    next: str
    turn: int
    initials: str


def cover_of(song: Song) -> Cover:
    """The cover of a song; always the same for the same song."""
    valence, arousal = song.place
    near, second = sorted(
        EMOTIONS, key=lambda each: math.hypot(TRAITS[each].valence - valence, TRAITS[each].arousal - arousal)
    )[:2]
    turn = TURNS[sum(map(ord, song.title)) % len(TURNS)]
    return Cover(TRAITS[near].colour, TRAITS[second].colour, turn, initials(song.title))


def initials(title: str) -> str:
    """First letters of a title's first two words that have any, or the title's first character."""
    words = re.findall(r"[^\W_]+(?:['’][^\W_]+)*", title)
    return "".join(word[0].upper() for word in words[:2])[:2] or title[:1]
