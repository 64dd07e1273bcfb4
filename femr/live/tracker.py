"""Faces over the frames of a film: the same person keeps the same number."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from femr.vision.geometry import Box

LEAST_OVERLAP = 0.2
"""Intersection over union from which two boxes of neighbouring frames are one face. A face that moves sideways by half
its width between frames still shares a third."""

REACH = 1.2
"""Boxes that do not overlap are one face up to this distance of their centres, in mean widths: a quick turn between
two frames of a slow connection."""

LIKE_SIZE = 1.6
"""…if neither is more than this many times as wide as the other: somebody far behind is somebody else."""

LOST_SECONDS = 3.0
"""How long the number of a face that is out of sight is kept for it."""


@dataclass(frozen=True, slots=True)
class Track:
    """One face over time.

    Attributes:
        number: from 1 up; nobody else in sight has it.
        box: where it was last seen, in pixels of the frame.
        seconds: when that was, on the film's own clock.
    """

    number: int
    box: Box
    seconds: float


@dataclass(frozen=True, slots=True)
class Tracks:
    """Who is in a film.

    Attributes:
        known: everybody who was seen within the last `LOST_SECONDS`, by number.
        numbers: of the boxes in the last frame, in their order.

    Example:
        >>> tracks = Tracks().update([Box(10, 10, 50, 50)], 0.0).update([Box(20, 10, 50, 50)], 0.1)
        >>> tracks.numbers
        (1,)
    """

    known: tuple[Track, ...] = ()
    numbers: tuple[int, ...] = ()

    def update(self, boxes: Sequence[Box], seconds: float) -> "Tracks":
        """After a frame with `boxes`; boxes of nobody known get the lowest free numbers, in their order."""
        known = [each for each in self.known if seconds - each.seconds <= LOST_SECONDS]
        tracks = dict(_matches(known, boxes))
        free = _free_numbers({each.number for each in known})
        now = [
            replace(tracks[i], box=box, seconds=seconds) if i in tracks else Track(next(free), box, seconds)
            for i, box in enumerate(boxes)
        ]
        numbers = tuple(each.number for each in now)
        unseen = [each for each in known if each.number not in numbers]
        return Tracks(tuple(sorted([*now, *unseen], key=lambda each: each.number)), numbers)


def intersection_over_union(one: Box, other: Box) -> float:
    """How much two boxes overlap, 0…1."""
    width = min(one.x + one.width, other.x + other.width) - max(one.x, other.x)
    height = min(one.y + one.height, other.y + other.height) - max(one.y, other.y)
    shared = max(width, 0.0) * max(height, 0.0)
    return shared / (one.area + other.area - shared) if shared else 0.0


def _matches(known: Sequence[Track], boxes: Sequence[Box]) -> Iterator[tuple[int, Track]]:
    """Which of `known` each box is, if any: most alike first, nobody twice."""
    pairs = sorted(
        ((likeness, i, track) for i, box in enumerate(boxes) for track in known if (likeness := _like(track.box, box))),
        key=lambda pair: (-pair[0], pair[2].number, pair[1]),
    )
    boxes_taken, numbers_taken = set(), set()
    for _, i, track in pairs:
        if i not in boxes_taken and track.number not in numbers_taken:
            boxes_taken.add(i)
            numbers_taken.add(track.number)
            yield i, track


def _like(one: Box, other: Box) -> float:
    """How likely both are the same face: 1…2 where they overlap, 0…1 where they are only near; 0 for neither."""
    shared = intersection_over_union(one, other)
    if shared >= LEAST_OVERLAP:
        return 1 + shared
    if not 1 / LIKE_SIZE <= one.width / other.width <= LIKE_SIZE:
        return 0.0
    away = math.hypot(one.centre.x - other.centre.x, one.centre.y - other.centre.y)
    return max(0.0, 1 - away / (REACH * (one.width + other.width) / 2))


def _free_numbers(taken: set[int]) -> Iterator[int]:
    number = 0
    while True:
        number += 1
        if number not in taken:
            yield number
