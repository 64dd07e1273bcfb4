"""What was read, and the music for it."""

import gradio as gr
from gradio.blocks import Block

from femr.i18n import translate
from femr.music.playlist import DEFAULT_SONGS, MAX_SONGS, Goal
from femr.page.labels import Labels
from femr.page.sections.filters import filters, own_songs
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
    empty = labels.of(gr.HTML, lambda lang: {"value": notice(translate("page.empty", lang))}, elem_id="femr-empty")
    playlist = gr.HTML(elem_id="femr-playlist")
    return {
        "result": result,
        "why": why,
        "reasons": reasons,
        **controls,
        "empty": empty,
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
            choices = {**filters(labels), **own_songs(labels)}
    return {"controls": controls, "goal": goal, "songs": count, "shuffle": shuffle, **choices}
