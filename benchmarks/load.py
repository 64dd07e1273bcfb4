"""How many photos a second the served page reads for many visitors, how late, and what memory that takes.

    python -m benchmarks.load [--seconds 60] [--visitors 1,4,16,32] [--what photos,live,peer] [--growth MINUTES]

Each visitor is a client without a browser, with an address of its own. For photos it uploads one (1280 × 720, one
face), has the page read it, and begins anew once it has the answer. For live cameras it sends frames as
`benchmarks.live` does. The peer is a bare Gradio app that takes the same upload through the same kind of event and
only scales it down. Memory is that of the server and its children; the most that was seen in the run.

`--growth` has two busy visitors stay for so many minutes, each choosing moods and showing photos without a pause, and
prints after each minute what the server and its children hold that no other process shares.
"""

import argparse
import asyncio
import io
import itertools
import json
import os
import statistics
import subprocess
import sys
import time
import uuid
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx
import numpy as np
import psutil
from PIL import Image

from benchmarks.live import PACE_SECONDS, frames
from benchmarks.scenes import one_face
from tests.serving import ROOT, free_port, served_app

WARM_SECONDS = 3
MOST_SECONDS, MOST_VISITORS, MOST_MINUTES = 300, 64, 30

MOST_PATIENCE = 20
"""Seconds that a visitor waits for an answer; one that takes longer is lost, which is an error."""

VISIT = "femr-kept"
"""The component through which the browser keeps the visit."""

SHOWS = "femr-faces", "photo"
"""By what the page's script tells that a photo was uploaded."""

PEER = """
import gradio as gr
from PIL import Image
def smaller(path):
    picture = Image.open(path); picture.thumbnail((640, 640)); return list(picture.size)
with gr.Blocks() as page:
    photo, answer = gr.Image(type="filepath", elem_id="peer"), gr.JSON()
    photo.input(smaller, photo, answer, concurrency_limit=2)
page.launch(quiet=False)
"""


@dataclass
class Tally:
    """What visitors met.

    Attributes:
        delays: of each answer, in seconds.
        errors: how often something else came.
        memory: the most that the server held, in bytes.
    """

    delays: list[float] = field(default_factory=list)
    errors: int = 0
    memory: int = 0


@dataclass(frozen=True)
class Event:
    """One of the page's events.

    Attributes:
        number: how it is called.
        values: its inputs on the untouched page.
        visit_in, visit_out: where the visit stands among inputs and outputs; None where it does not.
    """

    number: int
    values: list[Any]
    visit_in: int | None
    visit_out: int | None

    def values_of(self, visit: str) -> list[Any]:
        """Its inputs once the page has kept a visit."""
        return [visit if place == self.visit_in else value for place, value in enumerate(self.values)]

    def visit_after(self, answer: list[Any], before: str) -> str:
        """The visit that the page keeps after an answer."""
        after = None if self.visit_out is None else answer[self.visit_out]
        if isinstance(after, dict):  # an update, which may leave the value alone
            after = after.get("value")
        return before if after is None else after


async def events(client: httpx.AsyncClient) -> dict[tuple[str, str], Event]:
    """The events of a page, by the `elem_id` of what starts them and the kind."""
    config = (await client.get("/config")).json()
    components = {each["id"]: each["props"] for each in config["components"]}
    kept = next((each for each, props in components.items() if props.get("elem_id") == VISIT), None)

    def place(numbers: list[int]) -> int | None:
        return numbers.index(kept) if kept in numbers else None

    return {
        (components[target]["elem_id"], kind): Event(
            event["id"],
            [components[number].get("value") for number in event["inputs"]],
            place(event["inputs"]),
            place(event["outputs"]),
        )
        for event in config["dependencies"]
        if event["backend_fn"]
        for target, kind in event["targets"]
        if components.get(target, {}).get("elem_id")
    }


