"""Live cameras on the server: what is answered, what is left out, and when a stream ends."""

import asyncio
import threading
import uuid

import cv2
import httpx
import numpy as np
import pytest
from anyio.from_thread import start_blocking_portal
from starlette.applications import Starlette

from femr.live.session import LiveFrame
from femr.live.smoothing import SettledMood
from femr.page import live_route
from femr.page.live_route import IDLE_SECONDS, MAX_BYTES, STREAM_SECONDS, Streams
from femr.page.server.limits import STREAMS_AT_ONCE
from tests.faces import astronaut


def jpeg(picture: np.ndarray) -> bytes:
    return cv2.imencode(".jpg", picture[..., ::-1])[1].tobytes()


FRAME = jpeg(cv2.resize(astronaut()[0:300, 60:460], (480, 360)))


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


class Nobody:
    """A session that sees nobody, as fast as it may."""

    def update(self, frame, seconds, wanted=None, own=None):
        return LiveFrame(frame.shape[1], frame.shape[0], (), None, None, SettledMood())


def client(served: Streams) -> httpx.AsyncClient:
    app = Starlette(routes=[served.route()])
    return httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://femr")


def answered(requests):
    """What a coroutine function gives, in a loop of its own thread: browser tests keep one running in this thread."""
    with start_blocking_portal() as portal:
        return portal.call(requests)


def ask(served: Streams, *requests: tuple[str, bytes]) -> list[httpx.Response]:
    """The answers to frames, one after the other."""

    async def all_of_them():
        async with client(served) as visitor:
            return [await visitor.post(path, content=body) for path, body in requests]

    return answered(all_of_them)


def new_stream() -> str:
    return f"/live/{uuid.uuid4()}"


def test_one_address_has_only_so_many_first_frames_read_at_once_and_others_theirs():
    asked, over = [], threading.Event()

    class Slow(Nobody):
        def update(self, frame, seconds, wanted=None, own=None):
            asked.append(frame)
            over.wait(20)
            return super().update(frame, seconds, wanted, own)

    served = Streams(Slow)

    async def all_at_once():
        threading.Timer(0.5, over.set).start()
        async with client(served) as visitor:
            frames = (visitor.post(new_stream(), content=FRAME) for _ in range(STREAMS_AT_ONCE.each + 30))
            return [answer.status_code for answer in await asyncio.gather(*frames)]

    statuses = answered(all_at_once)
    assert sorted(statuses) == [200] * STREAMS_AT_ONCE.each + [503] * 30
    assert len(asked) == STREAMS_AT_ONCE.each


def test_a_frame_is_answered_with_faces_and_never_with_a_picture():
    (answer,) = ask(Streams(), (new_stream(), FRAME))
    assert answer.headers["content-type"] == "application/json"
    assert len(answer.content) < 1000
    (face,) = answer.json()["faces"]
    assert (face["number"], face["emotion"], face["hints"]) == (1, "Happy", [])
    assert sum(face["shares"]) == pytest.approx(1, abs=1e-3)
    x, y, width, height = face["box"]
    assert x < 0.41 < x + width
    assert y < 0.41 < y + height


def test_the_visitor_says_whose_mood_counts():
    stream = new_stream()
    answers = ask(Streams(), *((f"{stream}?face={who}", FRAME) for who in ("everyone", "1", "nobody", "")))
    everyone, *alone = (answer.json() for answer in answers)
    assert everyone["chosen"] is None
    assert everyone["everyone"]["emotion"] == "Happy"
    assert sum(everyone["everyone"]["shares"]) == pytest.approx(1, abs=1e-3)
    assert [(each["chosen"], each["everyone"]) for each in alone] == [(1, None)] * 3


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        pytest.param("/live/me", FRAME, 400, id="no name of a stream"),
        pytest.param(new_stream(), b"no picture", 400, id="no picture"),
        pytest.param(new_stream(), FRAME[:3000], 400, id="half a picture"),
        pytest.param(new_stream(), b"", 400, id="nothing"),
        pytest.param(new_stream(), jpeg(np.zeros((100, 2000, 3), np.uint8)), 400, id="too long a picture"),
        pytest.param(new_stream(), bytes(MAX_BYTES + 1), 413, id="too many bytes"),
    ],
)
def test_what_is_no_frame_is_refused(path, body, status):
    assert ask(Streams(Nobody), (path, body))[0].status_code == status


