"""Pictures to click for visitors without a camera."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from femr.emotions import EMOTIONS, Emotion
from femr.i18n import translate
from femr.page.views.render import render
from femr.paths import EXAMPLES as FOLDER
from femr.vision.image_files.load import load_photo
from femr.vision.image_files.pictures import data_uri

THUMBNAIL_SIDE = 128
"""Pixels of a thumbnail: twice what a phone's sharp screen shows of 64."""


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


EXAMPLES = (
    *(Example(FOLDER / f"{emotion.lower()}.jpg", emotion) for emotion in EMOTIONS),
    Example(FOLDER / "collins.jpg"),
)
"""Our own drawings, made by `scripts/draw_examples.py`, and a photo in the public domain."""


def thumbnails(lang: str) -> str:
    """A row of round buttons."""
    return render("examples", lang, examples=EXAMPLES)
