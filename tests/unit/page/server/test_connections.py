"""Who takes for ever over a request does not keep a connection."""

import asyncio
import contextlib
import select
import socket
import threading
from collections.abc import Iterator

import pytest
import uvicorn
from anyio.from_thread import start_blocking_portal

from femr.page.server import limits
from femr.page.server.connections import OpenRequests, PunctualProtocol
from femr.page.server.limits import Most

REQUEST = b"GET / HTTP/1.1\r\nHost: femr\r\n"


async def answer(scope, receive, send) -> None:
    await receive()
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]})
    await send({"type": "http.response.body", "body": b"ok"})


@contextlib.contextmanager
def served(**settings: object) -> Iterator[tuple[str, int]]:
    """Where a server listens."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        config = uvicorn.Config(answer, http=PunctualProtocol, ws="none", lifespan="off", log_level="error", **settings)
        server = uvicorn.Server(config)
        running = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        running.start()
        yield listening.getsockname()
        server.should_exit = True
        running.join()


@pytest.fixture
def client(monkeypatch: pytest.MonkeyPatch) -> Iterator[socket.socket]:
    """A connection to a server that has little patience."""
    monkeypatch.setattr(limits, "HEADER_SECONDS", 0.3)
    with served() as address, socket.create_connection(address, timeout=10) as client:
        yield client


def test_who_says_nothing_is_hung_up_on(client: socket.socket) -> None:
    assert client.recv(100) == b""


def test_who_does_not_end_the_headers_is_hung_up_on_however_often_they_send_a_byte(client: socket.socket) -> None:
    client.sendall(REQUEST)
    client.settimeout(0.05)
    for _ in range(200):  # ten seconds
        try:
            client.sendall(b"X")
            if client.recv(1) == b"":
                return
        except TimeoutError:
            continue
        except ConnectionError:
            return
    pytest.fail("the server waits on")


def test_requests_that_come_in_time_are_answered_one_after_the_other_on_one_connection(client: socket.socket) -> None:
    for _ in range(4):  # together longer than the headers of one may take
        client.sendall(REQUEST + b"\r\n")
        heard = b""
        while not heard.endswith(b"ok"):
            more = client.recv(1000)
            assert more
            heard += more
        assert not select.select([client], [], [], 0.15)[0]


@pytest.mark.parametrize(("trusted", "served_too"), [("10.0.0.1", False), ("127.0.0.1", True)])
def test_one_address_holds_only_so_many_connections_and_a_proxy_any(
    trusted: str, served_too: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "CONNECTIONS_EACH", 3)
    with served(forwarded_allow_ips=trusted) as address, contextlib.ExitStack() as others:
        held = [others.enter_context(socket.create_connection(address, timeout=10)) for _ in range(3)]
        for each in held:  # each is there once it was answered
            each.sendall(REQUEST + b"\r\n")
            assert each.recv(1)
        with socket.create_connection(address, timeout=10) as one_more:
            with contextlib.suppress(ConnectionError):
                one_more.sendall(REQUEST + b"\r\n")
            try:
                answered = one_more.recv(100)
            except ConnectionError:
                answered = b""
        assert bool(answered) is served_too


def test_one_address_is_answered_only_so_many_requests_at_once_and_others_meanwhile(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(limits, "OPEN_REQUESTS", Most(2, 9))

    async def scene() -> None:
        over = asyncio.Event()

        async def endless(scope, receive, send) -> None:
            await over.wait()
            await answer(scope, receive, send)

        page = OpenRequests(endless)

        async def asked(host: str) -> int:
            sent = []

            async def send(message) -> None:
                sent.append(message)

            scope = {"type": "http", "method": "GET", "path": "/", "client": (host, 1), "headers": []}
            await page(scope, lambda: asyncio.sleep(0, {"type": "http.request"}), send)
            return sent[0]["status"]

        first = [asyncio.create_task(asked("10.0.0.1")) for _ in range(2)]
        await asyncio.sleep(0)
        assert await asked("10.0.0.1") == 429
        other = asyncio.create_task(asked("10.0.0.2"))
        over.set()
        assert await asyncio.gather(*first, other) == [200, 200, 200]
        assert await asked("10.0.0.1") == 200

    with start_blocking_portal() as portal:  # browser tests keep a loop running in this thread
        portal.call(scene)
