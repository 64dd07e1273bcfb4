"""The live camera: numbered boxes over it, bars, and the last minute as lines. `live.js` moves them."""

import gradio as gr
from gradio.blocks import Block

from femr.i18n import translate
from femr.page.labels import Labels
from femr.page.static_files import script
from femr.page.views.live import empty_bars, empty_chart, sentences, stage
from femr.page.views.notices import notice


def live_part(labels: Labels) -> dict[str, Block]:
    """A camera is watched, and music follows the mood once it has settled."""
    with gr.Column(elem_id="femr-live-part"):
        labels.of(gr.HTML, lambda lang: {"value": notice(translate("live.about", lang))})
        camera = gr.HTML(stage(), js_on_load=script("live.js"), elem_id="femr-live")
        with gr.Row(elem_id="femr-live-buttons"):
            _buttons(labels)
        labels.of(gr.HTML, lambda lang: {"value": sentences(lang)}, elem_id="femr-live-words")
        labels.of(gr.HTML, lambda lang: {"value": empty_bars(lang)}, elem_id="femr-live-bars")
        labels.of(gr.HTML, lambda lang: {"value": empty_chart(lang)}, elem_id="femr-live-chart")
    return {"live": camera}


def _buttons(labels: Labels) -> None:
    """No handler reads them: the script does."""
    labels.of(
        gr.Button, lambda lang: {"value": translate("live.start", lang)}, variant="primary", elem_id="femr-live-start"
    )
    labels.of(gr.Button, lambda lang: {"value": translate("live.stop", lang)}, elem_id="femr-live-stop")
    labels.of(gr.Button, lambda lang: {"value": translate("page.everyone", lang)}, elem_id="femr-live-everyone")
    labels.of(
        gr.Checkbox,
        lambda lang: {"label": translate("live.lock", lang)},
        container=False,
        interactive=True,
        elem_id="femr-live-lock",
    )
