"""AdamW on half a cosine, looking for flat minima where a recipe asks for that."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import keras
from keras import ops

from femr.training.recipe import Recipe


class SharpnessAware(keras.optimizers.AdamW):
    """AdamW that takes gradients away from the weights, at a distance of `radius` in the direction it moves in.

    Momentum-SAM (M. Becker et al., "Momentum-SAM: sharpness aware minimization without computational overhead", 2024,
    arXiv:2401.12033): as sharpness-aware minimisation, but along the momentum and so without a second gradient.
    Between two steps the network holds the moved weights; `at_rest` gives the ones that are trained.

    Args:
        learning_rate: a schedule.
        weight_decay: as AdamW's.
        radius: Euclidean distance over all weights.
    """

    def __init__(self, learning_rate: Any, weight_decay: float, radius: float) -> None:
        super().__init__(learning_rate, weight_decay=weight_decay)
        self.radius = radius

    def apply(self, grads: Sequence[Any], trainable_variables: Sequence[keras.Variable] | None = None) -> None:
        """Step from the trained weights by gradients taken at the moved ones, and move again."""
        if not self.built:  # here, so that the graph of the first step holds the way back too
            self.build(list(trainable_variables))
        self.move(-1)
        super().apply(grads, trainable_variables)
        self.move(1)

    def move(self, times: int) -> None:
        """Add the present displacement to the weights so many times."""
        length = ops.sqrt(sum(ops.sum(ops.square(momentum)) for momentum in self._momentums))
        share = times * self.radius / (length + keras.config.epsilon())  # 0 / 0 before the first step
        for variable, momentum in zip(self._trainable_variables, self._momentums, strict=True):
            variable.assign_sub(share * momentum)


@contextmanager
def at_rest(optimizer: keras.optimizers.Optimizer) -> Iterator[None]:
    """While the context lasts, the network holds the weights that are trained."""
    moves = isinstance(optimizer, SharpnessAware)
    if moves:
        optimizer.move(-1)
    yield
    if moves:
        optimizer.move(1)


def build(recipe: Recipe, steps_an_epoch: int) -> keras.optimizers.Optimizer:
    """The optimiser that `recipe` asks for."""
    warmup = recipe.warmup_epochs * steps_an_epoch
    schedule = keras.optimizers.schedules.CosineDecay(
        initial_learning_rate=0.0 if warmup else recipe.learning_rate,
        warmup_target=recipe.learning_rate if warmup else None,
        warmup_steps=warmup,
        decay_steps=max(1, recipe.epochs * steps_an_epoch - warmup),
    )
    if recipe.sharpness_radius:
        optimizer = SharpnessAware(schedule, recipe.weight_decay, recipe.sharpness_radius)
    else:
        optimizer = keras.optimizers.AdamW(schedule, weight_decay=recipe.weight_decay)
    optimizer.exclude_from_weight_decay(var_names=["bias", "gamma", "beta"])
    return optimizer
