"""femr as people install it: a wheel in a virtual environment of its own, far from the checkout."""

import json
import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

import femr
from tests.faces import astronaut, encoded
from tests.serving import ROOT

BUILT_FROM = ("femr", "assets", "tests", "benchmarks", "scripts", "pyproject.toml", "README.md", "LICENSE", "NOTICE.md")
"""A copy of these is built, with the requirements: a build leaves folders beside its sources, and takes up old ones."""

Run = Callable[..., subprocess.CompletedProcess]


def run_here(*command: str | Path, folder: Path) -> subprocess.CompletedProcess:
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "COV_"))}
    return subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, encoding="utf-8", timeout=600
    )


def pip(*arguments: str | Path, folder: Path) -> None:
    ended = run_here(sys.executable, "-m", "pip", *arguments, folder=folder)
    assert ended.returncode == 0, ended.stderr


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    sources, out = tmp_path_factory.mktemp("sources"), tmp_path_factory.mktemp("wheel")
    for source in (*(ROOT / name for name in BUILT_FROM), *ROOT.glob("requirements*.txt")):
        if source.is_dir():
            shutil.copytree(source, sources / source.name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, sources)
    pip("wheel", ".", "--no-deps", "--wheel-dir", out, folder=sources)
    (built,) = out.iterdir()
    return built


@pytest.fixture(scope="session")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Runs a command of a fresh environment that holds femr and what it needs, in a folder that holds nothing else."""
    environment, elsewhere = tmp_path_factory.mktemp("environment"), tmp_path_factory.mktemp("elsewhere")
    # Another pip installs, and Python compiles only what is imported: that takes half the time.
    assert run_here(sys.executable, "-m", "venv", "--without-pip", environment, folder=elsewhere).returncode == 0
    commands = environment / ("Scripts" if os.name == "nt" else "bin")
    pip("--python", commands / "python", "install", "--no-compile", wheel, folder=elsewhere)

    def run(command: str, *arguments: str) -> subprocess.CompletedProcess:
        (elsewhere / "photo.png").write_bytes(encoded(astronaut(), "PNG"))
        return run_here(commands / command, *arguments, folder=elsewhere)

    return run


# --- the wheel -----------------------------------------------------------------------------------


def files_in(wheel: Path) -> set[str]:
    with zipfile.ZipFile(wheel) as archive:
        return {name for name in archive.namelist() if ".dist-info/" not in name}


def shipped(folder: str, *patterns: str) -> set[str]:
    """The names in a wheel of the files in a folder of the package."""
    return {
        path.relative_to(ROOT).as_posix()
        for pattern in patterns
        for path in (ROOT / folder).glob(pattern)
        if path.is_file()
    }


def test_the_wheel_holds_every_module_and_every_file_of_the_page(wheel):
    code = shipped(
        "femr", "**/*.py", "page/static/**/*.js", "page/static/*.css", "page/static/*.woff2", "page/templates/*"
    )
    assert {name for name in files_in(wheel) if not name.startswith("femr/assets/")} == code


def test_the_wheel_holds_networks_catalogue_and_examples_and_no_picture_of_the_readme(wheel):
    read_by_code = shipped("assets", "*.tflite", "femr.json", "songs.csv", "examples/*.jpg", "fonts/*", "icons/*.png")
    assert len(read_by_code) >= 11
    assert {name for name in files_in(wheel) if name.startswith("femr/assets/")} == {
        f"femr/{name}" for name in read_by_code
    }


def test_the_wheel_holds_the_licence_and_the_notices_of_what_is_not_ours(wheel):
    with zipfile.ZipFile(wheel) as archive:
        for name in ("LICENSE", "NOTICE.md"):
            (path,) = (path for path in archive.namelist() if path.endswith(f".dist-info/licenses/{name}"))
            assert archive.read(path) == (ROOT / name).read_bytes()


# --- where it is installed -----------------------------------------------------------------------


def test_pip_knows_the_version_and_the_licence(installed):
    ask = "from importlib.metadata import metadata as m; print(m('femr')['Version'], m('femr')['License-Expression'])"
    assert installed("python", "-c", ask).stdout.split() == [femr.__version__, "MIT"]


def test_the_command_reads_a_face(installed):
    ended = installed("femr", "photo.png", "--json")
    assert (ended.returncode, ended.stderr) == (0, "")
    answer = json.loads(ended.stdout)
    assert [face["emotion"] for face in answer["faces"]] == ["Happy"]
    assert len(answer["playlist"]["songs"]) == 10


def test_the_command_ends_with_its_exit_codes(installed):
    ended = installed("femr", "nowhere.png")
    assert ended.returncode == 3
    assert "nowhere.png" in ended.stderr
    assert installed("femr", "photo.png", "--goal", "dance").returncode == 2


def test_the_command_for_audio_files_says_what_it_takes_and_what_it_lacks(installed):
    assert "usage: femr-library" in installed("femr-library", "--help").stdout
    ended = installed("femr-library", "nowhere")
    assert ended.returncode == 2
    assert "nowhere" in ended.stderr


def test_the_page_is_built_without_the_checkout(installed):
    ended = installed("python", "-c", "import femr.page.layout as layout; print(layout.build_page(), layout.__file__)")
    assert ended.returncode == 0, ended.stderr
    assert str(ROOT) not in ended.stdout
