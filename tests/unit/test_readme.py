"""What the README and the other documents promise stands in the project as well."""

import ast
import importlib
import importlib.util
import json
import re
import shlex
import tomllib
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import gradio
import pytest
from huggingface_hub import DatasetCard, ModelCard, RepoCard

import train
from femr import i18n
from femr.music.catalogue import catalogue
from femr.paths import HUB_LABELS, HUB_MODEL, HUB_SPACE, WEIGHTS_ON_HUB
from scripts import publish, write_figures
from tests.serving import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")
FRONT_MATTER = dict(re.findall(r"^(\w+): (.+)$", README.split("---")[1], re.MULTILINE))
DOCUMENTS = {
    str(path.relative_to(ROOT)): path.read_text(encoding="utf-8")
    for path in sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), ROOT / "data" / "README.md"])
}
LONGEST = 130
"""Lines of the README: it is for newcomers, and the rest stands in docs/."""

PUBLIC = json.loads((ROOT / "assets" / "femr.json").read_text())["figures"]["public"]


# --- what they link to and name ------------------------------------------------------------------


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_picture_and_file_that_is_linked_is_there(name: str) -> None:
    for link in re.findall(r"\]\((?!https?:|#)([^)#]+)[^)]*\)", DOCUMENTS[name]):
        assert ((ROOT / name).parent / link).is_file(), link


@pytest.mark.parametrize("name", [name for name in DOCUMENTS if name != "CHANGELOG.md"])
def test_every_file_that_is_named_is_there(name: str) -> None:
    folders = "femr|tests|assets|scripts|benchmarks|recipes|docs"
    for path in re.findall(rf"`((?:{folders})/[\w./*-]*)`", DOCUMENTS[name]):
        assert list(ROOT.glob(path.rstrip("/"))), path


def test_every_module_that_the_changelog_names_as_new_is_there() -> None:
    rows = re.findall(r"^\| `femr\..+ \| (.+) \|$", DOCUMENTS["CHANGELOG.md"], re.MULTILINE)
    modules = [module for row in rows for module in re.findall(r"`([\w.]+)`", row)]
    assert len(modules) > 20
    assert [module for module in modules if importlib.util.find_spec(module) is None] == []


def test_every_page_is_found_from_what_somebody_wants_to_do() -> None:
    linked = re.findall(r"^\| .+ \| .*$", DOCUMENTS["docs/README.md"], re.MULTILINE)
    pages = {name.removeprefix("docs/") for name in DOCUMENTS if name.startswith("docs/")} - {"README.md"}
    assert {page for page in pages if not any(f"]({page})" in row for row in linked)} == set()
    assert "(docs/README.md)" in README


def test_the_tree_in_the_readme_is_the_projects() -> None:
    (tree,) = re.findall(r"```\n(app\.py .+?)```", README, re.DOTALL)
    folder = ""
    for line in tree.splitlines():
        name = line.split()[0]
        indented = line.startswith(" ")
        assert (ROOT / (folder if indented else "") / name).exists(), line
        folder = folder if indented else name


def test_the_readme_is_short() -> None:
    assert len(README.splitlines()) <= LONGEST


# --- the commands --------------------------------------------------------------------------------


def commands() -> list[str]:
    """Every command line in code, once; those that the changelog tells of may be gone."""
    code = []
    for name, text in DOCUMENTS.items():
        if name != "CHANGELOG.md":
            code += [
                line
                for block in re.findall(r"```sh\n(.+?)```", text, re.DOTALL)
                for line in block.replace("\\\n", "").splitlines()
            ]
            code += re.findall(r"`([^`\n]+)`", re.sub(r"```.+?```", "", text, flags=re.DOTALL))
    parts = [part.strip() for line in code for part in line.partition("  #")[0].split(" && ")]
    return sorted({re.sub(r"^(\S+=\S+ )*(\S*/)?(python3? )?", "", part) for part in parts})


MODULES = [command for command in commands() if command.startswith("-m ")]
TRAIN = [command for command in commands() if command.startswith("train.py ")]
INSTALLED = [command for command in commands() if re.match(r"femr(-\w+)? ", command)]


def options(command: str) -> list[str]:
    return [word for word in shlex.split(command) if word.startswith("--")]


def helped(main, arguments: list[str], capsys: pytest.CaptureFixture[str]) -> str:
    """What a command line says about itself."""
    with pytest.raises(SystemExit) as ended:
        main([*arguments, "--help"])
    assert ended.value.code == 0
    return capsys.readouterr().out


def test_the_search_finds_commands_of_every_kind() -> None:
    assert len(MODULES) > 12
    assert len(TRAIN) > 5
    assert len(INSTALLED) > 4


