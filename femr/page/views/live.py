"""The live camera: its picture, what it says, bars, and the last minute as lines. `live.js` moves them."""

from femr.emotions import EMOTIONS
from femr.mood import Closeness
from femr.page.views.render import render
from femr.vision.confidence import Hint

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 480, 170, 46, 110, 10, 20
"""The chart in its own units, and the room around its plane: for numbers, names, and the words below."""


def stage() -> str:
    """Where the camera's picture and the boxes over it are."""
    return render("live_stage")


def buttons(lang: str) -> str:
    """What can be done while the camera is on."""
    return render("live_buttons", lang)


def sentences(lang: str) -> str:
    """All that the live camera says in words, of which the script shows what is so.

    One of what goes on at a time; beside it how far apart people are, and what speaks against the reading. A box is
    named after `data-box`.
    """
    return render("live_words", lang, closenesses=tuple(Closeness), hints=tuple(Hint))


def empty_bars(lang: str) -> str:
    """Six bars that the script fills."""
    return render("live_bars", lang, nothing=dict.fromkeys(EMOTIONS, 0.0))


def empty_chart(lang: str) -> str:
    """The plane of the last minute, with nothing on it yet."""
    right, bottom = WIDTH - RIGHT, HEIGHT - BOTTOM
    scale = ((TOP, 1.0), ((TOP + bottom) // 2, 0.5), (bottom, 0.0))
    return render(
        "live_chart", lang, width=WIDTH, height=HEIGHT, left=LEFT, top=TOP, right=right, bottom=bottom, scale=scale
    )
