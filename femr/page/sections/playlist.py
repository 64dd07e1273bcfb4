"""What was read, and the music for it."""

import gradio as gr
from gradio.blocks import Block

from femr.i18n import DEFAULT_LANGUAGE, translate
from femr.music.catalogue import catalogue
from femr.music.filters import NO_FILTERS, filter_counts
from femr.music.playlist import DEFAULT_SONGS, MAX_SONGS, Goal
from femr.page.labels import Labels
from femr.page.screen import catalogue_years
from femr.page.views.filters import counted, with_count
from femr.page.views.notices import notice

LEAST_SONGS_SHOWN = 5


def result_and_playlist(labels: Labels) -> dict[str, Block]:
    """The bars, what to play, and the songs."""
    result = gr.HTML(elem_id="femr-result")
    with labels.of(
        gr.Accordion, lambda lang: {"label": translate("page.why", lang)}, open=False, visible=False, elem_id="femr-why"
    ) as why:
        reasons = gr.HTML()
    controls = _controls(labels)
    playlist = gr.HTML(notice(translate("page.empty", DEFAULT_LANGUAGE)), elem_id="femr-playlist")
    return {
        "result": result,
        "why": why,
        "reasons": reasons,
        **controls,
        "playlist": playlist,
    }


def _controls(labels: Labels) -> dict[str, Block]:
    """Where the music goes, how much of it, and from which songs; hidden until there is a mood."""
    with gr.Column(visible=False) as controls:
        goal = labels.of(
            gr.Radio,
            lambda lang: {
                "choices": [(translate(f"goal.{goal}", lang), goal.value) for goal in Goal],
                "label": translate("page.goal", lang),
            },
            value=Goal.MATCH.value,
            elem_id="femr-goal",
        )
        with gr.Row(elem_id="femr-more"):
            count = labels.of(
                gr.Slider,
                lambda lang: {"label": translate("page.count", lang)},
                minimum=LEAST_SONGS_SHOWN,
                maximum=MAX_SONGS,
                value=DEFAULT_SONGS,
                step=1,
                scale=3,
                buttons=[],
            )
            shuffle = labels.of(
                gr.Button,
                lambda lang: {"value": translate("page.shuffle", lang)},
                variant="primary",
                scale=1,
                min_width=120,
            )
        with labels.of(
            gr.Accordion, lambda lang: {"label": translate("page.more", lang)}, open=False, elem_id="femr-filters"
        ):
            filters = _filters(labels)
    return {"controls": controls, "goal": goal, "songs": count, "shuffle": shuffle, **filters}


def _filters(labels: Labels) -> dict[str, Block]:
    """Which songs there may be, and songs of one's own. Handlers put the counts into the choices."""
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
    return {
        "languages": languages,
        "genres": genres,
        "first_year": first_year,
        "last_year": last_year,
        "clean": clean,
        "left": left,
        "own": own,
        "own_notice": own_notice,
        "own_clear": own_clear,
    }
