"""Many photos as a table: `femr FOLDER… --csv OUT`, or `--json` or `--parquet`; a row a face. And films: see `clips`.

What is read is noted at once in a journal beside the table, `OUT.part`; after an interruption the same command goes on
from there. The table itself is put in place when all is read, and the journal is taken away. Exit codes are those of
`femr`: 3 when no file was a usable photo, 4 when no photo had a face; the table then says so.
"""

import argparse
import csv
import json
import os
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from tqdm import tqdm

from femr import clips, i18n
from femr.batch import FACE, NO_FACE, PhotoReader, Row, find_photos, read_photos
from femr.emotions import EMOTIONS
from femr.errors import ChoiceError, FemrError, InstallationError
from femr.journal import Journal, stamp
from femr.learn import SUFFIXES
from femr.report import BOX
from femr.terminal import NO_FACE as NO_FACE_AT_ALL
from femr.terminal import NO_PHOTO, NOT_WRITTEN, STOPPED, Parser, one_line, safe, say

if TYPE_CHECKING:
    import pyarrow

SHARES = tuple(emotion.value for emotion in EMOTIONS)
COLUMNS = ("file", "status", "face", *BOX, *SHARES, "emotion", "certainty", "hints")

PARQUET_ROWS = 10_000
"""Rows that are in memory at once, and a group of a Parquet file."""

MAX_WORKERS = 1000
"""More than any one machine has cores."""

Cells = dict[str, Any]
"""A row of the table, by `COLUMNS`; what is not known is None, hints are a list."""


def cells(path: str | Path, row: Row) -> Cells:
    """A row of the table. Of a file's name, bytes that are no text stand as JSON writes them."""
    box, shares = row.box or [None] * len(BOX), row.shares or [None] * len(SHARES)
    return dict(
        zip(
            COLUMNS,
            (safe(str(path)), row.status, row.face, *box, *shares, row.emotion, row.certainty, list(row.hints)),
            strict=True,
        )
    )


# --- kinds of tables -----------------------------------------------------------------------------


def write_csv(rows: Iterable[Cells], out: Path, columns: Sequence[str] = COLUMNS) -> None:
    """UTF-8 with a header; nothing where nothing is known, hints with a space between."""
    with out.open("w", encoding="utf-8", newline="") as file:
        table = csv.DictWriter(file, columns, lineterminator="\n")
        table.writeheader()
        table.writerows({**row, "hints": " ".join(row["hints"])} for row in rows)


def write_json(rows: Iterable[Cells], out: Path, columns: Sequence[str] = COLUMNS) -> None:
    """A list of objects, one on a line."""
    with out.open("w", encoding="utf-8") as file:
        _list_of(({name: row[name] for name in columns} for row in rows), file)


def _list_of(rows: Iterable[Cells], file: TextIO) -> None:
    before = "[\n"
    for row in rows:
        file.write(before + json.dumps(row, ensure_ascii=False))
        before = ",\n"
    file.write("\n]\n" if before == ",\n" else "[]\n")


def write_parquet(rows: Iterable[Cells], out: Path, columns: Sequence[str] = COLUMNS) -> None:
    """In groups, by `arrow_schema`."""
    import pyarrow
    from pyarrow import parquet

    schema = arrow_schema(columns)
    with parquet.ParquetWriter(out, schema) as writer:
        for group in _groups(rows, PARQUET_ROWS):
            writer.write_table(pyarrow.Table.from_pylist(group, schema))


def arrow_schema(columns: Sequence[str] = COLUMNS) -> "pyarrow.Schema":
    """Whole numbers, doubles and texts, with nulls; hints are lists of texts."""
    import pyarrow

    kinds = {name: pyarrow.int32() for name in ("face", "person", *BOX)}
    kinds |= {name: pyarrow.float64() for name in ("seconds", *SHARES)}
    kinds["hints"] = pyarrow.list_(pyarrow.string())
    return pyarrow.schema([(name, kinds.get(name, pyarrow.string())) for name in columns])


def _groups(rows: Iterable[Cells], size: int) -> Iterator[list[Cells]]:
    group: list[Cells] = []
    for row in rows:
        group.append(row)
        if len(group) == size:
            yield group
            group = []
    if group:
        yield group


KINDS: dict[str, Callable[..., None]] = {
    "csv": write_csv,
    "json": write_json,
    "parquet": write_parquet,
}


def check_packages(kind: str) -> None:
    """Say what is missing before the work begins.

    Raises:
        InstallationError: the package that writes such tables.
    """
    if kind == "parquet":
        try:
            import pyarrow.parquet  # noqa: F401
        except ImportError as error:
            raise InstallationError("parquet_package", package=error.name or "pyarrow") from error


@contextmanager
def _put_in_place(out: Path) -> Iterator[Path]:
    """A file to write, which becomes `out` when all of it is written."""
    number, name = tempfile.mkstemp(dir=out.parent, prefix=f".{out.name}.")
    os.close(number)
    written = Path(name)
    try:
        yield written
        with written.open("r+b") as file:  # Windows syncs only what may be written
            os.fsync(file.fileno())
        mask = os.umask(0)
        os.umask(mask)
        written.chmod(0o666 & ~mask)  # as `open` makes files; those of `mkstemp` are their owner's alone
        written.replace(out)
    finally:
        written.unlink(missing_ok=True)


