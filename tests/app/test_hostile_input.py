"""Whatever a client sends to whichever event or route: a sentence of ours, in its language, and a quiet log."""

import itertools
import json
import re
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from PIL import Image
from skimage import data

from femr.i18n import LANGUAGES, TEXTS, translate
from femr.i18n.numbers import quoted
from femr.page.blocks import LANGUAGE_IDS
from tests.serving import ROOT, served_app

HUGE = "<10 to the 400th>"
"""Stands for a number that JSON may hold and no float can."""


class Served:
    """A served page, its events, and where its uploads are."""

    def __init__(self, client: httpx.Client, uploads: Path, printed: list[str]) -> None:
        self.client, self.uploads, self.printed = client, uploads, printed
        config = client.get("../config").json()
        self.components = {each["id"]: each for each in config["components"]}
        self.events = [each for each in config["dependencies"] if each["backend_fn"]]

    def untouched(self, event: dict[str, Any], lang: str = "en") -> list[Any]:
        """The arguments of an event as the page sends them before anybody has done anything."""
        inputs = [self.components[number]["props"] for number in event["inputs"]]
        return [lang if each.get("elem_id") in LANGUAGE_IDS else each.get("value") for each in inputs]

    def post(self, path: str, body: Any, **settings: Any) -> httpx.Response:
        text = json.dumps(body).replace(json.dumps(HUGE), "1" + "0" * 400)
        return self.client.post(path, content=text, headers={"content-type": "application/json", **settings})

    def send(
        self, event: dict[str, Any], arguments: list[Any], event_data: Any = None, **headers: str
    ) -> dict[str, Any]:
        """What the page answers, through its queue as the page itself asks."""
        return self.send_all([(event, arguments, event_data)], **headers)[0]

    def send_all(self, calls: list[tuple[dict[str, Any], list[Any], Any]], **headers: str) -> list[dict[str, Any]]:
        """The same for many at once."""
        session = uuid.uuid4().hex
        told, waiting = {}, {}
        for number, (event, arguments, event_data) in enumerate(calls):
            body = {"data": arguments, "fn_index": event["id"], "session_hash": session, "event_data": event_data}
            joined = self.post("queue/join", body, **headers)
            if joined.status_code == 200:
                waiting[joined.json()["event_id"]] = number
            else:
                told[number] = {"success": False, "output": {"error": joined.json()["detail"]}}
        if waiting:
            with self.client.stream("GET", "queue/data", params={"session_hash": session}) as answer:
                for line in filter(lambda line: line.startswith("data:"), answer.iter_lines()):
                    message = json.loads(line[5:])
                    if message["msg"] == "process_completed":
                        told[waiting.pop(message["event_id"])] = message
                    if not waiting:
                        break
        assert not waiting, "an event was never completed"
        return [told[number] for number in range(len(calls))]


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    uploads = tmp_path_factory.mktemp("uploads")
    with (
        served_app(GRADIO_TEMP_DIR=str(uploads)) as (address, process),
        httpx.Client(base_url=f"{address}/gradio_api/", timeout=20) as client,
    ):
        yield Served(client, uploads, process.printed)
    log = "".join(process.printed)
    assert "Traceback" not in log, log
    assert "Error" not in re.sub(r"A request made no sense to Gradio: \w+", "", log), log


def is_ours(sentence: str, *langs: str) -> bool:
    """Whether it is one of our sentences, with whatever stands in its placeholders."""
    said = [(key, text) for lang in langs for key, text in TEXTS[lang].items()]
    texts = [text for key, text in said if key.startswith("error.") and key != "error.fault"]
    patterns = (".*".join(map(re.escape, re.split(r"\{[^{}]*\}", text))) for text in texts)
    return any(re.fullmatch(pattern, sentence, re.DOTALL) for pattern in patterns)


def assert_decent(told: dict[str, Any], served: Served, *langs: str) -> None:
    """An answer is what the page shows, or a sentence of ours; it names nothing of the server and no type of Python."""
    text = json.dumps(told, ensure_ascii=False)
    assert str(served.uploads) not in text
    assert str(ROOT) not in text
    assert "site-packages" not in text
    if not told["success"]:
        assert is_ours(told["output"]["error"], *(langs or LANGUAGES)), told["output"]


NOTHING_LIKE_IT = [
    None,
    2.5,
    float("nan"),
    HUGE,
    "a\0b\x1b[31m",
    "٣",
    "9" * 5_000,
    [],
    [[[None]]],
    {"index": HUGE},
    {"index": [3]},
    {"emotion": [], "shares": {}},
    {"path": "/etc/hostname"},
    {"path": None, "meta": {"_type": "gradio.FileData"}},
    {"path": "/etc/hostname", "meta": {"_type": "gradio.FileData"}},
    {"__type__": "update", "value": 3},
    {"valence": HUGE, "arousal": "0"},
    '{"subject": {"kind": "face", "number": 1e400}}',
]
"""Values that hardly any argument can have."""


