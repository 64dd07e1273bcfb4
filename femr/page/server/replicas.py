"""Several servers behind one address, whichever of them a proxy picks: what belongs together reaches the same one.

Gradio takes an upload, the event that reads it and the stream of its answer as three requests, and the frames of a live
camera follow each other. So each visitor has a home among the replicas, which all of them find without asking anybody:
in the order of the hashes of a replica's address and the visitor's word, the first (rendezvous hashing). A replica that
gets what belongs elsewhere passes it on; where the home is gone or silent, the next one in that order is it. What a
visitor chose comes along from the browser, so a home may change from one event to the next.
"""

import asyncio
import contextlib
import hashlib
import os
import re
import string
from collections.abc import AsyncIterator
from dataclasses import dataclass
from urllib.parse import quote

import httpx
from gradio.utils import get_heartbeat_rate
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from femr.errors import ChoiceError, FemrError, LimitError, StartError
from femr.page.blocks import accepted_language
from femr.page.server.bodies import Bounded, refusal
from femr.page.server.limits import FORM_BYTES, MAX_FILE_MEGABYTES, MEGABYTE, UPLOAD_SECONDS
from femr.page.server.visitors import visitor

TOGETHER = re.compile(r"/gradio_api/(upload/?$|queue/|call/|cancel|reset|heartbeat/)|/live/")
"""Where the paths begin that belong to a visitor's home. Any replica answers all others."""

PASSED_ON = b"x-femr-passed-on"
"""Marks what another replica has passed on, so that nothing goes round in circles. Whoever sends it themselves is
served wherever they happen to land."""

_OF_ONE_HOP = {b"connection", b"keep-alive", b"transfer-encoding", b"te", b"trailer", b"upgrade", b"date"}
_OF_PROXIES = {b"x-forwarded-for", b"x-forwarded-proto"}


@dataclass(frozen=True, slots=True)
class Patience:
    """How many seconds a replica is given.

    Attributes:
        connect: to take or refuse a connection.
        answer: to take each part of a request, and to begin its answer once it has all of it: what takes longer is told
            on a stream. A live camera gives up after ten.
        rest: to come to itself, before it is asked again whether it is well.
    """

    connect: float = 1.0
    answer: float = 8.0
    rest: float = 5.0

    def of(self, method: str) -> httpx.Timeout:
        """For a request. What is listened to are streams, on which Gradio says at intervals that it is there."""
        silent = self.answer + (0 if method == "POST" else get_heartbeat_rate())
        return httpx.Timeout(self.answer, connect=self.connect, read=silent)


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

    def __init__(self, app: ASGIApp, ring: Ring, patience: Patience = Patience()) -> None:
        """Stand outside of all that `app` adds to answers: the other replica has added it."""
        self._app, self._ring, self._patience = app, ring, patience
        self._silent: dict[str, asyncio.Task[None]] = {}
        # A new connection for each request: one that a stopping replica still holds open would be refused late.
        self._client = httpx.AsyncClient(
            timeout=patience.of("POST"),
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
                if replica not in self._silent and await self._passed_on(replica, scope, receive, send):
                    return
        await self._app(scope, receive, send)

    async def _passed_on(self, replica: str, scope: Scope, receive: Receive, send: Send) -> bool:
        """Whether `replica` was there; then it has answered, or nobody can."""
        try:
            request = _request(replica, scope, receive, self._patience.of(scope["method"]))
            answer = await self._client.send(request, stream=True)
        except httpx.ConnectError:  # before anything of the body was received
            return False
        except httpx.ConnectTimeout:
            self._leave_alone(replica)
            return False
        except FemrError as error:
            await _refuse(error, scope, receive, send)
            return True
        except httpx.InvalidURL:
            await _refuse(ChoiceError("request_wrong"), scope, receive, send)
            return True
        except httpx.TimeoutException:
            self._leave_alone(replica)
            await _refuse(LimitError("unanswered"), scope, receive, send)
            return True
        except httpx.TransportError:  # it went away over this request, or whoever asked has
            await _refuse(LimitError("stopping"), scope, receive, send)
            return True
        telling = asyncio.create_task(self._tell(answer, replica, send))
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

    async def _tell(self, answer: httpx.Response, replica: str, send: Send) -> None:
        """Pass the answer on; where it breaks off, so does this one, so that nobody takes that for its end."""
        headers = [(name.lower(), value) for name, value in answer.headers.raw if name.lower() not in _OF_ONE_HOP]
        await send({"type": "http.response.start", "status": answer.status_code, "headers": headers})
        try:
            async for part in answer.aiter_raw():
                await send({"type": "http.response.body", "body": part, "more_body": True})
        except httpx.TimeoutException:
            self._leave_alone(replica)
        except httpx.TransportError:
            return
        else:
            await send({"type": "http.response.body", "body": b""})

    def _leave_alone(self, replica: str) -> None:
        """Ask nothing of `replica` until it is well."""
        if replica not in self._silent:
            self._silent[replica] = asyncio.create_task(self._until_well(replica))

    async def _until_well(self, replica: str) -> None:
        well = False
        while not well:
            await asyncio.sleep(self._patience.rest)
            with contextlib.suppress(httpx.TransportError):
                well = (await self._client.get(f"{replica}/healthz")).is_success
        del self._silent[replica]


def _request(replica: str, scope: Scope, receive: Receive, timeout: httpx.Timeout) -> httpx.Request:
    kept = [each for each in scope["headers"] if each[0] not in _OF_ONE_HOP | _OF_PROXIES]
    (host, _) = scope.get("client") or ("", 0)
    added = [(b"x-forwarded-for", host.encode()), (b"x-forwarded-proto", scope["scheme"].encode()), (PASSED_ON, b"1")]
    target = quote(scope["raw_path"] + b"?" + scope["query_string"], safe=string.punctuation)
    body = _body(receive) if scope["method"] == "POST" else None
    told = {"timeout": timeout.as_dict()}
    return httpx.Request(scope["method"], replica + target, headers=[*kept, *added], content=body, extensions=told)


async def _body(receive: Receive) -> AsyncIterator[bytes]:
    """What comes, within the widest of the bounds that the home sets; it sets its own as well."""
    bounded = Bounded(receive, MAX_FILE_MEGABYTES * MEGABYTE, UPLOAD_SECONDS, FORM_BYTES)
    more = True
    while more:
        message = await bounded()
        yield message.get("body", b"")
        more = message.get("more_body", False)


async def _left(receive: Receive) -> None:
    message: Message = {}
    while message.get("type") != "http.disconnect":
        message = await receive()


async def _refuse(error: FemrError, scope: Scope, receive: Receive, send: Send) -> None:
    lang = accepted_language(Headers(scope=scope).get("accept-language", ""))
    await refusal(error, lang)(scope, receive, send)
