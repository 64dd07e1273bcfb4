"""What stands between visitors and Gradio: only the routes that the page needs, and only what they may be sent.

Gradio's own guards are not enough for strangers: it takes bodies of any size, puts no bound on what one address asks
for, fetches files that an event names by address, and its refusals tell whether a path exists.
"""

import json
import re
import secrets
from typing import Any

import gradio as gr
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from femr.errors import ChoiceError, FemrError, LimitError
from femr.i18n import LANGUAGES
from femr.page.api import FILM_QUEUE, ONE_QUEUE
from femr.page.blocks import accepted_language
from femr.page.server.answers import Answers
from femr.page.server.bodies import Bounded, json_text, once, refusal, whole
from femr.page.server.limits import (
    EVENTS_WAITING,
    FILMS_WAITING,
    JSON_BYTES_AT_ONCE,
    JSON_SECONDS,
    MAX_EVENT_BYTES,
    MAX_JSON_BYTES,
    READINGS_WAITING,
    Held,
    Rates,
)
from femr.page.server.visitors import visitor
from femr.page.uploads import Uploads

LOOKS = re.compile(
    r"/|/(config|theme\.css|favicon\.ico|robots\.txt|manifest\.json|pwa_icon(/\d+)?)/?|/(assets|static|svelte)/.+|"
    r"/gradio_api/(info|openapi\.json|app_id|startup-events|theme\.css|user|login_check|queue/(data|status)|"
    r"heartbeat/[^/]+|call/(v2/)?[^/]+/[^/]+)/?"
)
"""What of Gradio's may be got. Not among it are files, deep links, proxies, streams and the tools for developers."""

JOIN = "/gradio_api/queue/join"

ANSWERS = "/gradio_api/queue/data"

CALL = re.compile(r"/gradio_api/call/(v2/)?([^/]+)/?")

SENDS = re.compile(rf"{JOIN}/?|{CALL.pattern}|/gradio_api/(cancel|reset)/?")
"""Where something may be sent to."""

DEEPEST = 32
"""Levels of lists and objects in what is sent; an event has six."""

LONGEST_SESSION = 64
"""Characters of Gradio's name for a tab; it makes them of 11 to 36."""


