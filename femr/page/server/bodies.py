"""What a request brings: read up to a size and within a time, and refused in the visitor's language."""

import asyncio
import time

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import Message, Receive

from femr.errors import ChoiceError, FemrError, LimitError
from femr.page.blocks import accepted_language
from femr.page.server.limits import MAX_JSON_VALUES, MEGABYTE

STATUS = {
    "limit_size": 413,
    "limit_files": 413,
    "limit_slow": 408,
    "request_wrong": 400,
    "page_missing": 404,
    "stopping": 503,
    "unanswered": 504,
}
"""HTTP's word for each refusal; 429, too many requests, for all others."""


class Bounded:
    """A `receive` that takes so many bytes in so much time, and raises LimitError for more."""

    def __init__(self, receive: Receive, most: int, seconds: int, beside: int = 0) -> None:
        """Begin with nothing received; `most` bytes may come, and some more `beside` them that nobody is told of."""
        self._receive = receive
        self._megabytes, self._most = most / MEGABYTE, most + beside
        self._seconds, self._until = seconds, time.monotonic() + seconds
        self._received = 0
        self._whole = False

    async def __call__(self) -> Message:
        """The next message."""
        if self._whole:  # what comes now is that the visitor has gone
            return await self._receive()
        try:
            async with asyncio.timeout(max(0.0, self._until - time.monotonic())):
                message = await self._receive()
        except TimeoutError as error:
            raise LimitError("limit_slow", seconds=self._seconds) from error
        self._received += len(message.get("body", b""))
        self._whole = message["type"] == "http.request" and not message.get("more_body", False)
        if self._received > self._most:
            raise LimitError("limit_size", limit=self._megabytes)
        return message

    def check_announced(self, headers: Headers) -> int:
        """The bytes that are to come; the most that may where nothing is said, or nothing that holds.

        Raises:
            LimitError: they are too many.
        """
        # Of a body in chunks, a length that is told as well means nothing (RFC 9112, 6.3).
        announced = "" if "transfer-encoding" in headers else headers.get("content-length", "")
        size = int(announced) if announced.isdecimal() and len(announced) < 20 else self._most
        if size > self._most:
            raise LimitError("limit_size", limit=self._megabytes)
        return size


async def whole(bounded: Bounded) -> bytes:
    """All of a body.

    Raises:
        LimitError: it is too much, or comes too slowly.
        ChoiceError: whoever sent it has gone.
    """
    body = bytearray()
    while True:
        message = await bounded()
        if message["type"] == "http.disconnect":
            raise ChoiceError("request_wrong")
        body += message.get("body", b"")
        if not message.get("more_body", False):
            return bytes(body)


def json_text(data: bytes) -> str:
    """A body of JSON as text, in which so few values are that it costs little to parse.

    Raises:
        ChoiceError: it is no UTF-8, or may hold more than `MAX_JSON_VALUES`.
    """
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        raise ChoiceError("request_wrong") from error
    # By quotation marks, without those inside texts: what lies between two texts, a text, what lies between, ...
    parts = text.replace("\\\\", "").replace('\\"', "").split('"', 2 * MAX_JSON_VALUES)
    values = len(parts) // 2 + sum(part.count(mark) for part in parts[::2] for mark in "[{,")
    if values > MAX_JSON_VALUES:
        raise ChoiceError("request_wrong")
    return text


def once(data: bytes, receive: Receive) -> Receive:
    """A `receive` that gives `data`, then what comes from the visitor."""
    messages: list[Message] = [{"type": "http.request", "body": data, "more_body": False}]

    async def give() -> Message:
        return messages.pop() if messages else await receive()

    return give


def refusal(error: FemrError, lang: str) -> Response:
    """How a refusal is told: Gradio's page shows `detail`, its clients raise it."""
    status = STATUS.get(error.code, 429)
    headers = {"Retry-After": "60"} if status in (429, 503) else {}
    return JSONResponse({"detail": error.sentence(lang)}, status, headers)


async def refused(request: Request, error: Exception) -> Response:
    """For Starlette, which hands over what a route raised."""
    if not isinstance(error, FemrError):
        raise error
    return refusal(error, accepted_language(request.headers.get("accept-language", "")))
