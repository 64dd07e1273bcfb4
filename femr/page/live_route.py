"""Live cameras: a frame comes in as a JPEG, and what is in it goes back as JSON, at once or not at all.

    POST /live/{stream}?face=2      stream: any UUID that the page makes up; face: the number whose mood shall count,
                                    or "everyone"; mine: the number of the face to read with the profile
    X-Femr-Profile: …               that the browser keeps, as JSON, where there is `mine`; nothing of it stays here

    200 what was seen    204 left out, since a newer frame had come    410 the stream has ended by itself
    400 no usable frame  413 too many bytes    503 too many streams, come back later    429 too many frames
    408 it came too slowly    403 another site asks, on whose pages nobody agreed to be looked at

A route of its own instead of Gradio's streamed Image, which sends the camera's full pictures, writes each of them to
the disk and takes them through its queue. Frames stay in memory here, and of one stream only the newest waits.
"""

import asyncio
import os
import re
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from femr.errors import LimitError, PhotoError, ProfileError
from femr.live.session import LiveFrame, LiveGroup, LiveSession, OwnFace, TrackedFace, Who
from femr.mood import EVERYONE, Expression
from femr.page.server.bodies import STATUS, Bounded, whole
from femr.page.server.headers import is_own
from femr.page.server.limits import FRAME_SECONDS, STREAMS_AT_ONCE, Rates
from femr.page.server.visitors import visitor
from femr.vision.image_files.load import load_frame
from femr.vision.profile import Profile

STREAM_SECONDS = 300
"""A stream ends by itself after this long: nobody stays on camera by mistake."""

IDLE_SECONDS = 15
"""A stream that has sent nothing for this long is forgotten."""

DECIMALS = 4
"""Of shares and places in an answer."""

MAX_BYTES = 200_000
"""A frame's size. One of 480 × 360 pixels takes about 25,000."""


@dataclass
class Stream:
    """One visitor's live camera.

    Attributes:
        started, heard: when its first and its last frame came, in seconds.
        session: what it remembers.
        address: where it comes from.
        seen: whether it has sent a frame that could be read; only then it counts as one of all streams.
        newest: how many frames have come.
        turn: held by the frame that is being read.
    """

    started: float
    heard: float
    session: LiveSession
    address: str
    seen: bool = False
    newest: int = 0
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)


class Streams:
    """All live cameras of one server."""

    def __init__(
        self,
        session: Callable[[], LiveSession] = LiveSession,
        clock: Callable[[], float] = time.monotonic,
        rates: Rates | None = None,
    ) -> None:
        """Begin with none.

        Args:
            session: makes what reads one stream.
            clock: tells the seconds.
            rates: how often each visitor has sent anything.
        """
        self._session = session
        self._clock = clock
        self._rates = rates or Rates()
        self._streams: dict[str, Stream] = {}
        self._workers = ThreadPoolExecutor(os.cpu_count() or 1, thread_name_prefix="live")

    def route(self) -> Route:
        """Where frames are sent to."""
        return Route("/live/{stream}", self.answer, methods=["POST"])

    async def answer(self, request: Request) -> Response:
        """One frame; see above."""
        if not is_own(request.scope):
            return Response(status_code=403)
        name, address = request.path_params["stream"], visitor(request.scope).address
        if not re.fullmatch(r"[0-9a-f-]{36}", name):
            return Response(status_code=400)
        try:
            self._rates.count(address)
            frame = await whole(Bounded(request.receive, MAX_BYTES, FRAME_SECONDS))
        except LimitError as error:
            return Response(status_code=STATUS.get(error.code, 429))
        now = self._clock()
        stream = self._stream(name, address, now)
        if stream is None:
            return Response(status_code=503)
        if now - stream.started >= STREAM_SECONDS:
            return Response(status_code=410)
        stream.newest += 1
        mine = stream.newest
        async with stream.turn:
            if mine != stream.newest:
                return Response(status_code=204)
            try:
                live_frame = await asyncio.get_running_loop().run_in_executor(
                    self._workers,
                    _read,
                    stream.session,
                    frame,
                    now,
                    _wanted(request.query_params.get("face")),
                    _own(request),
                )
            except PhotoError as error:
                if not stream.seen and mine == stream.newest:
                    self._streams.pop(name, None)
                return JSONResponse({"error": error.code}, 400)
            if not stream.seen and not self._room(address):
                self._streams.pop(name, None)
                return Response(status_code=503)
            stream.seen = True
        return JSONResponse(as_answer(live_frame), headers={"Cache-Control": "no-store"})

    def _stream(self, name: str, address: str, now: float) -> Stream | None:
        """The stream of that name, a new one if there is room, or None."""
        self._streams = {each: stream for each, stream in self._streams.items() if now - stream.heard < IDLE_SECONDS}
        stream = self._streams.get(name)
        if stream is None:
            if not self._may_begin(address):
                return None
            stream = self._streams[name] = Stream(now, now, self._session(), address)
        stream.heard = now
        return stream

    def _room(self, address: str) -> bool:
        """Whether one more stream may come from `address`: one whose first frame is not read yet counts there alone."""
        seen = [each for each in self._streams.values() if each.seen]
        mine = sum(each.address == address for each in seen)
        return mine < STREAMS_AT_ONCE.each and len(seen) < STREAMS_AT_ONCE.together

    def _may_begin(self, address: str) -> bool:
        unseen = sum(each.address == address and not each.seen for each in self._streams.values())
        return unseen < STREAMS_AT_ONCE.each and self._room(address)


def _read(session: LiveSession, frame: bytes, seconds: float, wanted: Who | None, own: OwnFace | None) -> LiveFrame:
    return session.update(load_frame(frame), seconds, wanted, own)


def _wanted(text: str | None) -> Who | None:
    """Whose mood shall count; None for no face that there could be."""
    if text == EVERYONE:
        return EVERYONE
    return int(text) if text and re.fullmatch(r"[0-9]{1,4}", text) else None


def _own(request: Request) -> OwnFace | None:
    """The face to read with its owner's profile; None where one of both is missing or makes no sense."""
    number, text = _wanted(request.query_params.get("mine")), request.headers.get("x-femr-profile")
    if not isinstance(number, int) or text is None:
        return None
    try:
        return OwnFace(number, Profile.from_json(text))
    except ProfileError:
        return None


def as_answer(frame: LiveFrame) -> dict[str, Any]:
    """What a frame gives as JSON: places as shares of the frame, `shares` in the order of the emotions."""
    settled = frame.settled
    return {
        "faces": [_face(face, frame) for face in frame.faces],
        "chosen": frame.chosen.number if frame.chosen else None,
        "everyone": _everyone(frame.everyone) if frame.everyone else None,
        "settled": {
            "times": settled.times,
            "emotion": settled.emotion,
            "shares": _shares(settled.expression) if settled.expression else [],
        },
    }


def _face(face: TrackedFace, frame: LiveFrame) -> dict[str, Any]:
    return {
        "number": face.number,
        "box": [round(each, DECIMALS) for each in face.box.shares(frame.width, frame.height)],
        "emotion": face.smoothed.emotion,
        "shares": _shares(face.expression),
        "plain": _shares(face.plain),
        "hints": face.hints.given,
    }


def _everyone(everyone: LiveGroup) -> dict[str, Any]:
    return {
        "emotion": everyone.smoothed.emotion,
        "shares": _shares(everyone.smoothed.expression),
        "closeness": everyone.closeness,
        "hints": everyone.hints.given,
    }


def _shares(expression: Expression) -> list[float]:
    return [round(share, DECIMALS) for share in expression.shares]