class Gate:
    """Middleware before Gradio's app."""

    def __init__(self, app: ASGIApp, page: gr.Blocks, uploads: Uploads, rates: Rates) -> None:
        """Begin.

        Args:
            app: Gradio's app of `page`.
            page: the page.
            uploads: where visitors' files are.
            rates: how often each has come.
        """
        self._app, self._page, self._uploads, self._rates = app, page, uploads, rates
        self._answers = Answers(page._queue)
        self._held = Held(EVENTS_WAITING, JSON_BYTES_AT_ONCE)
        self.stopping = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        looks = scope["method"] in ("GET", "HEAD") and LOOKS.fullmatch(scope["path"])
        sends = scope["method"] == "POST" and SENDS.fullmatch(scope["path"])
        if looks:
            # A query may ask Gradio for a page that somebody saved.
            kept = b"" if b"deep_link" in scope["query_string"] else scope["query_string"]
            scope = {**scope, "query_string": kept}
            if scope["path"].rstrip("/") == ANSWERS:
                await self._answers.stream(self._app, scope, receive, send)
            else:
                await self._app(scope, receive, send)
        elif sends:
            await self._checked(scope, receive, send)
        else:
            await refusal(ChoiceError("page_missing"), _asked_for(scope))(scope, receive, send)

    async def _checked(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on an event, or say why not."""
        headers, body = Headers(scope=scope), {}
        most = MAX_JSON_BYTES if CALL.fullmatch(scope["path"]) else MAX_EVENT_BYTES
        bounded, address = Bounded(receive, most, JSON_SECONDS), visitor(scope).address
        try:
            self._rates.count(address)
            with self._held.one(address, bounded.check_announced(headers)):
                body = parsed(await whole(bounded), self._uploads)
                self._admit(scope, body)
                data = json.dumps(body).encode()
        except FemrError as error:
            await refusal(error, _language(body) or _asked_for(scope))(scope, receive, send)
            return
        send = self._answers.after_the_end(body.get("session_hash") or "", send)
        await self._app(_with_length(scope, len(data)), once(data, receive), send)

    def _admit(self, scope: Scope, body: dict[str, Any]) -> None:
        """Name the tab of an event that names none.

        Raises:
            FemrError: there is no such event, or no room for it.
        """
        session = body.get("session_hash")
        if session is not None and not (isinstance(session, str) and 0 < len(session) <= LONGEST_SESSION):
            raise ChoiceError("request_wrong")
        called = CALL.fullmatch(scope["path"])
        if not called and not scope["path"].startswith(JOIN):
            return
        if self.stopping:
            raise LimitError("stopping")
        functions = self._page.fns
        index = body.get("fn_index")
        if called:
            function = next((each for each in functions.values() if each.api_name == called[2]), None)
        else:
            function = functions.get(index) if isinstance(index, int) else None
        if function is None or function.fn is None:
            raise ChoiceError("request_wrong")
        kind = _kind(function)
        most = {"photos": READINGS_WAITING, "films": FILMS_WAITING, "others": EVENTS_WAITING}[kind]
        waiting = [event for event in self._waiting() if _kind(event) == kind]
        address = visitor(scope).address
        mine = sum(visitor(event.request.scope).address == address for event in waiting)
        if mine >= most.each or len(waiting) >= most.together:
            raise LimitError("limit_events") if kind == "others" else LimitError("limit_readings")
        # Who calls an endpoint need not name a tab; it gets one, so that its answer counts among those of its address.
        body["session_hash"] = session or secrets.token_urlsafe(16)
        self._answers.expect(body["session_hash"], address)

    def sweep(self) -> None:
        """Forget answers that nobody asks for; call it now and then."""
        self._answers.sweep({event.session_hash for event in self._waiting()})

    def _waiting(self) -> list[Any]:
        """Gradio's events that wait, and those that are being answered."""
        queue = self._page._queue
        running = [event for job in queue.active_jobs if job for event in job]
        return [*running, *(event for each in queue.event_queue_per_concurrency_id.values() for event in each.queue)]


def _kind(event: Any) -> str:
    """What an event reads, or `others`: each kind waits for its own."""
    readings = (ONE_QUEUE["concurrency_id"], FILM_QUEUE["concurrency_id"])
    return event.concurrency_id if event.concurrency_id in readings else "others"


def parsed(data: bytes, uploads: Uploads) -> dict[str, Any]:
    """What is sent with an event, with each file in it named as one of the uploads, whether or not it is there.

    Gradio then neither refuses nor fetches anything by itself; `uploads` decides for all alike.

    Raises:
        ChoiceError: it is no object of JSON; or larger or deeper than what Gradio, which follows it to its end, is to
            be given.
    """
    try:
        body = json.loads(json_text(data))
    except (ValueError, RecursionError) as error:
        raise ChoiceError("request_wrong") from error
    if not isinstance(body, dict):
        raise ChoiceError("request_wrong")
    return _named(body, uploads)


def _named(value: Any, uploads: Uploads, deep: int = 0) -> Any:
    if not isinstance(value, list | dict):
        return value
    if deep > DEEPEST:
        raise ChoiceError("request_wrong")
    if isinstance(value, list):
        return [_named(each, uploads, deep + 1) for each in value]
    if "path" not in value:
        return {key: _named(each, uploads, deep + 1) for key, each in value.items()}
    return {"path": uploads.named(value["path"]), "meta": {"_type": "gradio.FileData"}}


def _language(body: dict[str, Any]) -> str | None:
    """The language that an event's page speaks, which is among the last of what it sends."""
    data = body.get("data")
    said = reversed(data) if isinstance(data, list) else ()
    return body.get("lang") if body.get("lang") in LANGUAGES else next((x for x in said if x in LANGUAGES), None)


def _asked_for(scope: Scope) -> str:
    return accepted_language(Headers(scope=scope).get("accept-language", ""))


def _with_length(scope: Scope, length: int) -> Scope:
    others = [
        (name, value) for name, value in scope["headers"] if name not in (b"content-length", b"transfer-encoding")
    ]
    return {**scope, "headers": [*others, (b"content-length", str(length).encode())]}
