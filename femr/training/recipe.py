"""Recipes: files that hold every choice of a training, read without Keras.

A recipe describes a whole published network: the trainings that lead to it, called stages, and which of their networks
it joins. Nothing has a default, so that a file says all there is to say about what it gives.
"""

import json
import tomllib
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

from pydantic import ConfigDict, Field, StringConstraints, TypeAdapter, ValidationError, with_config

from femr.errors import DataError

RECIPES = Path(__file__).parents[2] / "recipes"
QUICK = RECIPES / "quick.toml"
"""One plain network, soon trained."""

RANDOM, BACKBONE = "random", "backbone"
"""What a stage starts from that starts from no other one: random weights, or a published network of faces."""

Count = Annotated[int, Field(ge=1)]
Amount = Annotated[float, Field(ge=0)]
Share = Annotated[float, Field(ge=0, le=1)]
Part = Annotated[float, Field(ge=0, lt=1)]
StageName = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]*$")]
"""Names are folders in a run."""

_AS_WRITTEN = ConfigDict(strict=True, extra="forbid", allow_inf_nan=False)


class Architecture(StrEnum):
    """The shapes that a network can have, see `network.build`."""

    VGG = "vgg"
    RESIDUAL = "residual"
    MOBILENET = "mobilenet"


class Balance(StrEnum):
    """How rare emotions are made to count.

    Attributes:
        NONE: every image counts alike.
        WEIGHTS: an image counts by its class, as scikit-learn's `balanced` does.
        LOGITS: the network answers as if all emotions were equally frequent: while it trains, the logarithms of their
            shares of the targets are added to its logits (A. Menon et al., 2021, arXiv:2007.07314).
    """

    NONE = "none"
    WEIGHTS = "weights"
    LOGITS = "logits"


class Precision(StrEnum):
    """What the layers compute in while training; weights are float32 in both. The values are Keras's policies."""

    FLOAT32 = "float32"
    BFLOAT16 = "mixed_bfloat16"


@with_config(_AS_WRITTEN)
@dataclass(frozen=True)
class Augmentation:
    """How far a training image may be changed. Every amount is drawn evenly from minus to plus the number.

    Attributes:
        shift: pixels, in each direction.
        roll: degrees.
        scale: relative change of size.
        gamma: factor of the exponent, drawn from 1/gamma to gamma.
        erase: probability that a box of up to half the side is painted over.
        soften: probability that detail is lost as in real photos, see `augment`.
    """

    shift: Amount
    roll: Amount
    scale: Part
    gamma: Annotated[float, Field(ge=1)]
    erase: Share
    soften: Share


@with_config(_AS_WRITTEN)
@dataclass(frozen=True)
class Stage:
    """Everything that decides how one network is trained.

    Attributes:
        start: the stage whose network's weights are the first ones; `RANDOM` or `BACKBONE` for none.
        teachers: the stages whose networks it learns from, see `fit.Distiller`.
        teachers_share: of the loss, made by the teachers.
        votes_share: of the target, made by people's votes where votes are given; the label makes the rest.
        own_share: of the target, made by our own labels where there is one, see `own_labels`; what stands above makes
            the rest.
        reframed_share: of the images, shown as the page crops them, see `reframe`.
        others_repeats: how often an epoch shows each image of other faces, where they are given, see `other_faces`.
        epochs: passes over the training images.
        batch_size: images a step.
        learning_rate: the peak, reached after `warmup_epochs` and followed by half a cosine down to 0.
        warmup_epochs: epochs of linear rise.
        weight_decay: AdamW's decoupled decay of kernels, not of biases and batch-norm parameters.
        label_smoothing: share of the target spread evenly over the classes.
        dropout: share of features left out before the last layer.
        architecture: see `network.build`.
        widths: filters of each stage of the network, see `network.build`; 48 pixels can be halved five times. None for
            a MobileNet, which has its own.
        enlarged: pixels a side to which the network enlarges its crops first; 48 leaves them as they are.
        frozen_blocks: how many of a MobileNet's first blocks are not trained.
        balance: how rare emotions are made to count.
        average: momentum of the running average of the weights, batch-norm statistics with them; 0 keeps the last
            weights (B. Polyak and A. Juditsky, 1992; 0.999 is usual).
        precision: what the layers compute in.
        seed: of the weights, the order, the augmentation and the dropout.
        augmentation: see `augment`.
    """

    start: str
    teachers: tuple[str, ...]
    teachers_share: Share
    votes_share: Share
    own_share: Share
    reframed_share: Share
    others_repeats: Annotated[int, Field(ge=0)]
    epochs: Count
    batch_size: Count
    learning_rate: Annotated[float, Field(gt=0)]
    warmup_epochs: Annotated[int, Field(ge=0)]
    weight_decay: Amount
    label_smoothing: Part
    dropout: Part
    architecture: Architecture
    widths: Annotated[tuple[Count, ...], Field(max_length=5)]
    enlarged: Annotated[int, Field(ge=48, le=224)]
    frozen_blocks: Annotated[int, Field(ge=0, le=13)]
    balance: Balance
    average: Part
    precision: Precision
    seed: Annotated[int, Field(ge=0)]
    augmentation: Augmentation


