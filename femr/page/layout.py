"""What is where on the page, and which event calls what."""

from pathlib import Path
from typing import Any

import gradio as gr

from femr import words
from femr.emotions import EMOTIONS
from femr.page import cards, handlers, mood_map
from femr.page.handlers import Screen, Visit, Wishes
from femr.page.theme import theme
from femr.playlist import DEFAULT_SONGS, MAX_SONGS, Goal
from femr.songs import NO_FILTERS, catalogue, filter_counts

HERE = Path(__file__).parent
LEAST_SONGS_SHOWN = 5

MAX_FILE_MEGABYTES = 30
"""Larger uploads are refused before anything reads them."""

SECONDS_KEPT = 120
"""An upload's temporary file is removed at most this long after it came, twice over."""

PHOTOS_AT_ONCE = 2
"""Photos that are read at the same time: as many as the Space has cores."""

FACES_TEMPLATE = '<div class="femr-stage"><img src="${picture}" alt="">${value}</div>'
FACES_SCRIPT = """
element.addEventListener("click", (event) => {
  const box = event.target.closest("[data-face]");
  if (box) trigger("select", { index: Number(box.dataset.face) });
});
"""
BROWSER_LANGUAGE = "() => navigator.language.toLowerCase().startsWith('id') ? 'id' : 'en'"


def build_page() -> gr.Blocks:
    """The whole page with its API; call `launch(**launch_options())` on it."""
    lang = words.DEFAULT_LANGUAGE
    with gr.Blocks(
        title=words.say("page.title", lang), analytics_enabled=False, delete_cache=(SECONDS_KEPT, SECONDS_KEPT)
    ) as page:
        visit = gr.State(Visit(), time_to_live=3600)
        with gr.Row(elem_id="femr-top"):
            header = gr.HTML(cards.header(lang), elem_id="femr-header")
            language = gr.Radio(
                [("EN", "en"), ("ID", "id")], value=lang, show_label=False, container=False, elem_id="femr-language"
            )
        with gr.Row(equal_height=False):
            with gr.Column(scale=5, min_width=320, elem_id="femr-left"):
                left = _left(lang)
                with gr.Accordion(words.say("page.map", lang), elem_id="femr-map-fold") as map_fold:
                    mapped = _map(lang)
            with gr.Column(scale=6, min_width=320, elem_id="femr-right"):
                right = _right(lang)
        footer = gr.HTML(cards.notice(words.say("page.footer", lang)), elem_id="femr-footer")
        parts = {"visit": visit, **left, **right, **mapped, "map_fold": map_fold}
        _connect(page, parts, language)
        _translate(page, parts, {"header": header, "footer": footer, "language": language})
        _offer_api()
    return page


def launch_options() -> dict[str, Any]:
    """What `launch` needs for this page."""
    return {
        "theme": theme(),
        "css_paths": HERE / "page.css",
        "head": f"<script>{(HERE / 'page.js').read_text(encoding='utf-8')}</script>",
        "footer_links": ["api"],
        "max_file_size": f"{MAX_FILE_MEGABYTES}mb",
        "run_history": False,
        "ssr_mode": False,
        "show_error": True,
    }


def _left(lang: str) -> dict[str, gr.blocks.Block]:
    """Where a face is shown, or a mood picked."""
    with gr.Tabs():
        with gr.Tab(words.say("page.tab.photo", lang), id="photo") as photo_tab:
            with gr.Column() as capture:
                photo = gr.Image(
                    label=words.say("page.photo", lang),
                    show_label=False,
                    placeholder=words.say("page.photo.placeholder", lang),
                    type="filepath",
                    sources=["upload", "webcam", "clipboard"],
                    webcam_options=gr.WebcamOptions(mirror=True, constraints={"video": {"facingMode": "user"}}),
                    buttons=[],
                    height=340,
                    elem_id="femr-photo",
                )
                hint = gr.HTML(cards.notice(words.say("page.photo.hint", lang)))
            with gr.Column(visible=False) as shown:
                faces = gr.HTML(
                    html_template=FACES_TEMPLATE,
                    js_on_load=FACES_SCRIPT,
                    picture="",
                    elem_id="femr-faces",
                )
                another = gr.Button(words.say("page.new_photo", lang), elem_id="femr-another")
            too_large = gr.HTML(cards.too_large(MAX_FILE_MEGABYTES, lang), elem_id="femr-too-large")
            notice = gr.HTML(elem_id="femr-notice")
        with gr.Tab(words.say("page.tab.pick", lang), id="pick") as pick_tab:
            picked = gr.Radio(
                _emotion_choices(lang),
                label=words.say("page.pick", lang),
                info=words.say("page.pick.hint", lang),
                elem_id="femr-pick",
            )
    return {
        "photo_tab": photo_tab,
        "capture": capture,
        "photo": photo,
        "hint": hint,
        "shown": shown,
        "faces": faces,
        "another": another,
        "too_large": too_large,
        "notice": notice,
        "pick_tab": pick_tab,
        "picked": picked,
    }