async def ask(
    client: httpx.AsyncClient, event: Event, values: list[Any], session: str, told: Any = None
) -> list[Any] | None:
    """Send an event as the page does, with what its script tells of it; its outputs, or None where it failed."""
    body = {"data": values, "event_data": told, "fn_index": event.number, "session_hash": session}
    joined = await client.post("/gradio_api/queue/join", json=body)
    if joined.status_code != 200:
        return None
    try:
        async with (
            asyncio.timeout(MOST_PATIENCE),
            client.stream("GET", "/gradio_api/queue/data", params={"session_hash": session}) as answer,
        ):
            async for line in answer.aiter_lines():
                if line.startswith("data:") and '"process_completed"' in line[:200]:
                    done = json.loads(line[5:])
                    return done["output"]["data"] if done["success"] else None
    except TimeoutError:
        pass
    return None


async def send_photo(
    client: httpx.AsyncClient, event: Event, photo: bytes, session: str, visit: str = ""
) -> list[Any] | None:
    """Upload a photo and have it read; as `ask`."""
    uploaded = await client.post("/gradio_api/upload", files={"files": ("me.jpg", photo, "image/jpeg")})
    if uploaded.status_code != 200:
        return None
    file = {"path": uploaded.json()[0], "meta": {"_type": "gradio.FileData"}}
    if len(event.values) == 1:  # the peer's
        return await ask(client, event, [file], session)
    return await ask(client, event, event.values_of(visit), session, {"token": "1", "file": file})


def visitor(address: str, number: int) -> httpx.AsyncClient:
    """Somebody with an address of their own; the server trusts this machine to tell it."""
    own = {"X-Forwarded-For": f"10.77.0.{number + 1}"}
    fresh = httpx.Limits(keepalive_expiry=3)  # servers hang up on idle connections after five seconds
    return httpx.AsyncClient(base_url=address, timeout=60, trust_env=False, headers=own, limits=fresh)


async def photos(address: str, number: int, until: float, tally: Tally) -> None:
    """One visitor who shows photos one after the other."""
    async with visitor(address, number) as client:
        found, session, photo = await events(client), uuid.uuid4().hex, jpeg(one_face())
        event = found.get(SHOWS) or found["peer", "input"]
        while (start := time.perf_counter()) < until:
            count(tally, start, await send_photo(client, event, photo, session) is not None)


async def live(address: str, number: int, until: float, tally: Tally) -> None:
    """One visitor before a live camera."""
    async with visitor(address, number) as client:
        film, stream = itertools.cycle(frames()), uuid.uuid4()
        while (start := time.perf_counter()) < until:
            answer = await client.post(f"/live/{stream}", content=next(film))
            count(tally, start, answer.status_code == 200)
            await asyncio.sleep(max(0.0, start + PACE_SECONDS - time.perf_counter()))


def count(tally: Tally, start: float, answered: bool) -> None:
    """One more answer, or an error."""
    if answered:
        tally.delays.append(time.perf_counter() - start)
    else:
        tally.errors += 1


def jpeg(picture: np.ndarray) -> bytes:
    """A photo as a phone sends it."""
    file = io.BytesIO()
    Image.fromarray(picture).save(file, "JPEG", quality=90)
    return file.getvalue()


def held(server: psutil.Process) -> int:
    """What a server and its children hold, in bytes; pages that they share are counted once."""
    return sum(each.memory_full_info().pss for each in [server, *server.children(recursive=True)])


def own(server: psutil.Process) -> int:
    """What a server and its children hold and no other process shares, in bytes."""
    return sum(each.memory_full_info().uss for each in [server, *server.children(recursive=True)])


Visit = Callable[[str, int, float, Tally], Awaitable[None]]


async def crowd(visit: Visit, address: str, server: psutil.Process, visitors: int, seconds: float) -> Tally:
    """So many visitors at once."""
    tally = Tally()
    running = asyncio.gather(
        *(visit(address, number, time.perf_counter() + seconds, tally) for number in range(visitors))
    )
    while not running.done():
        tally.memory = max(tally.memory, held(server))
        await asyncio.sleep(0.5)
    await running
    return tally


