"""Whatever a stranger sends, the served page answers with a sentence, and goes on reading others' photos."""

import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import httpx
import psutil
import pytest
from gradio_client import Client, handle_file
from gradio_client.exceptions import AppError
from PIL import Image
from skimage import data

from femr.vision.detector import MOST_FACES
from tests.faces import encoded
from tests.serving import served_app
from tests.worst_files import (
    comment_blocks,
    compressed_bitmap,
    crowd_of_faces,
    large_webp,
    most_scans,
    progressive_scans,
)


@pytest.fixture(scope="module")
def served() -> Iterator[tuple[str, psutil.Process]]:
    with served_app() as (address, process):
        yield address, psutil.Process(process.pid)


@pytest.fixture(scope="module")
def portrait(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("photos") / "portrait.jpg"
    Image.fromarray(data.astronaut()).save(path)
    return path


def ask(address: str, photo: Path, headers: dict[str, str] | None = None) -> object:
    client = Client(address, verbose=False, headers=headers)
    try:
        return client.predict(handle_file(photo), api_name="/analyze")
    finally:
        client.close()


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        pytest.param(partial(progressive_scans, 200, 64, 64), "built as no camera", id="scans"),
        pytest.param(partial(comment_blocks, 10_000), "built as no camera", id="comments"),
        pytest.param(partial(large_webp, 6000, 4000), "megapixels", id="WebP"),
        pytest.param(partial(compressed_bitmap, 4000), "too much time or memory", id="bitmap"),
    ],
)
def test_what_costs_too_much_gets_a_sentence(served, tmp_path, make, sentence) -> None:
    path = tmp_path / "worst.jpg"
    path.write_bytes(make())
    with pytest.raises(AppError, match=sentence):
        ask(served[0], path)


def test_a_heic_photo_is_read(served, tmp_path) -> None:
    path = tmp_path / "IMG_0001.HEIC"
    path.write_bytes(encoded(data.astronaut(), "HEIF"))
    assert ask(served[0], path)["faces"]


def test_photos_are_decoded_in_processes_that_are_replaced_when_they_end(served, portrait) -> None:
    address, server = served
    before = server.children()
    assert len(before) == 2
    for process in before:
        process.kill()
    psutil.wait_procs(before, 10)
    assert ask(address, portrait)["faces"]
    assert {each.pid for each in server.children()} != {each.pid for each in before}


def test_an_ordinary_photo_is_read_while_costly_ones_wait(served, portrait, tmp_path) -> None:
    path = tmp_path / "costly.jpg"
    path.write_bytes(most_scans(3500))
    with ThreadPoolExecutor(6) as others:
        sent = [others.submit(ask, served[0], path) for _ in range(6)]
        assert ask(served[0], portrait)["faces"]
        assert not all(each.done() for each in sent)


def test_a_crowd_of_faces_from_one_address_keeps_nobody_waiting(served, portrait, tmp_path) -> None:
    crowd = tmp_path / "crowd.jpg"
    crowd.write_bytes(crowd_of_faces())
    greedy = {"x-forwarded-for": "10.1.0.1"}
    with ThreadPoolExecutor(8) as others:
        sent = [others.submit(ask, served[0], crowd, greedy) for _ in range(8)]
        assert ask(served[0], portrait, {"x-forwarded-for": "10.1.0.2"})["faces"]
        assert sum(each.done() for each in sent) < len(sent) / 2
    assert all(len(each.result()["faces"]) == MOST_FACES for each in sent)


def test_a_frame_that_no_camera_of_the_page_sends_is_refused(served) -> None:
    frame = progressive_scans(1500, 64, 64)[:190_000]
    answer = httpx.post(f"{served[0]}/live/{uuid.uuid4()}", content=frame, timeout=20)
    assert (answer.status_code, answer.json()) == (400, {"error": "frame_odd"})
