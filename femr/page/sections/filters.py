"""Which songs a playlist may hold, and songs of one's own."""

import gradio as gr
from gradio.blocks import Block

from femr.i18n import DEFAULT_LANGUAGE, translate
from femr.music.catalogue import catalogue
from femr.music.filters import NO_FILTERS, filter_counts
from femr.page.labels import Labels
from femr.page.screen import catalogue_years
from femr.page.views.filters import counted, with_count
from femr.page.views.notices import notice


def filters(labels: Labels) -> dict[str, Block]:
    """Which songs there may be. `present` puts the counts into the choices."""
    counts = filter_counts(catalogue(), NO_FILTERS)
    first, last = catalogue_years()
    lang = DEFAULT_LANGUAGE
    with gr.Row():
        languages = labels.of(
            gr.Dropdown,
            lambda lang: {"label": translate("page.languages", lang)},
            choices=counted(counts.languages, "language", lang),
            multiselect=True,
            elem_id="femr-languages",
        )
        genres = labels.of(
            gr.Dropdown,
            lambda lang: {"label": translate("page.genres", lang)},
            choices=counted(counts.genres, "genre", lang),
            multiselect=True,
            elem_id="femr-genres",
        )
    with gr.Row():
        years = {"minimum": first, "maximum": last, "step": 1, "buttons": []}
        label = with_count(translate("page.first_year", lang), counts.since)
        first_year = gr.Slider(label=label, value=first, elem_id="femr-first-year", **years)
        label = with_count(translate("page.last_year", lang), counts.until)
        last_year = gr.Slider(label=label, value=last, elem_id="femr-last-year", **years)
    clean = gr.Checkbox(label=with_count(translate("page.clean", lang), counts.clean), elem_id="femr-clean")
    left = gr.HTML(notice(translate("page.left", lang, count=counts.left)), elem_id="femr-left-over")
    return {
        "languages": languages,
        "genres": genres,
        "first_year": first_year,
        "last_year": last_year,
        "clean": clean,
        "left": left,
    }


def own_songs(labels: Labels) -> dict[str, Block]:
    """Where a visitor brings a table of songs."""
    own = labels.of(
        gr.UploadButton,
        lambda lang: {"label": translate("page.own", lang)},
        file_types=[".csv"],
        type="filepath",
        size="sm",
        elem_id="femr-own",
    )
    labels.of(gr.HTML, lambda lang: {"value": notice(translate("page.own.hint", lang))})
    own_notice = gr.HTML(elem_id="femr-own-notice")
    own_clear = labels.of(
        gr.Button, lambda lang: {"value": translate("page.own.clear", lang)}, visible=False, size="sm"
    )
    return {"own": own, "own_notice": own_notice, "own_clear": own_clear}
