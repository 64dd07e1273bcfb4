"""What one visitor, or all of them, can do to the served page: each attack that once worked."""

import contextlib
import json
import socket
import time
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from femr.i18n import translate
from femr.page.layout import EVENTS_AT_ONCE
from femr.page.server.limits import (
    ANSWERS_UNREAD,
    EVENTS_WAITING,
    JSON_BYTES_AT_ONCE,
    JSON_SECONDS,
    MAX_FILE_MEGABYTES,
    MAX_JSON_BYTES,
    OPEN_REQUESTS,
    READINGS_WAITING,
    STREAMS_AT_ONCE,
)
from tests.app.visits import FRAME, NO_REQUESTS, Served, served


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with served(tmp_path_factory.mktemp("uploads")) as page:
        yield page


# --- what a request may bring --------------------------------------------------------------------


def test_many_files_in_one_request_are_refused_and_leave_nothing(page: Served) -> None:
    files = [("files", (f"{number}.jpg", b"x" * 1000)) for number in range(900)]
    answer = page.visitor().post("/gradio_api/upload", files=files)
    assert (answer.status_code, answer.json()) == (413, {"detail": translate("error.limit_files")})
    assert page.files_left() == []


def test_many_parts_beside_a_file_are_refused(page: Served) -> None:
    answer = page.visitor().post("/gradio_api/upload", files={"files": b"x"}, data={str(n): "x" for n in range(900)})
    assert answer.status_code == 413
    assert page.files_left() == []


def test_too_large_an_upload_is_refused_in_the_visitors_language(page: Served) -> None:
    visitor = page.visitor(**{"accept-language": "id-ID"})
    answer = visitor.post("/gradio_api/upload", files={"files": bytes(MAX_FILE_MEGABYTES * 1_000_000 + 100_000)})
    assert (answer.status_code, answer.json()) == (
        413,
        {"detail": translate("error.limit_size", "id", limit=MAX_FILE_MEGABYTES)},
    )
    assert page.files_left() == []


@pytest.mark.parametrize("form", [{"content": b"nothing"}, {"files": {"other": b"x"}}, {"data": {"files": "text"}}])
def test_an_upload_that_is_none_is_refused(page: Served, form: dict[str, Any]) -> None:
    answer = page.visitor().post("/gradio_api/upload", **form)
    assert (answer.status_code, answer.json()) == (400, {"detail": translate("error.request_wrong")})


def test_an_upload_that_breaks_off_leaves_nothing(page: Served) -> None:
    head = b"POST /gradio_api/upload HTTP/1.1\r\nHost: femr\r\nContent-Length: 9000000\r\n"
    head += b"Content-Type: multipart/form-data; boundary=x\r\n\r\n"
    part = b'--x\r\nContent-Disposition: form-data; name="files"; filename="me.jpg"\r\n\r\n' + bytes(3_000_000)
    with socket.create_connection(("127.0.0.1", page.port)) as sending:
        sending.sendall(head + part)
    assert page.visitor().get("/healthz").status_code == 200
    assert page.files_left() == []


def test_a_large_json_body_is_refused_and_costs_no_memory(page: Served) -> None:
    visitor, before = page.visitor(), page.memory()

    def body() -> Iterator[bytes]:
        yield b'{"data":["'
        for _ in range(100):
            yield b"x" * 1_000_000
        yield b'"]}'

    with contextlib.suppress(httpx.TransportError):  # the server hangs up while we still send
        assert visitor.post("/gradio_api/call/recommend", content=body()).status_code == 413
    assert visitor.get("/healthz").json() == {"status": "ok"}
    assert page.memory() - before < 40e6


@pytest.mark.parametrize(
    "body",
    [
        *NO_REQUESTS,
        b'{"data":[1' + b"0" * 5000 + b"]}",
        b'{"data":[], "fn_index": 99999}',
        b'{"data":[], "fn_index": "x"}',
        b'{"data":[], "fn_index": 1, "session_hash": "' + b"x" * 100 + b'"}',
    ],
    ids=lambda body: repr(body[:40]),
)
def test_a_request_that_is_none_is_refused_in_words_of_ours(page: Served, body: bytes) -> None:
    answer = page.visitor().post("/gradio_api/queue/join", content=body, headers={"content-type": "application/json"})
    assert (answer.status_code, answer.json()) == (400, {"detail": translate("error.request_wrong")})