@pytest.mark.parametrize("value", NOTHING_LIKE_IT, ids=lambda value: repr(value)[:40])
def test_every_argument_of_every_event_may_be_anything(served: Served, value: Any) -> None:
    calls = []
    for event in served.events:
        arguments = served.untouched(event)
        calls += [(event, changed, value) for changed in ([value] * len(arguments), *_each_replaced(arguments, value))]
    for told in served.send_all(calls):
        assert_decent(told, served)


def _each_replaced(arguments: list[Any], value: Any) -> Iterator[list[Any]]:
    """The arguments of the API one by one; the page's together with all others, as they are read by one function."""
    if len(arguments) != 10:
        return
    for place in range(len(arguments)):
        yield [value if number == place else each for number, each in enumerate(arguments)]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_too_few_arguments_are_counted_in_the_visitors_language(served: Served, lang: str) -> None:
    counted = 0
    for event in served.events:
        for arguments in ([], served.untouched(event, lang)[:-1]):
            if len(arguments) == len(event["inputs"]):
                continue
            told = served.send(event, arguments)
            assert not told["success"]
            spoken = [lang] if lang in arguments else ["en"]
            assert_decent(told, served, *spoken)
            assert (
                translate("error.arguments_count", spoken[0], expected=len(event["inputs"]), received=0)[:10]
                in (told["output"]["error"])
            )
            counted += 1
    assert counted > 10


def test_the_browser_says_the_language_where_the_arguments_do_not(served: Served) -> None:
    event = next(each for each in served.events if each["api_name"] == "recommend")
    told = served.send(event, [], **{"accept-language": "fr, id-ID;q=0.9, en;q=0.8"})
    assert told["output"]["error"] == translate("error.arguments_count", "id", expected=10, received=0)
    assert told["title"] == translate("error.title", "id")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_api_answers_in_the_language_that_it_was_asked_in(served: Served, lang: str) -> None:
    event = next(each for each in served.events if each["api_name"] == "recommend")
    told = served.send(event, ["Happy", "match", HUGE, None, lang, "", "", "", False, ""])
    assert is_ours(told["output"]["error"], lang)
    assert len(told["output"]["error"]) < 200


@pytest.mark.parametrize(
    ("place", "value"),
    [(5, 7), (6, ["rock"]), (7, 1984), (8, "no"), (8, 0), (9, {"a": 1}), (0, {"valence": "0.5", "arousal": 0}), (0, 3)],
)
def test_an_argument_of_the_wrong_type_is_refused_and_named(served: Served, place: int, value: Any) -> None:
    event = next(each for each in served.events if each["api_name"] == "recommend")
    arguments = ["Happy", "match", 5, None, "en", "", "", "", False, ""]
    arguments[place] = value
    told = served.send(event, arguments)
    assert not told["success"]
    assert quoted(value) in told["output"]["error"]


@pytest.mark.parametrize("first_year", [None, "", 2, 20, 200, 2.0, "2"])
@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_number_that_is_emptied_or_half_typed_is_no_error(served: Served, first_year: Any, lang: str) -> None:
    numbers = {
        number for number, each in served.components.items() if each["props"].get("elem_id") == "femr-first-year"
    }
    for event in served.events:
        arguments = served.untouched(event, lang)
        for place, number in enumerate(event["inputs"]):
            if number in numbers:
                arguments[place] = first_year
        if numbers & set(event["inputs"]):
            assert served.send(event, arguments)["success"]


def takes_uploads(component: dict[str, Any]) -> bool:
    """Whether a component's value is a file: one of Gradio's kinds, or the page's own for a table of songs."""
    return component["type"] == "file" or component["props"].get("elem_id") == "femr-own"


def test_an_upload_that_has_vanished_is_to_be_uploaded_again(served: Served) -> None:
    photo = served.uploads / "visitor" / "gone.png"
    photo.parent.mkdir(exist_ok=True)
    told = []
    for event in served.events:
        components = [served.components[number] for number in event["inputs"]]
        for place in (place for place, each in enumerate(components) if takes_uploads(each)):
            for meta in ({}, {"meta": {"_type": "gradio.FileData"}}):
                arguments = served.untouched(event)
                arguments[place] = {"path": str(photo), **meta}
                told.append(json.dumps(served.send(event, arguments)))
    assert len(told) >= 3
    for each in told:
        assert "Upload it again" in each
        assert str(served.uploads) not in each


# --- routes --------------------------------------------------------------------------------------

