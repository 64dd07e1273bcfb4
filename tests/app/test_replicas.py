"""Two servers behind a proxy that knows no visitor, as other programs call them."""

import asyncio
import json
import signal
import socket
import uuid
from collections.abc import Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import httpx
import psutil
import pytest
from gradio.utils import get_heartbeat_rate
from starlette.responses import PlainTextResponse
from starlette.types import Message

from femr.i18n import translate
from femr.page.server import replicas as passing
from femr.page.server.limits import MAX_FILE_MEGABYTES
from femr.page.server.replicas import Patience, Ring
from tests.app.visits import FRAME, Served
from tests.replicas import Replicas, replicas

HEARTBEAT_SECONDS = "2"
"""Between two signs of life on a stream; 15 as Gradio has it."""


@pytest.fixture(scope="module")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Replicas]:
    with replicas(tmp_path_factory.mktemp("uploads"), GRADIO_HEARTBEAT_INTERVAL=HEARTBEAT_SECONDS) as running:
        yield running


@pytest.fixture(scope="module")
def page(servers: Replicas) -> Iterator[Served]:
    """Both, by way of the proxy."""
    page = Served(servers.proxy.address, servers.processes[0], servers.folders[0])
    yield page
    for each in page._visitors:
        each.close()


def living_at(servers: Replicas, home: int, network: int) -> str:
    """The address of a visitor whose home is one of both."""
    ring = Ring(tuple(servers.addresses), servers.addresses[0])
    addresses = (f"10.{network}.0.{number}" for number in range(1, 255))
    return next(each for each in addresses if ring.order(each)[0] == servers.addresses[home])


@pytest.mark.parametrize("home", [0, 1])
def test_photos_are_read_whichever_server_each_request_comes_to(servers: Replicas, page: Served, home: int) -> None:
    visitor = page.visitor(**{"x-forwarded-for": living_at(servers, home, 20)})
    servers.proxy.passed.clear()
    for _ in range(4):
        assert "femr-box" in json.dumps(page.send(visitor, "photo", page.upload(visitor)))
        assert '"faces"' in page.call(visitor, "analyze", [page.upload(visitor)])
    asked = {port for path, port in servers.proxy.passed if path.startswith("/gradio_api/")}
    assert len(asked) == 2
    assert not [path for folder in servers.folders for path in folder.rglob("*") if path.is_file()]


@pytest.mark.parametrize("home", [0, 1])
def test_the_frames_of_a_live_camera_are_followed_by_one(servers: Replicas, page: Served, home: int) -> None:
    visitor = page.visitor(**{"x-forwarded-for": living_at(servers, home, 21)})
    stream = uuid.uuid4()
    numbers = [visitor.post(f"/live/{stream}", content=FRAME).json()["faces"][0]["number"] for _ in range(6)]
    assert numbers == [1] * 6


@pytest.mark.parametrize("asked", [0, 1])
def test_too_large_an_upload_is_refused_in_the_visitors_language_by_any(servers: Replicas, asked: int) -> None:
    headers = {"x-forwarded-for": living_at(servers, 1, 22), "accept-language": "id"}
    body = {"files": bytes(MAX_FILE_MEGABYTES * 1_000_000 + 100_000)}
    answer = httpx.post(f"{servers.addresses[asked]}/gradio_api/upload", files=body, headers=headers, timeout=60)
    assert (answer.status_code, answer.json()) == (
        413,
        {"detail": translate("error.limit_size", "id", limit=MAX_FILE_MEGABYTES)},
    )


def test_limits_count_for_the_visitor_whichever_server_was_asked(servers: Replicas, page: Served) -> None:
    visitor = page.visitor(**{"x-forwarded-for": living_at(servers, 0, 23)})
    statuses = [visitor.post("/gradio_api/upload", files={"files": bytes(19_900_000)}).status_code for _ in range(8)]
    assert statuses == [200] * 6 + [429] * 2
    other = page.visitor(**{"x-forwarded-for": living_at(servers, 0, 24)})
    assert "femr-box" in json.dumps(page.send(other, "photo", page.upload(other)))


def test_what_was_passed_on_is_not_passed_on_again(servers: Replicas) -> None:
    headers = {"x-forwarded-for": living_at(servers, 0, 25), "x-femr-passed-on": "1"}
    answer = httpx.post(f"{servers.addresses[1]}/gradio_api/upload", files={"files": b"x"}, headers=headers)
    assert answer.json()[0].startswith(str(servers.folders[1]))


@pytest.mark.parametrize(
    "request_line", [b"GET /live/\xff\xfe HTTP/1.1", b"GET /gradio_api/queue/data?\xc3\xa9=%00 HTTP/1.1"]
)
def test_odd_addresses_are_answered_in_any_case(servers: Replicas, request_line: bytes) -> None:
    for home in (0, 1):
        sender = living_at(servers, home, 26).encode()
        with socket.create_connection(("127.0.0.1", int(servers.addresses[0].rpartition(":")[2]))) as asking:
            asking.settimeout(20)
            asking.sendall(request_line + b"\r\nHost: femr\r\nX-Forwarded-For: " + sender + b"\r\n\r\n")
            assert asking.recv(1000).split(b" ")[1] in (b"400", b"404", b"405", b"200")


