"""The streams on which Gradio sends its answers, so that none is lost where one stream ends and the next begins.

Gradio sends a tab's answers on one stream, which ends as soon as all of the tab's events are answered. Its page opens
the next one when an event has been taken, unless it takes the old one for open still. Two things can go wrong at that
moment. An event that is taken between the end of a stream and the page's reading of it is answered on no stream at all.
And where the page hangs up, which it does at that end, while Gradio is still sending it, Gradio throws away all events
of that tab, those that have come since among them.

What Gradio has to say to a tab it keeps until the tab asks, for ever if need be: so tabs that do not ask are counted by
who sends for them, and forgotten.
"""

import asyncio
import contextlib
import time
from collections import Counter
from collections.abc import Callable, Collection
from typing import Any
from urllib.parse import parse_qs

from gradio.server_messages import ProcessCompletedMessage
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from femr.errors import LimitError
from femr.page.server.limits import ANSWERS_UNREAD

HANG_UP_SECONDS = 1.0
"""How long a page may take to hang up at the end of a stream: the way there and back, and a busy phone."""

LISTEN_SECONDS = 60.0
"""What was answered so long ago to a tab that does not listen is forgotten."""

_END = b'"close_stream"'


class Answers:
    """Streams of answers, by Gradio's name for the tab."""

    def __init__(self, queue: Any, clock: Callable[[], float] = time.monotonic) -> None:
        """Begin with none; `queue`: Gradio's, which keeps what it has to say."""
        self._queue, self._clock = queue, clock
        self._ending: dict[str, asyncio.Event] = {}
        self._open: Counter[str] = Counter()
        self._asked: dict[str, tuple[str, float]] = {}

    def expect(self, session: str, address: str) -> None:
        """An event of that tab is about to be taken.

        Raises:
            LimitError: much was answered to tabs of that address, or of everybody, and nobody listens.
        """
        kept = self._queue.pending_messages_per_session
        unread = {each: _answers(kept[each]) for each in self._asked if each in kept}
        mine = sum(number for each, number in unread.items() if self._asked[each][0] == address)
        if mine >= ANSWERS_UNREAD.each or sum(unread.values()) >= ANSWERS_UNREAD.together:
            raise LimitError("limit_events")
        self._asked[session] = address, self._clock()

    def sweep(self, busy: Collection[str]) -> None:
        """Forget what nobody listens for; not of the tabs that are `busy`, whose events are not answered yet."""
        kept, now = self._queue.pending_messages_per_session, self._clock()
        for session, (_, asked) in list(self._asked.items()):
            if now - asked > LISTEN_SECONDS and not self._open[session] and session not in busy:
                del self._asked[session]
                kept.pop(session, None)
                self._queue.pending_event_ids_session.pop(session, None)
        self._open = +self._open

    async def stream(self, app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
        """Let `app` answer a request for a stream; what it would do if the page hung up at the end, it does not."""
        session = parse_qs(scope["query_string"].decode("latin-1")).get("session_hash", [""])[0]
        hung_up: asyncio.Event | None = None
        self._open[session] += 1

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
            self._open[session] -= 1
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


def _answers(messages: Any) -> int:
    """How many of Gradio's messages for a tab are answers; the others, how long the line is, are small."""
    return sum(isinstance(each, ProcessCompletedMessage) for each in messages._queue)
