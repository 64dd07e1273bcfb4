"""Whatever path a client sends, every event that takes a file opens uploads and nothing else."""

import io
import json
import os
import re
import socket
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from PIL import Image
from skimage import data

from femr.i18n import translate
from tests.serving import served_app

FILES = {"image", "file", "uploadbutton"}
"""Gradio's names of the components whose values are files."""

PHOTO = "photo"
"""The event by which the page's own script tells where a photo was uploaded to."""

REFUSED = translate("error.upload_refused")


@pytest.fixture(scope="module")
def uploads(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the served page keeps its uploads."""
    return tmp_path_factory.mktemp("uploads")


@pytest.fixture(scope="module")
def server(uploads: Path) -> Iterator[httpx.Client]:
    with (
        served_app(GRADIO_TEMP_DIR=str(uploads)) as (address, _),
        httpx.Client(base_url=f"{address}/gradio_api/", timeout=20) as client,
    ):
        yield client


@pytest.fixture(scope="module")
def events(server: httpx.Client) -> dict[int, tuple[int | None, list[Any]]]:
    """Every event that takes a file: which of its inputs that is, and the inputs' values on the untouched page.

    The page's own script sends none as an input, but as what it tells of the event.
    """
    config = server.get("../config").json()
    components = {each["id"]: each for each in config["components"]}
    found = {}
    for event in config["dependencies"]:
        inputs = [components[number] for number in event["inputs"]]
        own = [each["props"].get("elem_id") == "femr-own" for each in inputs]  # a control of the page's own
        places = [place for place, each in enumerate(inputs) if each["type"] in FILES or own[place]]
        told = any(name == PHOTO for _, name in event["targets"])
        if event["backend_fn"] and (places or told):
            place = None if told else places[0]
            found[event["id"]] = (place, [each["props"].get("value") for each in inputs])
    return found


def send(server: httpx.Client, events: dict[int, tuple[int | None, list[Any]]], event: int, payload: Any) -> str:
    """All that the page answers to `payload`, as text."""
    place, values = events[event]
    session = uuid.uuid4().hex
    joined = server.post(
        "queue/join",
        json={
            "data": [payload if number == place else value for number, value in enumerate(values)],
            "event_data": {"token": "1", "file": payload} if place is None else None,
            "fn_index": event,
            "session_hash": session,
        },
    )
    if joined.status_code != 200:
        return joined.text
    with server.stream("GET", "queue/data", params={"session_hash": session}) as answer:
        for line in answer.iter_lines():
            if line.startswith("data:") and json.loads(line[5:])["msg"] == "process_completed":
                return json.dumps(json.loads(line[5:]), ensure_ascii=False)
    raise AssertionError("the event was never completed")


def private_photo(uploads: Path) -> Path:
    photo = uploads.parent / "private.png"
    Image.fromarray(data.astronaut()).save(photo)
    return photo


def pipe(uploads: Path) -> Path:
    path = uploads / "pipe.png"
    path.unlink(missing_ok=True)
    os.mkfifo(path)
    return path


def way_out(uploads: Path) -> Path:
    link = uploads / "link.png"
    link.unlink(missing_ok=True)
    link.symlink_to(private_photo(uploads))
    return link


def too_large(uploads: Path) -> Path:
    path = uploads / "large.png"
    with path.open("wb") as file:
        file.truncate(31_000_000)
    return path


PATHS: dict[str, Callable[[Path], Any]] = {
    "a photo elsewhere": private_photo,
    "a photo elsewhere by dots": lambda uploads: f"{uploads}/../{private_photo(uploads).name}",
    "a link to a photo elsewhere": way_out,
    "a pipe": pipe,
    "an endless device": lambda _: "/dev/zero",
    "a folder": lambda uploads: uploads,
    "nothing there": lambda uploads: uploads / "nothing.png",
    "too large a file": too_large,
    "no possible name": lambda _: "a\0b",
}


@pytest.mark.parametrize("meta", [{}, {"meta": {"_type": "gradio.FileData"}}], ids=["without meta", "with meta"])
@pytest.mark.parametrize("make", PATHS.values(), ids=PATHS)
def test_no_event_opens_what_is_no_upload(
    server: httpx.Client,
    events: dict[int, tuple[int | None, list[Any]]],
    uploads: Path,
    make: Callable[[Path], Any],
    meta: dict[str, Any],
) -> None:
    payload = {"path": str(make(uploads)), "orig_name": "photo.png", **meta}
    for event in events:
        answer = send(server, events, event, payload)
        assert "femr-box" not in answer
        assert '"probabilities"' not in answer
        assert REFUSED in answer
        assert str(uploads) not in answer


@pytest.mark.parametrize("payload", ["/etc/hostname", {"path": None}, {"path": 7}, {}, [], 3], ids=repr)
def test_a_payload_of_another_shape_is_refused_too(
    server: httpx.Client, events: dict[int, tuple[int | None, list[Any]]], payload: Any
) -> None:
    for event in events:
        answer = send(server, events, event, payload)
        assert "femr-box" not in answer
        assert '"probabilities"' not in answer


def upload(visitor: httpx.Client, name: str = "me.png") -> str:
    """What the page names a photo by that a visitor has just uploaded."""
    picture = io.BytesIO()
    Image.fromarray(data.astronaut()).save(picture, "PNG")
    answer = visitor.post("upload", files={"files": (name, picture.getvalue())})
    assert answer.status_code == 200, answer.text
    (path,) = answer.json()
    return path


@contextmanager
def browser(server: httpx.Client) -> Iterator[httpx.Client]:
    """Another visitor, whose browser has opened the page."""
    with httpx.Client(base_url=server.base_url, timeout=20) as visitor:
        visitor.get("../").raise_for_status()
        yield visitor


def test_the_events_are_those_that_read_a_photo_or_own_songs_and_they_read_uploads(
    server: httpx.Client, events: dict[int, tuple[int | None, list[Any]]], uploads: Path
) -> None:
    assert len(events) == 3  # the photo, the visitor's own songs, the API's photo
    answers = [send(server, events, event, {"path": upload(server)}) for event in events]
    assert sum("femr-box" in answer for answer in answers) == 1
    assert not any("data:image" in answer for answer in answers)  # the browser shows its own copy
    assert sum('"probabilities"' in answer for answer in answers) == 1
    assert sum(translate("error.own_songs_binary") in answer for answer in answers) == 1
    assert [path for path in uploads.glob("femr-uploads-*/**/*") if path.is_file()] == []  # read once, then removed


def test_one_visitors_upload_is_opened_for_nobody_else_who_gets_the_same_answer_as_for_none(
    server: httpx.Client, events: dict[int, tuple[int, list[Any]]]
) -> None:
    with browser(server) as ann, browser(server) as ben:
        path = upload(ann)
        for event in events:
            theirs = send(ben, events, event, {"path": path})
            nobodys = send(ben, events, event, {"path": f"{path}x"})
            assert REFUSED in theirs
            assert without_ids(theirs) == without_ids(nobodys)
        assert ben.get(f"file={path}").text == ben.get("file=/nowhere").text
        assert any("femr-box" in send(ann, events, event, {"path": path}) for event in events)


def without_ids(answer: str) -> str:
    return re.sub(r'"(event_id|[a-z_]*duration|[a-z_]*time)": [^,}]+', "", answer)


@pytest.mark.parametrize(
    "path", ["file=/etc/passwd", "file={here}", "proxy=https://a.hf.space/x", "deep_link", "stream/1/2/3/playlist.m3u8"]
)
def test_no_route_gives_files_away(server: httpx.Client, uploads: Path, path: str) -> None:
    answers = [server.get(path.format(here=here)) for here in (private_photo(uploads), uploads, "/nowhere")]
    assert {(answer.status_code, answer.json()["detail"]) for answer in answers} == {
        (404, translate("error.page_missing"))
    }


def test_nothing_is_fetched_that_an_event_names_by_address(
    server: httpx.Client, events: dict[int, tuple[int, list[Any]]]
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(0.5)
        address = f"http://127.0.0.1:{listening.getsockname()[1]}/me.png"
        for event in events:
            payload = {"path": address, "url": address, "meta": {"_type": "gradio.FileData"}}
            assert REFUSED in send(server, events, event, payload)
        with pytest.raises(TimeoutError):
            listening.accept()
