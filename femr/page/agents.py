"""The tools for agents on the page: `POST /mcp`, the Model Context Protocol over streamable HTTP.

Each request stands alone: no session, no stream of the server's own, JSON as the answer. Needs requirements-mcp.txt.

    200 the answer, or what was wrong in a sentence    202 heard, nothing to say    400 no message of the protocol
    403 another site asks    405 not by POST    408 too slow    413 too many bytes    429 too many requests

Over a status that means an error, the official client gives up its connection and tells nobody why. So what an agent
can do better next time, a smaller photo or a little patience, is said in an answer, whenever its request tells which.
"""

import logging
import re
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from typing import Any

from mcp.types import INVALID_PARAMS, ClientRequest, ErrorData, JSONRPCError, JSONRPCMessage, JSONRPCRequest, RequestId
from pydantic import ValidationError
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route
from starlette.types import Receive, Scope, Send

from femr.errors import ChoiceError, FemrError, LimitError
from femr.mcp_tools import Server
from femr.page.blocks import accepted_language
from femr.page.server.bodies import Bounded, json_text, once, refusal, whole
from femr.page.server.headers import is_own
from femr.page.server.limits import (
    AGENT_BYTES_WAITING,
    AGENT_CALLS_WAITING,
    FORM_BYTES,
    JSON_SECONDS,
    MAX_FILE_MEGABYTES,
    MAX_JSON_BYTES,
    MEGABYTE,
    UPLOAD_SECONDS,
    Held,
    Rates,
)
from femr.page.server.visitors import visitor

AT_ONCE = 2
"""Calls that are answered at the same time, as many as photos are read: agents leave room for visitors."""

MAX_DRAINED_BYTES = MAX_FILE_MEGABYTES * MEGABYTE * 4 // 3 + FORM_BYTES
"""How much of a request that is refused is received and dropped, to see which one it is: the largest photo that the
page takes, in base64."""

EDGE = 256
"""Bytes at each end of such a request that are looked at. Clients write its id first or last, beside the arguments."""

_ID = re.compile(rb'"id"\s*:\s*(?:([0-9]{1,18})|"([\w-]{1,64})")')


class Agents:
    """The route's ASGI app."""

    def __init__(self, rates: Rates | None = None) -> None:
        """Begin; `rates`: how often each has come."""
        self._server = Server(ThreadPoolExecutor(AT_ONCE, thread_name_prefix="agents"))
        self._rates = rates or Rates()
        self._held = Held(AGENT_CALLS_WAITING, AGENT_BYTES_WAITING)
        logging.getLogger("mcp").setLevel(logging.ERROR)  # below it, the protocol's library repeats what was sent

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        request = Request(scope, receive)
        lang = accepted_language(request.headers.get("accept-language", ""))
        if not is_own(scope):
            await Response(status_code=403)(scope, receive, send)
        elif request.method != "POST":
            await Response(status_code=405, headers={"Allow": "POST"})(scope, receive, send)
        else:
            try:
                await self._answer(request, lang, send)
            except FemrError as error:
                await refusal(error, lang)(scope, receive, send)

    async def _answer(self, request: Request, lang: str, send: Send) -> None:
        """Raises FemrError where no request can be answered."""
        address = visitor(request.scope).address
        self._rates.count(address)
        bounded = Bounded(request.receive, MAX_JSON_BYTES, JSON_SECONDS)
        with ExitStack() as held:
            try:
                held.enter_context(self._held.one(address, bounded.check_announced(request.headers)))
            except LimitError as error:
                told = _told(error, await _dropped(request.receive, error), lang)
                await told(request.scope, request.receive, send)
                return
            data = await whole(bounded)
            message = _message(data)
            if not isinstance(message, JSONRPCRequest):  # where nothing is remembered, nothing follows from it
                await Response(status_code=202)(request.scope, request.receive, send)
            elif not _makes_sense(message):
                wrong = _told(ChoiceError("request_wrong"), message.id, lang)
                await wrong(request.scope, request.receive, send)
            else:
                async with self._server.http(MAX_JSON_BYTES) as answering:
                    await answering.handle_request(request.scope, once(data, request.receive), send)


def _message(data: bytes) -> Any:
    """Raises ChoiceError where it is no message of the protocol."""
    try:
        return JSONRPCMessage.model_validate_json(json_text(data)).root
    except ValidationError as error:
        raise ChoiceError("request_wrong") from error


def _makes_sense(message: JSONRPCRequest) -> bool:
    """Whether it is something that a client may ask; the protocol's library would log what it is not."""
    try:
        ClientRequest.model_validate(message.model_dump(by_alias=True, exclude_none=True))
    except ValidationError:
        return False
    return True


async def _dropped(receive: Receive, refused: LimitError) -> RequestId:
    """Which request comes there: its id. Of the rest nothing is kept.

    Raises:
        LimitError: `refused`, since it cannot be told; or it is far too much, or comes too slowly.
    """
    bounded = Bounded(receive, MAX_DRAINED_BYTES, UPLOAD_SECONDS)
    start = end = b""
    more = True
    while more:
        message = await bounded()
        body = message.get("body", b"")
        start = (start + body)[:EDGE] if len(start) < EDGE else start
        end = (end + body)[-EDGE:]
        more = message.get("more_body", False)
    found = _ID.search(start) or next(reversed(list(_ID.finditer(end))), None)
    if found is None:
        raise refused
    return int(found[1]) if found[1] else found[2].decode()


def _told(error: FemrError, number: RequestId, lang: str) -> Response:
    """The answer to request `number` that says what was wrong."""
    said = JSONRPCError(jsonrpc="2.0", id=number, error=ErrorData(code=INVALID_PARAMS, message=error.sentence(lang)))
    return Response(said.model_dump_json(by_alias=True, exclude_none=True), media_type="application/json")


def routes() -> list[BaseRoute]:
    """Where agents come in."""
    return [Route("/mcp", Agents())]
