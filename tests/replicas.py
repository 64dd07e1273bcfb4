"""Two servers of one page, and a small proxy before them that knows no visitor: each request goes to the next."""

import contextlib
import itertools
import re
import socket
import socketserver
import threading
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from subprocess import Popen

from tests.serving import free_port, served_app

HEAD_END = b"\r\n\r\n"


class Proxy(socketserver.ThreadingTCPServer):
    """Round robin, a connection for each request; a server that refuses to be connected to is left out.

    Attributes:
        address: where it listens.
        passed: how many requests each server has got, by path and the server's port.
    """

    daemon_threads, block_on_close = True, False

    def __init__(self, servers: list[str]) -> None:
        """Begin to listen; `servers` are their addresses."""
        super().__init__(("127.0.0.1", 0), _Request)
        self._ports = [int(each.rpartition(":")[2]) for each in servers]
        self._turns = itertools.count()
        self.passed: Counter[tuple[str, int]] = Counter()
        self.address = f"http://127.0.0.1:{self.server_address[1]}"
        self._thread = threading.Thread(target=self.serve_forever)
        self._thread.start()

    def close(self) -> None:
        """Stop listening."""
        self.shutdown()
        self._thread.join(timeout=10)
        self.server_close()

    def connected(self, path: str) -> socket.socket:
        """A connection to the server whose turn it is."""
        turn = next(self._turns)
        for port in self._ports[turn % 2 :] + self._ports[: turn % 2]:
            with contextlib.suppress(ConnectionRefusedError):
                connection = socket.create_connection(("127.0.0.1", port))
                self.passed[path, port] += 1
                return connection
        raise ConnectionRefusedError("neither server is there")


class _Request(socketserver.BaseRequestHandler):
    def handle(self) -> None:
        data = b""
        while HEAD_END not in data:
            part = self.request.recv(65536)
            if not part:
                return
            data += part
        head, _, rest = data.partition(HEAD_END)
        given = re.search(rb"\r\nx-forwarded-for: *([^\r]*)", head, re.IGNORECASE)
        sender = given[1] if given else self.client_address[0].encode()
        kept = re.sub(rb"\r\n(connection|x-forwarded-for):[^\r]*", b"", head, flags=re.IGNORECASE)
        told = b"\r\nConnection: close\r\nX-Forwarded-For: " + sender
        path = head.split(b" ", 2)[1].decode("latin-1").partition("?")[0]
        with self.server.connected(path) as server:
            server.sendall(kept + told + HEAD_END + rest)
            sending = threading.Thread(target=_pump, args=(self.request, server))
            sending.start()
            _pump(server, self.request)
            for each in (server, self.request):
                with contextlib.suppress(OSError):
                    each.shutdown(socket.SHUT_RDWR)
            sending.join()


def _pump(source: socket.socket, target: socket.socket) -> None:
    """Until one of both has gone, which is told to the other."""
    with contextlib.suppress(OSError):
        while data := source.recv(65536):
            target.sendall(data)
        target.shutdown(socket.SHUT_WR)


class Replicas:
    """Two servers that can be killed and started again.

    Attributes:
        addresses: of the servers.
        proxy: before both.
    """

    def __init__(self, folder: Path, **environment: str) -> None:
        """Start them; each gets a folder of its own in `folder`, and the variables of `environment`."""
        self.addresses = [f"http://127.0.0.1:{free_port()}" for _ in range(2)]
        self.folders = [folder / str(number) for number in range(2)]
        self._environment = environment
        self._running: list[ExitStack] = [ExitStack(), ExitStack()]
        self.processes: list[Popen] = [None, None]
        with ThreadPoolExecutor(2) as starting:
            list(starting.map(self.start, range(2)))
        self.proxy = Proxy(self.addresses)

    def start(self, number: int) -> None:
        """Start one, and wait until it answers."""
        told = {
            "GRADIO_SERVER_PORT": self.addresses[number].rpartition(":")[2],
            "GRADIO_TEMP_DIR": str(self.folders[number]),
            "FEMR_REPLICAS": " ".join(self.addresses),
            "FEMR_REPLICA": self.addresses[number],
        }
        _, self.processes[number] = self._running[number].enter_context(served_app(**{**told, **self._environment}))

    def kill(self, number: int) -> None:
        """As a machine that loses its power."""
        self.processes[number].kill()
        self._running[number].close()

    def close(self) -> None:
        """End all."""
        self.proxy.close()
        for each in self._running:
            each.close()


@contextmanager
def replicas(folder: Path, **environment: str) -> Iterator[Replicas]:
    """Two servers while they run."""
    with closing(Replicas(folder, **environment)) as running:
        yield running
