"""A network from a file, a folder, or the Hugging Face Hub: here a server and a cache of our own."""

import shutil
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import numpy as np
import pytest
from huggingface_hub import constants

import femr
from femr.paths import COVERS, HUB_MODEL, WEIGHTS, WEIGHTS_ON_HUB
from femr.vision.classifier import expression_classifier
from tests.faces import fer_like

COMMIT, ETAG = "1" * 40, "2" * 64
FILES = {f"/{owner}/femr/resolve/{rev}/{WEIGHTS_ON_HUB}" for owner in ("us", HUB_MODEL) for rev in ("main", COMMIT)}


class FakeHub(BaseHTTPRequestHandler):
    """Has one repository with the published network, and one that holds nothing."""

    def do_HEAD(self) -> None:
        """What the Hub says of a file."""
        if self.path in FILES:
            self.send_response(200)
            self.send_header("Content-Length", str(WEIGHTS.stat().st_size))
        else:
            self.send_response(404)
            self.send_header("Content-Length", "0")
            missing = "EntryNotFound" if self.path.startswith("/us/empty/") else "RepoNotFound"
            self.send_header("X-Error-Code", "RevisionNotFound" if "/none/" in self.path else missing)
        self.send_header("X-Repo-Commit", COMMIT)
        self.send_header("ETag", f'"{ETAG}"')
        self.end_headers()

    def do_GET(self) -> None:
        """The file."""
        self.do_HEAD()
        if self.path in FILES:
            self.wfile.write(WEIGHTS.read_bytes())

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def cache(tmp_path, monkeypatch) -> Iterator[None]:
    """The Hub's cache is empty."""
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.fixture
def hub(cache, monkeypatch) -> Iterator[ThreadingHTTPServer]:
    """The Hub is ours."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), FakeHub)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    address = f"http://127.0.0.1:{server.server_port}"
    monkeypatch.setattr(constants, "ENDPOINT", address)
    monkeypatch.setattr(constants, "HUGGINGFACE_CO_URL_TEMPLATE", address + "/{repo_id}/resolve/{revision}/{filename}")
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def offline(cache, monkeypatch) -> None:
    """Nothing may be asked for."""
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)


def refused(source, **options) -> femr.NetworkError:
    """How `source` is refused."""
    with pytest.raises(femr.NetworkError) as caught:
        femr.load(source, **options)
    assert str(source) in str(caught.value) or str(caught.value.values["path"]) in str(caught.value)
    return caught.value


# --- files and folders ---------------------------------------------------------------------------


@pytest.mark.parametrize("place", ["femr.tflite", "mine.tflite", "assets/femr.tflite"])
def test_a_file_and_a_folder_with_one_are_taken(place, tmp_path):
    path = tmp_path / "network" / place
    path.parent.mkdir(parents=True)
    shutil.copy(WEIGHTS, path)
    sources = [path, str(path), *([] if "mine" in place else [tmp_path / "network"])]
    for source in sources:
        assert femr.load(source).identity == expression_classifier().identity


def test_what_is_loaded_reads_photos(tmp_path):
    crops = fer_like()[None]
    assert femr.load(WEIGHTS)(crops) == pytest.approx(expression_classifier()(crops), abs=1e-6)
    blank = np.zeros((64, 64, 3), np.uint8)
    assert femr.analyze(blank, classifier=femr.load(WEIGHTS)).faces == ()


@pytest.mark.parametrize("make", [lambda path: path.mkdir(), lambda path: None])
def test_an_empty_folder_and_one_that_is_not_there_are_told(make, tmp_path):
    make(tmp_path / "folder")
    error = refused(tmp_path / "folder")
    assert error.code == "network_nowhere"
    assert HUB_MODEL in str(error)


@pytest.mark.parametrize("name", ["no name", "a/b/c", "../up", "femr", "-/-"])
def test_what_can_be_no_repository_is_never_asked_for(name, offline):
    with pytest.raises(femr.NetworkError) as caught:
        femr.load(name)
    assert caught.value.code == "network_nowhere"


def test_a_folder_of_that_name_is_taken_before_the_hub_is_asked(tmp_path, monkeypatch, offline):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "us" / "femr").mkdir(parents=True)
    assert refused("us/femr").code == "network_nowhere"
    shutil.copy(WEIGHTS, tmp_path / "us" / "femr")
    assert femr.load("us/femr").identity == expression_classifier().identity


@pytest.mark.parametrize("content", [b"", b"no network", WEIGHTS.read_bytes()[:5000], COVERS.read_bytes()])
def test_a_broken_network_and_one_for_something_else_are_refused(content, tmp_path):
    (tmp_path / "femr.tflite").write_bytes(content)
    assert refused(tmp_path).code == "network_foreign"


# --- the Hub -------------------------------------------------------------------------------------


def test_a_repository_is_fetched_once_and_found_without_a_net_afterwards(hub, cache, monkeypatch):
    assert femr.load("us/femr").identity == expression_classifier().identity
    hub.shutdown()
    hub.server_close()
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    assert femr.load("us/femr").identity == expression_classifier().identity
    (kept,) = cache.glob(f"models--us--femr/snapshots/*/{WEIGHTS_ON_HUB}")
    assert kept.read_bytes() == WEIGHTS.read_bytes()


@pytest.mark.parametrize(
    ("name", "options", "code"),
    [
        ("us/nobody", {}, "network_no_repository"),
        ("us/femr", {"revision": "none"}, "network_no_repository"),
        ("us/empty", {}, "network_no_file"),
    ],
)
def test_what_the_hub_does_not_have_is_told(name, options, code, hub):
    assert refused(name, **options).code == code


def test_without_a_net_a_repository_that_was_never_fetched_is_told(offline):
    assert refused("us/femr").code == "network_offline"


def test_a_cache_that_cannot_be_written_is_told(hub, tmp_path, monkeypatch):
    (tmp_path / "file").touch()
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path / "file" / "cache"))  # refused to root as well
    error = refused("us/femr")
    assert error.code == "network_unkept"
    assert "HF_HOME" in str(error)
    assert error.values["problem"] in str(error)


def test_every_refusal_is_told_in_both_languages(offline, tmp_path):
    for source in ("us/femr", tmp_path):
        error = refused(source)
        assert len({error.sentence("en"), error.sentence("id")}) == 2
