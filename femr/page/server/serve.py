"""`python app.py`: starts the server, or says in one sentence why it cannot, and stops it without losing an answer."""

import ctypes
import os
import platform
import re
import signal
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import gradio as gr
import uvicorn

from femr.errors import FemrError, StartError
from femr.page.layout import launch_options, own_routes
from femr.page.server.app import Site
from femr.page.server.connections import PunctualProtocol
from femr.page.server.replicas import ring_from_environment
from femr.page.uploads import uploads

USUAL_HOST, USUAL_PORT = "127.0.0.1", 7860
"""Where the page is served unless GRADIO_SERVER_NAME and GRADIO_SERVER_PORT say otherwise."""

STOP_SECONDS = 10
"""Running answers may take so long after SIGTERM."""

CLOSE_SECONDS = 2
"""And connections so long to close after that."""

PROXIES_OF_A_SPACE = "127.0.0.1,10.0.0.0/8,172.16.0.0/12,192.168.0.0/16"
"""Whose word on a visitor's address counts on Hugging Face, where nobody comes in past its proxies; elsewhere only
those in FORWARDED_ALLOW_IPS, or this machine's."""

MAX_CONNECTIONS = 800
"""At once; with two of each tab open, 400 visitors. Systems usually allow a process 1,024 files."""


MALLOC_OPTIONS = {"M_TRIM_THRESHOLD": (-1, 1 << 20), "M_MMAP_THRESHOLD": (-3, 1 << 20), "M_ARENA_MAX": (-8, 2)}
"""Of glibc (mallopt(3)), number and value: pictures lie outside the heaps and go back at once, and threads share two
heaps. Unless it is told, a heap keeps what its largest photo once took, and there are eight for each core."""


class Server(uvicorn.Server):
    """uvicorn's server, which knows of Gradio's events."""

    def __init__(self, config: uvicorn.Config, site: Site, address: str) -> None:
        """Serve `site` at `address`."""
        super().__init__(config)
        self._site, self._address = site, address

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, and say where."""
        await super().startup(sockets)
        print(f"* Running on local URL:  {self._address}", flush=True)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stop once all that runs is answered."""
        for server in self.servers:
            server.close()
        await self._site.finish(0 if self.force_exit else STOP_SECONDS)
        await super().shutdown(sockets)


def serve(page: gr.Blocks) -> None:
    """Serve `page` until SIGTERM or SIGINT.

    Raises:
        SystemExit: it cannot be served; with one sentence that says why.
    """
    _give_memory_back()
    with told():
        host, port = _address()
        listening = _listen(host, port)
        site = Site(page, launch_options(), own_routes(), uploads(), ring_from_environment())
    config = uvicorn.Config(
        site.app,
        http=PunctualProtocol,
        ws="none",
        log_level="warning",
        limit_concurrency=MAX_CONNECTIONS,
        timeout_graceful_shutdown=CLOSE_SECONDS,
        server_header=False,
        forwarded_allow_ips=os.environ.get("FORWARDED_ALLOW_IPS") or (PROXIES_OF_A_SPACE if _on_a_space() else None),
    )
    shown = f"[{host}]" if ":" in host else host
    # uvicorn raises the signal again once it has stopped; the process then ends as from a function's end.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    Server(config, site, f"http://{shown}:{port}").run(sockets=[listening])


def _give_memory_back() -> None:
    if platform.libc_ver()[0] == "glibc" and not any(name.startswith("MALLOC_") for name in os.environ):
        for option, value in MALLOC_OPTIONS.values():
            ctypes.CDLL(None).mallopt(option, value)


@contextmanager
def told() -> Iterator[None]:
    """End the process with one sentence, not a traceback, for what its owner can mend."""
    try:
        yield
    except FemrError as error:
        sys.exit(f"femr: {error}")


def _on_a_space() -> bool:
    return "SPACE_ID" in os.environ


def _address() -> tuple[str, int]:
    """Where to listen, as the environment says.

    Raises:
        StartError: the port is none.
    """
    host = os.environ.get("GRADIO_SERVER_NAME") or USUAL_HOST
    port = os.environ.get("GRADIO_SERVER_PORT") or str(USUAL_PORT)
    if not re.fullmatch(r"[0-9]{1,5}", port) or not 0 < int(port) < 65536:
        raise StartError("port_unknown", value=port)
    return host.removeprefix("[").removesuffix("]"), int(port)


def _listen(host: str, port: int) -> socket.socket:
    """A socket that listens there.

    Raises:
        StartError: somebody else does, or there is no such address.
    """
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listening = socket.create_server(address[:2], family=family, backlog=1024)
    except OSError as error:
        problem = os.strerror(error.errno) if error.errno and error.errno > 0 else error.strerror
        raise StartError("port_taken", host=host, port=str(port), problem=problem) from error
    # asyncio does so only for sockets that name their protocol. Without it an answer's body waits for its head to be
    # acknowledged, which takes the other side 40 ms.
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listening
