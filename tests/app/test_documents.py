"""The commands in the documents, as somebody types them who reads them."""

import csv
import os
import re
import shlex
import shutil
import subprocess
import sys
import wave
import zipfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import femr
from femr.emotions import EMOTIONS
from femr.page.server.serve import USUAL_HOST, USUAL_PORT
from femr.paths import EXAMPLES
from femr.training.own_labels import OTHER_FACES
from tests.films import acted
from tests.serving import ROOT, served_app

PAGES = [*sorted(ROOT.glob("*.md")), *sorted(ROOT.glob("docs/*.md")), ROOT / "data" / "README.md"]
USUAL = f"http://{USUAL_HOST}:{USUAL_PORT}"
BIN = Path(sys.executable).parent
SECONDS = 300
"""For one command, at most; librosa is compiled when it is first used."""

NOT_RUN: dict[str, tuple[str, dict[str, str]]] = {
    r"python3 -m venv": ("makes an environment", {".ci/run": "python3 -m venv", "tests/package/test_wheel.py": "venv"}),
    r"(\S+/)?pip install": ("fetches packages", {".ci/run": "pip install", "tests/package/test_wheel.py": "install"}),
    r"(\S+/)?python app\.py": ("serves until it is stopped", {"tests/serving.py": "app.py"}),
    r"\S+/python -m pytest": ("is these tests", {".ci/run": "python -m pytest"}),
    r"npm run check": ("needs Node.js", {".ci/run": "npm run check"}),
    r"(\S+/)?python train\.py train": ("takes hours and data", {"tests/training/test_train.py": '"train"'}),
    r"(\S+/)?python train\.py evaluate": ("takes data", {"tests/training/test_train.py": '"evaluate"'}),
    r"(\S+/)?python train\.py export": ("takes data", {"tests/training/test_another_backend.py": '"export"'}),
    r"\S+/python -m scripts\.calibrate_": ("takes data that is not ours to ship", {}),
    r"\S+/python -m benchmarks\.song_places": (
        "takes data that is not ours to ship",
        {"tests/unit/music/test_song_places.py": "song_places"},
    ),
    r"\S+/python -m scripts\.fuzz": ("takes minutes", {"tests/unit/test_fuzz.py": "fuzz"}),
    r"python -m scripts\.export_onnx": ("writes into assets/", {"tests/unit/test_onnx.py": "export_onnx"}),
    r"\S+/hf ": ("speaks with the Hub: its options are compared below", {}),
    r"\S+/python -m scripts\.publish (?!.*--dry-run)": ("sends to the Hub", {"tests/unit/test_readme.py": "publish"}),
    r"rm -rf |git clone ": ("removes and writes beside the checkout: below it does so beside another one", {}),
    r"(docker|podman) ": ("needs a container engine", {}),
}
"""Which commands no test here runs: why, and where something else does, with the word of theirs that stands there.

`tests/unit/test_readme.py` compares the options of ours.
"""

READ_ELSEWHERE = {"import ray.data": "tests/app/test_ray.py", "import onnxruntime": "tests/unit/test_onnx.py"}
"""Which Python no test here runs, and what does."""


def commands() -> dict[str, str]:
    """Every command in a block of shell, with the page that it stands in first."""
    found: dict[str, str] = {}
    for page in PAGES:
        for block in re.findall(r"```sh\n(.+?)```", page.read_text(encoding="utf-8"), re.DOTALL):
            for line in block.replace("\\\n", "").splitlines():
                for command in re.split(r"\s+#\s", line)[0].split(" && "):
                    found.setdefault(command.strip(), str(page.relative_to(ROOT)))
    found.pop("", None)
    return found


def python() -> dict[str, str]:
    """Every block of Python, by its page and its number there."""
    found: dict[str, str] = {}
    for page in PAGES:
        blocks = re.findall(r"```python\n(.+?)```", page.read_text(encoding="utf-8"), re.DOTALL)
        found |= {f"{page.relative_to(ROOT)} {number}": block for number, block in enumerate(blocks, 1)}
    return found


