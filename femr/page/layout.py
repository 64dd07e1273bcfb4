"""What is where on the page, and how it is served. `events` says which component calls which function."""

from typing import Any

import gradio as gr
from gradio.blocks import Block

from femr import service
from femr.i18n import translate
from femr.page import api, edge, events
from femr.page.blocks import Page
from femr.page.first_paint import first_paint, typeface_route
from femr.page.labels import Labels
from femr.page.live_route import Streams
from femr.page.photo_routes import photo_routes
from femr.page.sections.controls import hidden_language, html, kept_profile, place, remote
from femr.page.sections.live import live_camera
from femr.page.sections.photo import photo_part
from femr.page.sections.playlist import mood_and_songs
from femr.page.sections.sheets import (
    about_sheet,
    game_sheet,
    map_sheet,
    pick_sheet,
    profile_sheet,
    settings_sheet,
    why_sheet,
)
from femr.page.theme import theme
from femr.page.uploads import MAX_FILE_MEGABYTES
from femr.page.views.playlist import skeleton
from femr.vision.model_card import load_evaluation

SECONDS_KEPT = 120
"""An upload's temporary file is removed at most this long after it came, twice over."""


def build_page() -> gr.Blocks:
    """The whole page with its API; call `launch(**launch_options())` on it.

    Raises:
        InstallationError: a file that femr ships is missing or broken.
    """
    service.load()
    labels = Labels()
    with Page(
        title=translate("page.title"), analytics_enabled=False, delete_cache=(SECONDS_KEPT, SECONDS_KEPT)
    ) as page:
        parts: dict[str, Block] = {
            "kept": gr.Textbox(visible="hidden", elem_id="femr-kept"),
            "why_open": gr.Checkbox(visible="hidden"),
            "lang": hidden_language(),
            **kept_profile(),
            **{name: remote(name) for name in ("shuffle", "femr-why-opened", "femr-why-closed")},
            **{name: remote(name) for name in ("teach", "femr-profile-opened")},
        }
        parts |= playing(labels)
        parts |= {**why_sheet(labels), **settings_sheet(labels), **pick_sheet(labels), **map_sheet(labels)}
        parts |= {**profile_sheet(labels), **game_sheet(labels)}
        about_sheet(labels, load_evaluation(), 2 * SECONDS_KEPT // 60)
        events.connect(page, parts, labels)
        api.offer_api()
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
    """What `launch` needs for this page."""
    edge_settings = edge.app_settings()
    edge_settings["middleware"] = [*edge_settings["middleware"], first_paint()]
    return {
        "theme": theme(),
        "footer_links": [],
        "max_file_size": f"{MAX_FILE_MEGABYTES}mb",
        "run_history": False,
        "ssr_mode": False,
        "show_error": False,  # `Page` says what went wrong; all else is none of a visitor's business
        "app_kwargs": {**edge_settings, "routes": [Streams().route(), *photo_routes(), typeface_route()]},
    }
