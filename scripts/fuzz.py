"""Throws damaged and made-up input at everything that reads what strangers send, and keeps what breaks it.

    python -m scripts.fuzz                          a minute, shared by all targets
    python -m scripts.fuzz links visits --count 100000 --seed 7
    python -m scripts.fuzz photos --seconds 600 --failures found

Only a `FemrError` may come of any input, within `SLOWEST_SECONDS`. An input that does anything else is written to the
folder of failures, named by its checksum; the exit code is then 1. Once it is mended, the input goes to
`tests/unit/fuzz_seeds/TARGET/`, where a test holds it and the next run begins from it.

Where atheris is installed (`--engine atheris`, chosen by itself), inputs are led by what code they reach; otherwise
they are mutations of the seeds. Both give the same inputs again for the same seed and count.
"""

import argparse
import atexit
import contextlib
import copy
import functools
import importlib.util
import inspect
import io
import json
import random
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import gradio as gr
import numpy as np
from PIL import Image

from femr.emotions import Emotion
from femr.errors import ChoiceError, FemrError
from femr.music.exportify import load_own_songs
from femr.music.share_link import from_query, to_query
from femr.page import api
from femr.page.cache import VisitCache
from femr.page.events import PageEvents
from femr.page.live_route import load_frame
from femr.page.screen import Controls
from femr.page.server.gate import parsed
from femr.page.session import Visit
from femr.page.subject import PickedMood
from femr.page.uploads import Uploads, safe_name
from femr.service import load_photo

ROOT = Path(__file__).parents[1]
STORED = ROOT / "tests" / "unit" / "fuzz_seeds"

SLOWEST_SECONDS = 10
"""Of the processor's time; an input that takes longer is a failure: it is too small to be so much work."""

LONGEST = 20_000
"""Bytes of an input."""


@dataclass(frozen=True)
class Target:
    """Something that reads what strangers send.

    Attributes:
        read: what is called with an input.
        seeds: inputs that make sense, to begin from.
        mutate: makes another input of one.
    """

    read: Callable[[bytes], object]
    seeds: Callable[[], list[bytes]]
    mutate: Callable[[random.Random, bytes, Sequence[bytes]], bytes]


@dataclass(frozen=True)
class Failure:
    """An input that did what none may do, and what that was."""

    data: bytes
    problem: str


# --- how inputs are made -------------------------------------------------------------------------

WORDS = (
    b"\0",
    b"\xff",
    b"\xff\xff\xff\xff",
    b"\x7f\xff\xff\xff",
    b"\x80\0\0\0",
    b'"',
    b",",
    b"=",
    b"&",
    b"%00",
    b"\x1b",
)


def mutate_bytes(rng: random.Random, data: bytes, others: Sequence[bytes]) -> bytes:
    """One to eight changes at random places."""
    changed = bytearray(data)
    for _ in range(rng.randint(1, 8)):
        place = rng.randint(0, len(changed))
        until = min(len(changed), place + rng.choice((1, 1, 2, 4, 16, 256)))
        match rng.randrange(6):
            case 0:
                changed[place:until] = bytes(rng.randrange(256) for _ in range(until - place))
            case 1:
                changed[place:until] = b""
            case 2:
                changed[place:place] = changed[place:until] * rng.choice((1, 2, 50))
            case 3:
                changed[place:until] = rng.choice(WORDS)
            case 4 if changed:
                changed[min(place, len(changed) - 1)] ^= 1 << rng.randrange(8)
            case _:
                other = rng.choice(others)
                start = rng.randint(0, len(other))
                changed[place:until] = other[start : start + rng.choice((4, 64, 1024))]
    return bytes(changed[:LONGEST])


ODD = (None, True, -1, 0, 2.5, float("nan"), float("inf"), 10**400, "", "\0", "٣", "x" * 5000, [], {}, [[[]]])


def mutate_json(rng: random.Random, data: bytes, others: Sequence[bytes]) -> bytes:
    """One to four values of the JSON replaced by odd ones or by values of other inputs; now and then bytes."""
    try:
        value = json.loads(data)
    except (ValueError, RecursionError):
        return mutate_bytes(rng, data, others)
    if rng.random() < 0.2:
        return mutate_bytes(rng, data, others)
    for _ in range(rng.randint(1, 4)):
        places = list(_places(value))
        if not places:
            break
        holder, key = rng.choice(places)
        match rng.randrange(4):
            case 0 if isinstance(holder, dict):
                del holder[key]
            case 1:
                other, kept = rng.choice(places)
                holder[key] = json.loads(json.dumps(other[kept])) if kept in _keys(other) else None
            case _:
                holder[key] = copy.deepcopy(rng.choice(ODD))  # or the next change would change ODD
    return json.dumps(value).encode()[:LONGEST]