def kind(command: str) -> str | None:
    """By which pattern of `NOT_RUN` a command is not run; None where it is."""
    bare = re.sub(r"^(\w+=\S+ )+", "", command)
    return next((pattern for pattern in NOT_RUN if re.match(pattern, bare)), None)


COMMANDS = commands()
RUN = [command for command in COMMANDS if kind(command) is None]
PYTHON = python()
BESIDE = [command for command in COMMANDS if re.match("rm -rf |git clone ", command)]
ON_THE_HUB = [command for command in COMMANDS if re.match(r"\S+/hf ", command)]


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with all that the documents' examples are about."""
    folder = tmp_path_factory.mktemp("here")
    for name in ("photos", "more", "photos-of-me", "Music"):
        (folder / name).mkdir()
    for name, example in {"photo": "collins", "resting": "neutral", "cross": "angry"}.items():
        shutil.copy(EXAMPLES / f"{example}.jpg", folder / f"{name}.jpg")
    both = [Image.open(EXAMPLES / name).convert("RGB").resize((400, 400)) for name in ("happy.jpg", "sad.jpg")]
    Image.fromarray(np.hstack(both)).save(folder / "group.jpg")
    shutil.copy(folder / "group.jpg", folder / "more")
    for emotion in EMOTIONS:
        shutil.copy(EXAMPLES / f"{emotion.lower()}.jpg", folder / "photos")
        shutil.copy(EXAMPLES / f"{emotion.lower()}.jpg", folder / "photos-of-me" / f"{emotion.lower()}_1.jpg")
    shots = [(path, path.stem[:-2].title()) for path in sorted((folder / "photos-of-me").iterdir())]
    (folder / "me.json").write_text(femr.Profile.learn(shots).to_json())
    with (folder / "my-songs.csv").open("w", newline="") as file:
        csv.writer(file).writerows(
            [("Track Name", "Artist Name(s)", "Valence", "Energy")]
            + [(f"Song {n}", f"Artist {n}", n / 20, (n * 7 % 20) / 20) for n in range(20)]
        )
    with zipfile.ZipFile(folder / "other_faces.zip", "w") as photos, OTHER_FACES.open(newline="") as labels:
        rows = [f"{row['file']},{row['first']},{row['part']}\n" for row in csv.DictReader(labels)]
        photos.writestr("labels.csv", "file,published_label,person\n" + "".join(rows))
    for name in ("clip.mp4", "holiday.mov"):
        acted(folder / name, [(("happy",), 1), (("sad",), 1)])
    with wave.open(str(folder / "Music" / "tone.wav"), "wb") as file:
        file.setparams((1, 2, 22050, 0, "NONE", ""))
        seconds = np.arange(20 * 22050) / 22050
        file.writeframes((np.sin(2 * np.pi * 220 * seconds) * (seconds % 0.5 < 0.1) * 20000).astype("<i2").tobytes())
    return folder


@pytest.fixture
def here(prepared: Path, tmp_path: Path) -> Path:
    """The same for one command alone."""
    return Path(shutil.copytree(prepared, tmp_path / "here"))


PROGRAMS = {
    "femr": [sys.executable, "-m", "femr"],
    "femr-library": [sys.executable, "-m", "femr.music.audio_library"],
    "python": [sys.executable],
    "ruff": [str(BIN / "ruff")],
}
"""What is run, by its name in the documents. Anything else wants a reason in `NOT_RUN`: it may change this machine."""


def program(command: str) -> str:
    """The name of what a command starts."""
    return Path(shlex.split(command)[0]).name


def test_the_documents_have_commands_of_every_kind() -> None:
    assert len(RUN) > 10
    assert {program(command) for command in RUN} >= set(PROGRAMS)


def test_every_command_is_run_or_told_why_not() -> None:
    assert [
        (page, command) for command, page in COMMANDS.items() if command in RUN and program(command) not in PROGRAMS
    ] == []


