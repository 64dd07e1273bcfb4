"""Photos a second from a folder to its table, by one and by two workers, by as many of Ray's, beside a plain loop.

    python -m benchmarks.batch [--photos 200] [--rounds 3]

JPEGs of 1280 × 720 pixels with one face each. The peer calls `femr.analyze` in a loop, in one process that is warm,
and writes nothing. The workers' time holds all that the command does: start, networks, reading, the table; Ray's holds
the start and the end of its cluster on this machine. Since the start is a matter of seconds, the rate beyond it is
printed too: that of all photos less a tenth of them.
"""

import argparse
import logging
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from PIL import Image

from benchmarks.scenes import one_face

WORKERS = (1, 2)

BATCH = 16
"""Photos that a worker of Ray's is given at once, as the documents advise: it starts a task for each."""


def main() -> None:
    """Time each way in turns; print medians."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--photos", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    few = max(1, options.photos // 10)
    with tempfile.TemporaryDirectory() as place:
        many, some = (copies(Path(place) / str(count), count) for count in (options.photos, few))
        ways: dict[str, Callable[[Path], None]] = {"plain loop": plain(some)}
        ways |= {f"{workers} workers": by_workers(workers) for workers in WORKERS}
        ways |= {f"Ray's {workers}": by_ray(workers) for workers in WORKERS}
        taken: dict[str, list[tuple[float, float]]] = {name: [] for name in ways}
        for _ in range(options.rounds):
            for name, way in ways.items():
                taken[name].append((seconds(way, many), seconds(way, some)))
    for name, times in taken.items():
        whole = statistics.median(options.photos / all_of_them for all_of_them, _ in times)
        beyond = statistics.median((options.photos - few) / (all_of_them - part) for all_of_them, part in times)
        print(f"{name:10}  {whole:6.1f} photos a second with the start, {beyond:6.1f} beyond it")


def copies(folder: Path, count: int) -> Path:
    """A folder with so many photos."""
    folder.mkdir()
    first = folder / "0.jpg"
    Image.fromarray(one_face()).save(first, quality=90)
    for number in range(1, count):
        shutil.copy(first, folder / f"{number}.jpg")
    return folder


def plain(warming: Path) -> Callable[[Path], None]:
    """The peer, warm."""
    import femr

    def read(folder: Path) -> None:
        for photo in folder.iterdir():
            assert femr.analyze(photo).faces

    read(warming)
    return read


def by_workers(workers: int) -> Callable[[Path], None]:
    """The command."""

    def read(folder: Path) -> None:
        out = folder.with_name("table.csv")
        command = [sys.executable, "-m", "femr", str(folder), "--csv", str(out), "--workers", str(workers)]
        subprocess.run(command, check=True, stderr=subprocess.DEVNULL)
        assert out.read_text().count(",face,") - 1 == len(list(folder.iterdir()))  # the header has a column of the name

    return read


def by_ray(workers: int) -> Callable[[Path], None]:
    """A cluster on this machine."""
    os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
    import ray.data
    from pyarrow import parquet

    from femr.batch import find_photos
    from femr.ray_data import ReadFaces

    ray.data.DataContext.get_current().enable_progress_bars = False
    logging.getLogger("ray.data").setLevel(logging.ERROR)

    def read(folder: Path) -> None:
        out = folder.with_name("table")
        shutil.rmtree(out, ignore_errors=True)
        ray.init(num_cpus=workers + 1, include_dashboard=False, log_to_driver=False, logging_level=logging.ERROR)
        photos = ray.data.from_items([{"path": str(path)} for path in find_photos([folder])])
        faces = photos.map_batches(ReadFaces, batch_size=BATCH, compute=ray.data.ActorPoolStrategy(size=workers))
        faces.write_parquet(str(out))  # the processor beside the workers' is for this
        ray.shutdown()
        assert parquet.read_table(out)["status"].to_pylist() == ["face"] * len(list(folder.iterdir()))

    return read


def seconds(way: Callable[[Path], None], folder: Path) -> float:
    """How long it takes."""
    start = time.perf_counter()
    way(folder)
    return time.perf_counter() - start


if __name__ == "__main__":
    main()