def _keys(holder: Any) -> Any:
    return holder if isinstance(holder, dict) else range(len(holder))


def _places(value: Any) -> list[tuple[Any, Any]]:
    """Every value inside a JSON value, as what holds it and its key."""
    if not isinstance(value, dict | list):
        return []
    own = [(value, key) for key in _keys(value)]
    return own + [place for _, key in own for place in _places(value[key])]


# --- what reads them -----------------------------------------------------------------------------


def _photos() -> list[bytes]:
    """Small pictures of no face, in each format."""
    picture = Image.fromarray(np.random.default_rng(1).integers(0, 256, (40, 48, 3), np.uint8))
    exif = Image.Exif()
    exif[0x0112], exif[0x010F] = 6, "a camera"
    kinds: list[tuple[str, str, dict[str, Any]]] = [
        ("RGB", "JPEG", {"exif": exif}),
        ("L", "JPEG", {"progressive": True}),
        ("CMYK", "JPEG", {}),
        ("RGBA", "PNG", {}),
        ("P", "PNG", {"transparency": 3}),
        ("P", "GIF", {"save_all": True, "append_images": [picture.convert("P")]}),
        ("RGB", "WEBP", {"exif": exif}),
        ("RGB", "BMP", {}),
    ]
    return [_encoded(picture.convert(mode), kind, **settings) for mode, kind, settings in kinds]


def _frames() -> list[bytes]:
    return [each for each in _photos() if each.startswith(b"\xff\xd8") and b"\xff\xc0" in each]  # baseline


def _encoded(picture: Image.Image, kind: str, **settings: Any) -> bytes:
    file = io.BytesIO()
    picture.save(file, kind, **settings)
    return file.getvalue()


def _tables() -> list[bytes]:
    header = "Track URI,Track Name,Artist Name(s),Release Date,Genres,Energy,Valence,Tempo"
    row = 'spotify:track:0123456789012345678901,"A, ""b""","C;D\\, E",1999-01-02,"pop, rock",0.5,"0,25",120'
    text = f"{header}\n{row}\n'=f,x,y,,,1,0,\n"
    return [text.encode(), text.replace(",", ";").encode("cp1252"), text.encode("utf-16"), text.encode("utf-8-sig")]


def _links() -> list[bytes]:
    return [
        b"mood=Sad&goal=lift&songs=10&languages=en,id&years=1990-&clean=1&seed=7&v=10e46e29.2",
        b"?mood=0.25,-0.5&genres=hip%20hop,r%26b&years=1980-1999",
        b"mood=Neutral:0.5,Sad:0.5",
        b"mood=0.1,0.2,Neutral:0.5,Sad:0.5e-0",
    ]


FACE = {"box": [0, 0, 9, 9], "eyes": [1, 1, 2, 2], "score": 1, "shares": [1, 0, 0, 0, 0, 0], "quality": [1] * 6}


def _visits() -> list[bytes]:
    reading = {"width": 40, "height": 30, "faces": [FACE, FACE]}
    subjects = [
        {"kind": "face", "number": 1},
        {"kind": "everyone"},
        {"kind": "picked", "emotion": "Sad"},
        {"kind": "live", "emotion": "Sad", "shares": [0, 0, 0.5, 0, 0.5, 0]},
        {"kind": "link", "query": "mood=Sad"},
    ]
    playlist = "mood=Sad&songs=5&seed=3"
    return [
        json.dumps({"subject": each, "reading": reading, "playlist": playlist, "crops": "a", "own": ""}).encode()
        for each in subjects
    ]


def _calls() -> list[bytes]:
    library = _tables()[0].decode()
    arguments = ["Happy", "match", 3, 7, "en", "en, id", "pop", "1980-1999", False, ""]
    return [
        json.dumps(each).encode()
        for each in (
            arguments,
            [{"valence": 0.5, "arousal": -0.4}, "calm", 2, None, "id", "", "", "", None, library],
        )
    ]


def _bodies() -> list[bytes]:
    file = {"path": "/tmp/me.jpg", "url": None, "meta": {"_type": "gradio.FileData"}}  # noqa: S108 - a path like any
    bodies = [{"data": [file, {"a": [[file]]}, "id", None], "fn_index": 3, "session_hash": "abc"}, {"data": []}]
    return [*(json.dumps(each).encode() for each in bodies), b'{"data": ' + b"[" * 700 + b"]" * 700 + b"}"]


