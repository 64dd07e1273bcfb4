"""`femr FOLDER… --csv OUT`: the table, and that no photo is read twice whatever stops the work."""

import csv
import json
import os
import signal
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyarrow import parquet

from femr import i18n, table
from femr.__main__ import asks_for_a_table
from femr.batch import FACE, NO_FACE, PhotoReader, Row, Rows
from femr.errors import ChoiceError
from femr.journal import Journal, stamp
from femr.table import COLUMNS, KINDS, SHARES, cells
from tests.faces import astronaut, encoded, faceless, tiled
from tests.serving import ROOT

PATIENCE = 60
"""Seconds that a test waits for what must happen."""

HAPPY = Row(FACE, 1, (10, 20, 30, 40), (0.1, 0.1, 0.5, 0.1, 0.1, 0.1), "Happy", "between", ("close", "dark"))

FILES = {
    "a.png": encoded(tiled(1, 2), "PNG"),
    "deep/b.jpg": encoded(astronaut(), "JPEG"),
    "deep/c.png": encoded(faceless("coffee"), "PNG"),
    "d.jpg": b"no photo",
    "e.jpg": b"",
}
STATUSES = {"a.png": FACE, "deep/b.jpg": FACE, "deep/c.png": NO_FACE, "d.jpg": "photo_unknown", "e.jpg": "photo_empty"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("photos")
    for name, data in FILES.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(data)
    return folder


@contextmanager
def started(*arguments: object) -> Iterator[subprocess.Popen]:
    """`femr`, in a process group of its own, as a shell starts it."""
    command = [sys.executable, "-m", "femr", *map(str, arguments)]
    with subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def ended(*arguments: object) -> tuple[int, str, str]:
    with started(*arguments) as process:
        out, err = process.communicate(timeout=PATIENCE)
    return process.returncode, out, err


def until(happened: Callable[[], object]) -> object:
    """What `happened` gives once it is true."""
    end = time.monotonic() + PATIENCE
    while not (answer := happened()):
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.02)
    return answer


def as_read(out: Path) -> list[dict[str, str]]:
    with out.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


# --- the table -----------------------------------------------------------------------------------


