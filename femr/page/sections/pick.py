"""Where a mood is picked by hand."""

import gradio as gr
from gradio.blocks import Block

from femr.emotions import EMOTIONS
from femr.i18n import translate
from femr.page.labels import Labels
from femr.page.views.result import emotion_name


def pick_tab(labels: Labels) -> dict[str, Block]:
    """The last tab."""
    with labels.of(gr.Tab, lambda lang: {"label": translate("page.tab.pick", lang)}, id="pick"):
        picked = labels.of(
            gr.Radio,
            lambda lang: {
                "choices": [(emotion_name(emotion, lang), emotion.value) for emotion in EMOTIONS],
                "label": translate("page.pick", lang),
                "info": translate("page.pick.hint", lang),
            },
            elem_id="femr-pick",
        )
    return {"picked": picked}
