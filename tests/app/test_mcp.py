"""femr as an agent uses it: the protocol's official client, over standard input and output, and with the page."""

import asyncio
import base64
import json
import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, contextmanager, suppress
from pathlib import Path

import httpx
import numpy as np
import pytest
from mcp import ClientSession, StdioServerParameters
from mcp.client.stdio import stdio_client
from mcp.client.streamable_http import streamable_http_client
from mcp.shared.exceptions import McpError
from mcp.types import CallToolResult, InitializeResult
from PIL import Image

import femr
from femr.emotions import EMOTIONS
from femr.i18n import translate
from femr.page.server.limits import AGENT_CALLS_WAITING, MAX_JSON_BYTES, MEGABYTE
from femr.vision.occlusion import GRID, Region
from tests.app.visits import NO_REQUESTS
from tests.faces import astronaut, encoded
from tests.serving import ROOT, served_app

DOCUMENT = (ROOT / "docs" / "agents.md").read_text(encoding="utf-8")
LOCAL, REMOTE = (
    json.loads(each)["mcpServers"]["femr"] for each in re.findall(r"```json\n(.+?)```", DOCUMENT, re.DOTALL)
)
COMMAND = [sys.executable, "-m", "femr", *LOCAL["args"]]
"""As the document tells agents to start it, without installing."""

PATH = httpx.URL(REMOTE["url"]).path
"""Where the document tells agents to find it on the page."""

JSON = {"accept": "application/json", "content-type": "application/json"}
"""What those send and take who speak the protocol by themselves."""


class Agent:
    """A client of one server, whose calls wait for their answers."""

    def __init__(self, session: ClientSession, welcome: InitializeResult, loop: asyncio.AbstractEventLoop) -> None:
        self.session, self.welcome, self._loop = session, welcome, loop

    def wait(self, coroutine):
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result(timeout=120)

    def call(self, tool: str, **arguments) -> CallToolResult:
        return self.wait(self.session.call_tool(tool, arguments))

    def answer(self, tool: str, **arguments) -> dict:
        result = self.call(tool, **arguments)
        assert not result.isError, result.content
        return result.structuredContent

    def refusal(self, tool: str, **arguments) -> str:
        result = self.call(tool, **arguments)
        assert result.isError
        (said,) = result.content
        assert "Traceback" not in said.text
        assert "Error executing" not in said.text
        return said.text


@contextmanager
def in_a_thread(serve: Callable) -> Iterator[Agent]:
    """The client lives in one task of its own loop, from its beginning to its end."""
    started, agents, failures = threading.Event(), [], []

    async def live() -> None:
        over = asyncio.Event()
        try:
            async with serve() as (read, write), ClientSession(read, write) as session:
                welcome = await session.initialize()
                agents.append((Agent(session, welcome, asyncio.get_running_loop()), over))
                started.set()
                await over.wait()
        except BaseException as error:
            failures.append(error)
            raise
        finally:
            started.set()

    thread = threading.Thread(target=lambda: asyncio.run(live()))
    thread.start()
    started.wait(timeout=120)
    assert not failures, failures
    ((agent, over),) = agents
    try:
        yield agent
    finally:
        agent._loop.call_soon_threadsafe(over.set)
        thread.join(timeout=60)


@pytest.fixture(scope="module")
def local() -> Iterator[Agent]:
    """On the machine that femr runs on."""
    parameters = StdioServerParameters(command=COMMAND[0], args=COMMAND[1:], cwd=ROOT, env=dict(os.environ))
    with in_a_thread(lambda: stdio_client(parameters)) as agent:
        yield agent


@pytest.fixture(scope="module")
def page() -> Iterator[str]:
    with served_app() as (address, _):
        yield address


@asynccontextmanager
async def over_http(address: str, **headers: str):
    async with (
        httpx.AsyncClient(headers=headers, timeout=60) as client,
        streamable_http_client(f"{address}{PATH}", http_client=client) as (read, write, _),
    ):
        yield read, write


@pytest.fixture(scope="module")
def stranger(page: str) -> Iterator[Agent]:
    """Of the page."""
    with in_a_thread(lambda: over_http(page)) as agent:
        yield agent


@pytest.fixture(scope="module", params=["local", "stranger"])
def agent(request: pytest.FixtureRequest) -> Agent:
    """Each of both: what they are told and get is the same, but for the paths of photos."""
    return request.getfixturevalue(request.param)


def data(path: Path) -> dict[str, str]:
    """A photo as an argument that both ways take."""
    return {"photo_base64": base64.b64encode(path.read_bytes()).decode()}


