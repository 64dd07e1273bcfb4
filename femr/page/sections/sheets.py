"""What is one step away: why, settings, a mood by hand, the map, and what the page tells about itself."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import gradio as gr
from gradio.blocks import Block

from femr.emotions import EMOTIONS
from femr.i18n import translate
from femr.music.playlist import DEFAULT_SONGS, MAX_SONGS
from femr.page.labels import Labels
from femr.page.sections.controls import BARE, html, place, remote, told_control
from femr.page.sections.filters import filters, own_songs
from femr.page.static_files import script
from femr.page.views.about import about
from femr.page.views.diary import diary, meant_choices
from femr.page.views.mood_map import empty_map, map_words
from femr.page.views.result import face_icons
from femr.page.views.sheets import sheet_head
from femr.page.views.taste import favourites, taste
from femr.page.views.teaching import game, profile_tools
from femr.vision.model_card import Evaluation

LEAST_SONGS_SHOWN = 5

Said = Callable[[str], str]
"""A text in the language that is given."""


@contextmanager
def _sheet(labels: Labels, name: str, title: Said, text: Said = lambda _: "", *, css: str = "") -> Iterator[None]:
    """A sheet below its head: a title, and a sentence where there is one; `sheets.js` opens it."""
    with gr.Column(elem_id=name, elem_classes=["femr-sheet", *css.split()]):
        html(labels, lambda lang: sheet_head(name, title(lang), text(lang), lang))
        yield


def why_sheet(labels: Labels) -> dict[str, Block]:
    """Why a face was read so."""
    with _sheet(labels, "femr-why", lambda lang: translate("page.why.title", lang)):
        return {"reasons": place(elem_id="femr-reasons")}


def settings_sheet(labels: Labels) -> dict[str, Block]:
    """How many songs, and from which."""
    with _sheet(labels, "femr-settings", lambda lang: translate("page.more", lang)):
        count = told_control(
            labels,
            "slider",
            lambda lang: {"caption": translate("page.count", lang)},
            value=DEFAULT_SONGS,
            minimum=LEAST_SONGS_SHOWN,
            maximum=MAX_SONGS,
            elem_id="femr-count",
        )
        return {"songs": count, **filters(), **own_songs(labels)}


def pick_sheet(labels: Labels) -> dict[str, Block]:
    """A mood by hand."""
    with _sheet(
        labels,
        "femr-pick-sheet",
        lambda lang: translate("page.pick", lang),
        lambda lang: translate("page.pick.hint", lang),
    ):
        picked = told_control(
            labels,
            "one",
            lambda lang: {
                "caption": translate("page.pick", lang),
                "choices": [(translate(f"emotion.{emotion}", lang), emotion.value) for emotion in EMOTIONS],
            },
            faces=face_icons(),
            elem_id="femr-pick",
        )
    return {"picked": picked}


def meant_sheet(labels: Labels) -> None:
    """What a face was meant to show, where the reading is not right."""
    with _sheet(
        labels,
        "femr-meant-sheet",
        lambda lang: translate("meant.title", lang),
        lambda lang: translate("meant.hint", lang),
    ):
        html(labels, meant_choices, js_on_load=script("corrections.js"))


def diary_sheet(labels: Labels) -> None:
    """What the browser keeps: the diary, and what was corrected. `diary_view.js` fills it in."""
    with _sheet(
        labels,
        "femr-diary-sheet",
        lambda lang: translate("diary.title", lang),
        lambda lang: translate("diary.hint", lang),
    ):
        html(labels, diary, js_on_load=script("diary.js") + script("diary_view.js"))


def map_sheet(labels: Labels) -> dict[str, Block]:
    """The plane of moods with the songs in question, which come when it is opened, and the playlist's way on it."""
    with _sheet(
        labels,
        "femr-map-sheet",
        lambda lang: translate("page.map", lang),
        lambda lang: translate("page.map.about", lang),
        css="femr-wide",
    ):
        with gr.Column(elem_id="femr-map"):
            songs = place(js_on_load=script("map.js"))
            labels.of(gr.HTML, lambda lang: {"value": empty_map(lang)})
            parts: dict[str, Block] = {"mood_map": gr.HTML(), "map_songs": songs}
        html(labels, map_words, elem_id="femr-map-words")
    return {**parts, **{name: remote(name) for name in ("femr-map-sheet-opened", "femr-map-drawn")}}


def taste_sheet(labels: Labels) -> None:
    """What the visitor likes, hides and has heard, and where songs play first."""
    with _sheet(
        labels,
        "femr-taste",
        lambda lang: translate("taste.title", lang),
        lambda lang: translate("taste.about", lang),
    ):
        html(labels, taste)
        gr.HTML(favourites(), **BARE)


def profile_sheet(labels: Labels) -> dict[str, Block]:
    """What femr knows of the visitor's face, and what can be done with it."""
    with _sheet(labels, "femr-profile", lambda lang: translate("mine.title", lang)):
        html(labels, profile_tools)
        return {"numbers": place(elem_id="femr-numbers")}


def game_sheet(labels: Labels) -> dict[str, Block]:
    """The game by which femr learns the visitor's face."""
    with _sheet(labels, "femr-game", lambda lang: translate("game.title", lang), css="femr-wide"):
        html(labels, game)
        gr.HTML(f"<style>{script('game.css')}</style>", visible="hidden", **BARE)  # not needed at first sight
        return {"game_result": place(elem_id="femr-game-result", js_on_load=script("game.js"))}


def about_sheet(labels: Labels, evaluation: Evaluation, minutes: int) -> None:
    """What the page tells about itself."""
    with _sheet(labels, "femr-about", lambda lang: translate("about.title", lang), css="femr-wide"):
        html(labels, lambda lang: about(evaluation, minutes, lang))
