"""Where a photo or a live face comes in, and is shown with its faces. `photos.js` and `live.js` move all of it.

They listen for clicks in the whole page: any element with `data-intake="upload"` opens the files, `"camera"` the
camera, and `"another"` goes back to bring another face.
"""

import gradio as gr
from gradio.blocks import Block

from femr.i18n import translate
from femr.page.labels import Labels
from femr.page.sections.controls import BARE, control, html, place, told_control
from femr.page.static_files import script
from femr.page.views.notices import trouble
from femr.page.views.photo import sentences
from femr.page.views.result import faces_template


def photo_part(labels: Labels) -> dict[str, Block]:
    """The photo with its faces, what is said of it, and who of them counts."""
    faces = gr.HTML(html_template=faces_template(), js_on_load=script("photos.js"), elem_id="femr-faces", **BARE)
    html(labels, sentences, elem_id="femr-photo-words")
    said = place(elem_id="femr-notice")
    html(labels, trouble, elem_id="femr-trouble")
    who = control("one", None, caption="", choices=[], faces=[], visible=False, elem_id="femr-who")
    mine = told_control(
        labels, "toggle", lambda lang: {"caption": translate("mine.ask", lang)}, visible=False, elem_id="femr-mine"
    )
    return {"faces": faces, "who": who, "mine": mine, "notice": said}
