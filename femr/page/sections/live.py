"""The live camera: numbered boxes over it, bars, and the last minute as lines. `live.js` moves them."""

import gradio as gr
from gradio.blocks import Block

from femr.i18n import translate
from femr.page.labels import Labels
from femr.page.static_files import script
from femr.page.views.live import buttons, empty_bars, empty_chart, sentences, stage


def live_camera(labels: Labels) -> dict[str, Block]:
    """A camera is watched, and music follows the mood once it has settled; nothing of it shows while it is off."""
    camera = gr.HTML(stage(), js_on_load=script("live.js"), elem_id="femr-live")
    labels.of(gr.HTML, lambda lang: {"value": buttons(lang)}, elem_id="femr-live-buttons")
    labels.of(
        gr.Checkbox,  # no handler reads it: the script does
        lambda lang: {"label": translate("live.lock", lang)},
        container=False,
        interactive=True,
        elem_id="femr-live-lock",
    )
    labels.of(gr.HTML, lambda lang: {"value": sentences(lang)}, elem_id="femr-live-words")
    labels.of(gr.HTML, lambda lang: {"value": empty_bars(lang)}, elem_id="femr-live-bars")
    labels.of(gr.HTML, lambda lang: {"value": empty_chart(lang)}, elem_id="femr-live-chart")
    return {"live": camera}
