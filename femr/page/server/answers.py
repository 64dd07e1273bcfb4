"""The streams on which Gradio sends its answers, so that none is lost where one stream ends and the next begins.

Gradio sends a tab's answers on one stream, which ends as soon as all of the tab's events are answered. Its page opens
the next one when an event has been taken, unless it takes the old one for open still. Two things can go wrong at that
moment. An event that is taken between the end of a stream and the page's reading of it is answered on no stream at all.
And where the page hangs up, which it does at that end, while Gradio is still sending it, Gradio throws away all events
of that tab, those that have come since among them.
"""

import asyncio
import contextlib
from urllib.parse import parse_qs

from starlette.types import ASGIApp, Message, Receive, Scope, Send

HANG_UP_SECONDS = 1.0
"""How long a page may take to hang up at the end of a stream: the way there and back, and a busy phone."""

_END = b'"close_stream"'


class Answers:
    """Streams of answers, by Gradio's name for the tab."""

    def __init__(self) -> None:
        """Begin with none."""
        self._ending: dict[str, asyncio.Event] = {}

    async def stream(self, app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
        """Let `app` answer a request for a stream; what it would do if the page hung up at the end, it does not."""
        session = parse_qs(scope["query_string"].decode("latin-1")).get("session_hash", [""])[0]
        hung_up: asyncio.Event | None = None

        async def heard() -> Message:
            message = await receive()
            if hung_up and message["type"] == "http.disconnect":
                hung_up.set()
                await asyncio.Event().wait()  # Gradio is not told: its response is ending by itself
            return message

        async def sent(message: Message) -> None:
            nonlocal hung_up
            if _END in message.get("body", b""):
                hung_up = self._ending[session] = asyncio.Event()
            elif hung_up:
                await self._wait(hung_up)
            await send(message)

        try:
            await app(scope, heard, sent)
        finally:
            if hung_up:
                hung_up.set()
                if self._ending.get(session) is hung_up:
                    del self._ending[session]

    def after_the_end(self, session: str, send: Send) -> Send:
        """A `send` for what tells a page that its event was taken: not while a stream of that tab is ending."""

        async def sent(message: Message) -> None:
            if ending := self._ending.get(session):
                await self._wait(ending)
            await send(message)

        return sent

    @staticmethod
    async def _wait(hung_up: asyncio.Event) -> None:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(hung_up.wait(), HANG_UP_SECONDS)
