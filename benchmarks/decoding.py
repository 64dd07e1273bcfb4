"""What the worst files cost, and how long somebody else's ordinary photo then takes, beside Pillow in one process.

    python -m benchmarks.decoding [--costs] [--visitors 20]

First, by itself (`--costs`: only that), each of the worst files (`tests/worst_files.py`) is opened by the page's
processes and, as the peer, by Pillow alone in a process of its own: seconds, and the peak of memory that this adds.
Then the app is served, `--visitors` send the worst files all at once over the API, and meanwhile another sends an
ordinary photo again and again: its delay, and the peak of the memory that the server and its processes hold together
(proportional set size, sampled 20 times a second).
"""

import argparse
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil
from gradio_client import Client, handle_file
from gradio_client.exceptions import AppError
from PIL import Image

from benchmarks.scenes import one_face
from tests.serving import served_app
from tests.worst_files import WORST, worst

UPLOADS = 30_000_000
"""What the page takes, in bytes."""

PEER_SECONDS = 60
"""After that the peer is given up."""

PEER = """
import io, sys, warnings
import numpy, pillow_heif
from PIL import Image
warnings.simplefilter("ignore")
Image.MAX_IMAGE_PIXELS = None
pillow_heif.register_heif_opener()
numpy.array(Image.open(sys.argv[1]).convert("RGB"))
"""

ORDINARY_PHOTOS = 12
"""Sent one after the other."""


class Peak(threading.Thread):
    """The most memory that a process and its children hold together, in bytes, until it is stopped."""

    def __init__(self, process: psutil.Process) -> None:
        """Begin to look."""
        super().__init__(daemon=True)
        self.most, self._process, self._over = 0, process, threading.Event()
        self.start()

    def run(self) -> None:
        """Look 20 times a second."""
        while not self._over.wait(0.05):
            self.most = max(self.most, held(self._process))

    def stop(self) -> int:
        """The most that was seen."""
        self._over.set()
        self.join()
        return self.most


def held(process: psutil.Process) -> int:
    """Memory of a process and its children now, in bytes; what they share counts once."""
    together = 0
    for each in [process, *process.children(recursive=True)]:
        try:
            together += each.memory_full_info().pss
        except (psutil.NoSuchProcess, psutil.ZombieProcess):  # ended while we looked
            continue
    return together


@contextmanager
def files(names: list[str]) -> Iterator[dict[str, Path]]:
    """The worst files, written down."""
    with tempfile.TemporaryDirectory() as folder:
        paths = {name: Path(folder) / f"{number}.jpg" for number, name in enumerate(names)}
        for name, path in paths.items():
            path.write_bytes(worst(name))
        yield paths


def costs(paths: dict[str, Path]) -> None:
    """A line for each of the worst files."""
    from femr.errors import PhotoError
    from femr.vision.image_files.pool import Decoders

    for name, path in paths.items():
        apart = Decoders()
        processes = [psutil.Process(worker.number) for worker in apart.workers]
        apart_peaks = [Peak(process) for process in processes]
        began = time.perf_counter()
        try:
            with apart.opened(path) as pixels:
                told = "{1} × {0}".format(*pixels.shape)
        except PhotoError as error:
            told = error.code
        seconds = time.perf_counter() - began
        time.sleep(0.1)
        memory = max(peak.stop() for peak in apart_peaks)
        apart.close()
        print(f"{name:42} {path.stat().st_size / 1e6:5.1f} MB  femr {seconds:6.2f} s {memory / 1e6:5.0f} MB", end="  ")
        print(f"{told:13}  Pillow {peer(path)}", flush=True)


def peer(path: Path) -> str:
    """What Pillow takes for the same."""
    began = time.perf_counter()
    process = subprocess.Popen([sys.executable, "-c", PEER, str(path)], stderr=subprocess.DEVNULL)
    peak = Peak(psutil.Process(process.pid))
    try:
        process.wait(PEER_SECONDS)
        seconds = f"{time.perf_counter() - began:6.2f} s"
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
        seconds = f"over {PEER_SECONDS} s"
    return f"{seconds} {peak.stop() / 1e6:5.0f} MB" + ("" if process.returncode == 0 else ", failed")


def ask(client: Client, photo: Path) -> float:
    """Seconds until a photo is answered, with music or with an error."""
    began = time.perf_counter()
    with suppress(AppError):
        client.predict(handle_file(photo), api_name="/analyze")
    return time.perf_counter() - began


def siege(paths: list[Path], visitors: int) -> None:
    """The ordinary photo's delay, alone and while the worst files come, and the server's memory."""
    with tempfile.TemporaryDirectory() as folder, served_app() as (address, process):
        ordinary = Path(folder) / "ordinary.jpg"
        Image.fromarray(one_face()).save(ordinary, quality=95)
        server = psutil.Process(process.pid)
        addresses = [{"X-Forwarded-For": f"10.77.0.{number + 1}"} for number in range(visitors + 1)]
        clients = [Client(address, verbose=False, headers=each) for each in addresses]
        ask(clients[0], ordinary)
        print(f"served, one photo read: {held(server) / 1e6:.0f} MB")
        report("alone", [ask(clients[0], ordinary) for _ in range(ORDINARY_PHOTOS)])
        peak = Peak(server)
        with ThreadPoolExecutor(visitors) as others:
            began = time.perf_counter()
            sent = [others.submit(ask, client, paths[number % len(paths)]) for number, client in enumerate(clients[1:])]
            delays = []
            while not all(each.done() for each in sent) or len(delays) < ORDINARY_PHOTOS:
                delays.append(ask(clients[0], ordinary))
            lasted = max(each.result() for each in sent)
        report(f"beside {visitors} of the worst (they took up to {lasted:.1f} s)", delays)
        print(f"peak {peak.stop() / 1e6:.0f} MB, after {time.perf_counter() - began:.0f} s {held(server) / 1e6:.0f} MB")
        for client in clients:
            client.close()


def report(name: str, delays: list[float]) -> None:
    """One line."""
    print(
        f"an ordinary photo {name}: median {1000 * statistics.median(delays):.0f} ms, "
        f"longest {1000 * max(delays):.0f} ms ({len(delays)} photos)",
        flush=True,
    )


def main() -> None:
    """Measure what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--costs", action="store_true", help="only what each file costs")
    parser.add_argument("--visitors", type=int, default=20, choices=range(1, 41), metavar="VISITORS")
    wanted = parser.parse_args()
    with files(list(WORST)) as paths:
        if not wanted.costs:
            siege([path for path in paths.values() if path.stat().st_size <= UPLOADS], wanted.visitors)
        costs(paths)


if __name__ == "__main__":
    main()