@pytest.mark.parametrize(
    "begun",
    [
        b"POST /gradio_api/queue/join HTTP/1.1\r\nContent-Length: 1000\r\nHost: femr\r\n\r\n{",
        b"GET /gradio_api/heartbeat/abc HTTP/1.1\r\nHost: femr\r\n\r\n",
    ],
    ids=["while sending", "while listening"],
)
def test_a_visitor_who_leaves_keeps_nothing_open_at_home(servers: Replicas, page: Served, begun: bytes) -> None:
    sender = f"\r\nX-Forwarded-For: {living_at(servers, 1, 27)}\r\nHost".encode()
    with socket.create_connection(("127.0.0.1", int(servers.addresses[0].rpartition(":")[2]))) as asking:
        asking.sendall(begun.replace(b"\r\nHost", sender))
        page.wait_until(lambda: open_at(servers, 1) > 0)
    page.wait_until(lambda: open_at(servers, 1) == 0)


def open_at(servers: Replicas, number: int) -> int:
    """Connections that the other server has opened to this one."""
    port = int(servers.addresses[number].rpartition(":")[2])
    opened = psutil.Process(servers.processes[1 - number].pid).net_connections()
    return len([each for each in opened if each.raddr and each.raddr.port == port and each.status == "ESTABLISHED"])


@contextmanager
def stopped(servers: Replicas, number: int) -> Iterator[None]:
    """A server that hangs: its machine takes connections, and nobody answers."""
    servers.processes[number].send_signal(signal.SIGSTOP)
    try:
        yield
    finally:
        servers.processes[number].send_signal(signal.SIGCONT)


def beside(servers: Replicas, patience: Patience) -> passing.Replicas:
    """The first server's part in passing on, with a page that only tells that it was asked."""
    ring = Ring(tuple(servers.addresses), servers.addresses[0])
    return passing.Replicas(PlainTextResponse("asked myself"), ring, patience)


def completed(steps: Coroutine[None, None, None]) -> None:
    """Wait for `steps`, a minute at most; in a thread, as this one's loop may be a browser's."""
    with ThreadPoolExecutor(1) as apart:
        apart.submit(asyncio.run, asyncio.wait_for(steps, 60)).result()


def test_a_home_that_hangs_is_left_alone_until_it_is_well(servers: Replicas) -> None:
    async def asked() -> None:
        middleware = beside(servers, Patience(answer=1, rest=0.2))
        transport = httpx.ASGITransport(middleware, client=(living_at(servers, 1, 29), 1))
        headers = {"accept-language": "id"}
        async with httpx.AsyncClient(transport=transport, base_url="http://femr", headers=headers) as visitor:
            with stopped(servers, 1):
                first = await visitor.post("/gradio_api/queue/join", content=b"{}")
                assert (first.status_code, first.json()) == (504, {"detail": translate("error.unanswered", "id")})
                for _ in range(3):
                    await asyncio.sleep(0.2)
                    assert (await visitor.post("/gradio_api/queue/join", content=b"{}")).text == "asked myself"
            while (await visitor.post("/gradio_api/queue/join", content=b"{}")).text == "asked myself":
                await asyncio.sleep(0.1)

    completed(asked())


def test_a_stream_lasts_as_long_as_its_home_says_that_it_is_there(
    servers: Replicas, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GRADIO_HEARTBEAT_INTERVAL", HEARTBEAT_SECONDS)
    patience = Patience(answer=1.5)
    assert patience.answer < get_heartbeat_rate()
    path = "/gradio_api/heartbeat/abc"
    scope = {"type": "http", "method": "GET", "path": path, "raw_path": path.encode(), "query_string": b""}
    scope |= {"headers": [], "scheme": "http", "client": (living_at(servers, 1, 30), 1)}

    async def listened() -> None:
        middleware, told = beside(servers, patience), asyncio.Queue[Message]()
        listening = asyncio.create_task(middleware(scope, asyncio.Queue[Message]().get, told.put))
        assert (await told.get())["status"] == 200
        for _ in range(3):
            assert (await told.get())["body"] == b"data: ALIVE\n\n"
        with stopped(servers, 1):
            await listening
        assert told.empty(), "a stream that broke off is told as one that ended"

    completed(listened())


def test_a_home_that_goes_away_over_a_request_is_told(servers: Replicas) -> None:
    headers = {"x-forwarded-for": living_at(servers, 1, 28), "accept-language": "en"}

    def body() -> Iterator[bytes]:
        yield b"{"
        servers.kill(1)
        yield b"}" * 100_000

    answer = httpx.post(f"{servers.addresses[0]}/gradio_api/queue/join", content=body(), headers=headers, timeout=60)
    assert (answer.status_code, answer.json()) == (503, {"detail": translate("error.stopping")})
    taken_over = httpx.post(f"{servers.addresses[0]}/gradio_api/upload", files={"files": b"x"}, headers=headers)
    assert taken_over.json()[0].startswith(str(servers.folders[0]))