def test_slow_bodies_are_hung_up_on_and_hold_nothing(page: Served) -> None:
    head = b"POST /gradio_api/queue/join HTTP/1.1\r\nHost: femr\r\nContent-Length: 1000\r\n\r\n{"
    held = [socket.create_connection(("127.0.0.1", page.port)) for _ in range(EVENTS_WAITING.each)]
    start = time.monotonic()
    for each in held:
        each.sendall(head)
    assert page.visitor().get("/healthz").status_code == 200  # meanwhile others are served
    assert page.visitor().post("/gradio_api/queue/join", content=b"{}").status_code == 429  # and they no further one
    for each in held:
        each.settimeout(JSON_SECONDS + 10)
        assert b"408" in each.recv(1000)
        each.close()
    assert time.monotonic() - start < JSON_SECONDS + 10
    page.wait_until(lambda: len(page.process.net_connections()) < 50)


# --- how much at once ----------------------------------------------------------------------------


def test_a_full_queue_of_photos_is_told_and_a_mood_can_be_picked_meanwhile(page: Served) -> None:
    visitor = page.visitor(**{"x-forwarded-for": "10.1.0.1"})
    with ThreadPoolExecutor(64) as senders:
        many = range(4 * READINGS_WAITING.each)
        answers = list(senders.map(lambda _: page.join(visitor, "example", 0, lang="id"), many))
    refused = [answer for answer in answers if answer.status_code != 200]
    assert refused
    assert {answer.status_code for answer in refused} == {429}
    assert {answer.json()["detail"] for answer in refused} == {translate("error.limit_readings", "id")}
    start = time.monotonic()
    assert "femr-card" in json.dumps(page.send(visitor, "pick", "Happy"))
    assert time.monotonic() - start < 5
    page.wait_until_idle()


def test_one_address_does_not_fill_the_queue_for_others(page: Served) -> None:
    greedy, other = (page.visitor(**{"x-forwarded-for": f"10.2.0.{n}"}) for n in (1, 2))
    for _ in range(READINGS_WAITING.together):
        page.join(greedy, "example", 0)
    assert "femr-box" in json.dumps(page.send(other, "photo", page.upload(other)))
    page.wait_until_idle()


def test_uploads_that_nobody_reads_are_bounded(page: Served) -> None:
    visitor = page.visitor(**{"x-forwarded-for": "10.3.0.1"})
    statuses = [visitor.post("/gradio_api/upload", files={"files": bytes(19_900_000)}).status_code for _ in range(8)]
    assert statuses == [200] * 6 + [429] * 2  # 120 MB
    other = page.visitor(**{"x-forwarded-for": "10.3.0.2"})
    assert "femr-box" in json.dumps(page.send(other, "photo", page.upload(other)))


def test_one_byte_posts_lock_out_no_live_camera(page: Served) -> None:
    visitor = page.visitor(**{"x-forwarded-for": "10.4.0.1"})
    refused = {visitor.post(f"/live/{uuid.uuid4()}", content=b"x").status_code for _ in range(60)}
    assert refused == {400}
    seen = [visitor.post(f"/live/{uuid.uuid4()}", content=FRAME).status_code for _ in range(STREAMS_AT_ONCE.each + 1)]
    assert seen == [200] * STREAMS_AT_ONCE.each + [503]
    other = page.visitor(**{"x-forwarded-for": "10.4.0.2"})
    assert other.post(f"/live/{uuid.uuid4()}", content=FRAME).status_code == 200


def test_endless_requests_of_one_address_leave_others_served(page: Served) -> None:
    head = b"GET /gradio_api/heartbeat/%d HTTP/1.1\r\nHost: femr\r\nX-Forwarded-For: 10.5.0.1\r\n\r\n"
    with contextlib.ExitStack() as held:
        for number in range(OPEN_REQUESTS.each + 50):
            endless = held.enter_context(socket.create_connection(("127.0.0.1", page.port)))
            endless.sendall(head % number)
        endless.settimeout(20)
        assert b"429" in endless.recv(100)
        assert page.visitor(**{"x-forwarded-for": "10.5.0.2"}).get("/").status_code == 200


