"""A recipe says every choice: files load, and what is missing, unknown or impossible is named."""

import json
import tomllib
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tiny_recipe import STAGE, USUAL, recipe_text, small, write_recipe

from femr.errors import DataError
from femr.paths import CARD
from femr.training import recipe
from femr.training.recipe import BACKBONE, RANDOM, RECIPES, Architecture, Augmentation, Balance, Precision, Stage

PUBLISHED = RECIPES / "published.toml"
TWO = {"first": STAGE, "second": small(start="first", teachers=("first",), teachers_share=0.6)}

shares = st.floats(0, 1)
stages = st.builds(
    Stage,
    start=st.just(RANDOM),
    teachers=st.just(()),
    teachers_share=st.just(0.0),
    votes_share=shares,
    own_share=shares,
    reframed_share=shares,
    others_repeats=st.integers(0, 9),
    epochs=st.integers(1, 10**6),
    batch_size=st.integers(1, 10**6),
    learning_rate=st.floats(1e-9, 10),
    warmup_epochs=st.integers(0, 100),
    weight_decay=st.floats(0, 10),
    label_smoothing=st.floats(0, 0.9),
    dropout=st.floats(0, 0.9),
    architecture=st.sampled_from([Architecture.VGG, Architecture.RESIDUAL]),
    widths=st.lists(st.integers(1, 1024), min_size=1, max_size=5).map(tuple),
    enlarged=st.integers(48, 224),
    frozen_blocks=st.just(0),
    balance=st.sampled_from(Balance),
    average=st.floats(0, 0.9999),
    precision=st.sampled_from(Precision),
    seed=st.integers(0, 2**31),
    augmentation=st.builds(
        Augmentation,
        shift=st.floats(0, 20),
        roll=st.floats(0, 90),
        scale=st.floats(0, 0.9),
        gamma=st.floats(1, 5),
        erase=shares,
        soften=shares,
    ),
)


def refused(folder: Path, text: str) -> str:
    """The sentence with which a recipe of this text is refused."""
    path = folder / "recipe.toml"
    path.write_text(text)
    with pytest.raises(DataError) as raised:
        recipe.read(path)
    sentence = str(raised.value)
    assert str(path) in sentence
    return sentence


def with_line(old: str, new: str) -> str:
    """The text of a recipe of one stage with one line changed."""
    lines = recipe_text(["only"], {"only": STAGE}).splitlines()
    assert lines.count(old) == 1
    return "\n".join(new if line == old else line for line in lines)


# --- files that ship -----------------------------------------------------------------------------


@pytest.mark.parametrize("path", sorted(RECIPES.iterdir()), ids=lambda path: path.name)
def test_every_recipe_that_ships_loads_and_says_what_it_costs_and_gives(path):
    loaded = recipe.read(path)
    assert all((loaded.title, loaded.cost, loaded.result))
    assert path.read_text().startswith("# ")


def test_the_recipe_taken_where_none_is_named_is_one_plain_network():
    quick = recipe.read(recipe.QUICK)
    assert list(quick.stages) == list(quick.branches) == ["vgg"]


def differences(written: dict[str, Any], kept: dict[str, Any], where: str) -> set[tuple[str, object, object]]:
    """Where a stage's lineage in a recipe and in a card differ, in what both tell."""
    found = set()
    for key in written.keys() & kept.keys():
        here, there, name = written[key], kept[key], f"{where}.{key}"
        if key == "teachers":
            assert len(here) == len(there), name
            for number, pair in enumerate(zip(here, there, strict=True)):
                found |= differences(*pair, f"{name}.{number}")
        elif isinstance(here, dict) and isinstance(there, dict):
            found |= differences(here, there, name)
        elif here != pytest.approx(there) if isinstance(here, float) else json.loads(json.dumps(here)) != there:
            found.add((name, here, there))
    return found


def test_the_published_recipe_makes_the_choices_that_the_published_card_tells():
    published, card = recipe.read(PUBLISHED), json.loads(CARD.read_text())
    assert len(published.branches) == len(card["recipes"])
    for branch, kept in zip(published.branches, card["recipes"], strict=True):
        for name, written, told in differences(published.lineage(branch), kept, branch):
            # The one thing that may differ: a share that the card tells of teachers that there were none of.
            assert (name.rpartition(".")[2], written) == ("teachers_share", 0.0), (name, written, told)


