"""Photos read by a cluster: Ray's own, on this machine, with two workers."""

import json
import os
import re
import signal
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import pyarrow
import pytest
import ray
import ray.data
from pyarrow import parquet

from femr.batch import FACE, NO_FACE, PhotoReader, find_photos
from femr.ray_data import ReadFaces
from femr.table import arrow_schema, cells, write_table
from tests.faces import astronaut, encoded, faceless, tiled
from tests.serving import ROOT

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:ray")  # it warns of itself

WORKERS = 2
PATIENCE = 60
"""Seconds that Ray waits for all workers before it gives out photos."""

PHOTOS = 16
"""So many that both workers are given some before the death, and after it."""


class DiesOnce(ReadFaces):
    """Dies over one photo, with all that it had in hand, the first time that it meets it."""

    def __init__(self, notes: Path, deadly: bytes) -> None:
        super().__init__()
        self._notes, self._deadly = notes, deadly
        (notes / str(os.getpid())).touch()

    def __call__(self, batch: Mapping[str, Sequence]) -> pyarrow.Table:
        table = super().__call__(batch)
        died = self._notes / "died"
        if not died.exists() and self._deadly in list(batch["path"]):
            died.touch()
            os.kill(os.getpid(), signal.SIGKILL)
        return table


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where Ray is started, and its workers are."""
    return tmp_path_factory.mktemp("here")


@pytest.fixture(scope="module", autouse=True)
def cluster(here: Path) -> Iterator[None]:
    # A short path: Ray's sockets lie below it.
    with pytest.MonkeyPatch.context() as patch, tempfile.TemporaryDirectory() as place:
        patch.chdir(here)
        patch.setenv("PYTHONPATH", str(ROOT))
        patch.setenv("RAY_USAGE_STATS_ENABLED", "0")
        ray.init(
            num_cpus=WORKERS,
            include_dashboard=False,
            log_to_driver=False,
            object_store_memory=100_000_000,  # bytes
            _temp_dir=place,
        )
        ray.data.DataContext.get_current().enable_progress_bars = False
        ray.data.DataContext.get_current().wait_for_min_actors_s = PATIENCE
        yield
        ray.shutdown()


@pytest.fixture(scope="module")
def folder(here: Path) -> Path:
    (here / "photos").mkdir()
    folder = Path("photos")
    portrait = encoded(astronaut(), "JPEG")
    for number in range(PHOTOS):
        (folder / f"{number:02}.jpg").write_bytes(portrait)
    for name, data in {
        "group.png": encoded(tiled(1, 2), "PNG"),
        "coffee.png": encoded(faceless("coffee"), "PNG"),
        "empty.jpg": b"",
        "text.jpg": b"no photo",
    }.items():
        (folder / name).write_bytes(data)
    return folder


def in_order(rows: list[dict]) -> list[dict]:
    return sorted(rows, key=lambda row: (row["file"], row["face"] or 0))


@pytest.fixture(scope="module")
def told_by_the_command(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> list[dict]:
    out = tmp_path_factory.mktemp("table") / "faces.json"
    write_table([folder], out, "json", 1, "en")
    rows = json.loads(out.read_text())
    assert {row["status"] for row in rows} == {FACE, NO_FACE, "photo_empty", "photo_unknown"}
    return in_order(rows)


def test_every_photo_is_in_the_table_once_though_a_worker_is_killed(
    folder: Path, told_by_the_command: list[dict], tmp_path: Path
) -> None:
    photos = ray.data.from_items([{"path": os.fsencode(path)} for path in find_photos([folder])])
    faces = photos.map_batches(
        DiesOnce,
        fn_constructor_args=(tmp_path, os.fsencode(folder / "group.png")),
        compute=ray.data.ActorPoolStrategy(size=WORKERS),
    )
    rows = faces.take_all()
    processes = {note.name for note in tmp_path.iterdir()} - {"died"}
    assert (tmp_path / "died").exists()
    assert len(processes) == WORKERS + 1
    assert in_order(rows) == told_by_the_command


def test_photos_that_ray_fetches_itself_are_read_alike(folder: Path, told_by_the_command: list[dict]) -> None:
    photos = ray.data.read_binary_files(str(folder.absolute()), include_paths=True)
    faces = photos.map_batches(ReadFaces, compute=ray.data.ActorPoolStrategy(size=1))
    assert faces.schema().base_schema == arrow_schema()
    named = [{**row, "file": os.path.relpath(row["file"])} for row in faces.take_all()]
    assert in_order(named) == told_by_the_command


def test_the_documents_example_reads_what_the_command_reads_and_names_that_are_no_text(
    folder: Path, told_by_the_command: list[dict]
) -> None:
    odd = folder / os.fsdecode(b"\xff.jpg")
    odd.write_bytes(encoded(astronaut(), "JPEG"))
    document = (ROOT / "docs" / "folders.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"```python\n([^`]*import ray\.data\n[^`]+)```", document)
    exec(example, {})
    rows = parquet.read_table("faces").to_pylist()
    assert in_order(rows) == in_order([*told_by_the_command, *(cells(odd, row) for row in PhotoReader()(odd))])
