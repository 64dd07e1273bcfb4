"""What is let through to Gradio, told in pages that answer nothing by themselves."""

import json
from types import SimpleNamespace

import httpx
import pytest
from anyio.from_thread import start_blocking_portal
from starlette.responses import PlainTextResponse

from femr.i18n import translate
from femr.page.server import gate
from femr.page.server.gate import Gate
from femr.page.server.limits import EVENTS_WAITING, FILMS_WAITING, MAX_EVENT_BYTES, READINGS_WAITING, Most, Rates
from femr.page.uploads import Uploads

READ, PICK, WATCH = 0, 1, 2


def event(kind: str, address: str) -> SimpleNamespace:
    scope = {"client": (address, 1), "headers": []}
    return SimpleNamespace(concurrency_id=kind, request=SimpleNamespace(scope=scope))


def page(*waiting: SimpleNamespace) -> SimpleNamespace:
    """A page with three events, one of which reads photos, and one films, and others that wait."""
    kinds = {READ: "photos", PICK: "other", WATCH: "films"}
    functions = {
        number: SimpleNamespace(concurrency_id=kind, api_name=kind, fn=print) for number, kind in kinds.items()
    }
    queues = {"all": SimpleNamespace(queue=list(waiting[1:]))}
    queue = SimpleNamespace(
        active_jobs=[None, list(waiting[:1])], event_queue_per_concurrency_id=queues, pending_messages_per_session={}
    )
    return SimpleNamespace(fns=functions, _queue=queue)


async def gradio(scope, receive, send):
    """Answers with what it was sent."""
    body = (await receive())["body"] if scope["method"] == "POST" else scope["query_string"]
    await PlainTextResponse(body)(scope, receive, send)


@pytest.fixture
def uploads(tmp_path):
    return Uploads(tmp_path)


def asked(served, method: str, path: str, **settings) -> httpx.Response:
    async def once():
        transport = httpx.ASGITransport(app=served, client=("10.0.0.1", 1))
        async with httpx.AsyncClient(transport=transport, base_url="http://femr") as client:
            return await client.request(method, path, **settings)

    with start_blocking_portal() as portal:
        return portal.call(once)


def joined(served, number: int, *data) -> httpx.Response:
    return asked(served, "POST", "/gradio_api/queue/join", json={"data": list(data), "fn_index": number})


@pytest.mark.parametrize(
    ("kind", "number", "other", "most", "code"),
    [
        ("photos", READ, PICK, READINGS_WAITING, "error.limit_readings"),
        ("other", PICK, READ, EVENTS_WAITING, "error.limit_events"),
        ("films", WATCH, READ, FILMS_WAITING, "error.limit_readings"),
    ],
)
@pytest.mark.parametrize("whose", ["one address", "everybody"])
def test_a_full_queue_is_told_in_the_pages_language_and_the_other_kind_goes_on(
    uploads, kind, number, other, most, code, whose
):
    count, addresses = (most.each, 1) if whose == "one address" else (most.together, 60)
    waiting = [event(kind, f"10.0.0.{1 + n % addresses}") for n in range(count)]
    served = Gate(gradio, page(*waiting), uploads, Rates())
    refused = joined(served, number, "x", "id", None)
    assert (refused.status_code, refused.json()) == (429, {"detail": translate(code, "id")})
    assert joined(served, other, "x").status_code == 200
    one_less = Gate(gradio, page(*waiting[1:]), uploads, Rates())
    assert joined(one_less, number, "x").status_code == 200


def test_bodies_of_all_together_are_bounded(uploads, monkeypatch):
    monkeypatch.setattr(gate, "JSON_BYTES_AT_ONCE", Most(100, 100))
    served = Gate(gradio, page(), uploads, Rates())
    assert joined(served, PICK, "x" * 200).status_code == 429
    assert joined(served, PICK, "x").status_code == 200


@pytest.mark.parametrize("deep", [40, 700, 5_000])
@pytest.mark.parametrize(("opening", "closing"), [("[", "]"), ('{"a":', "}")])
def test_what_is_deeper_than_any_event_is_refused(uploads, deep, opening, closing):
    body = f'{{"fn_index": {PICK}, "data": [{opening * deep}1{closing * deep}]}}'
    refused = asked(Gate(gradio, page(), uploads, Rates()), "POST", "/gradio_api/queue/join", content=body)
    assert (refused.status_code, refused.json()) == (400, {"detail": translate("error.request_wrong")})


def test_a_call_that_names_no_tab_gets_a_name_of_its_own(uploads):
    served = Gate(gradio, page(), uploads, Rates())
    names = [asked(served, "POST", "/gradio_api/call/other", json={"data": []}).json()["session_hash"] for _ in "ab"]
    assert names[0] != names[1]
    assert joined(served, PICK).json()["session_hash"] not in names


def test_only_endpoints_take_as_much_as_a_list_of_songs(uploads):
    served, songs = Gate(gradio, page(), uploads, Rates()), "x" * (MAX_EVENT_BYTES + 1)
    assert joined(served, PICK, songs).status_code == 413
    assert asked(served, "POST", "/gradio_api/call/other", json={"data": [songs]}).status_code == 200


def test_those_who_come_too_often_are_told(uploads):
    served = Gate(gradio, page(), uploads, Rates(Most(1, 9)))
    assert [joined(served, PICK).status_code for _ in range(2)] == [200, 429]


def test_a_file_is_named_as_an_upload_wherever_it_stands(uploads):
    nowhere = {"path": uploads.named(None), "meta": {"_type": "gradio.FileData"}}
    said = joined(Gate(gradio, page(), uploads, Rates()), PICK, {"a": [{"path": "/etc/passwd", "url": "http://x"}]}, 1)
    assert json.loads(said.text)["data"] == [{"a": [nowhere]}, 1]


@pytest.mark.parametrize(("query", "kept"), [("mood=Sad&n=10", "mood=Sad&n=10"), ("deep_link=a&mood=Sad", "")])
def test_the_page_is_got_with_its_link_but_as_nobody_saved_it(uploads, query, kept):
    assert asked(Gate(gradio, page(), uploads, Rates()), "GET", f"/?{query}").text == kept


def test_a_server_that_stops_takes_no_more_events(uploads):
    served = Gate(gradio, page(), uploads, Rates())
    served.stopping = True
    assert joined(served, PICK).status_code == 503
    assert asked(served, "GET", "/").status_code == 200
