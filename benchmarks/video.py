"""How much faster than real time a film is read, beside a plain loop that reads every frame.

    python -m benchmarks.video [--seconds 30] [--rounds 3]

The film is made here: 1280 × 720 pixels, 30 frames a second, H.264, one of the drawn faces that moves over a background
which moves as well, and changes from drawing to drawing. `femr.watch` is timed with all that it does: it starts the
process that decodes, and follows the face. The peer decodes in its own process and calls `femr.analyze` for every
frame, as one would at first; since it is slow it gets a part of the film. A second peer reads as few frames as femr
does, with `femr.analyze`. Networks are warm for all. What all of it computes, on all cores together,
is printed too, since that hardly depends on what else a machine does; and the memory of both processes at their peak.
"""

import argparse
import os
import resource
import statistics
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from resource import RUSAGE_CHILDREN, RUSAGE_SELF

import av
import psutil

import femr
from femr.emotions import EMOTIONS
from femr.video.decode import STEP_SECONDS
from tests.films import RATE, scene, written

WIDTH, HEIGHT = 1280, 720
SECONDS_EACH = 5
"""How long a drawing is shown."""

PEERS_SHARE = 10
"""The first peer reads the film's first 1/10."""


def main() -> None:
    """Time each way in turns; print medians."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--seconds", type=int, default=30)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        film = made(Path(place) / "film.mp4", options.seconds)
        watched(made(Path(place) / "short.mp4", 1))
        few = options.seconds / PEERS_SHARE
        ways: dict[str, tuple[Callable[[], None], float]] = {
            "femr.watch": (lambda: watched(film), options.seconds),
            "every frame": (lambda: plainly(film, few, every=1), few),
            "as few frames, plainly": (lambda: plainly(film, few, every=round(RATE * STEP_SECONDS)), few),
        }
        taken: dict[str, list[float]] = {name: [] for name in ways}
        computing: dict[str, list[float]] = {name: [] for name in ways}
        for _ in range(options.rounds):
            for name, (way, seconds) in ways.items():
                start, computed = time.perf_counter(), computing_seconds()
                way()
                taken[name].append(seconds / (time.perf_counter() - start))
                computing[name].append((computing_seconds() - computed) / seconds)
        peak = peak_memory(lambda: watched(film))
    print(f"{os.cpu_count()} cores, {WIDTH} × {HEIGHT}, {RATE} frames a second, {options.seconds} s, one face")
    for name, times in taken.items():
        spread = f"from {min(times):.1f} to {max(times):.1f}"
        cost = statistics.median(computing[name])
        print(
            f"{name:24} {statistics.median(times):5.1f} × real time ({spread}), computing {cost:.2f} s a second of film"
        )
    print(f"memory of both processes at their peak: {peak / 1e6:.0f} MB")


def made(film: Path, seconds: int) -> Path:
    """A film of the drawings, one after the other."""

    def frames() -> Iterator:
        for number in range(seconds * RATE):
            name = EMOTIONS[number // (SECONDS_EACH * RATE) % len(EMOTIONS)].lower()
            yield scene([name], number / RATE, WIDTH, HEIGHT)

    return written(film, frames(), options={"preset": "medium"})


def watched(path: Path) -> None:
    """As femr does; nobody is missed."""
    film = femr.watch(path)
    assert film.people == 1
    assert sum(bool(moment.people) for moment in film.moments) > 0.95 * len(film.moments)


def plainly(path: Path, seconds: float, every: int) -> None:
    """The peer: a loop over frames, of which one in `every` is read."""
    with av.open(str(path)) as container:
        for number, frame in enumerate(container.decode(video=0)):
            if number >= seconds * RATE:
                break
            if number % every == 0:
                assert femr.analyze(frame.to_ndarray(format="rgb24")).faces


def computing_seconds() -> float:
    """What this process and those that it started and that have ended have computed."""
    return sum(each.ru_utime + each.ru_stime for each in map(resource.getrusage, (RUSAGE_SELF, RUSAGE_CHILDREN)))


def peak_memory(work: Callable[[], None]) -> int:
    """Bytes that this process and those that it starts hold together, at most, beyond what they share."""
    peak, ended = 0, threading.Event()

    def look() -> None:
        nonlocal peak
        here = psutil.Process()
        while not ended.wait(0.1):
            held = 0
            for each in (here, *here.children(recursive=True)):
                try:
                    held += each.memory_full_info().uss
                except psutil.NoSuchProcess:
                    continue
            peak = max(peak, held)

    looking = threading.Thread(target=look)
    looking.start()
    try:
        work()
    finally:
        ended.set()
        looking.join()
    return peak


if __name__ == "__main__":
    main()
