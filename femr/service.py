"""From a photo to a playlist: the one place where faces and music meet. Page, API and terminal all call it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np

from femr.emotions import Emotion
from femr.mood import Mood, together
from femr.music.catalogue import Catalogue, catalogue
from femr.music.filters import NO_FILTERS, Filters, filters_from_text
from femr.music.playlist import DEFAULT_SONGS, Goal, Playlist, check_choices, recommend
from femr.music.taste import NO_TASTE, Taste
from femr.vision.analysis import analyze
from femr.vision.classifier import expression_classifier
from femr.vision.detector import face_detector
from femr.vision.image_files.load import Photo, load_photo
from femr.vision.image_files.pool import decoders
from femr.vision.profile import Profile
from femr.vision.reading import Reading
from femr.vision.visibility import cover_network


@dataclass(frozen=True, slots=True)
class PlaylistRequest:
    """What somebody wants to hear for a mood; everything is possible.

    Attributes:
        goal, count, seed, filters, taste, way: see `recommend`.
    """

    goal: Goal = Goal.MATCH
    count: int = DEFAULT_SONGS
    seed: int | None = None
    filters: Filters = NO_FILTERS
    taste: Taste = NO_TASTE
    way: tuple[Mood, ...] = ()

    @classmethod
    def from_text(
        cls,
        goal: Goal | str,
        count: int,
        seed: int | None,
        *,
        languages: str = "",
        genres: str = "",
        years: str = "",
        no_explicit: bool = False,
    ) -> "PlaylistRequest":
        """The request in the words of a command line or an API: `en, id`, `rock, pop`, `1980-1999`.

        Raises:
            ChoiceError: a value that it cannot have.
        """
        known = check_choices(goal, count, seed)
        return cls(known, count, seed, filters_from_text(languages, genres, years, no_explicit=no_explicit))


@dataclass(frozen=True)
class Answer:
    """A photo's reading, and the music for it; None where there is no face."""

    reading: Reading
    playlist: Playlist | None


def answer(
    photo: Photo,
    request: PlaylistRequest,
    *,
    everyone: bool = False,
    source: Catalogue | None = None,
    profile: Profile | None = None,
    apart: bool = False,
    sender: str = "",
) -> Answer:
    """Read a photo and choose music for its largest face.

    Args:
        photo: as `analyze` takes it.
        request: what is wanted.
        everyone: choose for all faces together instead.
        source: the songs to choose from; None for the shipped catalogue.
        profile: of the person whose face is the largest.
        apart: decode the photo in another process with limits, see `read`.
        sender: see `read`.

    Raises:
        PhotoError: it is no usable photo.
        ChoiceError: no song passes the filters.
        InstallationError: a file that femr ships is missing or broken.
    """
    with _opened(photo, apart, sender) as pixels:
        reading = analyze(pixels, profile=profile)
    mood = together(reading.faces) if everyone else reading.mood
    return Answer(reading, choose(mood, request, source) if mood else None)


def read(photo: Photo, *, apart: bool = False, sender: str = "") -> tuple[np.ndarray, Reading]:
    """A photo as it was read, RGB uint8 (H, W, 3), and what was read in it.

    Args:
        photo: as `analyze` takes it.
        apart: decode it in another process, which is ended when it takes too much time or memory, and when it is this
            photo's turn; for strangers' files on a server. Otherwise here and at once.
        sender: who sent it there, in whatever words: the photos of one do not keep those of others waiting.

    Raises:
        PhotoError: it is no usable photo; where it is decoded apart, also one that costs too much, or too many wait.
        InstallationError: a network file is missing or broken.
    """
    with _opened(photo, apart, sender) as pixels:
        return pixels, analyze(pixels)


@contextmanager
def _opened(photo: Photo, apart: bool, sender: str) -> Iterator[np.ndarray]:
    if apart:
        with decoders().opened(photo, sender) as pixels:
            yield pixels
    else:
        yield load_photo(photo)


def choose(mood: Mood | Emotion | str, request: PlaylistRequest, source: Catalogue | None = None) -> Playlist:
    """Music for a mood, an emotion, or an emotion's name.

    Raises:
        ChoiceError: there is no such emotion, or no song passes the filters.
    """
    wishes = {"filters": request.filters, "taste": request.taste, "way": request.way}
    return recommend(mood, request.goal, request.count, request.seed, **wishes, source=source)


def load() -> None:
    """Load what a server's every answer needs, so that the first visitor does not wait for it.

    Raises:
        InstallationError: a file that femr ships is missing or broken.
    """
    decoders()
    face_detector()
    expression_classifier()
    cover_network()
    catalogue()