def test_the_published_recipe_joins_and_trains_what_the_model_card_says():
    published = recipe.read(PUBLISHED)
    assert len(published.stages) == 11
    first = published.stages["vgg-first"]
    assert (first.augmentation.gamma, first.augmentation.soften, first.votes_share, first.average) == (1.8, 0, 0, 0)
    seen_others = [name for name, stage in published.stages.items() if stage.others_repeats]
    assert seen_others == ["mobilenet", "residual-visitors", "mobilenet-taught", "mobilenet-longer"]


# --- what is read --------------------------------------------------------------------------------


@given(stage=stages)
def test_a_recipe_reads_as_it_was_written(stage, tmp_path_factory):
    path = write_recipe(tmp_path_factory.mktemp("recipe") / "recipe.toml", ["only"], {"only": stage})
    assert recipe.read(path).stages == {"only": stage}


def test_values_make_a_recipe_and_not_its_text(tmp_path):
    text = recipe_text(["second"], TWO)
    other = "# said otherwise\n" + text.replace('"small"', '"little"').replace("0.002", "2e-3").replace(" = ", "=")
    first, second, third = (tmp_path / name for name in ("first.toml", "second.toml", "third.toml"))
    first.write_text(text)
    second.write_text(other)
    third.write_text(text.replace("seed = 5", "seed = 6"))
    assert recipe.read(first) == recipe.read(second)
    assert recipe.read(first) != recipe.read(third)


def test_a_whole_number_will_do_for_a_decimal(tmp_path):
    (tmp_path / "recipe.toml").write_text(with_line("dropout = 0.3", "dropout = 0"))
    assert recipe.read(tmp_path / "recipe.toml").stages["only"].dropout == 0


def test_the_lineage_of_a_stage_has_those_that_it_names(tmp_path):
    lineage = recipe.read(write_recipe(tmp_path / "recipe.toml", ["second"], TWO)).lineage("second")
    assert lineage["start"] == lineage["teachers"][0]
    assert (lineage["start"]["start"], lineage["start"]["teachers"]) == (RANDOM, [])
    assert json.loads(json.dumps(lineage))["architecture"] == "vgg"


# --- what is refused -----------------------------------------------------------------------------

KEYS = [
    *("title", "cost", "result", "branches"),
    *(f"stages.only.{each.name}" for each in fields(Stage) if each.name != "augmentation"),
    *(f"stages.only.augmentation.{each.name}" for each in fields(Augmentation)),
]


def line_of(key: str) -> str:
    """The line that sets the last part of `key`."""
    name = key.rpartition(".")[2]
    (line,) = (each for each in recipe_text(["only"], {"only": STAGE}).splitlines() if each.startswith(f"{name} = "))
    return line


@pytest.mark.parametrize("key", KEYS)
def test_a_missing_key_is_named(key, tmp_path):
    assert f"lacks {key}." in refused(tmp_path, with_line(line_of(key), ""))


@pytest.mark.parametrize("key", KEYS)
def test_a_misspelt_key_is_named(key, tmp_path):
    assert f"has {key}x, which is no choice" in refused(
        tmp_path, with_line(line_of(key), line_of(key).replace(" =", "x =", 1))
    )


@pytest.mark.parametrize("key", KEYS)
def test_a_value_of_another_type_is_named(key, tmp_path):
    name = key.rpartition(".")[2]
    assert f"{key} is {{}}." in refused(tmp_path, with_line(line_of(key), f"{name} = {{}}"))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("epochs = 2", "epochs = 0"),
        ("epochs = 2", "epochs = 2.5"),
        ("epochs = 2", 'epochs = "2"'),
        ("epochs = 2", "epochs = true"),
        ("epochs = 2", "epochs = 1979-05-27"),
        ("batch_size = 8", "batch_size = -8"),
        ("learning_rate = 0.002", "learning_rate = 0.0"),
        ("learning_rate = 0.002", "learning_rate = inf"),
        ("weight_decay = 0.05", "weight_decay = nan"),
        ("dropout = 0.3", "dropout = 1.0"),
        ("votes_share = 0.3", "votes_share = 1.1"),
        ("votes_share = 0.3", "votes_share = -0.1"),
        ("average = 0.9", "average = 1.0"),
        ('architecture = "vgg"', 'architecture = "resnet"'),
        ('precision = "float32"', 'precision = "float64"'),
        ('balance = "weights"', 'balance = "alike"'),
        ("enlarged = 48", "enlarged = 47"),
        ("frozen_blocks = 0", "frozen_blocks = 14"),
        ("others_repeats = 0", "others_repeats = -1"),
        ("widths = [8]", "widths = [4, 0]"),
        ("widths = [8]", "widths = [1, 2, 3, 4, 5, 6]"),
        ("gamma = 2.2", "gamma = 0.5"),
        ("seed = 5", "seed = -1"),
    ],
)
def test_a_value_that_cannot_be_is_told_with_its_key(old, new, tmp_path):
    key = new.partition(" = ")[0]
    sentence = refused(tmp_path, with_line(old, new))
    assert f".{key}" in sentence
    assert " is " in sentence


