"""Where the page listens, and what keeps it from that."""

import socket

import pytest

from femr.errors import StartError
from femr.page.server import serve


def test_the_usual_address_unless_the_environment_names_another(monkeypatch):
    monkeypatch.delenv("GRADIO_SERVER_NAME", raising=False)
    monkeypatch.delenv("GRADIO_SERVER_PORT", raising=False)
    assert serve._address() == ("127.0.0.1", 7860)
    monkeypatch.setenv("GRADIO_SERVER_NAME", "[::1]")
    monkeypatch.setenv("GRADIO_SERVER_PORT", "80")
    assert serve._address() == ("::1", 80)


@pytest.mark.parametrize("port", ["no", "0", "70000", "-1", "7860.0", "9" * 5000, "٣"])
def test_a_port_that_is_none_is_named(monkeypatch, port):
    monkeypatch.setenv("GRADIO_SERVER_PORT", port)
    with pytest.raises(StartError, match="GRADIO_SERVER_PORT"):
        serve._address()


def test_a_port_that_is_taken_is_named():
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(StartError, match="already in use"):
        serve._listen("127.0.0.1", taken.getsockname()[1])


def test_an_address_that_is_none_is_named():
    with pytest.raises(StartError, match=r"no\.such\.host\.invalid"):
        serve._listen("no.such.host.invalid", 7860)


def test_what_is_written_to_a_visitor_waits_for_no_acknowledgement():
    with serve._listen("127.0.0.1", 0) as listening, socket.create_connection(listening.getsockname()):
        taken, _ = listening.accept()
        with taken:
            assert taken.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
