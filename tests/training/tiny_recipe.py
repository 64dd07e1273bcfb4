"""Recipes of small networks that are soon trained, and a writer for their files."""

import json
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from femr.training.recipe import RANDOM, Architecture, Augmentation, Balance, Precision, Stage

STILL = Augmentation(shift=0, roll=0, scale=0, gamma=1, erase=0, soften=0)
USUAL = Augmentation(shift=5.0, roll=15.0, scale=0.15, gamma=2.2, erase=0.4, soften=0.3)

STAGE = Stage(
    start=RANDOM,
    teachers=(),
    teachers_share=0.0,
    votes_share=0.3,
    own_share=0.0,
    reframed_share=0.0,
    others_repeats=0,
    epochs=2,
    batch_size=8,
    learning_rate=2e-3,
    warmup_epochs=1,
    weight_decay=0.05,
    label_smoothing=0.1,
    dropout=0.3,
    architecture=Architecture.VGG,
    widths=(8,),
    enlarged=48,
    frozen_blocks=0,
    balance=Balance.WEIGHTS,
    average=0.9,
    precision=Precision.FLOAT32,
    seed=5,
    augmentation=USUAL,
)
"""Of 64 images, an epoch has as many steps as there are between two looks at the weights."""


def small(**changes: Any) -> Stage:
    """`STAGE` with some choices changed."""
    return replace(STAGE, **changes)


def recipe_text(branches: list[str], stages: dict[str, Stage]) -> str:
    """The TOML of a recipe."""
    lines = ['title = "small"', 'cost = "seconds"', 'result = "little"', f"branches = {json.dumps(branches)}"]
    for name, stage in stages.items():
        tables = {name: asdict(stage)}
        tables[f"{name}.augmentation"] = tables[name].pop("augmentation")
        for table, values in tables.items():
            # Texts, numbers, truths and lists are written alike in JSON and in TOML.
            lines += ["", f"[stages.{table}]", *(f"{key} = {json.dumps(value)}" for key, value in values.items())]
    return "\n".join(lines) + "\n"


def write_recipe(path: Path, branches: list[str], stages: dict[str, Stage]) -> Path:
    """Write a recipe's file; `path` itself."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(recipe_text(branches, stages))
    return path
