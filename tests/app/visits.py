"""Visitors of a served page, as other programs are: what they send, and what the server holds meanwhile."""

import io
import json
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from subprocess import Popen
from typing import Any

import cv2
import httpx
import psutil
from PIL import Image
from skimage import data

from tests.serving import served_app


def jpeg(picture: Any) -> bytes:
    """A picture, RGB uint8 (H, W, 3), as a JPEG."""
    file = io.BytesIO()
    Image.fromarray(picture).save(file, "JPEG", quality=85)
    return file.getvalue()


PHOTO, FRAME = jpeg(data.astronaut()), jpeg(cv2.resize(data.astronaut()[0:300, 60:460], (480, 360)))


NO_REQUESTS = (b"", b"[]", b"{", b"\xff\xfe", b"[" * 100_000)
"""Bodies that ask for nothing, in JSON or not."""

EVENTS = {("femr-faces", "photo"): "photo", ("femr-faces", "example"): "example", ("femr-pick", "input"): "pick"}
"""What is sent, by the component that sends it and the kind."""


@dataclass
class Served:
    """A served page.

    Attributes:
        address: where it is.
        process: what serves it.
        folder: what GRADIO_TEMP_DIR names.
    """

    address: str
    popen: Popen
    folder: Path
    _visitors: list[httpx.Client] = field(default_factory=list)

    @property
    def port(self) -> int:
        return httpx.URL(self.address).port

    @property
    def process(self) -> psutil.Process:
        return psutil.Process(self.popen.pid)

    def memory(self) -> int:
        """What the server and its children hold, in bytes."""
        return sum(each.memory_info().rss for each in [self.process, *self.process.children(recursive=True)])

    def files_left(self) -> list[Path]:
        """All files in the folder of uploads."""
        return [path for path in self.folder.rglob("*") if path.is_file()]

    def visitor(self, **headers: str) -> httpx.Client:
        """Somebody new, who sends these headers along."""
        visitor = httpx.Client(base_url=self.address, timeout=60, headers=headers, trust_env=False)
        self._visitors.append(visitor)
        return visitor

    @cached_property
    def events(self) -> dict[str, tuple[int, list[Any]]]:
        """Events by name: their numbers, and their inputs on the untouched page."""
        config = self.visitor().get("/config").json()
        components = {each["id"]: each for each in config["components"]}
        found = {}
        for event in config["dependencies"]:
            for target, kind in event["targets"]:
                name = EVENTS.get((components.get(target, {"props": {}})["props"].get("elem_id"), kind))
                if name and event["backend_fn"]:
                    values = [components[number]["props"].get("value") for number in event["inputs"]]
                    found[name] = event["id"], values
        return found

    def upload(self, visitor: httpx.Client, photo: bytes = PHOTO) -> dict[str, Any]:
        """What an event is sent for a photo that was uploaded."""
        answer = visitor.post("/gradio_api/upload", files={"files": ("me.jpg", photo)})
        answer.raise_for_status()
        return {"path": answer.json()[0], "meta": {"_type": "gradio.FileData"}}

    def join(
        self, visitor: httpx.Client, event: str, value: Any, *, session: str = "", lang: str = "en"
    ) -> httpx.Response:
        """Send an event, and do not wait for its answer."""
        number, values = self.events[event]
        sent = [lang if each == "en" else each for each in values]
        told = {"photo": {"file": value, "token": "1"}, "example": {"index": value, "token": "1"}}.get(event)
        if told is None:
            sent[0] = value
        session = session or uuid.uuid4().hex
        body = {"data": sent, "event_data": told, "fn_index": number, "session_hash": session}
        return visitor.post("/gradio_api/queue/join", json=body)

    def send(self, visitor: httpx.Client, event: str, value: Any, *, session: str = "") -> dict[str, Any]:
        """The answer to an event."""
        session = session or uuid.uuid4().hex
        self.join(visitor, event, value, session=session).raise_for_status()
        with visitor.stream("GET", "/gradio_api/queue/data", params={"session_hash": session}) as answer:
            for line in answer.iter_lines():
                if line.startswith("data:") and json.loads(line[5:])["msg"] == "process_completed":
                    return json.loads(line[5:])
        raise AssertionError("the event was never completed")

    def call(self, visitor: httpx.Client, name: str, data: list[Any]) -> str:
        """What an endpoint answers, as text; arguments that are left out have their defaults."""
        defaults = {"analyze": ["match", 10, None, "en", "", "", "", False, False, None]}[name]
        event = visitor.post(f"/gradio_api/call/{name}", json={"data": [*data, *defaults[len(data) - 1 :]]})
        event.raise_for_status()
        return visitor.get(f"/gradio_api/call/{name}/{event.json()['event_id']}").text

    def wait_until_idle(self) -> None:
        """Until no event waits in line any more; some may still be being answered."""
        visitor = self.visitor()
        self.wait_until(lambda: visitor.get("/gradio_api/queue/status").json()["queue_size"] == 0)

    def wait_until(self, so: Callable[[], bool], seconds: float = 30) -> None:
        """Until something is so; an error where it never is."""
        end = time.monotonic() + seconds
        while not so():
            assert time.monotonic() < end, "it never came about"
            time.sleep(0.05)


@contextmanager
def served(folder: Path, **environment: str) -> Iterator[Served]:
    """The page while it is served, with its uploads in `folder`."""
    with served_app(GRADIO_TEMP_DIR=str(folder), **environment) as (address, popen):
        page = Served(address, popen, folder)
        try:
            yield page
        finally:
            for visitor in page._visitors:
                visitor.close()