EVENTS = {
    name: method
    for name, method in inspect.getmembers(PageEvents(VisitCache()), inspect.ismethod)
    if not name.startswith("_")
}


def _events() -> list[bytes]:
    kept = [Visit(subject=PickedMood(Emotion.SAD)).to_json(), *(each.decode() for each in _visits())]
    controls = ["lift", 5, ["en"], ["pop"], 1980, 2005, True, True, "id"]
    said = {"index": 1, "emotion": "Sad", "shares": [0, 0, 0.5, 0, 0.5, 0]}
    return [
        json.dumps(
            {"event": name, "first": "0", "said": said, "query": {"mood": "Sad"}, "controls": [*controls, each]}
        ).encode()
        for name in EVENTS
        for each in kept
    ]


def read_link(data: bytes) -> None:
    """A link gives settings; written as a link again, they are the same."""
    settings = from_query(data.decode("utf-8", "replace"))
    assert from_query(to_query(settings), longest=10**6) == settings  # noqa: S101


def read_visit(data: bytes) -> None:
    """A visit is never an error, and what is kept of it is read as it was."""
    visit = Visit.from_json(data.decode("utf-8", "replace"))
    again = Visit.from_json(visit.to_json())
    assert (again.subject is None) == (visit.subject is None)  # noqa: S101
    if visit.subject:
        assert visit.mood == again.mood  # noqa: S101


def read_call(data: bytes) -> None:
    """An API call, as Gradio hands it on: with as many arguments as it takes."""
    arguments = _json(data)
    if isinstance(arguments, list) and len(arguments) == 10:
        api.recommend_songs(*arguments)


@functools.cache
def _uploads() -> Uploads:
    folder = tempfile.TemporaryDirectory(prefix="femr-fuzz-")
    atexit.register(folder.cleanup)
    return Uploads(Path(folder.name))


def read_body(data: bytes) -> None:
    """A request's body becomes what Gradio may be given; and any text the name of a file that can be."""
    with contextlib.suppress(ChoiceError):
        json.dumps(parsed(data, _uploads()), allow_nan=True)
    assert 0 < len(safe_name(data.decode("utf-8", "replace")).encode()) < 256  # noqa: S101


def read_event(data: bytes) -> None:
    """An event of the page, as Gradio hands it on."""
    sent = _json(data)
    if not isinstance(sent, dict) or not isinstance(name := sent.get("event"), str) or name not in EVENTS:
        return
    controls = sent.get("controls")
    if not isinstance(controls, list) or len(controls) != len(Controls._fields):
        return
    arguments: list[Any] = []
    for parameter in inspect.signature(EVENTS[name]).parameters.values():
        if parameter.kind is parameter.VAR_POSITIONAL:
            arguments += controls
        elif parameter.name == "event":
            arguments.append(gr.EventData(None, sent.get("said")))
        elif parameter.name == "request":
            query = sent.get("query")
            texts = {str(key): str(value)[:500] for key, value in query.items()} if isinstance(query, dict) else {}
            arguments.append(SimpleNamespace(query_params=texts, headers={}))
        else:
            arguments.append(sent.get("first"))
    EVENTS[name](*arguments)


def _json(data: bytes) -> Any:
    try:
        return json.loads(data)
    except (ValueError, RecursionError):  # FastAPI answers these
        return None


TARGETS = {
    "photos": Target(load_photo, _photos, mutate_bytes),
    "frames": Target(load_frame, _frames, mutate_bytes),
    "tables": Target(load_own_songs, _tables, mutate_bytes),
    "links": Target(read_link, _links, mutate_bytes),
    "visits": Target(read_visit, _visits, mutate_json),
    "bodies": Target(read_body, _bodies, mutate_bytes),
    "calls": Target(read_call, _calls, mutate_json),
    "events": Target(read_event, _events, mutate_json),
}


def seeds(name: str) -> list[bytes]:
    """What a target begins from: inputs that make sense, and those that once failed."""
    stored = sorted((STORED / name).glob("*")) if (STORED / name).is_dir() else []
    return [*TARGETS[name].seeds(), *(path.read_bytes() for path in stored)]


# --- running -------------------------------------------------------------------------------------


def tried(target: Target, data: bytes) -> Failure | None:
    """What is wrong with what an input did, if anything is."""
    begun = time.process_time()
    try:
        target.read(data)
    except FemrError as error:
        for lang in ("en", "id"):
            error.sentence(lang)
    except Exception as error:  # noqa: BLE001 - what is looked for
        return Failure(data, f"{type(error).__name__}: {error}")
    taken = time.process_time() - begun
    return Failure(data, f"took {taken:.0f} seconds") if taken > SLOWEST_SECONDS else None


