"""What is where on the page, and what Gradio needs to show it. `events` says which component calls which function."""

from typing import Any

import gradio as gr
from gradio.blocks import Block
from starlette.middleware import Middleware
from starlette.routing import BaseRoute

from femr import service
from femr.i18n import translate
from femr.page import api, edge, events
from femr.page.blocks import Page
from femr.page.first_paint import typeface_route, with_first_paint
from femr.page.labels import Labels
from femr.page.live_route import Streams
from femr.page.page_html import PageHtml
from femr.page.photo_routes import photo_routes
from femr.page.sections.controls import hidden_language, hidden_taste, html, kept_profile, place, remote
from femr.page.sections.live import live_camera
from femr.page.sections.photo import photo_part
from femr.page.sections.playlist import mood_and_songs
from femr.page.sections.sheets import (
    about_sheet,
    diary_sheet,
    game_sheet,
    map_sheet,
    meant_sheet,
    pick_sheet,
    profile_sheet,
    settings_sheet,
    taste_sheet,
    why_sheet,
)
from femr.page.sharing.head import with_link_head
from femr.page.sharing.routes import routes
from femr.page.theme import theme
from femr.page.uploads import MAX_FILE_MEGABYTES, SECONDS_KEPT, SWEEP_SECONDS, uploads
from femr.page.views.playlist import skeleton
from femr.page.views.sharing import share_tools
from femr.page.views.shell import before_gradio
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
    before_gradio()  # what is broken stops the start, and not the first visitor
    labels = Labels()
    with Page(title=translate("page.title"), analytics_enabled=False) as page:
        parts: dict[str, Block] = {
            "kept": gr.Textbox(visible="hidden", elem_id="femr-kept"),
            "why_open": gr.Checkbox(visible="hidden"),
            "liked": hidden_taste(),
            "lang": hidden_language(),
            **kept_profile(),
            **{name: remote(name) for name in ("shuffle", "meant", "femr-why-opened", "femr-why-closed")},
            **{name: remote(name) for name in ("teach", "femr-profile-opened")},
        }
        parts |= playing(labels)
        parts |= {**why_sheet(labels), **settings_sheet(labels), **pick_sheet(labels), **map_sheet(labels)}
        parts |= {**profile_sheet(labels), **game_sheet(labels)}
        taste_sheet(labels)
        html(labels, share_tools, elem_id="femr-share")
        meant_sheet(labels)
        diary_sheet(labels)
        about_sheet(labels, load_evaluation(), -(-(SECONDS_KEPT + SWEEP_SECONDS) // 60))
        events.connect(page, parts, labels)
        api.offer_api()
    page.queue(api_open=False, max_size=None, default_concurrency_limit=EVENTS_AT_ONCE)  # `gate` bounds the queue
    return page


def playing(labels: Labels) -> dict[str, Block]:
    """The face and its shares on one side, the mood and its music on the other."""
    with gr.Row(elem_id="femr-playing"):
        with gr.Column(elem_id="femr-left"):
            parts = {**live_camera(labels), **photo_part(labels), "bars": place(elem_id="femr-bars")}
        with gr.Column(elem_id="femr-right"):
            parts |= mood_and_songs(labels)
        html(labels, skeleton, elem_id="femr-looking")
    return parts


def launch_options() -> dict[str, Any]:
    """What `gr.mount_gradio_app` needs for this page."""
    return {
        "theme": theme(),
        "footer_links": [],
        "max_file_size": f"{MAX_FILE_MEGABYTES}mb",
        "run_history": False,
        "ssr_mode": False,
        "show_error": False,  # `Page` says what went wrong; all else is none of a visitor's business
        "mcp_server": False,
        "enable_monitoring": False,
        "favicon_path": ICONS / "icon-192.png",
        "app_kwargs": {
            "exception_handlers": edge.exception_handlers(),
            "middleware": [*edge.middleware(), Middleware(PageHtml, rewrites=(with_link_head, with_first_paint))],
        },
    }


def own_routes() -> list[BaseRoute]:
    """What the page asks the server for beside Gradio, and where agents come in."""
    return [Streams().route(), *photo_routes(), typeface_route(), *routes(), *agents_routes()]


def agents_routes() -> list[BaseRoute]:
    """None where the package mcp, an extra, is missing or of another major version."""
    try:
        from femr.page import agents
    except ImportError as error:
        if not (error.name or "").startswith("mcp"):
            raise
        return []
    return agents.routes()
