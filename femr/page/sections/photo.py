"""Where a photo comes in, and is shown with its faces."""

import gradio as gr
from gradio.blocks import Block

from femr.i18n import translate
from femr.page.labels import Labels
from femr.page.sections.controls import control, place
from femr.page.static_files import script
from femr.page.uploads import MAX_FILE_MEGABYTES
from femr.page.views.notices import camera_problems, notice, too_large
from femr.page.views.result import faces_template


def photo_part(labels: Labels) -> dict[str, Block]:
    """The photo with its faces, and who of them counts."""
    with gr.Column(elem_id="femr-capture") as capture:
        photo = _camera_and_upload(labels)
    with gr.Column(elem_id="femr-photo-shown") as shown:
        faces = gr.HTML(html_template=faces_template(), js_on_load=script("faces.js"), picture="", elem_id="femr-faces")
    who = control("one", None, caption="", choices=[], visible=False, elem_id="femr-who")
    labels.of(gr.HTML, lambda lang: {"value": camera_problems(lang)}, elem_id="femr-camera")
    labels.of(gr.HTML, lambda lang: {"value": too_large(MAX_FILE_MEGABYTES, lang)}, elem_id="femr-too-large")
    said = place(elem_id="femr-notice")
    return {"capture": capture, "photo": photo, "shown": shown, "faces": faces, "who": who, "notice": said}


def _camera_and_upload(labels: Labels) -> gr.Image:
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
    labels.of(gr.HTML, lambda lang: {"value": notice(translate("page.photo.hint", lang))})
    return photo