def fuzz(target: Target, begin: list[bytes], seed: str, seconds: float, count: int | None) -> tuple[int, list[Failure]]:
    """Mutate until the time is over or enough inputs were tried; how many that were, and the first of each failure."""
    rng, found, number = random.Random(seed), {}, 0  # noqa: S311 - to be the same again
    until = time.monotonic() + seconds
    corpus = list(begin)
    while number < (count or sys.maxsize) and time.monotonic() < until:
        data = corpus[number] if number < len(corpus) else target.mutate(rng, rng.choice(corpus), corpus)
        number += 1
        failure = tried(target, data)
        if failure:
            found.setdefault(re.sub(r"[\d'\"].*", "", failure.problem), failure)
    return number, list(found.values())


def fuzz_led(name: str, seed: int, seconds: float, count: int | None) -> tuple[int, list[Failure]]:
    """The same by atheris, in a process of its own, which ends at the first failure."""
    with tempfile.TemporaryDirectory() as folder:
        for number, data in enumerate(seeds(name)):
            Path(folder, str(number)).write_bytes(data)
        command = [sys.executable, "-c", LED, name, folder, f"-seed={seed + 1}"]
        command += [f"-max_len={LONGEST}", "-print_final_stats=1", "-verbosity=0", f"-artifact_prefix={folder}/failed-"]
        command += [f"-runs={count}"] if count else []
        command += [f"-max_total_time={max(1, round(seconds))}"] if seconds < sys.maxsize else []
        ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, errors="replace")  # noqa: S603
        executed = re.search(r"number_of_executed_units: (\d+)", ended.stderr)
        found = [Failure(path.read_bytes(), ended.stdout[-500:]) for path in Path(folder).glob("failed-*")]
        if ended.returncode and not found:
            raise RuntimeError(f"atheris ended by itself:\n{ended.stdout}{ended.stderr}")
        return int(executed[1]) if executed else 0, found


LED = """
import sys, atheris
with atheris.instrument_imports(include=["femr"]):
    from scripts import fuzz
fuzz.led(sys.argv[1], sys.argv[2:])
"""
"""The program of atheris' process: it follows the code that is imported while it looks."""


def led(name: str, options: list[str]) -> None:
    """Become atheris' process for one target."""
    import atheris

    target = TARGETS[name]

    def read(data: bytes) -> None:
        failure = tried(target, data)
        if failure:
            print(failure.problem)
            raise RuntimeError(failure.problem)

    atheris.Setup([sys.argv[0], *options], read)
    atheris.Fuzz()


def main(arguments: list[str] | None = None) -> int:
    """Run the command line; the exit code is 1 where something failed."""
    options = _parser().parse_args(arguments)
    names = options.targets or list(TARGETS)
    engine = options.engine or ("atheris" if importlib.util.find_spec("atheris") else "plain")
    total = options.seconds if options.seconds or options.count else 60
    seconds = total / len(names) if total else float(sys.maxsize)
    failed = 0
    for name in names:
        begun = time.monotonic()
        if engine == "atheris":
            number, found = fuzz_led(name, options.seed, seconds, options.count)
        else:
            number, found = fuzz(TARGETS[name], seeds(name), f"{options.seed}/{name}", seconds, options.count)
        print(f"{name}: {number:,} inputs in {time.monotonic() - begun:.0f} s, {len(found)} failures", flush=True)
        for failure in found:
            path = options.failures / name / sha256(failure.data).hexdigest()[:16]
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(failure.data)
            print(f"  {path}: {failure.problem[:200]!r}", flush=True)
        failed += len(found)
    return min(failed, 1)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m scripts.fuzz", description="Look for input that breaks femr.")
    parser.add_argument(
        "targets", nargs="*", choices=[[], *TARGETS], metavar="TARGET", help=f"{', '.join(TARGETS)} (all)"
    )
    parser.add_argument("--seconds", type=float, help="for all targets together (60, unless --count is given)")
    parser.add_argument("--count", type=int, help="inputs for each target")
    parser.add_argument(
        "--seed", type=int, default=0, help="the same seed and count give the same inputs (%(default)s)"
    )
    parser.add_argument("--failures", type=Path, default=Path("fuzz-failures"), help="where they go (%(default)s)")
    parser.add_argument("--engine", choices=["atheris", "plain"], help="(atheris where it is installed)")
    return parser


if __name__ == "__main__":
    sys.exit(main())