def test_a_stage_s_name_is_no_path(tmp_path):
    text = recipe_text(["only"], {"only": STAGE}).replace("stages.only", 'stages."../outside"')
    assert "../outside" in refused(tmp_path, text)


@pytest.mark.parametrize(
    ("branches", "key", "stage", "changes"),
    [
        (["third"], "branches", "third", {}),
        (["first"], "stages.first.start", "second", {"first": small(start="second")}),
        (["first"], "stages.second.start", "second", {"second": small(start="second")}),
        (["first"], "stages.first.teachers", "second", {"first": small(teachers=("second",), teachers_share=0.5)}),
        (["first"], "stages.second.teachers", "second", {"second": small(teachers=("second",), teachers_share=0.5)}),
        (["first"], "stages.second.teachers", RANDOM, {"second": small(teachers=(RANDOM,), teachers_share=0.5)}),
    ],
)
def test_a_stage_that_does_not_come_before_is_named(branches, key, stage, changes, tmp_path):
    sentence = refused(tmp_path, recipe_text(branches, {**TWO, **changes}))
    assert f"{key} names {stage}, which is no stage before it" in sentence


@pytest.mark.parametrize("changes", [{"widths": (8, 8)}, {"architecture": Architecture.RESIDUAL}])
def test_starting_from_a_network_of_another_shape_is_refused(changes, tmp_path):
    sentence = refused(tmp_path, recipe_text(["second"], {"first": STAGE, "second": small(start="first", **changes)}))
    assert "the stage second starts from first, which has another shape" in sentence


MOBILENET = {"architecture": Architecture.MOBILENET, "widths": (), "enlarged": 96}


@pytest.mark.parametrize("changes", [{"widths": ()}, {"architecture": Architecture.MOBILENET}])
def test_widths_where_there_must_be_none_and_none_where_there_must_be_some_are_refused(changes, tmp_path):
    assert "only gives the wrong widths" in refused(tmp_path, recipe_text(["only"], {"only": small(**changes)}))


@pytest.mark.parametrize("changes", [{"start": BACKBONE}, {"frozen_blocks": 1}])
def test_only_a_mobilenet_has_a_backbone(changes, tmp_path):
    sentence = refused(tmp_path, recipe_text(["only"], {"only": small(**changes)}))
    assert "which its architecture vgg does not have" in sentence
    stage = small(**changes, **MOBILENET)
    path = write_recipe(tmp_path / "mobilenet.toml", ["only"], {"only": stage})
    assert recipe.read(path).stages == {"only": stage}


@pytest.mark.parametrize("changes", [{"teachers": ("first",)}, {"teachers_share": 0.5}])
def test_teachers_without_a_share_and_a_share_without_teachers_are_refused(changes, tmp_path):
    sentence = refused(tmp_path, recipe_text(["second"], {"first": STAGE, "second": small(**changes)}))
    assert "second has only one of teachers and teachers_share" in sentence


@pytest.mark.parametrize("content", [b"no recipe", b"title = ", b"\xff\xfe", None])
def test_a_file_that_is_no_toml_is_refused(content, tmp_path):
    path = tmp_path / "recipe.toml"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(DataError, match=r"Cannot read the recipe .*recipe\.toml"):
        recipe.read(path)


def test_the_tests_write_toml():
    written = tomllib.loads(recipe_text(["only"], {"only": STAGE}))
    assert written["stages"]["only"]["augmentation"]["gamma"] == USUAL.gamma
