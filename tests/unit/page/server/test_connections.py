"""Who takes for ever over a request does not keep a connection."""

import select
import socket
import threading
from collections.abc import Iterator

import pytest
import uvicorn

from femr.page.server import limits
from femr.page.server.connections import PunctualProtocol

REQUEST = b"GET / HTTP/1.1\r\nHost: femr\r\n"


async def answer(scope, receive, send) -> None:
    await receive()
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]})
    await send({"type": "http.response.body", "body": b"ok"})


@pytest.fixture
def client(monkeypatch: pytest.MonkeyPatch) -> Iterator[socket.socket]:
    """A connection to a server that has little patience."""
    monkeypatch.setattr(limits, "HEADER_SECONDS", 0.3)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        config = uvicorn.Config(answer, http=PunctualProtocol, ws="none", lifespan="off", log_level="error")
        server = uvicorn.Server(config)
        running = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        running.start()
        with socket.create_connection(listening.getsockname(), timeout=10) as client:
            yield client
        server.should_exit = True
        running.join()


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
