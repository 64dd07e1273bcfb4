"""Pictures to click for visitors without a camera."""

from dataclasses import dataclass
from functools import cache
from html import escape
from pathlib import Path

from femr.emotions import EMOTIONS, Emotion
from femr.i18n import translate
from femr.paths import EXAMPLES as FOLDER
from femr.vision.image_io import data_uri, load_photo

THUMB_SIDE = 128
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

SCRIPT = """
element.addEventListener("click", (event) => {
  const chosen = event.target.closest("[data-example]");
  if (chosen) trigger("select", { index: Number(chosen.dataset.example) });
});
"""


def thumbnails(lang: str) -> str:
    """A row of round buttons."""
    buttons = "".join(
        f'<button type="button" data-example="{number}" title="{escape(example.about(lang))}" '
        f'aria-label="{escape(example.about(lang))}"><img src="{_thumb(example.path)}" alt=""></button>'
        for number, example in enumerate(EXAMPLES)
    )
    name = escape(translate("page.examples", lang))
    return f'<div class="femr-examples" role="group" aria-label="{name}"><span>{name}</span>{buttons}</div>'


@cache
def _thumb(path: Path) -> str:
    return data_uri(load_photo(path), THUMB_SIDE)
