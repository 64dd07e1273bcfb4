"""What passes between the page and its handlers: what the controls say, and what an event changes."""

from functools import cache
from typing import Any, NamedTuple

import gradio as gr

from femr.music.catalogue import catalogue
from femr.music.filters import Filters
from femr.music.playlist import Goal
from femr.page.session import Visit
from femr.service import PlaylistRequest


class Controls(NamedTuple):
    """What the controls of the page say, in the order in which `layout` hands them over."""

    goal: str
    songs: int
    languages: list[str]
    genres: list[str]
    first_year: int
    last_year: int
    clean: bool
    lang: str
    kept: str

    @property
    def visit(self) -> Visit:
        """What the browser kept, in the language that the page speaks now."""
        return Visit.from_json(self.kept).speaking(self.lang)

    @property
    def request(self) -> PlaylistRequest:
        """The playlist that is wanted."""
        return PlaylistRequest(Goal(self.goal), int(self.songs), None, self.filters)

    @property
    def filters(self) -> Filters:
        """The filters; a year at the end of the catalogue is no limit."""
        first, last = catalogue_years()
        return Filters(
            frozenset(self.languages),
            frozenset(self.genres),
            int(self.first_year) if self.first_year > first else None,
            int(self.last_year) if self.last_year < last else None,
            self.clean,
        )


class Screen(NamedTuple):
    """What an event changes; the fields are the components of `layout`, and one left out stays as it is."""

    kept: Any = gr.skip()
    lang: Any = gr.skip()
    picked: Any = gr.skip()
    photo: Any = gr.skip()
    capture: Any = gr.skip()
    shown: Any = gr.skip()
    faces: Any = gr.skip()
    who: Any = gr.skip()
    notice: Any = gr.skip()
    result: Any = gr.skip()
    why: Any = gr.skip()
    reasons: Any = gr.skip()
    controls: Any = gr.skip()
    goal: Any = gr.skip()
    songs: Any = gr.skip()
    languages: Any = gr.skip()
    genres: Any = gr.skip()
    first_year: Any = gr.skip()
    last_year: Any = gr.skip()
    clean: Any = gr.skip()
    left: Any = gr.skip()
    own_notice: Any = gr.skip()
    own_clear: Any = gr.skip()
    empty: Any = gr.skip()
    playlist: Any = gr.skip()
    mood_map: Any = gr.skip()


@cache
def catalogue_years() -> tuple[int, int]:
    """The first and the last year of release in the catalogue."""
    years = [song.year for song in catalogue().songs if song.year is not None]
    return min(years), max(years)
