"""The notebook for those who come from the original one: it runs from its first cell to its last."""

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


def execute(**settings: str) -> nbformat.NotebookNode:
    """The notebook after all its cells have run in a kernel of this interpreter, with other `settings`."""
    notebook = read()
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


def test_it_goes_from_pictures_in_folders_to_a_network_of_ones_own_and_its_songs(tmp_path):
    samples = make_samples(training=12, public=2, private=0, disgust=1)
    data = write_folder(tmp_path / "my pictures", lower_case_files(samples))
    recipe = write_recipe(tmp_path / "recipe.toml", ["only"], {"only": small(votes_share=0.0, epochs=1)})
    run = tmp_path / "run"
    done = execute(DATA=str(data), RECIPE=str(recipe), RUN=str(run), PHOTO="assets/examples/happy.jpg")
    cells = {cell.id: cell for cell in code_cells(done)}
    assert "'Angry'" in printed(cells["data"]).replace('"', "'")
    assert "left out: disgust 2" in printed(cells["data"])
    assert "Published to" in printed(cells["train"])
    assert "all images: 12 images" in printed(cells["evaluate"])
    assert (run / "published" / "femr.tflite").is_file()
    for shown in ("look", "curves", "confusion", "photo"):
        assert [1 for output in cells[shown].outputs if "image/png" in output.get("data", {})], shown
    readings = printed(cells["read"]).splitlines()
    assert [line.split()[0] for line in readings] == ["yours", "femr's"]
    assert readings[1].split()[1] == "Happy"
    assert all(emotion in line for line in readings for emotion in EMOTIONS)
    assert len(printed(cells["songs"]).splitlines()) == 5


def test_it_stops_with_a_sentence_where_there_is_no_data(tmp_path):
    with pytest.raises(CellExecutionError, match="nowhere"):
        execute(DATA=str(tmp_path / "nowhere"))
