"""What the server says to requests that never reach an event: our sentences, whatever Gradio's routes make of them.

Gradio's routes fail in many ways over requests that no page sends: an unknown event, missing arguments, a session that
is not there. None of our code has run then, so what they raise is about the request.
"""

import logging
from typing import Any

from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from femr.errors import ChoiceError
from femr.page.blocks import accepted_language

log = logging.getLogger(__name__)

GRADIO = ("/gradio_api/", "/monitoring", "/pwa_icon", "/static/", "/svelte/", "/assets/", "/config", "/theme.css")
"""Where the paths begin that are Gradio's and run no code of ours."""

_WRONG, _MISSING = ChoiceError("request_wrong"), ChoiceError("page_missing")

SAID = {400: _WRONG, 404: _MISSING, 405: _WRONG, 422: _WRONG, 503: ChoiceError("busy")}
"""What is said to a status of Gradio's."""


def exception_handlers() -> dict[Any, Any]:
    """What FastAPI answers to refused and invalid requests, so that the sentences are ours."""
    return {HTTPException: _refused, RequestValidationError: _invalid}


def middleware() -> list[Middleware]:
    """What stands around Gradio's routes."""
    return [Middleware(QuietFaults)]


class QuietFaults:
    """Ends what a request of no sense broke in Gradio's routes with a sentence and one line in the log."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        begun = False

        async def sending(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            await self._app(scope, receive, sending)
        except ClientDisconnect:
            return  # nobody is there to be told
        except Exception as error:
            if not scope["path"].startswith(GRADIO):
                raise
            log.warning("A request made no sense to Gradio: %s", type(error).__name__)
            if begun:
                await send({"type": "http.response.body", "body": b""})
            else:
                await _answer(Request(scope), 400)(scope, receive, send)


async def _refused(request: Request, error: Exception) -> JSONResponse:
    """A status of Gradio's. A file that one may not have is answered like one that is not there."""
    assert isinstance(error, HTTPException)  # noqa: S101 - what Starlette was told to call this for
    status = 404 if error.status_code in (401, 403) else error.status_code
    if status not in SAID:
        return JSONResponse({"detail": error.detail}, status, headers=error.headers)
    return _answer(request, status, error.headers)


async def _invalid(request: Request, _: Exception) -> JSONResponse:
    return _answer(request, 422)


def _answer(request: Request, status: int, headers: Any = None) -> JSONResponse:
    lang = accepted_language(request.headers.get("accept-language", ""))
    return JSONResponse({"detail": SAID[status].sentence(lang)}, status, headers=headers)
