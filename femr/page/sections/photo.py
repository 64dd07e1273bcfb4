"""Where a photo or a live face comes in, and is shown with its faces. `photos.js` and `live.js` move all of it.

They listen for clicks in the whole page: any element with `data-intake="upload"` opens the files, `"camera"` the
camera, and `"another"` goes back to bring another face.
"""

import gradio as gr
from gradio.blocks import Block

from femr.i18n import translate
from femr.page.labels import Labels
from femr.page.sections.live import live_camera
from femr.page.static_files import script
from femr.page.uploads import MAX_FILE_MEGABYTES
from femr.page.views.examples import thumbnails
from femr.page.views.notices import too_large
from femr.page.views.photo import buttons, sentences
from femr.page.views.result import faces_template


def photo_tab(labels: Labels) -> dict[str, Block]:
    """The first tab."""
    with labels.of(gr.Tab, lambda lang: {"label": translate("page.tab.photo", lang)}, id="photo"):
        labels.of(gr.HTML, lambda lang: {"value": buttons(lang)}, elem_id="femr-intake")
        faces = gr.HTML(html_template=faces_template(), js_on_load=script("photos.js"), elem_id="femr-faces")
        live = live_camera(labels)
        labels.of(gr.HTML, lambda lang: {"value": sentences(lang)}, elem_id="femr-photo-words")
        said = gr.HTML(elem_id="femr-notice")
        who = gr.Radio([], visible=False, elem_id="femr-who")
        labels.of(gr.HTML, lambda lang: {"value": thumbnails(lang)}, elem_id="femr-examples")
        labels.of(gr.HTML, lambda lang: {"value": too_large(MAX_FILE_MEGABYTES, lang)}, elem_id="femr-too-large")
    return {"faces": faces, "who": who, "notice": said, **live}
