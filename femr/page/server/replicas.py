"""Several servers behind one address, whichever of them a proxy picks: what belongs together reaches the same one.

Gradio takes an upload, the event that reads it and the stream of its answer as three requests, and the frames of a live
camera follow each other. So each visitor has a home among the replicas, which all of them find without asking anybody:
in the order of the hashes of a replica's address and the visitor's word, the first (rendezvous hashing). A replica that
gets what belongs elsewhere passes it on; where the home does not answer, the next one in that order is it. What a
visitor chose comes along from the browser, so a home may change from one event to the next.
"""

import asyncio
import hashlib
import os
import re
import string
from collections.abc import AsyncIterator
from dataclasses import dataclass
from urllib.parse import quote

import httpx
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from femr.errors import ChoiceError, FemrError, LimitError, StartError
from femr.page.blocks import accepted_language
from femr.page.server.bodies import Bounded, refusal
from femr.page.server.limits import FORM_BYTES, MAX_FILE_MEGABYTES, MEGABYTE, UPLOAD_SECONDS
from femr.page.server.visitors import visitor

TOGETHER = re.compile(r"/gradio_api/(upload/?$|queue/|call/|cancel|reset|heartbeat/)|/live/")
"""Where the paths begin that belong to a visitor's home. Any replica answers all others."""

CONNECT_SECONDS = 1.0
"""After which a replica that does not even refuse counts as gone."""

PASSED_ON = b"x-femr-passed-on"
"""Marks what another replica has passed on, so that nothing goes round in circles. Whoever sends it themselves is
served wherever they happen to land."""

_OF_ONE_HOP = {b"connection", b"keep-alive", b"transfer-encoding", b"te", b"trailer", b"upgrade", b"date"}
_OF_PROXIES = {b"x-forwarded-for", b"x-forwarded-proto"}


@dataclass(frozen=True, slots=True)
class Ring:
    """All replicas, by the addresses at which they reach each other, and which of them this one is."""

    replicas: tuple[str, ...]
    own: str

    def order(self, key: str) -> list[str]:
        """The home of `key`, and which replicas take its place where it is gone, one after the other."""
        return sorted(self.replicas, key=lambda each: hashlib.blake2b(f"{each} {key}".encode()).digest())


def ring_from_environment() -> Ring | None:
    """As FEMR_REPLICAS and FEMR_REPLICA say; None where there is only one server.

    Raises:
        StartError: they make no sense together.
    """
    replicas = tuple(each.rstrip("/") for each in os.environ.get("FEMR_REPLICAS", "").split())
    own = os.environ.get("FEMR_REPLICA", "").rstrip("/")
    if not replicas and not own:
        return None
    wrong = next((each for each in replicas if not re.fullmatch(r"https?://[\w.\[\]:-]+", each)), None)
    if wrong is not None or own not in replicas:
        raise StartError("replicas_unknown", value=own if wrong is None else wrong)
    return Ring(replicas, own)


class Replicas:
    """Middleware that passes on what belongs to another replica."""

    def __init__(self, app: ASGIApp, ring: Ring) -> None:
        """Stand outside of all that `app` adds to answers: the other replica has added it."""
        self._app, self._ring = app, ring
        # A new connection for each request: one that a stopping replica still holds open would be refused late.
        self._client = httpx.AsyncClient(
            timeout=httpx.Timeout(None, connect=CONNECT_SECONDS),
            limits=httpx.Limits(max_connections=None, max_keepalive_connections=0),
            trust_env=False,
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        belongs = scope["type"] == "http" and TOGETHER.match(scope["path"])
        if belongs and PASSED_ON not in dict(scope["headers"]):
            who = visitor(scope)
            for replica in self._ring.order(who.visit or who.address):
                if replica == self._ring.own:
                    break
                if await self._passed_on(replica, scope, receive, send):
                    return
        await self._app(scope, receive, send)

    async def _passed_on(self, replica: str, scope: Scope, receive: Receive, send: Send) -> bool:
        """Whether `replica` was there; then it has answered, or nobody can."""
        try:
            answer = await self._client.send(_request(replica, scope, receive), stream=True)
        except (httpx.ConnectError, httpx.ConnectTimeout):  # before anything of the body was received
            return False
        except FemrError as error:
            await _refuse(error, scope, receive, send)
            return True
        except httpx.InvalidURL:
            await _refuse(ChoiceError("request_wrong"), scope, receive, send)
            return True
        except httpx.TransportError:  # it went away over this request, or whoever asked has
            await _refuse(LimitError("stopping"), scope, receive, send)
            return True
        telling = asyncio.create_task(_tell(answer, send))
        leaving = asyncio.create_task(_left(receive))
        try:
            await asyncio.wait({telling, leaving}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            telling.cancel()
            leaving.cancel()
            await asyncio.gather(telling, leaving, return_exceptions=True)
            await answer.aclose()
        if not telling.cancelled():
            telling.result()
        return True


def _request(replica: str, scope: Scope, receive: Receive) -> httpx.Request:
    kept = [each for each in scope["headers"] if each[0] not in _OF_ONE_HOP | _OF_PROXIES]
    (host, _) = scope.get("client") or ("", 0)
    added = [(b"x-forwarded-for", host.encode()), (b"x-forwarded-proto", scope["scheme"].encode()), (PASSED_ON, b"1")]
    target = quote(scope["raw_path"] + b"?" + scope["query_string"], safe=string.punctuation)
    body = _body(receive) if scope["method"] == "POST" else None
    return httpx.Request(scope["method"], replica + target, headers=[*kept, *added], content=body)


async def _body(receive: Receive) -> AsyncIterator[bytes]:
    """What comes, within the widest of the bounds that the home sets; it sets its own as well."""
    bounded = Bounded(receive, MAX_FILE_MEGABYTES * MEGABYTE, UPLOAD_SECONDS, FORM_BYTES)
    more = True
    while more:
        message = await bounded()
        yield message.get("body", b"")
        more = message.get("more_body", False)


async def _tell(answer: httpx.Response, send: Send) -> None:
    headers = [(name.lower(), value) for name, value in answer.headers.raw if name.lower() not in _OF_ONE_HOP]
    await send({"type": "http.response.start", "status": answer.status_code, "headers": headers})
    try:
        async for part in answer.aiter_raw():
            await send({"type": "http.response.body", "body": part, "more_body": True})
    except httpx.TransportError:  # it has gone: the connection is closed, so that nobody takes this for the end
        return
    await send({"type": "http.response.body", "body": b""})


async def _left(receive: Receive) -> None:
    message: Message = {}
    while message.get("type") != "http.disconnect":
        message = await receive()


async def _refuse(error: FemrError, scope: Scope, receive: Receive, send: Send) -> None:
    lang = accepted_language(Headers(scope=scope).get("accept-language", ""))
    await refusal(error, lang)(scope, receive, send)