# --- the work ------------------------------------------------------------------------------------


def write_table(given: Iterable[Path], out: Path, kind: str, workers: int, lang: str) -> Counter[str]:
    """Read the photos that `out`'s journal does not hold as they are now, and put the table in place.

    Returns:
        How many have which status.

    Raises:
        ChoiceError: there are no photos, or `out` cannot be such a table.
        InstallationError: a network file is missing or broken, or a package is missing.
        OSError: the table or its journal cannot be written.
    """
    _check(out, kind)
    paths = find_photos(given)
    if not paths:
        raise ChoiceError("table_none", kinds=", ".join(sorted(SUFFIXES)))
    journal = Journal(out.with_name(out.name + ".part"), PhotoReader().identity)
    try:
        _read_new(paths, journal, workers, lang)
        counts = Counter(row.status for path in paths for row in journal.rows(path)[:1])
        with _put_in_place(out) as written:
            KINDS[kind]((cells(path, row) for path in paths for row in journal.rows(path)), written)
    finally:
        journal.close()
    journal.path.unlink(missing_ok=True)
    return counts


def write_films(paths: Iterable[Path], out: Path, kind: str, lang: str) -> clips.Tally:
    """Read films, and put the table of them in place.

    Raises:
        ChoiceError: not all of them are films, or `out` cannot be such a table.
        InstallationError: a network file is missing or broken, or a package is missing.
        OSError: the table cannot be written.
    """
    _check(out, kind)
    if not all(map(clips.is_film, paths)):
        raise ChoiceError("table_mixed")
    tally = clips.Tally()
    with _put_in_place(out) as written:
        KINDS[kind](clips.rows(paths, tally, lang), written, clips.COLUMNS)
    return tally


def _check(out: Path, kind: str) -> None:
    if out.suffix.lower() in SUFFIXES or clips.is_film(out) or (out.exists() and not out.is_file()):
        raise ChoiceError("table_out", path=out)
    check_packages(kind)


def _read_new(paths: list[Path], journal: Journal, workers: int, lang: str) -> None:
    stamps = {path: stamp(path) for path in paths}
    new = [path for path in paths if not journal.has(path, stamps[path])]
    progress = tqdm(
        total=len(paths),
        initial=len(paths) - len(new),
        desc=i18n.translate("table.progress", lang),
        disable=None,  # shown to a terminal alone
    )
    with progress, closing(read_photos(new, min(workers, len(new)))) as readings:
        for path, rows in readings:
            journal.add(path, stamps[path], rows)
            progress.update()


# --- the command line ----------------------------------------------------------------------------


def main(arguments: list[str]) -> int:
    """Answer for the command line `arguments`; the exit code."""
    options = _parser().parse_intermixed_args(arguments)
    lang = options.lang
    kind = next(kind for kind in KINDS if getattr(options, kind))
    out: Path = getattr(options, kind)
    films = any(map(clips.is_film, options.photos))
    try:
        if films:
            tally = write_films(options.photos, out, kind, lang)
            counts, told = tally.counts, tally.summary(out, lang)
        else:
            counts = write_table(options.photos, out, kind, options.workers, lang)
            told = summary(counts, out, lang)
    except FemrError as error:
        return say(error, lang)
    except OSError as error:
        problem = error.strerror or str(error)
        print(one_line(i18n.translate("table.write", lang, path=out, problem=problem)), file=sys.stderr)
        return NOT_WRITTEN
    except KeyboardInterrupt:
        stopped = i18n.translate("film.stopped", lang) if films else i18n.translate("table.stopped", lang, out=out)
        print(one_line(stopped), file=sys.stderr)
        return STOPPED
    print(told, file=sys.stderr)
    return 0 if counts[FACE] else NO_FACE_AT_ALL if counts[NO_FACE] else NO_PHOTO


def summary(counts: Counter[str], out: Path, lang: str) -> str:
    """What became of the photos, for a person at a terminal."""
    reasons = {status: count for status, count in counts.most_common() if status not in (FACE, NO_FACE)}
    done = i18n.translate(
        "table.done",
        lang,
        out=out,
        faces=counts[FACE],
        none=counts[NO_FACE],
        unreadable=sum(reasons.values()),
    )
    said = (i18n.translate(f"table.reason.{code}", lang, count=count) for code, count in reasons.items())
    return "\n".join([one_line(done), *(f"  {reason}" for reason in said)])


def _parser() -> argparse.ArgumentParser:
    parser = Parser(prog="femr", description="Read many photos, or films, into a table, a row a face.")
    parser.add_argument("photos", nargs="+", type=Path, help="folders, with all photos below them, and files; or films")
    kinds = parser.add_mutually_exclusive_group(required=True)
    for kind in KINDS:
        kinds.add_argument(f"--{kind}", type=Path, metavar="OUT", help="the table")
    parser.add_argument(
        "--workers", type=_workers, default=os.cpu_count() or 1, help="processes that read (the cores: %(default)s)"
    )
    parser.add_argument("--lang", choices=i18n.LANGUAGES, default=i18n.DEFAULT_LANGUAGE, help="(%(default)s)")
    return parser


def _workers(text: str) -> int:
    if text.isdecimal() and 1 <= int(text) <= MAX_WORKERS:
        return int(text)
    raise argparse.ArgumentTypeError(f"expected 1 to {MAX_WORKERS}. Received: {text}")
