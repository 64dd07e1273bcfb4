"""What it costs that a server passes on what belongs to the other: the same requests asked at home and asked elsewhere.

    python -m benchmarks.replicas [--rounds 100]

Two servers on loopback, one visitor, whose home is the first: each round sends a live frame (480 × 360) and a photo
(upload, event and answer) to the one and then to the other, in turns. Printed are the median times, and the
processor's time that the second server takes for passing them on.
"""

import argparse
import statistics
import tempfile
import time
import uuid
from pathlib import Path

import httpx
import psutil

from femr.page.server.replicas import Ring
from tests.app.visits import FRAME, Served
from tests.replicas import replicas

WARM_ROUNDS = 5


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=100)
    rounds = parser.parse_args().rounds
    with tempfile.TemporaryDirectory() as folder, replicas(Path(folder)) as servers:
        ring = Ring(tuple(servers.addresses), servers.addresses[0])
        sender = next(each for n in range(1, 255) if ring.order(each := f"10.0.0.{n}")[0] == ring.own)
        pages = [Served(each, servers.processes[0], servers.folders[0]) for each in servers.addresses]
        visitors = [page.visitor(**{"x-forwarded-for": sender}) for page in pages]
        elsewhere = psutil.Process(servers.processes[1].pid)
        for what, ask in (("a live frame", live_frame), ("a photo", photo)):
            for page, visitor in list(zip(pages, visitors, strict=True)) * WARM_ROUNDS:
                ask(page, visitor)
            taken: list[list[float]] = [[], []]
            before = sum(elsewhere.cpu_times()[:2])
            for _ in range(rounds):
                for times, page, visitor in zip(taken, pages, visitors, strict=True):
                    start = time.perf_counter()
                    ask(page, visitor)
                    times.append(time.perf_counter() - start)
            busy = (sum(elsewhere.cpu_times()[:2]) - before) / rounds
            home, other = (1000 * statistics.median(times) for times in taken)
            print(f"{what}: {home:.1f} ms at home, {other:.1f} ms elsewhere; {1000 * busy:.1f} ms of its processor")
        for visitor in visitors:
            visitor.close()


def live_frame(_: Served, visitor: httpx.Client) -> None:
    """One frame of a stream of its own."""
    visitor.post(f"/live/{STREAM}", content=FRAME).raise_for_status()


def photo(page: Served, visitor: httpx.Client) -> None:
    """A photo's upload, its event and its answer."""
    page.send(visitor, "photo", page.upload(visitor))


STREAM = uuid.uuid4()

if __name__ == "__main__":
    main()
