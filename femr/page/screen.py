"""What passes between the page and its handlers: what the controls say, and what an event changes."""

import math
from dataclasses import replace
from functools import cache
from typing import Any, NamedTuple

import gradio as gr

from femr.errors import ChoiceError, ProfileError
from femr.i18n import DEFAULT_LANGUAGE, LANGUAGES
from femr.music.catalogue import catalogue
from femr.music.filters import Filters
from femr.music.playlist import DEFAULT_SONGS, MAX_SONGS, MIN_SONGS, Goal
from femr.music.taste import NO_TASTE, Taste
from femr.page.session import Visit
from femr.service import PlaylistRequest
from femr.vision.profile import Profile


class Controls(NamedTuple):
    """What the controls of the page say, in the order in which `layout` hands them over.

    As the browser sends them: Gradio would compare them with choices that a restarted server no longer knows, and
    answer in words of its own. So they may be anything; what makes no sense counts as untouched.
    """

    goal: Any
    songs: Any
    languages: Any
    genres: Any
    first_year: Any
    last_year: Any
    clean: Any
    why_open: Any
    liked: Any
    profile: Any
    lang: Any
    kept: Any

    @property
    def language(self) -> str:
        """Which language the page speaks."""
        return self.lang if self.lang in LANGUAGES else DEFAULT_LANGUAGE

    @property
    def visit(self) -> Visit:
        """What the browser kept, in the language that the page speaks now, read with the profile that it keeps."""
        visit = Visit.from_json(self.kept)
        told = replace(visit, lang=self.language, why=self.why_open is True, profile=known_profile(self.profile))
        return told.with_mine(told.mine)

    @property
    def request(self) -> PlaylistRequest:
        """The playlist that is wanted."""
        goal = Goal(self.goal) if self.goal in list(Goal) else Goal.MATCH
        count = within(self.songs, MIN_SONGS, MAX_SONGS, DEFAULT_SONGS)
        return PlaylistRequest(goal, count, None, self.filters, self.taste)

    @property
    def taste(self) -> Taste:
        """What the visitor likes, hides and has heard, as the browser keeps it; none where that makes no sense."""
        try:
            return Taste.from_json(self.liked) if self.liked else NO_TASTE
        except ChoiceError:
            return NO_TASTE

    @property
    def filters(self) -> Filters:
        """The filters; a year at the end of the catalogue, or beyond, is no limit."""
        first, last = catalogue_years()
        since, until = within(self.first_year, first, last, first), within(self.last_year, first, last, last)
        return Filters(
            _texts(self.languages),
            _texts(self.genres),
            since if since > first else None,
            until if until < last else None,
            self.clean is True,
        )


def known_profile(text: Any) -> Profile | None:
    """The profile that a browser keeps; None where it keeps none, or nothing that makes sense."""
    try:
        return Profile.from_json(text) if isinstance(text, str) and text else None
    except ProfileError:
        return None


def told(event: gr.EventData, name: str) -> Any:
    """What an event says besides the controls; None where it says nothing, or nothing of that name."""
    said = event._data
    return said.get(name) if isinstance(said, dict) else None


def within(value: Any, least: int, most: int, otherwise: int) -> int:
    """The whole number next to `value` from `least` to `most`; `otherwise` where it is none, as in an emptied field."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return otherwise
    if isinstance(value, float) and not math.isfinite(value):  # a whole number may be beyond any float
        return otherwise
    return min(max(int(value), least), most)


def _texts(values: Any) -> frozenset[str]:
    return frozenset(each for each in values if isinstance(each, str)) if isinstance(values, list) else frozenset()


class Screen(NamedTuple):
    """What an event changes; the fields are the components of `layout`, and one left out stays as it is."""

    kept: Any = gr.skip()
    lang: Any = gr.skip()
    why_open: Any = gr.skip()
    picked: Any = gr.skip()
    faces: Any = gr.skip()
    who: Any = gr.skip()
    mine: Any = gr.skip()
    notice: Any = gr.skip()
    result: Any = gr.skip()
    bars: Any = gr.skip()
    reasons: Any = gr.skip()
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
    playlist: Any = gr.skip()
    mood_map: Any = gr.skip()
    map_songs: Any = gr.skip()


@cache
def catalogue_years() -> tuple[int, int]:
    """The first and the last year of release in the catalogue."""
    years = [song.year for song in catalogue().songs if song.year is not None]
    return min(years), max(years)