@pytest.mark.parametrize("command", MODULES)
def test_every_module_that_is_named_can_be_run(command: str) -> None:
    module = command.split()[1]
    found = importlib.util.find_spec(module)
    assert found, module
    assert found.origin, module
    if module.startswith(("femr", "scripts", "benchmarks")):
        main = Path(found.origin).with_name("__main__.py") if found.submodule_search_locations else Path(found.origin)
        source = main.read_text(encoding="utf-8")
        assert "main()" in source
        assert [option for option in options(command) if f'"{option}"' not in source] == []


@pytest.mark.parametrize("command", TRAIN)
def test_every_command_of_the_model_that_is_named_is_there_with_its_options(command: str, capsys) -> None:
    text = helped(train.main, [command.split()[1]], capsys)
    assert [option for option in options(command) if option not in text] == []


@pytest.mark.parametrize("command", INSTALLED)
def test_every_installed_command_that_is_named_is_there_with_its_options(command: str, capsys) -> None:
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["scripts"]
    module, _, function = declared[command.split()[0]].partition(":")
    inner = [word for word in command.split()[1:2] if word in ("learn", "mcp")]
    text = helped(getattr(importlib.import_module(module), function), inner, capsys)
    assert [option for option in options(command) if option not in text] == []


def test_ci_runs_the_readmes_own_test_command() -> None:
    (command,) = re.findall(r"^python3 -m venv .*pytest.*$", README, re.MULTILINE)
    assert command in (ROOT / ".ci" / "run").read_text()


def test_the_space_starts_the_app_with_the_gradio_that_is_tested() -> None:
    assert (ROOT / FRONT_MATTER["app_file"]).is_file()
    major, minor, *_ = gradio.__version__.split(".")
    assert FRONT_MATTER["sdk_version"].split(".")[0] == major
    assert int(FRONT_MATTER["sdk_version"].split(".")[1]) <= int(minor)


def test_the_space_names_the_repositories_that_publish_fills_and_a_picture_of_its_own() -> None:
    head = RepoCard(README).data.to_dict()
    assert head["models"] == [HUB_MODEL]
    assert head["datasets"] == [HUB_LABELS]
    folder, picture = head["thumbnail"].split("/resolve/main/")
    assert folder == f"https://huggingface.co/spaces/{HUB_SPACE}"
    assert (ROOT / picture).is_file()


class FakeHub:
    """Keeps what would be sent."""

    def __init__(self) -> None:
        self.made: list[tuple[str, str]] = []
        self.sent: dict[str, set[str]] = {}

    def create_repo(self, repository: str, *, repo_type: str, exist_ok: bool) -> None:
        assert exist_ok
        self.made.append((repository, repo_type))

    def create_commit(self, repository: str, added: list, *, commit_message: str, repo_type: str) -> Any:
        assert (repository, repo_type) in self.made
        assert commit_message
        self.sent[repository] = {each.path_in_repo for each in added}
        return SimpleNamespace(commit_url=f"https://huggingface.co/{repository}/commit/1")