def test_two_workers_read_a_folder_into_a_row_a_face(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "table.csv"
    code, said, err = ended(folder, "--csv", out, "--workers", 2)
    assert (code, said) == (0, "")
    rows = as_read(out)
    assert tuple(rows[0]) == COLUMNS
    files = [str(folder / name) for name in ("a.png", "a.png", "d.jpg", "deep/b.jpg", "deep/c.png", "e.jpg")]
    assert [row["file"] for row in rows] == files
    assert [row["status"] for row in rows] == [STATUSES[os.path.relpath(file, folder)] for file in files]
    assert [row["face"] for row in rows] == ["1", "2", "", "1", "", ""]
    expected = [cells(Path(file), row) for file in dict.fromkeys(files) for row in PhotoReader()(file)]
    assert rows == [
        {
            name: " ".join(value) if name == "hints" else "" if value is None else str(value)
            for name, value in each.items()
        }
        for each in expected
    ]
    assert err.splitlines()[0] == i18n.translate("table.done", out=out, faces=2, none=1, unreadable=2)
    assert {line.strip() for line in err.splitlines()[1:]} == {
        i18n.translate("table.reason.photo_unknown", count=1),
        i18n.translate("table.reason.photo_empty", count=1),
    }
    assert os.listdir(tmp_path) == ["table.csv"]


ROWS = [(Path("a,b\n.jpg"), HAPPY), (Path(os.fsdecode(b"\xff.jpg")), Row(NO_FACE)), (Path("é.jpg"), Row("photo_empty"))]
NAMES = ["a,b\n.jpg", "\\udcff.jpg", "é.jpg"]


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_table_holds_the_same(kind: str, tmp_path: Path) -> None:
    out = tmp_path / "table"
    KINDS[kind]((cells(path, row) for path, row in ROWS), out)
    if kind == "csv":
        rows = [
            {
                **row,
                "hints": row["hints"].split(),
                **{name: float(row[name]) if row[name] else None for name in ("face", *table.BOX, *SHARES)},
                **{name: row[name] or None for name in ("emotion", "certainty")},
            }
            for row in as_read(out)
        ]
    else:
        rows = json.loads(out.read_text()) if kind == "json" else parquet.read_table(out).to_pylist()
    assert rows == [cells(path, row) for path, row in ROWS]
    assert [row["file"] for row in rows] == NAMES


@pytest.mark.parametrize("kind", KINDS)
def test_no_rows_are_a_table_as_well(kind: str, tmp_path: Path) -> None:
    KINDS[kind](iter(()), tmp_path / "table")
    assert (tmp_path / "table").stat().st_size > 0


def test_parquet_is_written_in_groups(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table, "PARQUET_ROWS", 2)
    table.write_parquet((cells(Path(f"{number}.jpg"), HAPPY) for number in range(5)), tmp_path / "table")
    file = parquet.ParquetFile(tmp_path / "table")
    assert [file.metadata.row_group(each).num_rows for each in range(file.num_row_groups)] == [2, 2, 1]


def test_a_table_is_synced_where_only_what_may_be_written_can_be(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced = []

    def as_windows_does(number: int) -> None:
        os.write(number, b"")  # of what is open for reading alone that is an error
        synced.append(number)

    monkeypatch.setattr(os, "fsync", as_windows_does)
    with table._put_in_place(tmp_path / "table") as written:
        written.write_bytes(b"rows")
    assert (tmp_path / "table").read_bytes() == b"rows"
    assert synced


def test_without_pyarrow_it_is_said_before_anything_is_read(
    run, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow.parquet", None)
    code, out, err = run(folder, "--parquet", tmp_path / "table")
    assert (code, out, err.count("\n")) == (1, "", 1)
    assert "pip install -r requirements-parquet.txt" in err
    assert os.listdir(tmp_path) == []


# --- what was read is kept -----------------------------------------------------------------------

rows_of_photos = st.lists(
    st.builds(
        Row,
        status=st.sampled_from([FACE, NO_FACE, "photo_empty"]),
        face=st.none() | st.integers(1, 99),
        box=st.tuples(*[st.integers(-9, 9999)] * 4) | st.just(()),
        shares=st.tuples(*[st.floats(0, 1)] * 6) | st.just(()),
        emotion=st.none() | st.sampled_from(SHARES),
        hints=st.lists(st.sampled_from(["dark", "small"]), max_size=2).map(tuple),
    ),
    min_size=1,
    max_size=3,
).map(tuple)
STAMP = (1_700_000_000_123_456_789, 5000)
names = st.binary(min_size=1, max_size=20).filter(lambda name: not set(b"/\0") & set(name)).map(os.fsdecode)
names = names.filter(lambda name: name not in (".", ".."))


@given(photos=st.dictionaries(names, rows_of_photos, max_size=5), cut=st.integers(0, 60))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_journal_gives_back_what_was_noted_but_for_a_line_that_was_not_finished(
    tmp_path: Path, photos: dict[str, Rows], cut: int
) -> None:
    path = tmp_path / "journal"
    path.unlink(missing_ok=True)
    journal = Journal(path, "network")
    for name, rows in photos.items():
        journal.add(Path(name), STAMP, rows)
    journal.close()
    end = path.stat().st_size
    path.write_bytes(path.read_bytes()[: max(end - cut, 0)])
    again = Journal(path, "network")
    kept = [name for name in photos if again.has(Path(name), STAMP)]
    assert kept == list(photos)[: len(kept)]
    assert len(kept) == len(again) == len(photos) or cut > 0
    assert {name: again.rows(Path(name)) for name in kept} == {name: photos[name] for name in kept}
    for name, rows in photos.items():
        if name not in kept:
            again.add(Path(name), STAMP, rows)
    again.close()
    full = Journal(path, "network")
    assert {name: full.rows(Path(name)) for name in photos} == photos
    full.close()


def test_what_another_network_read_does_not_count(tmp_path: Path) -> None:
    one = Journal(tmp_path / "journal", "one")
    one.add(Path("a.jpg"), STAMP, (HAPPY,))
    one.close()
    other = Journal(tmp_path / "journal", "other")
    assert len(other) == 0
    other.close()


def test_two_do_not_write_the_same_table_at_once(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal", "network")
    with pytest.raises(ChoiceError, match="another femr"):
        Journal(tmp_path / "journal", "network")
    journal.close()
    Journal(tmp_path / "journal", "network").close()


def test_a_line_that_a_crash_has_spoilt_ends_what_counts(tmp_path: Path) -> None:
    path = tmp_path / "journal"
    journal = Journal(path, "network")
    journal.add(Path("a.jpg"), STAMP, (HAPPY,))
    journal.close()
    end = path.stat().st_size
    path.write_bytes(path.read_bytes() + bytes(50) + b"\n")
    again = Journal(path, "network")
    assert (len(again), path.stat().st_size) == (1, end)
    again.close()


def test_a_file_that_is_no_journal_is_left_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "journal").write_text("my notes\n")
    with pytest.raises(ChoiceError, match="was not written by femr"):
        Journal(tmp_path / "journal", "network")
    assert (tmp_path / "journal").read_text() == "my notes\n"


# --- what stops the work -------------------------------------------------------------------------


@pytest.fixture
def slow(tmp_path: Path) -> Path:
    """A folder's photos, and a pipe beside them that is no photo before somebody ends it."""
    (tmp_path / "photos").mkdir()
    for number in range(6):
        (tmp_path / "photos" / f"{number}.jpg").write_bytes(FILES["deep/b.jpg"])
    os.mkfifo(tmp_path / "pipe.jpg")
    return tmp_path


def spoilt(photo: Path) -> None:
    """Make it no photo, unseen by those who ask only for its time and size."""
    seen = photo.stat()
    photo.write_bytes(bytes(seen.st_size))
    os.utime(photo, ns=(seen.st_atime_ns, seen.st_mtime_ns))


def lines(path: Path) -> int:
    return path.read_bytes().count(b"\n") if path.exists() else 0


@pytest.mark.parametrize("by", [signal.SIGINT, signal.SIGKILL], ids=lambda by: by.name)
def test_after_an_interruption_nothing_is_read_twice(slow: Path, by: signal.Signals) -> None:
    out, journal, pipe = slow / "table.csv", slow / "table.csv.part", slow / "pipe.jpg"
    command = (pipe, slow / "photos", "--csv", out, "--workers", 2)
    writer = os.open(pipe, os.O_RDWR)
    with started(*command) as process:
        until(lambda: lines(journal) == 1 + 6)
        children = psutil.Process(process.pid).children(recursive=True)
        if by is signal.SIGINT:
            os.killpg(process.pid, by)  # as a terminal does
            os.close(writer)
        else:
            process.kill()
        _, err = process.communicate(timeout=PATIENCE)
        assert process.returncode == {signal.SIGINT: 130, signal.SIGKILL: -signal.SIGKILL}[by]
        assert psutil.wait_procs(children, timeout=PATIENCE)[1] == []
    if by is signal.SIGINT:
        assert err == i18n.translate("table.stopped", out=out) + "\n"
    else:
        os.close(writer)
    assert not out.exists()
    for photo in (slow / "photos").iterdir():
        spoilt(photo)  # if it were read again, the table would say so
    pipe.unlink()
    pipe.write_bytes(FILES["deep/c.png"])
    assert ended(*command)[0] == 0
    assert [row["status"] for row in as_read(out)] == [NO_FACE, *[FACE] * 6]
    assert not journal.exists()


def test_what_could_not_be_read_and_what_was_changed_since_are_read_by_the_next_run(tmp_path: Path) -> None:
    out = tmp_path / "table.csv"
    photos = {name: tmp_path / f"{name}.jpg" for name in ("read", "changed", "touched", "missing", "costly")}
    for photo in photos.values():
        photo.write_bytes(FILES["e.jpg"])
    earlier = Journal(tmp_path / "table.csv.part", PhotoReader().identity)
    for name, photo in photos.items():
        status = f"photo_{name}" if name in ("missing", "costly") else "photo_odd"
        earlier.add(photo, stamp(photo), (Row(status),))
    earlier.close()
    before = photos["changed"].stat()
    photos["changed"].write_bytes(FILES["d.jpg"])
    os.utime(photos["changed"], ns=(before.st_atime_ns, before.st_mtime_ns))  # its size alone tells
    os.utime(photos["touched"], (0, 0))  # and of this its time
    assert ended(*photos.values(), "--csv", out, "--workers", 1)[0] == 3
    statuses = ["photo_odd", "photo_unknown", "photo_empty", "photo_empty", "photo_empty"]
    assert [row["status"] for row in as_read(out)] == statuses


def test_ctrl_c_while_the_processes_start_is_one_line(slow: Path) -> None:
    out = slow / "table.csv"
    with started(slow / "photos", "--csv", out, "--workers", 2) as process:
        until(lambda: any("spawn_main" in " ".join(each.cmdline()) for each in psutil.Process(process.pid).children()))
        os.killpg(process.pid, signal.SIGINT)
        _, err = process.communicate(timeout=PATIENCE)
    assert (process.returncode, err) == (130, i18n.translate("table.stopped", out=out) + "\n")


def test_a_terminal_shows_how_far_the_work_is(slow: Path) -> None:
    ours, its = os.openpty()
    termios.tcsetwinsize(its, (24, 100))
    command = [sys.executable, "-m", "femr", str(slow / "photos"), "--csv", str(slow / "table.csv"), "--workers", "1"]
    assert subprocess.run(command, cwd=ROOT, stderr=its, timeout=PATIENCE).returncode == 0
    shown = os.read(ours, 100_000).decode()
    os.close(ours)
    os.close(its)
    assert i18n.translate("table.progress") in shown
    assert "6/6" in shown


def test_a_photo_that_ends_its_process_costs_no_other(slow: Path) -> None:
    out, pipe = slow / "table.csv", slow / "pipe.jpg"
    writer = os.open(pipe, os.O_RDWR)
    with started(pipe, slow / "photos", "--csv", out, "--workers", 1) as process:
        killed = []
        for _ in range(2):  # among others, and alone
            reader = until(lambda: reading(process.pid, pipe, killed))
            killed.append(reader.pid)
            reader.kill()
        assert process.wait(PATIENCE) == 0
    os.close(writer)
    assert [row["status"] for row in as_read(out)] == ["photo_costly", *[FACE] * 6]


def reading(parent: int, pipe: Path, but: list[int]) -> psutil.Process | None:
    """The child of `parent` that has `pipe` open."""
    for child in psutil.Process(parent).children():
        try:
            opened = {os.path.realpath(each) for each in Path(f"/proc/{child.pid}/fd").iterdir()}
        except OSError:  # it has just ended
            continue
        if child.pid not in but and str(pipe.resolve()) in opened:
            return child
    return None


# --- how it ends ---------------------------------------------------------------------------------


@pytest.mark.parametrize(("file", "code"), [("deep/c.png", 4), ("d.jpg", 3)])
def test_no_face_at_all_and_no_photo_at_all_have_their_exit_codes_and_the_table_is_written(
    folder: Path, tmp_path: Path, file: str, code: int
) -> None:
    assert ended(folder / file, "--json", tmp_path / "table.json", "--workers", 1)[:2] == (code, "")
    (row,) = json.loads((tmp_path / "table.json").read_text())
    assert row["status"] == STATUSES[file]


def test_photos_may_stand_before_and_after_the_options(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "table.csv"
    assert ended(folder / "e.jpg", "--csv", out, folder / "deep" / "c.png", "--workers", 1)[0] == 4
    assert [row["status"] for row in as_read(out)] == ["photo_empty", NO_FACE]


def test_a_table_that_cannot_be_written_is_exit_code_5_and_one_line(run, folder: Path, tmp_path: Path) -> None:
    code, out, err = run(folder, "--csv", tmp_path / "nowhere" / "table.csv")
    assert (code, out, err.count("\n")) == (5, "", 1)
    assert "table.csv" in err


@pytest.mark.parametrize("out", ["me.jpg", "/dev/null", os.curdir])
def test_no_photo_and_no_device_is_written_over(run, folder: Path, out: str) -> None:
    code, said, err = run(folder, "--csv", out)
    assert (code, said, err.count("\n")) == (2, "", 1)


def test_a_folder_without_photos_is_exit_code_2(run, tmp_path: Path) -> None:
    code, out, err = run(tmp_path, "--csv", tmp_path / "table.csv")
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize("workers", ["0", "-1", "many", "1001"])
def test_a_number_of_workers_that_cannot_be_is_exit_code_2(run, folder: Path, tmp_path: Path, workers: str) -> None:
    code, out, err = run(folder, "--csv", tmp_path / "table.csv", "--workers", workers)
    assert (code, out) == (2, "")
    assert err.endswith(f"expected 1 to 1000. Received: {workers}\n")


# --- one photo, or many --------------------------------------------------------------------------


@pytest.mark.parametrize(
    "line", ["A --csv OUT", "--csv=OUT A B", "A B --parquet OUT", "A --json OUT", "--json OUT A", "A B --json=OUT"]
)
def test_with_a_place_for_it_a_table_is_meant(line: str) -> None:
    assert asks_for_a_table(line.split())


@pytest.mark.parametrize("line", ["A", "A --json", "--json A", "--json A --goal lift", "A --json --songs 3", "--no A"])
def test_what_meant_one_photo_still_does(line: str) -> None:
    assert not asks_for_a_table(line.split())