@pytest.mark.parametrize("command", [command for command in RUN if program(command) in PROGRAMS])
def test_a_command_in_the_documents_does_what_it_says(command: str, here: Path) -> None:
    ours = program(command).startswith("femr")
    written = re.search(r"--(?:out|csv|parquet) (\S+)", command) if ours else None
    if written:
        (here / written[1]).unlink(missing_ok=True)
    _, *rest = shlex.split(command.replace("~", str(here)))
    ended = subprocess.run(
        [*PROGRAMS[program(command)], *rest],
        cwd=ROOT if program(command) == "ruff" else here,
        env={**os.environ, "PYTHONPATH": str(ROOT), "HOME": str(here)},
        capture_output=True,
        text=True,
        timeout=SECONDS,
    )
    assert ended.returncode == 0, f"{COMMANDS[command]}: {ended.stdout[-2000:]}{ended.stderr[-2000:]}"
    assert "Traceback" not in ended.stderr
    assert (here / written[1]).stat().st_size > 0 if written else ended.stdout


def test_what_a_space_is_sent_is_the_checkout_as_it_is_each_time(tmp_path: Path) -> None:
    checkout, clone = tmp_path / "checkout", tmp_path / "femr-space"
    checkout.mkdir()

    def run(command: str) -> None:
        subprocess.run(shlex.split(command), cwd=checkout, check=True, capture_output=True, timeout=SECONDS)

    run("git init")
    for name in ("before", "after"):
        (checkout / name).touch()
        run("git add --all")
        run("git -c user.name=femr -c user.email=femr@localhost commit -m femr")
        for command in BESIDE:
            run(command)
        assert [path.name for path in clone.iterdir() if path.name != ".git"] == [name]
        (checkout / name).unlink()
    (upload,) = [command for command in ON_THE_HUB if " upload " in command]
    assert shlex.split(upload)[-2:] == ["--delete", "*"], "what is gone here would stay there"


@pytest.mark.parametrize("command", ON_THE_HUB)
def test_a_command_for_the_hub_is_there_with_its_options(command: str) -> None:
    _, *words = shlex.split(command)
    named = words[: next((n for n, word in enumerate(words) if "/" in word), len(words))]
    ended = subprocess.run([BIN / "hf", *named, "--help"], capture_output=True, text=True, timeout=SECONDS)
    assert ended.returncode == 0, ended.stderr
    assert [word for word in words if word.startswith("--") and word not in ended.stdout] == []


@pytest.mark.parametrize("pattern", NOT_RUN)
def test_what_is_not_run_here_is_run_where_it_is_said(pattern: str) -> None:
    about = [command for command in COMMANDS if kind(command) == pattern]
    assert about, "no document has such a command any more"
    for path, word in NOT_RUN[pattern][1].items():
        assert word in (ROOT / path).read_text(encoding="utf-8"), path
        assert all(word.strip('"') in command for command in about)


# --- Python --------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where the page is served."""
    with served_app(GRADIO_TEMP_DIR=str(tmp_path_factory.mktemp("uploads"))) as (address, _):
        yield address


@pytest.mark.parametrize("block", PYTHON)
def test_python_in_the_documents_runs(block: str, here: Path, request: pytest.FixtureRequest) -> None:
    text = PYTHON[block]
    if elsewhere := next((path for word, path in READ_ELSEWHERE.items() if word in text), None):
        assert Path(block.split()[0]).name in (ROOT / elsewhere).read_text(encoding="utf-8")
        return
    if USUAL in text:
        text = text.replace(USUAL, request.getfixturevalue("address"))
    ended = subprocess.run(
        [sys.executable, "-c", text],
        cwd=here,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=SECONDS,
    )
    assert (ended.returncode, "Traceback" in ended.stderr) == (0, False), ended.stderr[-2000:]
    assert bool(ended.stdout) >= ("print(" in text)
