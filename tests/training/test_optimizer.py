"""The optimiser takes gradients where the recipe says, and ends where it trained."""

from dataclasses import replace

import keras
import numpy as np
import pytest

from femr.training import optimizer
from femr.training.recipe import Recipe

CURVATURE = np.array([1.0, 9.0], np.float32)
"""Of a bowl: the gradient at w is `CURVATURE` · w."""

RECIPE = Recipe(epochs=3, warmup_epochs=0, learning_rate=0.1, weight_decay=0.01, sharpness_radius=0.5)


def descend(recipe: Recipe, steps: int) -> tuple[np.ndarray, np.ndarray]:
    """Where the weights of the bowl are after so many steps, and where they rest."""
    weights = keras.Variable(np.array([3.0, -2.0], np.float32), name="kernel")
    steps_taken = optimizer.build(recipe, steps_an_epoch=10)
    for _ in range(steps):
        steps_taken.apply([keras.ops.convert_to_tensor(CURVATURE * weights.numpy())], [weights])
    moved = weights.numpy().copy()
    with optimizer.at_rest(steps_taken):
        return moved, weights.numpy().copy()


def test_steps_towards_flat_minima_are_those_worked_out_by_hand():
    rest = moved = np.array([3.0, -2.0])
    momentum = velocity = np.zeros(2)
    for step in range(1, 6):
        gradient = CURVATURE * moved  # taken where the last step looked ahead to
        momentum = 0.9 * momentum + 0.1 * gradient
        velocity = 0.999 * velocity + 0.001 * gradient**2
        rate = RECIPE.learning_rate * (1 + np.cos(np.pi * (step - 1) / 30)) / 2
        rest = rest * (1 - rate * RECIPE.weight_decay)
        rest = rest - rate * (momentum / (1 - 0.9**step)) / np.sqrt(velocity / (1 - 0.999**step))
        moved = rest - RECIPE.sharpness_radius * momentum / np.linalg.norm(momentum)
    np.testing.assert_allclose(np.stack(descend(RECIPE, 5)), [moved, rest], rtol=1e-4)


def test_the_first_gradient_is_taken_at_the_weights():
    _, rest = descend(RECIPE, 1)
    usual, _ = descend(replace(RECIPE, sharpness_radius=0), 1)
    np.testing.assert_allclose(rest, usual, rtol=1e-5)


@pytest.mark.parametrize("radius", [0.1, 2.0])
def test_between_steps_weights_are_a_radius_from_their_rest(radius):
    moved, rest = descend(replace(RECIPE, sharpness_radius=radius), 4)
    assert np.linalg.norm(moved - rest) == pytest.approx(radius, rel=1e-4)


def test_without_a_radius_weights_rest_where_they_are():
    moved, rest = descend(replace(RECIPE, sharpness_radius=0), 4)
    assert (moved == rest).all()