def _right(lang: str) -> dict[str, gr.blocks.Block]:
    """What was read, and the music for it."""
    result = gr.HTML(elem_id="femr-result")
    with gr.Column(visible=False) as controls:
        goal = gr.Radio(
            _goal_choices(lang), value=Goal.MATCH.value, label=words.say("page.goal", lang), elem_id="femr-goal"
        )
        with gr.Row(elem_id="femr-more"):
            count = gr.Slider(
                LEAST_SONGS_SHOWN,
                MAX_SONGS,
                value=DEFAULT_SONGS,
                step=1,
                label=words.say("page.count", lang),
                scale=3,
                buttons=[],
            )
            shuffle = gr.Button(words.say("page.shuffle", lang), variant="primary", scale=1, min_width=120)
        with gr.Accordion(words.say("page.more", lang), open=False, elem_id="femr-filters") as more:
            filters = _filters(lang)
    playlist = gr.HTML(cards.notice(words.say("page.empty", lang)), elem_id="femr-playlist")
    return {
        "result": result,
        "controls": controls,
        "goal": goal,
        "count": count,
        "shuffle": shuffle,
        "more": more,
        **filters,
        "playlist": playlist,
    }


def _filters(lang: str) -> dict[str, gr.blocks.Block]:
    """Which songs there may be, and songs of one's own."""
    counts = filter_counts(catalogue(), NO_FILTERS)
    first, last = handlers.catalogue_years()
    with gr.Row():
        languages = gr.Dropdown(
            cards.counted(counts.languages, "language", lang),
            multiselect=True,
            label=words.say("page.languages", lang),
            elem_id="femr-languages",
        )
        genres = gr.Dropdown(
            cards.counted(counts.genres, "genre", lang),
            multiselect=True,
            label=words.say("page.genres", lang),
            elem_id="femr-genres",
        )
    with gr.Row():
        years = {"minimum": first, "maximum": last, "step": 1, "buttons": []}
        first_year = gr.Slider(
            value=first, label=words.say("page.first_year", lang), elem_id="femr-first-year", **years
        )
        last_year = gr.Slider(value=last, label=words.say("page.last_year", lang), elem_id="femr-last-year", **years)
    clean = gr.Checkbox(label=f"{words.say('page.clean', lang)} ({counts.clean})", elem_id="femr-clean")
    left = gr.HTML(cards.notice(words.say("page.left", lang, count=counts.left)), elem_id="femr-left")
    own = gr.UploadButton(
        words.say("page.own", lang), file_types=[".csv"], type="filepath", size="sm", elem_id="femr-own"
    )
    own_hint = gr.HTML(cards.notice(words.say("page.own.hint", lang)))
    own_notice = gr.HTML(elem_id="femr-own-notice")
    own_clear = gr.Button(words.say("page.own.clear", lang), visible=False, size="sm")
    return {
        "languages": languages,
        "genres": genres,
        "first_year": first_year,
        "last_year": last_year,
        "clean": clean,
        "left": left,
        "own": own,
        "own_hint": own_hint,
        "own_notice": own_notice,
        "own_clear": own_clear,
    }


def _map(lang: str) -> dict[str, gr.blocks.Block]:
    """The plane with all songs, and the playlist's way on it."""
    about = gr.HTML(cards.notice(words.say("page.map.about", lang)))
    with gr.Column(elem_id="femr-map"):
        gr.HTML(mood_map.song_dots(catalogue().songs))
        plane = gr.HTML(mood_map.empty_map(lang))
    return {"map_about": about, "mood_map": plane}


def _emotion_choices(lang: str) -> list[tuple[str, str]]:
    return [(cards.emotion_name(emotion, lang), emotion.value) for emotion in EMOTIONS]


def _goal_choices(lang: str) -> list[tuple[str, str]]:
    return [(words.say(f"goal.{goal}", lang), goal.value) for goal in Goal]


def _controls(parts: dict[str, gr.blocks.Block], language: gr.Radio) -> list[gr.blocks.Block]:
    """What the handlers take as `Wishes`."""
    return [language if name == "lang" else parts[name] for name in Wishes._fields]


