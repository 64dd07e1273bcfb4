"""What the README promises stands in the project as well."""

import json
import re

import gradio

from scripts import write_figures
from tests.serving import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")
FRONT_MATTER = dict(re.findall(r"^(\w+): (.+)$", README.split("---")[1], re.MULTILINE))


def test_ci_runs_the_readmes_own_test_command() -> None:
    (command,) = re.findall(r"^python3 -m venv .*pytest.*$", README, re.MULTILINE)
    assert command in (ROOT / ".ci" / "run").read_text()


def test_the_space_starts_the_app_with_the_gradio_that_is_tested() -> None:
    assert (ROOT / FRONT_MATTER["app_file"]).is_file()
    major, minor, *_ = gradio.__version__.split(".")
    assert FRONT_MATTER["sdk_version"].split(".")[0] == major
    assert int(FRONT_MATTER["sdk_version"].split(".")[1]) <= int(minor)


def test_every_picture_and_file_that_is_linked_is_there() -> None:
    for path in re.findall(r"\]\((?!https?:)([^)]+)\)", README):
        assert (ROOT / path).is_file(), path


def test_the_accuracy_in_the_readme_is_the_published_networks() -> None:
    public = json.loads((ROOT / "assets" / "femr.json").read_text())["figures"]["public"]
    assert f"**{100 * public['accuracy']:.1f} %**" in README
    assert f"{100 * public['without_duplicates']['accuracy']:.1f} %" in README


def test_the_published_network_beats_the_package_that_people_install() -> None:
    public = json.loads((ROOT / "assets" / "femr.json").read_text())["figures"]["public"]
    assert public["images"] == 3533
    assert public["accuracy"] > 0.661  # the package `fer` on the same images


def test_the_model_card_shows_the_figures_of_the_published_network() -> None:
    shown = write_figures.MODEL_CARD.read_text(encoding="utf-8")
    between = shown.partition(write_figures.BEGIN)[2].partition(write_figures.END)[0]
    assert between.strip() == write_figures.figures()