def report(name: str, visitors: int, seconds: float, tally: Tally) -> None:
    """One line."""
    delays = tally.delays or [float("nan")]
    print(
        f"{name:7} {visitors:2} visitors: {len(tally.delays) / seconds:5.1f} a second, median "
        f"{statistics.median(delays):5.2f} s, 95 % below {np.percentile(delays, 95):5.2f} s, errors {tally.errors}, "
        f"memory {tally.memory / 1e6:.0f} MB",
        flush=True,
    )


@contextmanager
def served_peer() -> Iterator[tuple[str, subprocess.Popen]]:
    """The peer's address and process while it is served."""
    port = free_port()
    address, environment = f"http://127.0.0.1:{port}", {**os.environ, "GRADIO_SERVER_PORT": port}
    process = subprocess.Popen([sys.executable, "-c", PEER], cwd=ROOT, env=environment, stdout=subprocess.DEVNULL)
    try:
        end = time.monotonic() + MOST_PATIENCE
        while not answers(address):
            if process.poll() is not None or time.monotonic() > end:
                raise RuntimeError("the peer did not start")
            time.sleep(0.1)
        yield address, process
    finally:
        process.terminate()
        process.wait(timeout=20)


def answers(address: str) -> bool:
    """Whether a page is served there."""
    try:
        return httpx.get(address, timeout=5, trust_env=False).status_code == 200
    except httpx.TransportError:
        return False


def compare(kinds: list[str], counts: list[int], seconds: int) -> None:
    """Every kind of visit for each number of visitors; each kind has a server of its own."""
    for kind in kinds:
        visit = live if kind == "live" else photos
        with served_peer() if kind == "peer" else served_app() as (address, process):
            server = psutil.Process(process.pid)
            asyncio.run(crowd(visit, address, server, 2, WARM_SECONDS))
            for visitors in counts:
                tally = asyncio.run(crowd(visit, address, server, visitors, seconds))
                report(kind, visitors, seconds, tally)


async def busy(address: str, number: int, until: float, tally: Tally) -> None:
    """One visitor of one visit who does this and that, and sends the visit along as the page does."""
    moods = itertools.cycle(("Happy", "Sad", "Angry", "Surprise"))
    async with visitor(address, number) as client:
        found, session, photo = await events(client), uuid.uuid4().hex, jpeg(one_face())
        pick, shows, visit = found["femr-pick", "input"], found[SHOWS], ""
        while time.perf_counter() < until:
            for _ in range(4):
                start = time.perf_counter()
                answer = await ask(client, pick, [next(moods), *pick.values_of(visit)[1:]], session)
                count(tally, start, answer is not None)
                visit = pick.visit_after(answer, visit) if answer else visit
            start = time.perf_counter()
            answer = await send_photo(client, shows, photo, session, visit)
            count(tally, start, answer is not None)
            visit = shows.visit_after(answer, visit) if answer else visit


def watch_growth(minutes: int) -> None:
    """Two busy visitors; the server's memory after each minute, and what it has grown since the first."""
    with served_app() as (address, process):
        server, first, sent = psutil.Process(process.pid), 0, 0
        for minute in range(1, minutes + 1):
            tally = asyncio.run(crowd(busy, address, server, 2, 60))  # each minute is a visit of its own
            now, sent = own(server), sent + len(tally.delays)
            first = first or now
            grown = (now - first) / 1e6
            print(f"after {minute:2} minutes and {sent} events: {now / 1e6:.1f} MB, {grown:+.1f} MB", flush=True)


def main() -> None:
    """Measure what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=int, default=60, choices=range(1, MOST_SECONDS + 1), metavar="SECONDS")
    parser.add_argument("--visitors", default="1,4,16,32", help="how many at once, one number after the other")
    parser.add_argument("--what", default="photos,live,peer", help="photos, live, peer")
    parser.add_argument("--growth", type=int, choices=range(1, MOST_MINUTES + 1), metavar="MINUTES")
    wanted = parser.parse_args()
    if wanted.growth:
        watch_growth(wanted.growth)
        return
    counts = [min(int(each), MOST_VISITORS) for each in wanted.visitors.split(",")]
    compare(wanted.what.split(","), counts, wanted.seconds)


if __name__ == "__main__":
    main()
