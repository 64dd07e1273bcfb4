"""The live camera: numbered boxes over it, bars, and the last minute as lines. `live.js` moves them."""

import gradio as gr
from gradio.blocks import Block

from femr.i18n import translate
from femr.page.labels import Labels
from femr.page.sections.controls import BARE, html, told_control
from femr.page.static_files import script
from femr.page.views.live import buttons, empty_bars, empty_chart, sentences, stage
from femr.page.views.teaching import own_camera


def live_camera(labels: Labels) -> dict[str, Block]:
    """A camera is watched, and music follows the mood once it has settled; nothing of it shows while it is off."""
    camera = gr.HTML(stage(), js_on_load=script("camera.js") + script("live.js"), elem_id="femr-live", **BARE)
    html(labels, sentences, elem_id="femr-live-words")
    html(labels, buttons, elem_id="femr-live-buttons")
    html(labels, empty_bars, elem_id="femr-live-bars")
    told_control(  # no handler reads it: the script does
        labels, "toggle", lambda lang: {"caption": translate("live.lock", lang)}, value=False, elem_id="femr-live-lock"
    )
    html(labels, own_camera, elem_id="femr-live-mine")
    html(labels, empty_chart, elem_id="femr-live-chart")
    return {"live": camera}