@pytest.fixture(scope="module")
def portrait(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("photos") / "me.png"
    path.write_bytes(encoded(astronaut(), "PNG"))
    return path


def in_the_terminal(*arguments: object) -> dict:
    command = [sys.executable, "-m", "femr", *map(str, arguments), "--json"]
    return json.loads(subprocess.run(command, cwd=ROOT, capture_output=True, check=True, text=True).stdout)


# --- what an agent is told -----------------------------------------------------------------------


def test_an_agent_finds_three_tools_that_change_nothing(agent: Agent) -> None:
    tools = agent.wait(agent.session.list_tools()).tools
    assert [tool.name for tool in tools] == ["analyze", "recommend", "explain"]
    assert all(tool.annotations.readOnlyHint and not tool.annotations.openWorldHint for tool in tools)


def test_an_agent_is_told_that_an_expression_is_no_feeling(agent: Agent) -> None:
    (analyze, *_) = agent.wait(agent.session.list_tools()).tools
    assert "guesses at an expression, not at a feeling" in " ".join(analyze.description.split())
    assert "\n  " not in analyze.description
    assert "about seven of ten faces" in analyze.description
    assert round(10 * json.loads((ROOT / "assets" / "femr.json").read_text())["figures"]["public"]["accuracy"]) == 7
    assert "not a feeling" in agent.welcome.instructions


def test_every_argument_is_typed_and_described(agent: Agent) -> None:
    tools = {tool.name: tool.inputSchema["properties"] for tool in agent.wait(agent.session.list_tools()).tools}
    for arguments in tools.values():
        for name, schema in arguments.items():
            assert schema.get("type") or schema.get("anyOf"), name
            assert schema["description"], name
    assert tools["analyze"]["goal"]["enum"] == ["match", "lift", "calm"]
    assert (tools["recommend"]["count"]["minimum"], tools["recommend"]["count"]["maximum"]) == (1, 30)


def test_a_stranger_is_offered_all_but_the_paths_of_photos(local: Agent, stranger: Agent) -> None:
    ours, theirs = (agent.wait(agent.session.list_tools()).tools for agent in (local, stranger))
    assert set(ours[2].inputSchema["properties"]) == {"photo", "photo_base64", "face", "lang"}
    for mine, other in zip(ours, theirs, strict=True):
        assert mine.description == other.description
        assert mine.outputSchema == other.outputSchema
        required = ["mood"] if mine.name == "recommend" else ["photo_base64"]
        assert other.inputSchema["required"] == required
        arguments = {name: each for name, each in mine.inputSchema["properties"].items() if name != "photo"}
        if "photo_base64" in arguments:
            arguments["photo_base64"] = other.inputSchema["properties"]["photo_base64"]
        assert arguments == other.inputSchema["properties"]


def test_the_document_names_every_tool_and_argument(local: Agent) -> None:
    for tool in local.wait(local.session.list_tools()).tools:
        (row,) = re.findall(rf"^\| `{tool.name}` .+$", DOCUMENT, re.MULTILINE)
        named = set(re.findall(r"`([a-z_]+)`", row)) | ({"photo", "photo_base64"} if "a photo" in row else set())
        assert named == {tool.name, *tool.inputSchema["properties"]}


# --- what the tools answer -----------------------------------------------------------------------


def test_a_photo_gets_the_terminals_json_by_its_path_and_by_its_data(
    local: Agent, stranger: Agent, portrait: Path
) -> None:
    wishes = {"goal": "lift", "count": 5, "seed": 3, "languages": "en", "years": "1970-"}
    told = in_the_terminal(portrait, "--goal=lift", "--songs=5", "--seed=3", "--languages=en", "--years=1970-")
    assert told["faces"][0]["emotion"] == "Happy"
    assert len(told["playlist"]["songs"]) == 5
    assert local.answer("analyze", photo=str(portrait), **wishes) == told
    for agent in (local, stranger):
        assert agent.answer("analyze", **data(portrait), **wishes) == told
        address = f"data:image/png;base64,{data(portrait)['photo_base64']}"
        assert agent.answer("analyze", photo_base64=address, **wishes) == told


def test_the_text_of_an_answer_is_the_same_json(agent: Agent) -> None:
    result = agent.call("recommend", mood="Sad", count=2, seed=1)
    (content,) = result.content
    assert json.loads(content.text) == result.structuredContent


def test_a_mood_gets_the_songs_that_python_gives_it(agent: Agent) -> None:
    for mood, same in (("Happy", "Happy"), ({"valence": 0.8, "arousal": 0.5}, femr.Mood(0.8, 0.5))):
        answer = agent.answer("recommend", mood=mood, goal="calm", count=4, seed=2)
        playlist = femr.recommend(same, "calm", 4, seed=2)
        assert [song["title"] for song in answer["playlist"]["songs"]] == [song.title for song in playlist.songs]
    assert answer["mood"] == {"valence": 0.8, "arousal": 0.5}


def test_music_for_everyone_follows_their_common_mood(agent: Agent, tmp_path: Path) -> None:
    pair = tmp_path / "pair.png"
    Image.fromarray(np.hstack([astronaut(), astronaut()[:, ::-1]])).save(pair)
    answer = agent.answer("analyze", **data(pair), everyone=True)
    assert len(answer["faces"]) == 2
    assert answer["mood"] == answer["everyone"]["mood"]


def test_a_happy_face_is_explained_by_its_mouth(agent: Agent, portrait: Path) -> None:
    answer = agent.answer("explain", **data(portrait))
    (face,) = agent.answer("analyze", **data(portrait))["faces"]
    assert answer["face"] == face
    why = answer["explanation"]
    assert why["emotion"] == "Happy"
    assert why["share"] == pytest.approx(face["probabilities"]["Happy"], abs=1e-3)
    assert why["strongest"] == "mouth"
    assert list(why["regions"]) == list(Region)
    assert max(why["regions"], key=lambda region: why["regions"][region]["drop"]) == "mouth"
    assert why["regions"]["mouth"]["share_without"] < why["share"]
    assert np.shape(why["heat"]) == (GRID, GRID)


def test_a_photo_without_a_face_is_no_error(agent: Agent, tmp_path: Path) -> None:
    wall = tmp_path / "wall.png"
    Image.new("RGB", (640, 480), "beige").save(wall)
    answer = agent.answer("analyze", **data(wall))
    assert (answer["faces"], answer["mood"], answer["playlist"]) == ([], None, None)
    answer = agent.answer("explain", **data(wall))
    assert (answer["face"], answer["explanation"]) == (None, None)


# --- what was wrong ------------------------------------------------------------------------------


def test_a_bad_photo_is_told_in_one_sentence(agent: Agent) -> None:
    assert "no base64" in agent.refusal("analyze", photo_base64="¡hola!")
    assert agent.refusal("analyze", photo_base64="aGVsbG8=").startswith("photo_base64 is no picture")
    assert agent.refusal("explain", photo_base64="aGVsbG8=", lang="id").startswith("photo_base64 bukan gambar")


def test_a_bad_file_is_told_in_one_sentence(local: Agent, tmp_path: Path) -> None:
    text = tmp_path / "notes.jpg"
    text.write_text("no picture")
    assert local.refusal("analyze", photo=str(text)).startswith("notes.jpg is no picture that femr knows.")
    gone = str(tmp_path / "gone.jpg")
    assert local.refusal("explain", photo=gone) == f"Cannot open {gone}. Check that the file is there and may be read."
    assert local.refusal("analyze") == "Expected a photo. Received none."
    assert "not both" in local.refusal("analyze", photo=str(text), photo_base64="aGVsbG8=")


def test_the_pipe_that_the_agent_speaks_through_is_no_photo(local: Agent) -> None:
    assert local.refusal("analyze", photo="/dev/stdin").startswith("Cannot open /dev/stdin.")


def test_a_wrong_choice_is_told_in_the_language_that_was_asked_for(agent: Agent, portrait: Path) -> None:
    assert agent.refusal("recommend", mood="Happy", goal="up") == (
        "There is no goal 'up'. Choose one of: match, lift, calm."
    )
    assert agent.refusal("recommend", mood="Bored", lang="id").startswith("Tidak ada emosi 'Bored'.")
    assert "from 1 to 30. Received: 31." in agent.refusal("recommend", mood="Happy", count=31)
    assert agent.refusal("recommend", mood="Happy", lang="fr").startswith("There is no language 'fr'.")
    assert agent.refusal("recommend", mood={"valence": 2, "arousal": 0}).startswith("A mood's valence lies")
    assert agent.refusal("explain", **data(portrait), face=2) == (
        "There is no face 2. Choose one from 1 to 1, the largest being 1."
    )
    assert agent.refusal("analyze", **data(portrait), profile={"a": 1}).startswith("This is no profile of femr")


def test_an_argument_of_the_wrong_type_is_named_without_its_value(agent: Agent) -> None:
    said = agent.refusal("recommend", mood="Happy", count="secret")
    assert said.startswith("The arguments are not as the tool's schema says: count: ")
    assert "secret" not in said
    assert "\n" not in said
    assert "mood: Field required" in agent.refusal("recommend")


# --- with the page, whoever asks -----------------------------------------------------------------


def test_the_page_opens_no_path_and_fetches_no_address(stranger: Agent, portrait: Path) -> None:
    for photo in (str(portrait), "file:///etc/hostname", "http://127.0.0.1:1/me.png"):
        assert "photo_base64: Field required" in stranger.refusal("analyze", photo=photo)
        assert "no base64" in stranger.refusal("explain", photo_base64=photo)


def test_too_large_a_photo_is_told_and_the_agent_goes_on(stranger: Agent) -> None:
    with pytest.raises(McpError) as told:
        stranger.call("analyze", photo_base64="A" * MAX_JSON_BYTES)
    assert str(told.value) == translate("error.limit_size", limit=MAX_JSON_BYTES / MEGABYTE)
    assert stranger.answer("recommend", mood="Happy", count=1)["playlist"]["songs"]


def test_a_body_that_grows_too_large_is_refused(page: str) -> None:
    def body() -> Iterator[bytes]:
        yield b'{"id": 1, "x": "'
        for _ in range(2 * MAX_JSON_BYTES // 1_000_000):
            yield b"x" * 1_000_000

    with suppress(httpx.TransportError):  # it may hang up while we still send
        assert httpx.post(f"{page}{PATH}", content=body(), timeout=60).status_code == 413
    assert httpx.get(f"{page}/healthz", timeout=20).json() == {"status": "ok"}


def test_too_many_calls_at_once_are_told_and_others_are_served(page: str, portrait: Path) -> None:
    many = 4 * AGENT_CALLS_WAITING.each
    call = {"name": "explain", "arguments": data(portrait)}
    greedy = httpx.Client(headers={"x-forwarded-for": "10.5.0.1", **JSON}, timeout=60)

    def ask(number: int) -> dict:
        message = {"jsonrpc": "2.0", "id": number, "method": "tools/call", "params": call}
        answer = greedy.post(f"{page}{PATH}", json=message)
        assert answer.status_code == 200
        assert answer.json()["id"] == number
        return answer.json()

    with (
        ThreadPoolExecutor(many) as senders,
        in_a_thread(lambda: over_http(page, **{"x-forwarded-for": "10.5.0.2"})) as other,
    ):
        asked = senders.map(ask, range(many))
        assert other.answer("analyze", **data(portrait))["faces"]
        answers = list(asked)
    refused = [each["error"]["message"] for each in answers if "error" in each]
    assert set(refused) == {translate("error.limit_events")}
    assert len(answers) - len(refused) >= AGENT_CALLS_WAITING.each
    greedy.close()


@pytest.mark.parametrize(
    "body",
    [
        *NO_REQUESTS,
        b'{"id": 1}',
        b'[{"jsonrpc": "2.0", "id": 1, "method": "ping"}]',
        b'{"jsonrpc": "2.0", "id": "\\ud800", "method": "ping"}',
        b'{"jsonrpc": "2.0", "id": 1, "method": "ping", "params": {"x": [' + b"[]," * 2_500_000 + b"[]]}}",
    ],
    ids=lambda body: repr(body[:20]),
)
def test_what_is_no_message_is_refused_in_words_of_ours(page: str, body: bytes) -> None:
    answer = httpx.post(f"{page}{PATH}", content=body, headers={**JSON, "accept-language": "id"})
    assert (answer.status_code, answer.json()) == (400, {"detail": translate("error.request_wrong", "id")})


@pytest.mark.parametrize("method", ["no/such", "tools/call", "completion/complete"])
def test_a_message_that_makes_no_sense_is_told_so(page: str, method: str) -> None:
    message = {"jsonrpc": "2.0", "id": "a-1", "method": method, "params": {"photo": "secret"}}
    answer = httpx.post(f"{page}{PATH}", json=message, headers=JSON)
    assert answer.status_code == 200
    assert answer.json()["id"] == "a-1"
    assert answer.json()["error"]["message"] == translate("error.request_wrong")


def test_no_stream_is_opened_and_no_other_site_is_answered(page: str) -> None:
    for method in ("GET", "DELETE"):
        answer = httpx.request(method, f"{page}{PATH}", headers={"accept": "text/event-stream"})
        assert (answer.status_code, answer.headers["allow"]) == (405, "POST")
    ping = {"jsonrpc": "2.0", "id": 1, "method": "ping"}
    for headers in ({"origin": "https://elsewhere.example"}, {"sec-fetch-site": "cross-site"}):
        assert httpx.post(f"{page}{PATH}", json=ping, headers={**JSON, **headers}).status_code == 403
    assert httpx.post(f"{page}{PATH}", json=ping, headers=JSON).json()["result"] == {}


def test_nothing_that_agents_sent_is_logged(portrait: Path) -> None:
    call = {"jsonrpc": "2.0", "id": 1, "method": "tools/call"}
    notice = {"jsonrpc": "2.0", "method": "notifications/secret", "params": {"secret": "secret"}}
    with served_app() as (address, process), httpx.Client(headers=JSON, timeout=60) as client:
        for arguments in (
            {"photo_base64": "secret"},
            {"seed": "secret"},
            {"mood": "[" * 5000},
            {"mood": "7" * 5000},
            {"photo_base64": "", "profile": json.loads('{"a":' * 150 + "1" + "}" * 150)},
            {"photo_base64": "", "profile": json.loads('{"a":' * 500 + "1" + "}" * 500)},
            "secret",
        ):
            for name in ("analyze", "recommend", "secret"):
                client.post(f"{address}{PATH}", json={**call, "params": {"name": name, "arguments": arguments}})
        assert client.post(f"{address}{PATH}", json=notice).status_code == 202
        assert client.post(f"{address}{PATH}", json={**notice, "method": "initialize", "id": 1}).status_code == 200
    printed = "".join(process.printed)
    assert "secret" not in printed
    assert "Traceback" not in printed


def test_without_the_extra_the_page_starts_and_has_no_tools(tmp_path: Path) -> None:
    (tmp_path / "mcp.py").write_text("raise ModuleNotFoundError(\"No module named 'mcp'\", name='mcp')")
    with served_app(PYTHONPATH=str(tmp_path)) as (address, _):
        assert httpx.get(f"{address}/healthz").status_code == 200
        assert httpx.post(f"{address}{PATH}", json={}, headers=JSON).status_code == 404
        assert "femr" in httpx.get(address).text


# --- as a process --------------------------------------------------------------------------------


def spoken(*messages: dict) -> str:
    hello = {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "test", "version": "1"}}
    start = [{"id": 0, "method": "initialize", "params": hello}, {"method": "notifications/initialized"}]
    return "".join(json.dumps({"jsonrpc": "2.0", **message}) + "\n" for message in [*start, *messages])


def test_nothing_but_the_protocol_is_printed_and_the_end_of_input_ends_it_well(portrait: Path) -> None:
    # What prints past Python, as native code may.
    noisy = (
        "import os, femr.mcp_tools as it; from femr.__main__ import main\n"
        "explain = it.explain_crop\n"
        "it.explain_crop = lambda crop: os.write(1, b'noise') and explain(crop)\n"
        "raise SystemExit(main(['mcp']))"
    )
    call = {"id": 1, "method": "tools/call", "params": {"name": "explain", "arguments": {"photo": str(portrait)}}}
    with subprocess.Popen(
        [sys.executable, "-c", noisy], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as server:
        server.stdin.write(spoken(call).encode())
        server.stdin.flush()
        lines = [server.stdout.readline(), server.stdout.readline()]
        out, err = server.communicate(timeout=60)
    assert out == b""
    assert [json.loads(line)["id"] for line in lines] == [0, 1]
    assert json.loads(lines[1])["result"]["structuredContent"]["face"]["emotion"] in EMOTIONS
    assert b"noise" in err
    assert b"Traceback" not in err
    assert server.returncode == 0


def test_a_client_that_has_gone_ends_it_without_a_traceback() -> None:
    with subprocess.Popen(
        COMMAND, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as server:
        server.stdout.close()
        server.stdin.write(spoken().encode())
        server.stdin.close()
        assert server.stderr.read() == b""
    assert server.returncode == 141


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such signal for one process")
def test_ctrl_c_ends_it_though_its_input_goes_on() -> None:
    with subprocess.Popen(COMMAND, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as server:
        server.stdin.write(spoken().encode())
        server.stdin.flush()
        assert server.stdout.readline()
        server.send_signal(signal.SIGINT)
        assert server.wait(timeout=60) == -signal.SIGINT  # 130, as shells count


def test_a_closed_input_ends_it_well() -> None:
    code = "import sys; sys.stdin = None; from femr.__main__ import main; raise SystemExit(main(['mcp']))"
    ended = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, timeout=60)
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, b"", b"")


def test_without_the_extra_one_sentence_says_what_to_install() -> None:
    code = "import sys; sys.modules['mcp'] = None; from femr.__main__ import main; raise SystemExit(main(['mcp']))"
    ended = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert (ended.returncode, ended.stdout) == (1, "")
    assert ended.stderr == (
        "The package mcp is missing, or not of version 1. Run: pip install -r requirements-mcp.txt\n"
    )
