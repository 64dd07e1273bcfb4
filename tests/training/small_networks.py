"""Makes train.py train small networks, or runs it so: `python small_networks.py train …`."""

import sys
from dataclasses import dataclass

import train
from femr.training.recipe import Recipe


@dataclass(frozen=True)
class SmallRecipe(Recipe):
    """A recipe for networks that are soon trained."""

    widths: tuple[int, ...] = (8, 16)


if __name__ == "__main__":
    train.Recipe = SmallRecipe
    sys.exit(train.main())
