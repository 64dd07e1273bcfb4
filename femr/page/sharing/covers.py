"""A song's cover: two colours and initials, drawn from what is known of it; no picture from outside."""

import math

from femr.emotions import TRAITS
from femr.music.catalogue import Song

NEARNESS = 4.0
"""How fast an emotion's part in the mixed colour falls with its distance on the plane."""


def cover_colours(song: Song) -> tuple[str, str]:
    """Its two colours, `#rrggbb`: of the emotion that stands for it, and what its place on the plane mixes."""
    valence, arousal = song.place
    distances = [math.hypot(each.valence - valence, each.arousal - arousal) for each in TRAITS.values()]
    near = [math.exp(-NEARNESS * distance) for distance in distances]
    channels = [
        round(sum(part * channel for part, channel in zip(near, of_all, strict=True)) / sum(near))
        for of_all in zip(*(bytes.fromhex(each.colour[1:]) for each in TRAITS.values()), strict=True)
    ]
    return TRAITS[song.emotion].colour, f"#{bytes(channels).hex()}"


def initials(title: str) -> str:
    """The first letters of a title's first two words, in capitals; a note where it has none."""
    words = ["".join(filter(str.isalnum, word)) for word in title.split()]
    return "".join(word[0] for word in words if word)[:2].upper() or "♪"