def test_network_and_labels_are_sent_to_repositories_of_their_own(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    hub = FakeHub()
    monkeypatch.setattr(publish, "HfApi", lambda: hub)
    assert publish.main([]) == 0
    assert hub.made == [(HUB_MODEL, "model"), (HUB_LABELS, "dataset")]
    assert hub.sent == {HUB_MODEL: set(publish.network()), HUB_LABELS: set(publish.labels())}
    assert capsys.readouterr().out.count("/commit/1") == 2


def test_the_labels_card_tells_the_hub_what_they_are_and_readers_where_its_command_is_run() -> None:
    sent = publish.labels()
    card = DatasetCard(sent["README.md"].read_text(encoding="utf-8"))
    assert card.data.license == FRONT_MATTER["license"]
    assert card.data.task_categories == [ModelCard(write_figures.MODEL_CARD.read_text()).data.pipeline_tag]
    assert "facial-expression-recognition" in card.data.tags
    assert {each["data_files"] for each in card.data.configs} == set(sent) - {"README.md", "LICENSE"}
    before, command, _ = card.text.partition("python -m scripts.label_agreement")
    assert command
    assert f"https://huggingface.co/spaces/{HUB_SPACE}" in before


def test_what_is_said_of_a_new_language_names_every_place_that_lists_the_languages() -> None:
    (section,) = re.findall(r"^## Add a language\n(.+?)^## ", DOCUMENTS["CONTRIBUTING.md"], re.DOTALL | re.MULTILINE)
    places = []
    for path in sorted((ROOT / "femr").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            keys = node.keys if isinstance(node, ast.Dict) else node.elts if isinstance(node, ast.Tuple) else ()
            if {each.value for each in keys if isinstance(each, ast.Constant)} == set(i18n.LANGUAGES):
                places.append(path)
    scripts = [path for path in (ROOT / "femr" / "page" / "static").glob("*.js") if '"id"' in path.read_text()]
    assert len(places) > 4
    assert len(scripts) > 1
    named = [str(path.relative_to(ROOT)) for path in {*places, *scripts}]
    assert [name for name in named if name not in section and Path(name).name not in section] == []


# --- the figures ---------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["README.md", "docs/benchmarks.md"])
def test_the_accuracy_in_the_documents_is_the_published_networks(name: str) -> None:
    text = DOCUMENTS[name]
    assert f"**{100 * PUBLIC['accuracy']:.1f} %** | {PUBLIC['macro_f1']:.3f} | {PUBLIC['ece']:.3f} |" in text
    twinless = PUBLIC["without_duplicates"]
    assert f"{100 * twinless['accuracy']:.1f} % | {twinless['macro_f1']:.3f} | {twinless['ece']:.3f} |" in text


def test_the_accuracy_in_one_view_is_the_published_networks() -> None:
    assert f"| {100 * PUBLIC['one_view']['accuracy']:.2f} % |" in DOCUMENTS["docs/benchmarks.md"]


def test_what_is_said_of_training_is_what_was_measured() -> None:
    validation = json.loads((ROOT / "assets" / "femr.json").read_text())["figures"]["validation"]
    both, one = (f"{100 * each['accuracy']:.1f} %" for each in (validation, validation["one_view"]))
    assert f"({validation['images']:,} images): {both}, without the mirror image {one}" in DOCUMENTS["docs/training.md"]


def test_the_songs_are_as_many_as_the_readme_says() -> None:
    sources = [song.source for song in catalogue().songs]
    assert f"choice of {len(sources)} songs" in README
    assert f"({sources.count('spotify')} songs)" in README
    assert f"({sources.count('rated')} songs, marked `rated`)" in README


def test_the_songs_play_with_what_the_readme_says() -> None:
    songs = catalogue().songs
    spotify, youtube = (sum(bool(song.spotify_id) for song in songs), sum(bool(song.youtube_id) for song in songs))
    assert all(song.spotify_id for song in songs if song.youtube_id)
    assert (
        f"What they can play with: {spotify} by their Spotify id, {youtube} of them by a YouTube id too; "
        f"{len(songs) - spotify} can only be searched for." in README
    )


def test_the_readmes_figures_of_speed_are_those_of_the_benchmarks() -> None:
    rows = re.findall(r"^\| (?:one 1280|from `python|memory of).+\|$", README, re.MULTILINE)
    assert len(rows) == 3
    for row in rows:
        assert row.removesuffix("|") in DOCUMENTS["docs/benchmarks.md"]


def test_the_published_network_beats_the_package_that_people_install() -> None:
    assert PUBLIC["images"] == 3533
    assert PUBLIC["accuracy"] > 0.661  # the package `fer` on the same images


def test_the_model_card_shows_the_figures_of_the_published_network() -> None:
    shown = write_figures.MODEL_CARD.read_text(encoding="utf-8")
    between = shown.partition(write_figures.BEGIN)[2].partition(write_figures.END)[0]
    assert between.strip() == write_figures.figures()
    card = ModelCard(shown)
    assert card.data.to_yaml() == write_figures.metadata()
    assert {each.metric_name: each.metric_value for each in card.data.eval_results or []}["Accuracy"] == (
        PUBLIC["accuracy"]
    )


def test_what_would_be_published_is_the_network_its_card_and_all_that_the_card_links_to(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(publish, "HfApi", None)  # nobody is asked
    assert publish.main(["somebody/femr", "--dry-run"]) == 0
    network, _, labels = capsys.readouterr().out.partition("dataset ")
    assert network.startswith("model somebody/femr\n")
    sent = {"README.md", "LICENSE", WEIGHTS_ON_HUB, "assets/femr.onnx", "assets/femr.json", "assets/confusion.png"}
    assert sent <= {line.split()[0] for line in network.splitlines()}
    assert labels.startswith(f"{HUB_LABELS}\n")
    named = [line.split()[0] for line in labels.splitlines()[1:]]
    assert named == ["README.md", "LICENSE", "other_faces.csv", "fer2013_labels.csv"]
    assert publish.main(["no repository", "--dry-run"]) == 1
    assert "Not published: " in capsys.readouterr().err
