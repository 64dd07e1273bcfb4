"""Gradio's page with errors of our own: whatever goes wrong over an event is told in the visitor's language.

What a client caused gets our sentence and leaves no traceback in the log. What the program caused is logged, and its
answer says nothing of how it is built: Gradio's own words name types, components and paths of the server.
"""

from collections.abc import Sequence
from typing import Any

import gradio as gr
from gradio.block_function import BlockFunction

from femr.errors import ChoiceError, FemrError, InstallationError, UploadError
from femr.i18n import DEFAULT_LANGUAGE, LANGUAGES, translate

API_LANGUAGE_ID = "femr-api-language"

LANGUAGE_IDS = ("femr-language", API_LANGUAGE_ID)
"""The elements whose value is the language that is spoken: on the page, and in the API."""


FILES = (gr.File, gr.Image, gr.UploadButton)
"""Components whose values are uploads."""


QUIET: dict[str, Any] = {
    "show_progress": "hidden",
    "api_visibility": "private",
    "preprocess": False,
    "trigger_mode": "always_last",
}
"""How the page's events are bound. Without Gradio's preprocessing, see `Controls`: over a damaged photo, too, it would
fail in words of its own. And what comes while its kind is being answered is sent after it; "once", which is usual,
would drop it."""

TOLD: dict[str, Any] = {**QUIET, "trigger_mode": "multiple"}
"""How events are bound that say themselves what was done, see `screen.told`: each is sent at once. Gradio sends what it
held back for "always_last" with the values of now, but with what the event before it said."""


class Page(gr.Blocks):
    """What `gr.Blocks` is, except for what it says when something goes wrong."""

    async def process_api(
        self, block_fn: BlockFunction | int, inputs: list[Any], *rest: Any, **settings: Any
    ) -> dict[str, Any]:
        """Answer to an event.

        Raises:
            gr.Error: with a sentence in the visitor's language; a mistake of the program's is logged with it.
        """
        event = self.fns[block_fn] if isinstance(block_fn, int) else block_fn
        lang = event_language(event, inputs, settings.get("request"))
        try:
            return await super().process_api(event, inputs, *rest, **settings)
        except InstallationError as error:
            raise _spoken(error.sentence(lang), lang, logged=True) from error
        except FemrError as error:
            raise _spoken(error.sentence(lang), lang) from error
        except gr.Error as error:  # Gradio's own, over a file that an event names: our functions raise FemrErrors
            raise _spoken(UploadError("upload_refused").sentence(lang), lang) from error
        except Exception as error:
            raise _spoken(translate("error.fault", lang), lang, logged=True) from error

    async def preprocess_data(
        self, block_fn: BlockFunction, inputs: list[Any], *rest: Any, **settings: Any
    ) -> list[Any]:
        """What Gradio makes of an event's arguments before a function of ours sees them.

        Raises:
            ChoiceError: there are not as many as the event takes, or they are of no shape that Gradio knows.
            UploadError: the same of an event that takes an upload.
        """
        expected = len(block_fn.inputs)
        if len(inputs) < expected or (block_fn.api_visibility == "public" and len(inputs) > expected):
            raise ChoiceError("arguments_count", expected=expected, received=len(inputs))
        try:
            return await super().preprocess_data(block_fn, inputs, *rest, **settings)
        except Exception as error:  # whatever Gradio stumbles over here is what was sent: none of our code runs yet
            takes_files = any(isinstance(block, FILES) for block in block_fn.inputs)
            raise (UploadError("upload_refused") if takes_files else ChoiceError("request_wrong")) from error


def event_language(event: BlockFunction, inputs: Sequence[Any], request: Any) -> str:
    """The language of an event: what it says itself, or else what the browser asks for."""
    for block, value in zip(event.inputs, inputs, strict=False):
        if block.elem_id in LANGUAGE_IDS and value in LANGUAGES:
            return value
    first = request[0] if isinstance(request, list) and request else request
    headers = getattr(first, "headers", None) or {}
    return accepted_language(headers.get("accept-language", ""))


def accepted_language(header: str) -> str:
    """The first of our languages in an `Accept-Language` header, as browsers write them: best first."""
    wanted = (part.partition(";")[0].strip().partition("-")[0].lower() for part in header.split(","))
    return next((lang for lang in wanted if lang in LANGUAGES), DEFAULT_LANGUAGE)


def _spoken(sentence: str, lang: str, *, logged: bool = False) -> gr.Error:
    return gr.Error(sentence, title=translate("error.title", lang), print_exception=logged)
