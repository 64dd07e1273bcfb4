"""The app as its owner starts it: `python app.py` in a process of its own."""

import os
import re
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parent.parent


@contextmanager
def served_app(**environment: str) -> Iterator[tuple[str, subprocess.Popen]]:
    """Start `python app.py` and give its address and process; stopped at the end.

    What it prints, `process.printed` holds, line by line: all of it once this is over.

    Args:
        environment: variables for it; without `GRADIO_SERVER_PORT` it gets a free port.
    """
    port = environment.pop("GRADIO_SERVER_PORT", None) or free_port()
    process = subprocess.Popen(
        [sys.executable, "app.py"],
        cwd=ROOT,
        env={**os.environ, "GRADIO_SERVER_PORT": port, "PYTHONUNBUFFERED": "1", **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    process.printed = []
    # A full pipe would stop the server.
    reader = threading.Thread(target=lambda: process.printed.extend(process.stdout), daemon=True)
    try:
        address = _address(process)
        reader.start()
        yield address, process
    finally:
        process.terminate()
        if reader.ident:
            reader.join(timeout=20)
        process.communicate(timeout=20)


def free_port() -> str:
    """A port that nobody listens at."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return str(free.getsockname()[1])


def _address(process: subprocess.Popen) -> str:
    """The address that the app prints when it answers."""
    printed = []
    for line in process.stdout:
        printed.append(line)
        if found := re.search(r"https?://127\.0\.0\.1:\d+", line):
            return found[0]
    raise RuntimeError(f"app.py ended before it answered:\n{''.join(printed)}")