@with_config(_AS_WRITTEN)
@dataclass(frozen=True)
class Recipe:
    """How a published network comes about. Two recipes of equal choices are equal, whatever is said about them.

    Attributes:
        title: what it makes.
        cost: how long that takes, and on what.
        result: what came out, with what was different then.
        branches: the stages whose networks are published, joined as one where there are several.
        stages: by name, in the order in which they are trained.
    """

    title: str = field(compare=False)
    cost: str = field(compare=False)
    result: str = field(compare=False)
    branches: Annotated[tuple[str, ...], Field(min_length=1)]
    stages: dict[StageName, Stage]

    def lineage(self, name: str) -> dict[str, Any]:
        """The choices of a stage, with those of the stages that it names in the place of their names; for JSON."""
        stage = self.stages[name]
        return {
            **asdict(stage),
            "start": self.lineage(stage.start) if stage.start in self.stages else stage.start,
            "teachers": [self.lineage(teacher) for teacher in stage.teachers],
        }


def read(path: Path) -> Recipe:
    """The recipe in a TOML file.

    Raises:
        DataError: the file is missing or no TOML; or a key is unknown, missing or has a value that it cannot have; or
            a stage is named that does not come before; or a stage starts from a network of another shape, or asks for
            what its architecture does not have, or has teachers and no share for them, or a share and no teachers.
    """
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise DataError("recipe_unreadable", path=path, problem=error) from error
    try:
        # By way of JSON, where a list may become a tuple and a name an enum, and nothing else becomes anything else.
        recipe = TypeAdapter(Recipe).validate_json(json.dumps(tables, default=str))
    except ValidationError as error:
        raise _readable(path, error) from error
    _check_references(path, recipe)
    return recipe


_UNKNOWN, _MISSING = "unexpected_keyword_argument", "missing"


def _readable(path: Path, error: ValidationError) -> DataError:
    """Pydantic's first complaint as a sentence; a key that is unknown first, as a slip of the pen is also a lack."""
    first = min(error.errors(include_url=False), key=lambda each: each["type"] != _UNKNOWN)
    key = ".".join(str(part) for part in first["loc"])
    if first["type"] == _UNKNOWN:
        return DataError("recipe_key_unknown", path=path, key=key)
    if first["type"] == _MISSING:
        return DataError("recipe_key_missing", path=path, key=key)
    return DataError("recipe_value", path=path, key=key, value=json.dumps(first["input"]), problem=first["msg"])


def _check_references(path: Path, recipe: Recipe) -> None:
    """Check what stages say of one another."""
    for key, name, known in _references(recipe):
        if name not in known:
            raise DataError("recipe_stage_unknown", path=path, key=key, stage=name)
    for name, stage in recipe.stages.items():
        start = recipe.stages.get(stage.start, stage)
        if (start.architecture, start.widths) != (stage.architecture, stage.widths):
            raise DataError("recipe_start_shape", path=path, stage=name, start=stage.start)
        is_mobilenet = stage.architecture is Architecture.MOBILENET
        if is_mobilenet == bool(stage.widths):
            raise DataError("recipe_widths", path=path, stage=name)
        if not is_mobilenet and (stage.start == BACKBONE or stage.frozen_blocks):
            raise DataError("recipe_no_backbone", path=path, stage=name, architecture=stage.architecture)
        if bool(stage.teachers) != bool(stage.teachers_share):
            raise DataError("recipe_teachers", path=path, stage=name)


def _references(recipe: Recipe) -> Iterator[tuple[str, str, set[str]]]:
    """Every place where a stage is named: its key, the name, and the names that may stand there."""
    before: set[str] = set()
    for name, stage in recipe.stages.items():
        yield f"stages.{name}.start", stage.start, before | {RANDOM, BACKBONE}
        for teacher in stage.teachers:
            yield f"stages.{name}.teachers", teacher, before
        before = before | {name}
    for branch in recipe.branches:
        yield "branches", branch, before
