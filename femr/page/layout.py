"""What is where on the page, and which event calls what."""

import json
from pathlib import Path
from typing import Any

import gradio as gr

from femr import i18n
from femr.i18n import translate
from femr.page import api, cards, events, listening, live, looking
from femr.page.about import about
from femr.page.labels import Labels
from femr.page.live_route import Streams
from femr.page.session import Screen, Visit, Wishes
from femr.page.theme import theme
from femr.page.uploads import MAX_FILE_MEGABYTES
from femr.vision.model_card import load_evaluation

HERE = Path(__file__).parent

SECONDS_KEPT = 120
"""An upload's temporary file is removed at most this long after it came, twice over."""

BROWSER_LANGUAGE = "() => navigator.language.toLowerCase().startsWith('id') ? 'id' : 'en'"

SPEAK = f"""(lang) => {{
  document.documentElement.lang = lang;
  document.title = {json.dumps({lang: translate("page.title", lang) for lang in i18n.LANGUAGES})}[lang];
}}"""
"""Tells the browser, and with it screen readers, which language the page speaks."""


def build_page() -> gr.Blocks:
    """The whole page with its API; call `launch(**launch_options())` on it."""
    labels = Labels()
    with gr.Blocks(
        title=translate("page.title"), analytics_enabled=False, delete_cache=(SECONDS_KEPT, SECONDS_KEPT)
    ) as page:
        visit = gr.State(Visit(), time_to_live=3600)
        with gr.Row(elem_id="femr-top"):
            labels.of(gr.HTML, lambda lang: {"value": cards.header(lang)}, elem_id="femr-header")
            language = gr.Radio(
                [("EN", "en"), ("ID", "id")],
                value=i18n.DEFAULT_LANGUAGE,
                show_label=False,
                container=False,
                min_width=0,
                elem_id="femr-language",
            )
        with gr.Row(equal_height=False):
            with gr.Column(scale=5, min_width=320, elem_id="femr-left"):
                with gr.Tabs():
                    left = {**looking.photo_tab(labels), **live.live_tab(labels), **looking.pick_tab(labels)}
                left |= listening.map_of_moods(labels)
            with gr.Column(scale=6, min_width=320, elem_id="femr-right"):
                right = listening.result_and_playlist(labels)
        _bottom(labels)
        parts = {"visit": visit, "lang": language, **left, **right}
        _connect(page, parts)
        _translate(page, parts, labels)
        api.offer_api()
    return page


def _bottom(labels: Labels) -> None:
    """What the page tells about itself, and what its player says."""
    figures, minutes = load_evaluation(), 2 * SECONDS_KEPT // 60
    with labels.of(
        gr.Accordion, lambda lang: {"label": translate("about.title", lang)}, open=False, elem_id="femr-about"
    ):
        labels.of(gr.HTML, lambda lang: {"value": about(figures, minutes, lang)})
    labels.of(
        gr.HTML,
        lambda lang: {"value": cards.notice(translate("page.footer", lang)) + cards.player_texts(lang)},
        elem_id="femr-footer",
    )


def launch_options() -> dict[str, Any]:
    """What `launch` needs for this page."""
    return {
        "theme": theme(),
        "css_paths": [HERE / "page.css", HERE / "live.css"],
        "head": "".join(
            f"<script>{(HERE / name).read_text(encoding='utf-8')}</script>" for name in ("page.js", "player.js")
        ),
        "footer_links": ["api"],
        "max_file_size": f"{MAX_FILE_MEGABYTES}mb",
        "run_history": False,
        "ssr_mode": False,
        "show_error": True,
        "app_kwargs": {"routes": [Streams().route()]},
    }


def _connect(page: gr.Blocks, parts: dict[str, gr.blocks.Block]) -> None:
    """Bind the events of the page to their events."""
    outputs = [parts[name] for name in Screen._fields]
    wishes = [parts[name] for name in Wishes._fields]
    quick = {"outputs": outputs, "show_progress": "hidden", "api_visibility": "private"}
    reading = {
        "outputs": outputs,
        "show_progress": "minimal",
        "show_progress_on": [parts["result"], parts["playlist"]],
        "api_visibility": "private",
        **api.ONE_QUEUE,
    }
    parts["photo"].input(
        events.look,
        [parts["photo"], *wishes],
        preprocess=False,  # Gradio would fail over a damaged photo with words of its own
        trigger_mode="always_last",  # pasting sends an empty photo first, then the real one
        **reading,
    )
    parts["examples"].select(events.try_example, wishes, trigger_mode="always_last", **reading)
    parts["another"].click(events.another_photo, **quick)
    parts["faces"].select(events.choose_face, wishes, **quick)
    parts["who"].input(events.choose_who, [parts["who"], *wishes], **quick)
    parts["why"].expand(events.show_why, wishes, **quick)
    parts["why"].collapse(events.hide_why, wishes, **quick)
    parts["live"].select(events.settle, wishes, trigger_mode="always_last", **quick)  # "once" would drop a mood
    parts["picked"].input(events.pick, [parts["picked"], *wishes], **quick)
    parts["goal"].input(events.play_again, wishes, **quick)
    parts["count"].release(events.play_again, wishes, **quick)
    parts["shuffle"].click(events.play_again, wishes, **quick)
    for name in ("languages", "genres", "clean"):
        parts[name].input(events.narrow, wishes, **quick)
    for name in ("first_year", "last_year"):
        parts[name].input(events.narrow, wishes, trigger_mode="always_last", **quick)
    parts["own"].upload(events.own_songs, [parts["own"], *wishes], preprocess=False, **quick)
    parts["own_clear"].click(events.back_to_the_catalogue, wishes, **quick)
    page.load(events.open_link, wishes, **quick)


def _translate(page: gr.Blocks, parts: dict[str, gr.blocks.Block], labels: Labels) -> None:
    """Let the language follow the browser, and the visitor's choice."""
    language = parts["lang"]
    wishes = [parts[name] for name in Wishes._fields]
    outputs = [parts[name] for name in Screen._fields]
    quiet = {"show_progress": "hidden", "api_visibility": "private"}
    page.load(None, None, language, js=BROWSER_LANGUAGE, **quiet)
    language.change(None, language, None, js=SPEAK, **quiet)
    language.change(labels.told, language, labels.components, **quiet)
    language.change(events.change_language, wishes, outputs, **quiet)
