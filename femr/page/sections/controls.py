"""The page's own controls: components of Gradio's whose looks are ours. `controls.js` builds and moves them."""

from collections.abc import Callable
from typing import Any, Literal

import gradio as gr

from femr.i18n import DEFAULT_LANGUAGE
from femr.page.labels import Labels

Kind = Literal["one", "many", "slider", "toggle", "file"]

BARE: dict[str, Any] = {"apply_default_css": False, "padding": False}
"""Without Gradio's own styles for text."""


def control(kind: Kind, value: Any = None, **settings: Any) -> gr.HTML:
    """A control of some kind.

    Args:
        kind: `one` of several, `many` of them, a `slider`, a `toggle`, a `file` to send.
        value: at first.
        settings: `caption`, and `choices` or `minimum` and `maximum`; and what `gr.HTML` takes.
    """
    build = f"femr.controls.{kind}({{ element, props, trigger, watch, upload }}); // 'input' 'upload'"
    return gr.HTML(value, html_template="<div></div>", js_on_load=build, **BARE, **settings)


def told_control(labels: Labels, kind: Kind, texts: Callable[[str], dict[str, Any]], **settings: Any) -> gr.HTML:
    """A control whose caption and choices follow the page's language."""
    return labels.of(lambda **given: control(kind, **given), texts, **settings)


def html(labels: Labels, texts: Callable[[str], str], **settings: Any) -> gr.HTML:
    """HTML that follows the page's language; `texts` gives it for one."""
    return labels.of(gr.HTML, lambda lang: {"value": texts(lang)}, **BARE, **settings)


def place(**settings: Any) -> gr.HTML:
    """A place for HTML that events bring."""
    return gr.HTML(**BARE, **settings)


def remote(name: str) -> gr.HTML:
    """An event that scripts set off by `femr.call(name, …)`; its `select` listener finds what they say."""
    return gr.HTML(
        html_template="<div></div>",
        js_on_load=f"femr.remote({name!r}, (detail) => femr.inTurn(() => trigger('select', detail)));",
        visible="hidden",
        **BARE,
    )


def kept_profile() -> dict[str, gr.HTML]:
    """The profile of the visitor's face that goes along with events, and what it is taught; see `profile.js`."""
    settings: dict[str, Any] = {"html_template": "<div></div>", "visible": "hidden", **BARE}
    return {
        "profile": gr.HTML("", js_on_load="femr.along(() => { props.value = femr.profile.text(); });", **settings),
        "taught": gr.HTML(
            "", js_on_load="watch('value', () => femr.profile.answered(String(props.value)));", **settings
        ),
    }


def hidden_language() -> gr.HTML:
    """Which language the page speaks; chosen in what stands before Gradio does, see `shell.js`."""
    # While a photo is read, what is on the page keeps its language; `photos.js` tells it anew.
    tell = "props.value = lang; if (!femr.isReading?.()) trigger('input');"
    tell = f"femr.remote('lang', ({{ lang }}) => femr.inTurn(() => {{ {tell} }}));"
    return gr.HTML(
        DEFAULT_LANGUAGE,
        html_template="<div></div>",
        js_on_load=tell,
        visible="hidden",
        elem_id="femr-language",
        **BARE,
    )


def hidden_taste() -> gr.HTML:
    """What the visitor likes, as JSON that the browser keeps, see `taste.js`."""
    tell = "femr.along(() => { props.value = femr.taste(); });"
    return gr.HTML("", html_template="<div></div>", js_on_load=tell, visible="hidden", **BARE)