def test_a_body_in_chunks_that_tells_a_small_length_counts_as_the_largest(page: Served) -> None:
    head = b"POST /gradio_api/call/recommend HTTP/1.1\r\nHost: femr\r\nX-Forwarded-For: 10.6.0.1\r\n"
    head += b"Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n{\r\n"
    with contextlib.ExitStack() as held:
        for _ in range(JSON_BYTES_AT_ONCE.each // MAX_JSON_BYTES):
            sending = held.enter_context(socket.create_connection(("127.0.0.1", page.port)))
            sending.sendall(head)
        refused = held.enter_context(socket.create_connection(("127.0.0.1", page.port)))
        refused.sendall(head)
        refused.settimeout(20)
        assert b"429" in refused.recv(100)


@pytest.mark.parametrize("way", ["tabs", "calls"])
def test_answers_that_nobody_listens_for_are_bounded(page: Served, way: str) -> None:
    silent, call = page.visitor(**{"x-forwarded-for": f"10.7.{len(way)}.1"}), {"data": ["Happy", "match", 3]}
    statuses = []
    for number in range(ANSWERS_UNREAD.each + 20):
        if way == "tabs":
            answer = page.join(silent, "pick", "Happy", session=f"silent{number}")
        else:
            answer = silent.post("/gradio_api/call/recommend", json=call)
        statuses.append(answer.status_code)
        page.wait_until_idle()
    taken = statuses.index(429)
    assert set(statuses[taken:]) == {429}
    # An event that has left the line counts once it is answered.
    assert ANSWERS_UNREAD.each <= taken <= ANSWERS_UNREAD.each + EVENTS_AT_ONCE
    other = page.visitor(**{"x-forwarded-for": "10.7.0.2"})
    assert "femr-card" in json.dumps(page.send(other, "pick", "Happy"))


def test_many_visits_and_events_leave_no_memory_behind(page: Served) -> None:
    visitor = page.visitor()

    def visits(count: int) -> None:
        for _ in range(count):
            session = uuid.uuid4().hex
            for mood in ("Happy", "Sad"):
                assert page.send(visitor, "pick", mood, session=session)["success"]

    visits(30)
    before = page.memory()
    visits(100)
    assert (page.memory() - before) / 100 < 60_000


# --- headers, and what is off --------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/", "/config", "/healthz", "/theme.css", "/nowhere", "/gradio_api/upload"])
def test_every_answer_says_what_a_browser_may_do_with_it(page: Served, path: str) -> None:
    headers = page.visitor().get(path).headers
    assert headers["x-content-type-options"] == "nosniff"
    policy = dict(each.split(" ", 1) for each in headers["content-security-policy"].split("; "))
    assert policy["object-src"] == "'none'"
    assert "https://huggingface.co" in policy["frame-ancestors"]
    assert "*" not in policy["default-src"].split()


@pytest.mark.parametrize("path", ["/", "/config", "/gradio_api/info"])
@pytest.mark.parametrize("host", ["femr.example", "127.0.0.1"])
def test_no_foreign_page_gets_an_answer_with_credentials(page: Served, path: str, host: str) -> None:
    visitor = page.visitor(origin="https://elsewhere.example", host=host)
    for answer in (visitor.get(path), visitor.options(path, headers={"access-control-request-method": "POST"})):
        assert "access-control-allow-credentials" not in answer.headers
        assert answer.headers["access-control-allow-origin"] == "*"


@pytest.mark.parametrize("path", ["/", "/config", "/theme.css"])
def test_what_is_text_comes_compressed(page: Served, path: str) -> None:
    assert page.visitor(**{"accept-encoding": "gzip"}).get(path).headers["content-encoding"] == "gzip"


@pytest.mark.parametrize(
    "path",
    [
        "deep_link?session_hash=x",
        "runs",
        "dev/reload",
        "token",
        "vibe-code",
        "component_server",
        "process_recording",
        "run/analyze",
        "api/recommend",
        "stream/1",
        "custom_component/1/client/component/x.js",
        "profiling/traces",
    ],
)
def test_what_the_page_does_not_use_is_not_there(page: Served, path: str) -> None:
    visitor = page.visitor()
    assert [visitor.get(f"/gradio_api/{path}").status_code, visitor.post(f"/gradio_api/{path}").status_code] == [
        404
    ] * 2
    assert visitor.get("/monitoring").status_code == 404


def test_nobody_learns_the_servers_folders(page: Served) -> None:
    visitor = page.visitor()
    for path in ("/", "/config", "/gradio_api/info"):
        assert str(page.folder) not in visitor.get(path).text
