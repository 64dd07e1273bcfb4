"""What passes between the page and its handlers."""

from dataclasses import dataclass
from functools import cache
from typing import Any, NamedTuple

import gradio as gr

from femr.emotions import Emotion
from femr.mood import Mood
from femr.music.catalogue import Catalogue, catalogue
from femr.music.exportify import OwnSongs
from femr.music.filters import Filters
from femr.music.playlist import Playlist
from femr.music.share_link import SharedPlaylist
from femr.vision.reading import Face, Reading


@dataclass(frozen=True)
class LiveMood:
    """What a live camera has settled on.

    Attributes:
        emotion: what the face is said to show; of two that are as likely, the one that it showed before.
        mood: of all its shares.
    """

    emotion: Emotion
    mood: Mood


@dataclass(frozen=True)
class Visit:
    """What the page remembers of one visitor: no photo, only what was read in it, and the crops that the network saw.

    Attributes:
        reading: of the last photo with a face.
        chosen: the face whose bars are shown, or None for everyone.
        why: whether the visitor wants to see why.
        picked: the mood picked by hand; it then stands before the reading.
        live: the mood that a live camera has settled on; it then stands before the reading.
        shared: the mood that came by a link; it then stands before all.
        own: the visitor's own songs, in place of the catalogue.
        playlist: what is shown.
    """

    reading: Reading | None = None
    chosen: int | None = 0
    why: bool = False
    picked: Emotion | None = None
    live: LiveMood | None = None
    shared: SharedPlaylist | None = None
    own: OwnSongs | None = None
    playlist: Playlist | None = None

    @property
    def mood(self) -> Mood | Emotion | None:
        """What the music is for."""
        if self.shared:
            return self.shared.mood
        if self.picked:
            return self.picked
        if self.live:
            return self.live.mood
        if self.reading and self.chosen is None:
            return self.reading.group.mood
        return self.face.mood if self.face else None

    @property
    def face(self) -> Face | None:
        """The face that the result is about; None where it is about everyone, or about a mood without a face."""
        elsewhere = self.picked or self.live or self.shared
        alone = self.reading and self.chosen is not None and not elsewhere
        return self.reading.faces[self.chosen] if alone else None

    @property
    def source(self) -> Catalogue:
        """The songs to choose from."""
        return self.own.catalogue if self.own else catalogue()


class Wishes(NamedTuple):
    """What the controls of the page say, in the order in which `layout` hands them over."""

    goal: str
    count: int
    languages: list[str]
    genres: list[str]
    first_year: int
    last_year: int
    clean: bool
    lang: str
    visit: Visit

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

    visit: Any = gr.skip()
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
    count: Any = gr.skip()
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


@cache
def catalogue_years() -> tuple[int, int]:
    """The first and the last year of release in the catalogue."""
    years = [song.year for song in catalogue().songs if song.year is not None]
    return min(years), max(years)