def _connect(page: gr.Blocks, parts: dict[str, gr.blocks.Block], language: gr.Radio) -> None:
    """Bind the events of the page to their handlers."""
    outputs = [parts[name] for name in Screen._fields]
    wishes = _controls(parts, language)
    quick = {"outputs": outputs, "show_progress": "hidden", "api_visibility": "private"}
    parts["photo"].input(
        handlers.look,
        [parts["photo"], *wishes],
        outputs,
        preprocess=False,  # Gradio would fail over a damaged photo with words of its own
        trigger_mode="always_last",  # pasting sends an empty photo first, then the real one
        show_progress="minimal",
        show_progress_on=[parts["result"], parts["playlist"]],
        concurrency_id="photos",
        concurrency_limit=PHOTOS_AT_ONCE,
        api_visibility="private",
    )
    parts["another"].click(handlers.another_photo, **quick)
    parts["faces"].select(handlers.choose_face, wishes, **quick)
    parts["picked"].input(handlers.pick, [parts["picked"], *wishes], **quick)
    parts["goal"].input(handlers.play_again, wishes, **quick)
    parts["count"].release(handlers.play_again, wishes, **quick)
    parts["shuffle"].click(handlers.play_again, wishes, **quick)
    for name in ("languages", "genres", "clean"):
        parts[name].input(handlers.narrow, wishes, **quick)
    for name in ("first_year", "last_year"):
        parts[name].input(handlers.narrow, wishes, trigger_mode="always_last", **quick)
    parts["own"].upload(handlers.own_songs, [parts["own"], *wishes], **quick)
    parts["own_clear"].click(handlers.back_to_the_catalogue, wishes, **quick)
    page.load(handlers.open_link, wishes, **quick)


def _translate(page: gr.Blocks, parts: dict[str, gr.blocks.Block], frame: dict[str, gr.blocks.Block]) -> None:
    """Let the language follow the browser, and the visitor's choice."""
    language = frame["language"]
    labelled = [
        *(parts[name] for name in ("photo_tab", "pick_tab", "photo", "hint", "another", "too_large")),
        *(parts[name] for name in ("picked", "goal", "count", "shuffle", "more", "languages", "genres")),
        *(parts[name] for name in ("first_year", "last_year", "own", "own_hint", "own_clear", "map_fold", "map_about")),
        frame["header"],
        frame["footer"],
    ]
    quiet = {"show_progress": "hidden", "api_visibility": "private"}
    page.load(None, None, language, js=BROWSER_LANGUAGE, **quiet)
    language.change(_labels, language, labelled, **quiet)
    outputs = [parts[name] for name in Screen._fields]
    language.change(handlers.translate, _controls(parts, language), outputs, **quiet)


def _labels(lang: str) -> list[Any]:
    """The labels in `lang`, for the components that `_translate` lists."""

    def say(key: str) -> str:
        return words.say(f"page.{key}", lang)

    return [
        gr.Tab(label=say("tab.photo")),
        gr.Tab(label=say("tab.pick")),
        gr.Image(label=say("photo"), placeholder=say("photo.placeholder")),
        cards.notice(say("photo.hint")),
        gr.Button(say("new_photo")),
        cards.too_large(MAX_FILE_MEGABYTES, lang),
        gr.Radio(choices=_emotion_choices(lang), label=say("pick"), info=say("pick.hint")),
        gr.Radio(choices=_goal_choices(lang), label=say("goal")),
        gr.Slider(label=say("count")),
        gr.Button(say("shuffle")),
        gr.Accordion(label=say("more")),
        gr.Dropdown(label=say("languages")),
        gr.Dropdown(label=say("genres")),
        gr.Slider(label=say("first_year")),
        gr.Slider(label=say("last_year")),
        gr.UploadButton(label=say("own")),
        cards.notice(say("own.hint")),
        gr.Button(say("own.clear")),
        gr.Accordion(label=say("map")),
        cards.notice(say("map.about")),
        cards.header(lang),
        cards.notice(say("footer")),
    ]


def _offer_api() -> None:
    """The named endpoints; their components are never shown."""
    with gr.Column(visible=False):
        options = [
            gr.Textbox(Goal.MATCH.value, label="goal"),
            gr.Number(DEFAULT_SONGS, label="count"),
            gr.Number(None, label="seed"),
            gr.Textbox(words.DEFAULT_LANGUAGE, label="lang"),
            gr.Textbox("", label="languages"),
            gr.Textbox("", label="genres"),
            gr.Textbox("", label="years"),
            gr.Checkbox(False, label="no_explicit"),
        ]
        answer = gr.JSON(label="answer")
        gr.Button().click(
            handlers.api_analyze,
            [gr.File(label="photo"), *options],
            answer,
            preprocess=False,
            api_name="analyze",
            concurrency_id="photos",
            concurrency_limit=PHOTOS_AT_ONCE,
        )
        gr.Button().click(handlers.api_recommend, [gr.JSON(label="mood"), *options], answer, api_name="recommend")