def test_a_stream_ends_by_itself_and_another_may_begin():
    clock = Clock()
    served, stream = Streams(Nobody, clock), new_stream()
    seen = []
    while clock.now <= STREAM_SECONDS + 20:
        seen.append((clock.now, ask(served, (stream, FRAME))[0].status_code))
        clock.now += IDLE_SECONDS - 1
    assert {status for seconds, status in seen if seconds < STREAM_SECONDS} == {200}
    assert {status for seconds, status in seen if seconds >= STREAM_SECONDS} == {410}
    assert ask(served, (new_stream(), FRAME))[0].status_code == 200


def full(served: Streams, address: str, count: int) -> list[int]:
    """What frames of new streams from one address are answered."""

    async def all_of_them():
        transport = httpx.ASGITransport(app=Starlette(routes=[served.route()]), client=(address, 1))
        async with httpx.AsyncClient(transport=transport, base_url="http://femr") as visitor:
            return [(await visitor.post(new_stream(), content=FRAME)).status_code for _ in range(count)]

    return answered(all_of_them)


def test_streams_are_bounded_for_each_address_and_together_and_forgotten_when_idle():
    clock, each, together = Clock(), STREAMS_AT_ONCE.each, STREAMS_AT_ONCE.together
    served = Streams(Nobody, clock)
    for house in range(together // each):
        assert full(served, f"10.0.0.{house}", each + 1) == [200] * each + [503]
    assert full(served, "10.0.1.1", 1) == [503]
    clock.now = IDLE_SECONDS + 1
    assert full(served, "10.0.1.1", 1) == [200]
    assert len(served._streams) == 1


def test_what_is_no_frame_takes_no_place_among_the_streams():
    served = Streams(Nobody)
    assert {each.status_code for each in ask(served, *((new_stream(), b"x") for _ in range(100)))} == {400}
    assert served._streams == {}
    assert ask(served, (new_stream(), FRAME))[0].status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"sec-fetch-site": "cross-site", "origin": "http://femr"},
        {"sec-fetch-site": "same-site"},
        {"origin": "https://elsewhere.example"},
        {"origin": "null"},
    ],
    ids=repr,
)
def test_another_sites_page_watches_nobody(headers):
    async def frame():
        async with client(Streams(Nobody)) as visitor:
            return await visitor.post(new_stream(), content=FRAME, headers=headers)

    assert answered(frame).status_code == 403


def test_the_page_itself_may_send_frames():
    async def frame():
        async with client(Streams(Nobody)) as visitor:
            own = {"origin": "http://femr", "sec-fetch-site": "same-origin"}
            return await visitor.post(new_stream(), content=FRAME, headers=own)

    assert answered(frame).status_code == 200


def test_a_frame_that_comes_too_slowly_is_refused(monkeypatch):
    monkeypatch.setattr(live_route, "FRAME_SECONDS", 0.05)

    async def slowly():
        yield FRAME[:100]
        await asyncio.sleep(30)

    async def frame():
        async with client(Streams(Nobody)) as visitor:
            return await visitor.post(new_stream(), content=slowly())

    assert answered(frame).status_code == 408


def test_of_one_stream_only_the_newest_frame_waits(monkeypatch):
    go_on, looked = threading.Event(), []

    def slow_read(session, frame, seconds, face, own):
        looked.append(face)
        assert go_on.wait(10)
        return session.update(np.zeros((36, 48, 3), np.uint8), seconds)

    monkeypatch.setattr(live_route, "_read", slow_read)
    served, stream = Streams(Nobody), new_stream()

    async def five_at_once():
        async with asyncio.timeout(20), client(served) as visitor:
            sent = []
            for number in range(1, 6):
                sent.append(asyncio.create_task(visitor.post(f"{stream}?face={number}", content=FRAME)))
                while served._streams.get(stream.rpartition("/")[2], None) is None or (
                    served._streams[stream.rpartition("/")[2]].newest < number
                ):
                    await asyncio.sleep(0)
            while not looked:
                await asyncio.sleep(0)
            go_on.set()
            return await asyncio.gather(*sent)

    answers = answered(five_at_once)
    assert [each.status_code for each in answers] == [200, 204, 204, 204, 200]
    assert looked == [1, 5]
