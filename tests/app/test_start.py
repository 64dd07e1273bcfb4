"""How the page starts and stops, in a process of its own."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from skimage import data

from tests.app.visits import Served, jpeg, served
from tests.serving import ROOT, free_port


def start_fails(root: Path = ROOT, **environment: str) -> str:
    """What `python app.py` says as it refuses to start."""
    environment = {"GRADIO_SERVER_PORT": free_port(), **environment}
    ended = subprocess.run(
        [sys.executable, "app.py"],
        cwd=root,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert ended.returncode == 1, ended.stderr
    assert ended.stdout == ""
    return ended.stderr


def test_a_port_that_is_taken_is_an_error_and_no_other_port_is_tried() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        said = start_fails(GRADIO_SERVER_PORT=str(port))
    assert said.startswith(f"femr: Cannot listen at 127.0.0.1:{port}: Address already in use.")
    assert said.count("\n") == 1


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the app, whose assets a test may break."""
    root = tmp_path_factory.mktemp("checkout")
    shutil.copy(ROOT / "app.py", root)
    shutil.copytree(ROOT / "femr", root / "femr", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(ROOT / "assets", root / "assets")
    return root


@pytest.mark.parametrize(
    ("name", "content"),
    [("femr.tflite", lambda whole: whole[: len(whole) // 2]), ("songs.csv", lambda _: b""), ("examples/sad.jpg", None)],
    ids=["half a network", "an empty catalogue", "no example"],
)
def test_a_broken_asset_is_one_sentence_at_the_start(
    checkout: Path, name: str, content: Callable[[bytes], bytes] | None
) -> None:
    path = checkout / "assets" / name
    whole = path.read_bytes()
    try:
        path.unlink()
        if content:
            path.write_bytes(content(whole))
        said = start_fails(checkout)
    finally:
        path.write_bytes(whole)
    assert said.startswith("femr: ")
    assert said.count("\n") == 1
    assert path.name in said


def test_it_starts_and_is_healthy_though_the_environment_names_a_proxy(tmp_path: Path) -> None:
    nobody = f"http://127.0.0.1:{free_port()}"
    with served(tmp_path, HTTP_PROXY=nobody, HTTPS_PROXY=nobody, ALL_PROXY=nobody, http_proxy=nobody) as page:
        assert page.visitor().get("/").status_code == 200
        answer = page.visitor().get("/healthz")
        assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


def test_a_running_answer_ends_before_the_server_does_and_no_upload_is_left(tmp_path: Path) -> None:
    with served(tmp_path) as page:
        visitor = page.visitor()
        page.upload(visitor, b"never asked for")
        photos = [page.upload(visitor) for _ in range(6)]
        open_tab = threading.Thread(target=_listen, args=(page,), daemon=True)  # would keep a server from ending
        open_tab.start()
        answers = []
        waiting = [
            threading.Thread(target=lambda photo=photo: answers.append(page.send(page.visitor(), "photo", photo)))
            for photo in photos
        ]
        for each in waiting:
            each.start()
        page.wait_until(lambda: len(page.files_left()) < 7)  # the first is being read
        page.popen.send_signal(signal.SIGTERM)
        start = time.monotonic()
        for each in waiting:
            each.join(20)
        assert page.popen.wait(20) == 0
        assert time.monotonic() - start < 13
        assert answers
        assert all("femr-box" in json.dumps(answer) for answer in answers)
    assert page.files_left() == []


def _listen(page: Served) -> None:
    with page.visitor().stream("GET", "/gradio_api/heartbeat/tab") as alive:
        for _ in alive.iter_lines():
            pass


def test_a_photo_is_nowhere_once_it_has_been_read(tmp_path: Path) -> None:
    """Neither in the server's memory nor on disk; the browser shows its own copy."""
    with served(tmp_path) as page:
        visitor = page.visitor()
        sought = jpeg(data.astronaut()[:, ::-1])  # nobody else sends it
        marked = sought[:2] + b"\xff\xfe\x00\x22" + b"this very photo, sent by a test!" + sought[2:]  # a JPEG's comment
        for event in ("photo", "api"):
            upload = page.upload(visitor, marked)
            if event == "photo":
                shown = json.dumps(page.send(visitor, "photo", upload))
                assert "femr-box" in shown
                assert "data:image" not in shown
            else:
                page.call(visitor, "analyze", [upload])
        for _ in range(40):  # other visitors; what was freed is used again
            page.send(page.visitor(), "photo", page.upload(page.visitor()))
        visitor.close()
        assert in_memory(page.popen.pid, marked[:60]) == 0
        assert page.files_left() == []
    assert page.files_left() == []


def in_memory(pid: int, sought: bytes) -> int:
    """How often some bytes stand in a process's memory."""
    count = 0
    with open(f"/proc/{pid}/maps") as maps, open(f"/proc/{pid}/mem", "rb", buffering=0) as memory:
        for line in maps:
            area, rights = line.split()[:2]
            if "rw" not in rights or "[v" in line:
                continue
            first, last = (int(each, 16) for each in area.split("-"))
            memory.seek(first)
            try:
                count += memory.read(last - first).count(sought)
            except OSError:  # an area that cannot be read
                continue
    return count
