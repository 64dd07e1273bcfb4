"""A process that decodes photos for another: `python -m femr.vision.image_files.worker MEMORY SPARE NICE`.

A request on standard input and its answer on standard output each begin with the length of a JSON object, four bytes,
and that object: `{"name", "length", "seconds"}` and the file; `{"width", "height"}` and the RGB pixels, or the
`{"code", "values"}` of a `PhotoError`. It ends when standard input does.
"""

import contextlib
import json
import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

from PIL import Image

from femr.errors import PhotoError
from femr.vision.image_files.decode import ROWS, decode


def send(stream: BinaryIO, head: dict[str, Any]) -> None:
    """Write the beginning of a request or an answer."""
    text = json.dumps(head).encode("ascii")
    stream.write(len(text).to_bytes(4, "big") + text)


def receive(stream: BinaryIO) -> dict[str, Any]:
    """Read the beginning of a request or an answer.

    Raises:
        EOFError: the other side has ended.
    """
    length = int.from_bytes(exactly(stream, 4), "big")
    return json.loads(exactly(stream, length))


def exactly(stream: BinaryIO, length: int) -> bytes:
    """So many bytes.

    Raises:
        EOFError: the other side has ended.
    """
    data = stream.read(length)
    if len(data) < length:
        raise EOFError
    return data


def confine(memory: int, nice: int) -> None:
    """Let this process take at most so many bytes more than now, and the processor only where others leave it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C is meant for the server, which then ends this process
    if sys.platform == "linux":
        import resource

        pages = int(Path("/proc/self/statm").read_text().split()[0])
        most = pages * resource.getpagesize() + memory
        resource.setrlimit(resource.RLIMIT_AS, (most, most))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # no picture of anybody on the disk
    if hasattr(os, "nice"):
        os.nice(nice)


@contextlib.contextmanager
def at_most(seconds: float) -> Iterator[None]:
    """End this process once it has computed for so long; Python itself would have to wait for a decoder."""
    if hasattr(signal, "setitimer"):
        signal.setitimer(signal.ITIMER_PROF, seconds)
    yield
    if hasattr(signal, "setitimer"):
        signal.setitimer(signal.ITIMER_PROF, 0)


def answer(stream: BinaryIO, data: bytes, name: str, memory: int) -> None:
    """Decode one file."""
    try:
        picture = decode(data, name, memory)
    except PhotoError as error:
        return send(stream, {"code": error.code, "values": error.values})
    send(stream, {"width": picture.width, "height": picture.height})
    for top in range(0, picture.height, ROWS):
        stream.write(_rows(picture, top, min(top + ROWS, picture.height)))
    return None


def _rows(picture: Image.Image, top: int, bottom: int) -> bytes:
    return picture.crop((0, top, picture.width, bottom)).tobytes()


def main() -> None:
    """Answer until standard input ends."""
    memory, spare, nice = (int(each) for each in sys.argv[1:])
    confine(memory + spare, nice)
    requests, answers = sys.stdin.buffer, sys.stdout.buffer
    with contextlib.suppress(EOFError, BrokenPipeError):
        while True:
            request = receive(requests)
            with at_most(request["seconds"]):
                answer(answers, exactly(requests, request["length"]), request["name"], memory)
            answers.flush()


if __name__ == "__main__":
    main()
