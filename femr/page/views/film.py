"""A film's mood over time: as a picture, as a list, and in words."""

import statistics
from collections.abc import Iterator, Sequence
from itertools import accumulate, pairwise
from typing import NamedTuple

from femr.emotions import EMOTIONS, Emotion
from femr.i18n import translate
from femr.live.tracker import LOST_SECONDS
from femr.page.subject import FilmMood
from femr.page.views.render import render
from femr.page.views.result import Said, hero
from femr.report import clock
from femr.video.film import Line, MoodPoint

WIDTH, HEIGHT = 480, 120
"""Of the picture, in its own units; it is stretched to the room that there is."""


THINNEST = 2
"""Of what was shown for a moment only."""


class Band(NamedTuple):
    """How much an emotion was shown, as a part of the picture.

    Attributes:
        emotion: which.
        path: of an SVG, a closed part for each time that somebody was in sight.
    """

    emotion: Emotion
    path: str


def film_result(film: FilmMood, mood: str, lang: str) -> str:
    """What a film showed, in a few words."""
    said = Said(translate("lead.film", lang), mood)
    told = [translate("film.people", lang, count=film.people)] if film.people > 1 else []
    return hero(said, film.emotion, lang, notices=told)


def film_chart(film: FilmMood, lang: str) -> str:
    """The six shares over the film, one upon the other, and below it the parts that the songs follow."""
    start, end = film.line[0].seconds, film.line[-1].seconds
    return render(
        "film",
        lang,
        bands=list(bands(film.line)),
        segments=film.segments,
        width=WIDTH,
        height=HEIGHT,
        clock=clock,
        start=start,
        end=end,
        cuts=[_across(part.start, start, end) for part in film.segments[1:]],
    )


def bands(line: Line) -> Iterator[Band]:
    """The parts of the picture, from its bottom up, in the order of `EMOTIONS`; those never shown are left out."""
    start, end = line[0].seconds, line[-1].seconds
    runs = [_stepped(run) for run in in_sight(line)]
    for number, emotion in enumerate(EMOTIONS):
        if any(point.expression.shares[number] for point in line):
            yield Band(emotion, "".join(_area(run, number, start, end) for run in runs))


def in_sight(line: Line) -> list[list[MoodPoint]]:
    """The line where it is not interrupted: parts of it between which nobody was in sight for a while."""
    usual = statistics.median(_steps(line)) if len(line) > 1 else 0.0
    runs: list[list[MoodPoint]] = [list(line[:1])]
    for before, point in pairwise(line):
        if point.seconds - before.seconds > max(LOST_SECONDS, 2 * usual):
            runs.append([])
        runs[-1].append(point)
    return runs


def _steps(line: Sequence[MoodPoint]) -> list[float]:
    return [after.seconds - before.seconds for before, after in pairwise(line)]


def _stepped(run: list[MoodPoint]) -> list[MoodPoint]:
    """With a beginning and an end, which are the same of a single point."""
    return run if len(run) > 1 else run * 2


def _area(run: Sequence[MoodPoint], number: int, start: float, end: float) -> str:
    """Between the shares of all emotions before that one, and theirs with it."""
    edges = [[0.0, *accumulate(point.expression.shares)] for point in run]
    across = [_across(point.seconds, start, end) for point in run]
    first = min(across[0], WIDTH - THINNEST)
    across = [first, *across[1:-1], max(across[-1], first + THINNEST)]
    below = [f"{x} {_up(each[number])}" for x, each in zip(across, edges, strict=True)]
    above = [f"{x} {_up(each[number + 1])}" for x, each in zip(across, edges, strict=True)]
    return f"M{'L'.join([*below, *reversed(above)])}Z"


def _across(seconds: float, start: float, end: float) -> float:
    return round(WIDTH * (seconds - start) / (end - start), 1) if end > start else 0.0


def _up(share: float) -> float:
    return round(HEIGHT * (1 - min(share, 1.0)), 1)
