"""The notebook for those who come from the original one: it runs from its first cell to its last."""

import os
import re
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
from tiny_fer2013 import lower_case_files, make_samples, write_folder
from tiny_recipe import small, write_recipe

from femr.emotions import EMOTIONS
from femr.paths import HUB_SPACE

ROOT = Path(__file__).parents[2]
NOTEBOOK = ROOT / "notebooks" / "femr.ipynb"
SECONDS = 300
"""For one cell, at most."""


def read() -> nbformat.NotebookNode:
    """The notebook as it is kept."""
    return nbformat.read(NOTEBOOK, as_version=4)


def code_cells(notebook: nbformat.NotebookNode) -> list[nbformat.NotebookNode]:
    """Its cells of code."""
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def execute(notebook: nbformat.NotebookNode | None = None, **settings: str) -> nbformat.NotebookNode:
    """The notebook after all its cells have run in a kernel of this interpreter, with other `settings`."""
    notebook = notebook or read()
    (at,) = [n for n, cell in enumerate(notebook.cells) if "parameters" in cell.metadata.get("tags", ())]
    known = re.findall(r"^(\w+) = ", notebook.cells[at].source, re.MULTILINE)
    assert set(settings) <= set(known)
    lines = [f"{name} = {value!r}" for name, value in settings.items()]
    notebook.cells.insert(at + 1, nbformat.v4.new_code_cell("\n".join(lines)))
    folder = {"metadata": {"path": str(NOTEBOOK.parent)}}
    NotebookClient(notebook, timeout=SECONDS, kernel_name="python3", resources=folder).execute()
    return notebook


def printed(cell: nbformat.NotebookNode) -> str:
    """What a cell has printed."""
    return "".join(output.get("text", "") for output in cell.outputs)


def test_it_is_kept_without_what_it_printed():
    nbformat.validate(read())
    for cell in code_cells(read()):
        assert (cell.outputs, cell.execution_count) == ([], None)


def test_each_cell_is_told_in_one_indonesian_and_one_english_sentence():
    cells = read().cells[1:]
    assert len(cells) == 2 * len(code_cells(read()))
    for text, code in zip(cells[::2], cells[1::2], strict=True):
        assert (text.cell_type, code.cell_type) == ("markdown", "code")
        told = re.fullmatch(r"\*\*ID\*\* (.+)\n\n\*\*EN\*\* (.+)", text.source)
        assert told, text.source
        for sentence in told.groups():
            assert re.findall(r"[.!?](?=\s|$)", sentence) == ["."], sentence


def test_it_is_cloned_from_where_the_space_is():
    assert f'REPOSITORY = "https://huggingface.co/spaces/{HUB_SPACE}"' in read().cells[2].source


@pytest.fixture
def small_run(tmp_path: Path) -> dict[str, str]:
    """Settings with which training takes seconds."""
    samples = make_samples(training=12, public=2, private=0, disgust=1)
    data = write_folder(tmp_path / "my pictures", lower_case_files(samples))
    recipe = write_recipe(tmp_path / "recipe.toml", ["only"], {"only": small(votes_share=0.0, epochs=1)})
    return {"DATA": str(data), "RECIPE": str(recipe), "RUN": str(tmp_path / "run")}


def test_it_goes_from_pictures_in_folders_to_a_network_of_ones_own_and_its_songs(small_run):
    done = execute(**small_run, PHOTO="assets/examples/happy.jpg")
    cells = {cell.id: cell for cell in code_cells(done)}
    assert "'Angry'" in printed(cells["data"]).replace('"', "'")
    assert "left out: disgust 2" in printed(cells["data"])
    assert "Published to" in printed(cells["train"])
    assert "all images: 12 images" in printed(cells["evaluate"])
    assert Path(small_run["RUN"], "published", "femr.tflite").is_file()
    for shown in ("look", "curves", "confusion", "photo"):
        assert [1 for output in cells[shown].outputs if "image/png" in output.get("data", {})], shown
    readings = printed(cells["read"]).splitlines()
    assert [line.split()[0] for line in readings] == ["yours", "femr's"]
    assert readings[1].split()[1] == "Happy"
    assert all(emotion in line for line in readings for emotion in EMOTIONS)
    assert len(printed(cells["songs"]).splitlines()) == 5


@pytest.fixture
def colab(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """What Colab has, in a folder: its module, with a photo to upload, and a `git` and a `pip` that note what is asked
    of them in `asked`; what is cloned is this checkout."""
    folder = tmp_path / "colab"
    programs = {
        "google/colab/__init__.py": "",
        "google/colab/drive.py": "def mount(place):\n    print(place)",
        "google/colab/files.py": f"def upload():\n    return {{{str(ROOT / 'assets/examples/happy.jpg')!r}: b''}}",
        "pip/__init__.py": "",
        "pip/__main__.py": f"import sys\nprint('pip', *sys.argv[1:], file=open({str(folder / 'asked')!r}, 'a'))",
        "bin/git": f'#!/bin/sh\necho git "$@" >> "{folder}/asked"\nln -s "{ROOT}" "$5"',
    }
    for name, text in programs.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text + "\n")
    (folder / "bin" / "git").chmod(0o755)
    monkeypatch.setenv("PYTHONPATH", str(folder))
    monkeypatch.setenv("PATH", f"{folder / 'bin'}:{os.environ['PATH']}")
    return folder


def test_on_colab_it_is_cloned_once_installed_each_time_and_what_is_trained_is_kept_on_drive(colab, small_run):
    notebook = read()
    (at,) = [n for n, cell in enumerate(notebook.cells) if cell.id == "install"]
    notebook.cells.insert(at + 1, nbformat.v4.new_code_cell(notebook.cells[at].source))  # as after a restart
    femr, kept = colab / "femr", colab / "drive" / "femr"
    done = execute(notebook, **small_run, REPOSITORY="here", FEMR=str(femr), KEEP=str(kept))
    cells = {cell.id: cell for cell in code_cells(done)}
    installed = "pip install -q -r requirements.txt -r requirements-train.txt tensorflow[and-cuda]"
    assert (colab / "asked").read_text().splitlines() == [f"git clone --depth 1 here {femr}", installed, installed]
    assert printed(cells["drive"]) == "/content/drive\n"
    assert sorted(path.name for path in kept.iterdir()) == sorted(os.listdir(Path(small_run["RUN"], "published")))
    assert printed(cells["read"]).splitlines()[1].split()[1] == "Happy"


def test_it_stops_with_a_sentence_where_there_is_no_data(tmp_path):
    with pytest.raises(CellExecutionError, match="nowhere"):
        execute(DATA=str(tmp_path / "nowhere"))
