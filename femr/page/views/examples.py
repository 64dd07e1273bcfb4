"""Pictures to click for visitors without a camera, and one that shows what comes of it."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from femr import service
from femr.emotions import Emotion
from femr.i18n import translate
from femr.music.catalogue import Song
from femr.page.views.cover import Cover, cover_of
from femr.page.views.render import css_percent
from femr.paths import EXAMPLES as FOLDER
from femr.service import PlaylistRequest
from femr.vision.image_files.load import load_photo
from femr.vision.image_files.pictures import data_uri

THUMBNAIL_SIDE = 152
"""Pixels of a thumbnail: twice what a sharp screen shows of 76."""

SAMPLE_SONGS, SAMPLE_SEED = 2, 4
"""How many songs the finished example shows, and which: the same on every visit."""


@dataclass(frozen=True)
class Example:
    """A picture that the page ships.

    Attributes:
        path: of its file.
        emotion: what the drawn face is meant to show; None for the photo.
    """

    path: Path
    emotion: Emotion | None = None

    @cached_property
    def thumbnail(self) -> str:
        """A small copy, as a `data:` URI."""
        return data_uri(load_photo(self.path), THUMBNAIL_SIDE)

    def about(self, lang: str) -> str:
        """What it shows, in words."""
        if self.emotion is None:
            return translate("page.example.photo", lang)
        return translate("page.example.drawn", lang, emotion=translate(f"looks.{self.emotion}", lang))

    def caption(self, lang: str) -> str:
        """The same in one word."""
        if self.emotion is None:
            return translate("page.photo.word", lang)
        return translate(f"emotion.{self.emotion}", lang)


_ORDER = (Emotion.HAPPY, Emotion.SAD, Emotion.ANGRY, Emotion.SURPRISE, Emotion.FEAR, Emotion.NEUTRAL)

EXAMPLES = (
    *(Example(FOLDER / f"{emotion.lower()}.jpg", emotion) for emotion in _ORDER),
    Example(FOLDER / "collins.jpg"),
)
"""Our own drawings, made by `scripts/draw_examples.py`, and a photo in the public domain."""


@dataclass(frozen=True)
class Sample:
    """A face that has been read, and music for it: the promise of the page.

    Attributes:
        picture: as a `data:` URI.
        emotion, share: what was read, and how surely, 0…1.
        place: where the face is, as a style.
        songs: with their covers.
    """

    picture: str
    emotion: Emotion
    share: float
    place: str
    songs: tuple[tuple[Song, Cover], ...]


def sample() -> Sample:
    """The first example, read by the network as a visitor's photo is."""
    pixels, reading = service.read(EXAMPLES[0].path)
    face = reading.faces[0]
    left, top, width, height = (css_percent(each) for each in face.box.shares(reading.width, reading.height))
    playlist = service.choose(face.mood, PlaylistRequest(count=SAMPLE_SONGS, seed=SAMPLE_SEED))
    return Sample(
        data_uri(pixels, 480),
        face.emotion,
        face.expression.certainty,
        f"left:{left};top:{top};width:{width};height:{height}",
        tuple((song, cover_of(song)) for song in playlist.songs),
    )
