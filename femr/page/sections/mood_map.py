"""The plane of moods with all songs, and the playlist's way on it."""

import gradio as gr
from gradio.blocks import Block

from femr.i18n import translate
from femr.music.catalogue import catalogue
from femr.page.labels import Labels
from femr.page.views.mood_map import empty_map, song_dots
from femr.page.views.notices import notice


def mood_map_fold(labels: Labels) -> dict[str, Block]:
    """The map, in a fold that is open at first."""
    with labels.of(gr.Accordion, lambda lang: {"label": translate("page.map", lang)}, elem_id="femr-map-fold"):
        labels.of(gr.HTML, lambda lang: {"value": notice(translate("page.map.about", lang))})
        with gr.Column(elem_id="femr-map"):
            gr.HTML(song_dots(catalogue().songs))
            labels.of(gr.HTML, lambda lang: {"value": empty_map(lang)})
            way = gr.HTML()
    return {"mood_map": way}
