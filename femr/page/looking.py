"""Where a face is shown, or a mood picked by hand."""

import gradio as gr

from femr.emotions import EMOTIONS
from femr.i18n import translate
from femr.page import cards, examples
from femr.page.labels import Labels
from femr.page.uploads import MAX_FILE_MEGABYTES

FACES_TEMPLATE = '<div class="femr-stage"><img src="${picture}" alt="">${value}</div>'
FACES_SCRIPT = """
element.addEventListener("click", (event) => {
  const box = event.target.closest("[data-face]");
  if (box) trigger("select", { index: Number(box.dataset.face) });
});
"""


def photo_tab(labels: Labels) -> dict[str, gr.blocks.Block]:
    """A photo comes in, and is shown with its faces."""
    with labels.of(gr.Tab, lambda lang: {"label": translate("page.tab.photo", lang)}, id="photo"):
        with gr.Column() as capture:
            photo = labels.of(
                gr.Image,
                lambda lang: {
                    "label": translate("page.photo", lang),
                    "placeholder": translate("page.photo.placeholder", lang),
                },
                show_label=False,
                type="filepath",
                sources=["upload", "webcam", "clipboard"],
                webcam_options=gr.WebcamOptions(mirror=True, constraints={"video": {"facingMode": "user"}}),
                buttons=[],
                height=340,
                elem_id="femr-photo",
            )
            labels.of(gr.HTML, lambda lang: {"value": cards.notice(translate("page.photo.hint", lang))})
        with gr.Column(visible=False) as shown:
            faces = gr.HTML(html_template=FACES_TEMPLATE, js_on_load=FACES_SCRIPT, picture="", elem_id="femr-faces")
            who = gr.Radio([], visible=False, elem_id="femr-who")
            another = labels.of(
                gr.Button, lambda lang: {"value": translate("page.new_photo", lang)}, elem_id="femr-another"
            )
        tried = labels.of(
            gr.HTML,
            lambda lang: {"value": examples.thumbnails(lang)},
            js_on_load=examples.SCRIPT,
            elem_id="femr-examples",
        )
        labels.of(gr.HTML, lambda lang: {"value": cards.camera_problems(lang)}, elem_id="femr-camera")
        labels.of(gr.HTML, lambda lang: {"value": cards.too_large(MAX_FILE_MEGABYTES, lang)}, elem_id="femr-too-large")
        notice = gr.HTML(elem_id="femr-notice")
    return {
        "capture": capture,
        "photo": photo,
        "shown": shown,
        "faces": faces,
        "who": who,
        "another": another,
        "examples": tried,
        "notice": notice,
    }


def pick_tab(labels: Labels) -> dict[str, gr.blocks.Block]:
    """A mood is picked by hand."""
    with labels.of(gr.Tab, lambda lang: {"label": translate("page.tab.pick", lang)}, id="pick"):
        picked = labels.of(
            gr.Radio,
            lambda lang: {
                "choices": [(cards.emotion_name(emotion, lang), emotion.value) for emotion in EMOTIONS],
                "label": translate("page.pick", lang),
                "info": translate("page.pick.hint", lang),
            },
            elem_id="femr-pick",
        )
    return {"picked": picked}
