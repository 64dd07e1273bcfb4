"""How many frames of live cameras are answered, and how late, beside Gradio's own way of streaming.

    python -m benchmarks.live [--seconds 60] [--visitors 1,2,4,8] [--memory MINUTES]

Each visitor is a client without a browser that sends frames (480 × 360, a face that moves about) as the page does: at
most 15 a second, and the next only once the last has been answered. The delay is from sending to the answer, on
loopback. The peer reads the same frames with the same code, in a plain Gradio Image event that gets a frame as a data
URL and gives the boxes back. `--memory` has four visitors stay for that many minutes and prints the server's memory.
"""

import argparse
import asyncio
import base64
import statistics
import subprocess
import sys
import time
import uuid
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from ipaddress import ip_address

import cv2
import httpx
import numpy as np
import psutil
from skimage import data

from tests.serving import ROOT, served_app

PACE_SECONDS = 1 / 15
FRAMES = 30
WARM_SECONDS = 2
MOST_SECONDS, MOST_VISITORS, MOST_MINUTES = 120, 16, 15

PEER = """
import gradio as gr, numpy as np
from femr.vision.analysis import analyze
with gr.Blocks() as page:
    picture, answer = gr.Image(sources=["webcam"], streaming=True), gr.JSON()
    def read(frame): return [[face.box.x, face.box.y, face.emotion] for face in analyze(frame).faces]
    gr.Button().click(read, picture, answer, api_name="read", concurrency_limit=8, queue=False)
page.launch(quiet=False)
"""

Ask = Callable[[httpx.AsyncClient, str, bytes], Awaitable[httpx.Response]]


def frames() -> list[bytes]:
    """A second or two of film: JPEGs of a face that sways."""
    photo = data.astronaut()
    shots = [cv2.resize(photo[0:300, 60 + shift : 460 + shift], (480, 360)) for shift in sway()]
    return [cv2.imencode(".jpg", shot[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, 70])[1].tobytes() for shot in shots]


def sway() -> list[int]:
    """How far to the side each frame looks, in pixels of the photo."""
    return [round(20 * np.sin(2 * np.pi * n / FRAMES)) for n in range(FRAMES)]


async def femr(client: httpx.AsyncClient, visitor: str, frame: bytes) -> httpx.Response:
    """One frame, as the page sends it."""
    return await client.post(f"/live/{visitor}", content=frame, headers={"Content-Type": "image/jpeg"})


async def gradio(client: httpx.AsyncClient, visitor: str, frame: bytes) -> httpx.Response:
    """One frame, as a Gradio event takes it without its queue."""
    url = "data:image/jpeg;base64," + base64.b64encode(frame).decode()
    sent = {"data": [{"url": url, "meta": {"_type": "gradio.FileData"}}], "session_hash": visitor}
    return await client.post("/gradio_api/run/read", json=sent)


async def visit(address: str, ask: Ask, seconds: float, delays: list[float]) -> None:
    """One visitor; adds the delay of every answered frame, in seconds."""
    film, visitor = frames(), uuid.uuid4()
    elsewhere = {"X-Forwarded-For": str(ip_address(visitor.int))}  # an address of its own: each has but so many cameras
    end = time.perf_counter() + seconds
    async with httpx.AsyncClient(base_url=address, headers=elsewhere, timeout=30) as client:
        number = 0
        while (sent := time.perf_counter()) < end:
            answer = await ask(client, str(visitor), film[number % FRAMES])
            answer.raise_for_status()
            delays.append(time.perf_counter() - sent)
            number += 1
            await asyncio.sleep(max(0.0, sent + PACE_SECONDS - time.perf_counter()))


async def visits(address: str, ask: Ask, count: int, seconds: float) -> list[list[float]]:
    """Delays of `count` visitors at once."""
    delays: list[list[float]] = [[] for _ in range(count)]
    await asyncio.gather(*(visit(address, ask, seconds, each) for each in delays))
    return delays


def report(name: str, count: int, seconds: float, delays: list[list[float]]) -> None:
    """One line."""
    together = [1000 * delay for each in delays for delay in each]
    slowest = min(len(each) for each in delays) / seconds
    print(
        f"{name:7} {count:2} visitors: {statistics.median(map(len, delays)) / seconds:5.1f} frames/s each "
        f"(slowest {slowest:.1f}), delay median {statistics.median(together):6.1f} ms, "
        f"95 % below {np.percentile(together, 95):6.1f} ms",
        flush=True,
    )


@contextmanager
def served_peer() -> Iterator[str]:
    """The peer's address while it is served."""
    process = subprocess.Popen(
        [sys.executable, "-u", "-c", PEER], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    try:
        for line in process.stdout or ():
            if "127.0.0.1" in line:
                yield "http" + line.split("http")[1].strip()
                break
    finally:
        process.terminate()
        process.communicate(timeout=20)


def compare(address: str, counts: list[int], seconds: int) -> None:
    """Both ways, in turns, for each number of visitors."""
    with served_peer() as peer:
        for count in counts:
            for name, where, ask in (("femr", address, femr), ("Gradio", peer, gradio)):
                asyncio.run(visits(where, ask, count, WARM_SECONDS))
                report(name, count, seconds, asyncio.run(visits(where, ask, count, seconds)))


def watch_memory(address: str, server: psutil.Process, minutes: int) -> None:
    """Four visitors stay, a new stream every minute; the server's memory after each."""
    for minute in range(1, minutes + 1):
        asyncio.run(visits(address, femr, 4, 60))
        print(f"after {minute:2} minutes with 4 visitors: {server.memory_info().rss / 1e6:.0f} MB", flush=True)


def main() -> None:
    """Measure what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=int, default=60, choices=range(1, MOST_SECONDS + 1), metavar="SECONDS")
    parser.add_argument("--visitors", default="1,2,4,8", help="how many at once, one number after the other")
    parser.add_argument("--memory", type=int, choices=range(1, MOST_MINUTES + 1), metavar="MINUTES")
    wanted = parser.parse_args()
    counts = [min(int(each), MOST_VISITORS) for each in wanted.visitors.split(",")]
    with served_app() as (address, process):
        if wanted.memory:
            watch_memory(address, psutil.Process(process.pid), wanted.memory)
        else:
            compare(address, counts, wanted.seconds)


if __name__ == "__main__":
    main()
