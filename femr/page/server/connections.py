"""Connections that do not wait for ever for somebody to say what they want."""

import asyncio

from uvicorn.protocols.http.h11_impl import H11Protocol

from femr.page.server import limits


class PunctualProtocol(H11Protocol):
    """uvicorn's HTTP, which hangs up on whoever takes longer than `limits.HEADER_SECONDS` over a request's headers."""

    _late: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:
        """Somebody is there, and has to ask for something."""
        super().connection_made(transport)
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

    def _wait(self) -> None:
        if self._late is None:
            self._late = self.loop.call_later(limits.HEADER_SECONDS, self.transport.close)

    def _stop_waiting(self) -> None:
        if self._late is not None:
            self._late.cancel()
        self._late = None
