"""What is where on the page, and what Gradio needs to show it. `events` says which component calls which function."""

from typing import Any

import gradio as gr
from gradio.blocks import Block
from starlette.routing import BaseRoute

from femr import service
from femr.i18n import DEFAULT_LANGUAGE, LANGUAGES, translate
from femr.page import api, edge, events
from femr.page.blocks import Page
from femr.page.labels import Labels
from femr.page.live_route import Streams
from femr.page.sections.live import live_tab
from femr.page.sections.mood_map import mood_map_fold
from femr.page.sections.photo import photo_tab
from femr.page.sections.pick import pick_tab
from femr.page.sections.playlist import result_and_playlist
from femr.page.sharing.routes import middleware, routes
from femr.page.static_files import HEAD_SCRIPTS, STYLES, script
from femr.page.theme import theme
from femr.page.uploads import MAX_FILE_MEGABYTES, SECONDS_KEPT, SWEEP_SECONDS, uploads
from femr.page.views.about import about
from femr.page.views.notices import footer, header
from femr.page.views.sharing import share_tools
from femr.paths import ICONS
from femr.vision.model_card import load_evaluation

EVENTS_AT_ONCE = 8
"""Of one kind; photos have a bound of their own, see `api`."""


def build_page() -> gr.Blocks:
    """The whole page with its API; `server` serves it, with `launch_options` and `own_routes`.

    Raises:
        InstallationError: a file that femr ships is missing or broken.
        StartError: there can be no folder for uploads.
    """
    uploads()  # before Gradio makes components, which remember the folder
    service.load()
    labels = Labels()
    with Page(title=translate("page.title"), analytics_enabled=False) as page:
        parts: dict[str, Block] = {
            "kept": gr.Textbox(visible="hidden", elem_id="femr-kept"),
            "why_open": gr.Checkbox(visible="hidden"),
        }
        with gr.Row(elem_id="femr-top"):
            labels.of(gr.HTML, lambda lang: {"value": header(lang)}, elem_id="femr-header")
            parts["lang"] = gr.Radio(
                [(lang.upper(), lang) for lang in LANGUAGES],
                value=DEFAULT_LANGUAGE,
                show_label=False,
                container=False,
                min_width=0,
                elem_id="femr-language",
            )
        with gr.Row(equal_height=False):
            with gr.Column(scale=5, min_width=320, elem_id="femr-left"):
                with gr.Tabs():
                    parts |= {**photo_tab(labels), **live_tab(labels), **pick_tab(labels)}
                parts |= mood_map_fold(labels)
            with gr.Column(scale=6, min_width=320, elem_id="femr-right"):
                parts |= result_and_playlist(labels)
        _bottom(labels)
        events.connect(page, parts, labels)
        api.offer_api()
    page.queue(api_open=False, max_size=None, default_concurrency_limit=EVENTS_AT_ONCE)  # `gate` bounds the queue
    return page


def _bottom(labels: Labels) -> None:
    """What the page tells about itself, and what its player says."""
    evaluation, minutes = load_evaluation(), -(-(SECONDS_KEPT + SWEEP_SECONDS) // 60)
    with labels.of(
        gr.Accordion, lambda lang: {"label": translate("about.title", lang)}, open=False, elem_id="femr-about"
    ):
        labels.of(gr.HTML, lambda lang: {"value": about(evaluation, minutes, lang)})
    labels.of(gr.HTML, lambda lang: {"value": footer(lang)}, elem_id="femr-footer")
    labels.of(gr.HTML, lambda lang: {"value": share_tools(lang)}, elem_id="femr-share")


def launch_options() -> dict[str, Any]:
    """What `gr.mount_gradio_app` needs for this page."""
    return {
        "theme": theme(),
        "css_paths": STYLES,
        "head": "".join(f"<script>{script(name)}</script>" for name in HEAD_SCRIPTS),
        "footer_links": ["api"],
        "max_file_size": f"{MAX_FILE_MEGABYTES}mb",
        "run_history": False,
        "ssr_mode": False,
        "show_error": False,  # `Page` says what went wrong; all else is none of a visitor's business
        "mcp_server": False,
        "enable_monitoring": False,
        "favicon_path": ICONS / "icon-192.png",
        "app_kwargs": {
            "exception_handlers": edge.exception_handlers(),
            "middleware": [*edge.middleware(), *middleware()],
        },
    }


def own_routes() -> list[BaseRoute]:
    """What the page asks the server for beside Gradio."""
    return [Streams().route(), *routes()]
