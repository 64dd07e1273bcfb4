"""What was read, and the music for it."""

import gradio as gr
from gradio.blocks import Block

from femr.i18n import translate
from femr.music.playlist import Goal
from femr.page.labels import Labels
from femr.page.sections.controls import html, place, told_control
from femr.page.views.playlist import play_all, tools


def mood_and_songs(labels: Labels) -> dict[str, Block]:
    """The mood as a word, what can be done with the music, and the songs."""
    result = place(elem_id="femr-result")
    with gr.Row(elem_id="femr-controls"):
        html(labels, play_all)
        goal = told_control(
            labels,
            "one",
            lambda lang: {
                "caption": translate("page.goal", lang),
                "choices": [(translate(f"goal.{goal}", lang), goal.value) for goal in Goal],
            },
            value=Goal.MATCH.value,
            elem_id="femr-goal",
        )
        html(labels, tools)
    return {"result": result, "goal": goal, "playlist": place(elem_id="femr-playlist")}
