"""What the training tests share: the tiny data set in every layout, written once."""

import sys
from pathlib import Path

import pytest
from tiny_fer2013 import (
    Sample,
    capital_files,
    csv_files,
    lower_case_files,
    make_samples,
    write_folder,
    write_zip,
)


@pytest.fixture
def without_litert(monkeypatch) -> None:
    """LiteRT cannot be imported, and nothing that needs it was."""
    for name in [each for each in sys.modules if each.startswith("femr.vision.")]:
        monkeypatch.delitem(sys.modules, name)
        monkeypatch.delattr(name, raising=False)
    monkeypatch.setitem(sys.modules, "ai_edge_litert", None)
    monkeypatch.setitem(sys.modules, "ai_edge_litert.interpreter", None)


@pytest.fixture(scope="session")
def samples() -> list[Sample]:
    """24 training, 3 public and 3 private images of each class, and 2 of disgust in each part."""
    return make_samples()


@pytest.fixture(scope="session")
def layouts(samples, tmp_path_factory) -> dict[str, Path]:
    """The same samples in every form that FER-2013 comes in."""
    folder = tmp_path_factory.mktemp("fer2013")
    written = {}
    for name, files in (
        ("capital", capital_files(samples)),
        ("lower-case", lower_case_files(samples)),
        ("csv", csv_files(samples)),
    ):
        written[f"{name} folder"] = write_folder(folder / name, files)
        written[f"{name} zip"] = write_zip(folder / f"{name}.zip", files)
    written["csv"] = folder / "csv" / "fer2013.csv"
    return written