GONE = "0" * 32
REQUESTS: list[tuple[str, str, Any]] = [
    ("POST", "queue/join", {"data": [], "fn_index": 99_999, "session_hash": "x"}),
    ("POST", "queue/join", {"data": [], "fn_index": -1, "session_hash": "x"}),
    ("POST", "queue/join", {"data": [], "session_hash": "x"}),
    ("POST", "queue/join", {"data": []}),
    ("POST", "queue/join", {"data": None, "fn_index": 0, "session_hash": 7}),
    ("POST", "queue/join", {"data": [float("nan")], "fn_index": HUGE, "session_hash": "x"}),
    ("POST", "queue/join", [float("nan")]),
    ("GET", f"queue/data?session_hash={GONE}", None),
    ("GET", "queue/data", None),
    ("POST", "run/nothing", {"data": []}),
    ("POST", "run/recommend", {"data": [], "fn_index": 99_999}),
    ("POST", "run/recommend", {"data": {"a": 1}}),
    ("POST", "api/analyze", {"data": [[], []], "batched": True}),
    ("POST", "call/nothing", {"data": []}),
    ("POST", "call/recommend", {}),
    ("POST", "call/v2/nothing", {}),
    ("POST", "call/v2/recommend", {"nothing": 3}),
    ("POST", "call/v2/recommend", []),
    ("GET", f"call/recommend/{GONE}", None),
    ("POST", "cancel", {"session_hash": GONE, "fn_index": 0, "event_id": GONE}),
    ("POST", "cancel", {"session_hash": None}),
    ("POST", "reset", {"event_id": 7}),
    ("POST", "component_server", {"data": 1, "component_id": 99_999, "session_hash": "x", "fn_name": "eval"}),
    ("POST", "component_server", {"data": 1, "component_id": [], "session_hash": [], "fn_name": None}),
    ("POST", "stream/nothing", {"data": []}),
    ("POST", "stream/nothing/close", None),
    ("GET", "stream/a/b/c/playlist.m3u8", None),
    ("GET", "custom_component/a/b/c/d", None),
    ("GET", "upload_progress?upload_id=nothing", None),
    ("POST", "upload", None),
    ("POST", "process_recording", None),
    ("GET", "proxy=http://127.0.0.1:1/", None),
    ("GET", "file=/etc/hostname", None),
    ("GET", "file=/etc/nothing", None),
    ("GET", "file=..%2f..%2fetc%2fpasswd", None),
    ("GET", "file=%00", None),
    ("GET", "../static/../../app.py", None),
    ("GET", "../pwa_icon/huge", None),
    ("GET", "../monitoring/nothing", None),
    ("GET", "../nothing", None),
    ("DELETE", "queue/join", None),
]


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize(("method", "path", "body"), REQUESTS, ids=lambda each: str(each)[:50])
def test_a_route_answers_nonsense_with_a_sentence(served: Served, method: str, path: str, body: Any, lang: str) -> None:
    content = None if body is None else json.dumps(body).replace(json.dumps(HUGE), "1" + "0" * 400)
    headers = {"content-type": "application/json", "accept-language": lang}
    answer = served.client.request(method, path, content=content, headers=headers)
    assert str(ROOT) not in answer.text
    assert "/etc" not in answer.text
    if answer.status_code >= 400 and "json" in answer.headers.get("content-type", ""):
        told = answer.json()
        # Where a function of ours refuses, Gradio's status is 500; nothing else has that.
        assert is_ours(told["error"] if answer.status_code == 500 else told["detail"], lang), answer.text


@pytest.mark.parametrize("depth", [50, 5_000, 100_000])
@pytest.mark.parametrize("what", ["[", '{"a":'])
def test_json_of_great_depth_is_answered(served: Served, depth: int, what: str) -> None:
    close = {"[": "]", '{"a":': "}"}[what]
    event = next(each for each in served.events if each["api_name"] == "recommend")
    nested = f"{what * depth}1{close * depth}"
    arguments = f'[{nested}, "match", 5, null, "en", "", "", "", false, ""]'
    session = uuid.uuid4().hex
    joined = served.client.post(
        "queue/join",
        content=f'{{"data": {arguments}, "fn_index": {event["id"]}, "session_hash": "{session}"}}',
        headers={"content-type": "application/json"},
    )
    if joined.status_code != 200:
        assert is_ours(joined.json()["detail"], *LANGUAGES)
        return
    answer = served.client.get("queue/data", params={"session_hash": session})
    (told,) = (json.loads(line[5:]) for line in answer.text.splitlines() if "process_completed" in line)
    assert not told["success"]
    assert is_ours(told["output"]["error"], *LANGUAGES), told["output"]


def test_no_answer_tells_whether_a_file_is_there(served: Served, tmp_path: Path) -> None:
    there = tmp_path / "there.png"
    Image.fromarray(data.astronaut()[:64, :64]).save(there)
    for one, other in itertools.pairwise([there, tmp_path / "nothing.png", ROOT / "app.py", ROOT / "nothing.py"]):
        answers = [served.client.get(f"file={path}") for path in (one, other)]
        assert answers[0].status_code == answers[1].status_code == 404
        assert answers[0].text == answers[1].text
    for event in served.events:
        components = [served.components[number] for number in event["inputs"]]
        for place in (place for place, each in enumerate(components) if takes_uploads(each)):
            for meta in ({}, {"meta": {"_type": "gradio.FileData"}}):
                told = []
                for path in (there, tmp_path / "nothing.png"):
                    arguments = served.untouched(event)
                    arguments[place] = {"path": str(path), "orig_name": "photo.png", **meta}
                    answer = served.send(event, arguments)
                    told.append(json.dumps([answer["success"], answer["output"].get("data", answer["output"])]))
                assert told[0] == told[1]
