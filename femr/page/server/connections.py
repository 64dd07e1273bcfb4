"""Connections that do not wait for ever for somebody to say what they want, and of which nobody holds all."""

import asyncio
from contextlib import ExitStack
from typing import Self, cast

from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

from femr.errors import LimitError
from femr.page.blocks import accepted_language
from femr.page.server import limits
from femr.page.server.bodies import refusal
from femr.page.server.visitors import visitor


class PunctualProtocol(H11Protocol):
    """uvicorn's HTTP, which hangs up on whoever takes longer than `limits.HEADER_SECONDS` over a request's headers."""

    _late: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:
        """Somebody is there, and has to ask for something."""
        super().connection_made(transport)
        if self._is_one_too_many():
            transport.close()
        else:
            self._wait()

    def data_received(self, data: bytes) -> None:
        """More of a request came; the time that its headers may take does not begin anew."""
        super().data_received(data)
        if self.cycle is None or self.cycle.response_complete:
            self._wait()
        else:
            self._stop_waiting()

    def connection_lost(self, exc: Exception | None) -> None:
        """Nobody is there any more."""
        self._stop_waiting()
        super().connection_lost(exc)

    def _is_one_too_many(self) -> bool:
        """Whether whoever is there has many already; a proxy that may speak for others has as many as it likes."""
        peer = self.client[0] if self.client else ""
        proxies = getattr(self.config.loaded_app, "trusted_hosts", ())
        mine = sum(each.client[0] == peer for each in cast(set[Self], self.connections) if each.client)
        return mine > limits.CONNECTIONS_EACH and peer not in proxies

    def _wait(self) -> None:
        if self._late is None:
            self._late = self.loop.call_later(limits.HEADER_SECONDS, self.transport.close)

    def _stop_waiting(self) -> None:
        if self._late is not None:
            self._late.cancel()
        self._late = None


class OpenRequests:
    """Middleware that answers only so many requests of one address at the same time, the endless ones among them."""

    def __init__(self, app: ASGIApp) -> None:
        self._app, self._held = app, limits.Held(limits.OPEN_REQUESTS)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        with ExitStack() as held:
            if scope["type"] == "http":
                try:
                    held.enter_context(self._held.one(visitor(scope).address))
                except LimitError as error:
                    lang = accepted_language(Request(scope).headers.get("accept-language", ""))
                    await refusal(error, lang)(scope, receive, send)
                    return
            await self._app(scope, receive, send)
