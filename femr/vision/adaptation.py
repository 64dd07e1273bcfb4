"""How one person's own faces move a reading: arithmetic on shares, without a picture.

Shares are arrays (N, 6) or (6,) in the order of `EMOTIONS`, each row summing to 1. `docs/learning.md` has the figures
by which the constants were chosen, and `benchmarks/learning.py` measures them again.
"""

import numpy as np

from femr.emotions import EMOTIONS

FLOOR = 1e-3
"""Shares below it count as it: what the network holds for impossible, it may be wrong about."""

PENALTY = 0.1
"""On the sum of an offset's squares, however many faces there are: with few of them offsets stay small."""

NEARNESS = 0.4
"""Weight of the squared distance to the person's own faces, when there are many of them."""

HALFWAY = 6
"""Faces with which that weight is half of `NEARNESS`: one of each emotion."""

MOST_OFFSET = 4.0
"""Farthest offset of an emotion's log share; e⁴ is 55 times as likely."""

LOG_RANGE = -float(np.log(FLOOR))
"""Farthest that a centred log share can lie from 0."""

SURE = 0.9
"""A reading whose first share is above it never turns round."""

HOLD = (0.85, SURE, 1.0), (1.0, 0.4, 0.0)
"""How much of a change is made, by the first share. With p > 0.9 no more than 4 (1 - p) of it is, and even a change to
nothing but another emotion then leaves the first ahead: (1 - 4q) (1 - 2q) > 4q for q = 1 - p < 0.1."""

STEPS = 100
"""Of Newton's method, at most; about ten are needed."""


def log_shares(shares: np.ndarray) -> np.ndarray:
    """Logarithms of shares not below `FLOOR`, each row with mean 0."""
    logs = np.log(np.maximum(shares, FLOOR))
    return logs - logs.mean(axis=-1, keepdims=True)


def softmax(logits: np.ndarray) -> np.ndarray:
    """Shares of logits, row by row."""
    powers = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return powers / powers.sum(axis=-1, keepdims=True)


def nearness(count: int) -> float:
    """Weight of the squared distance after `count` faces: none without any, growing towards `NEARNESS`."""
    return NEARNESS * count / (count + HALFWAY)


def fit_offsets(shares: np.ndarray, labels: np.ndarray, penalty: float = PENALTY) -> np.ndarray:
    """What to add to log shares so that the faces are read as they are labelled: (6,), within ± `MOST_OFFSET`.

    Maximum likelihood less `penalty` times the squared offsets; emotions without a face keep 0.

    Args:
        shares: (N, 6), plain readings.
        labels: int (N,), positions in `EMOTIONS`.
        penalty: on the sum of squares.
    """
    logs, told = log_shares(shares), np.eye(len(EMOTIONS))[labels]
    taught = np.flatnonzero(told.any(axis=0))
    offsets = np.zeros(len(EMOTIONS))
    for _ in range(STEPS):
        read = softmax(logs + offsets)
        slope = (read - told).sum(axis=0)[taught] + 2 * penalty * offsets[taught]
        some = read[:, taught]
        bend = np.diag(some.sum(axis=0) + 2 * penalty) - some.T @ some
        step = np.clip(np.linalg.solve(bend, slope), -1, 1)  # far from the top, Newton's full step overshoots
        offsets[taught] -= step
        if np.abs(step).max(initial=0) < 1e-9:
            break
    return np.clip(offsets, -MOST_OFFSET, MOST_OFFSET)


def own_means(shares: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """The mean log shares of each emotion's faces: (6, 6), a row an emotion, NaN where it has no face."""
    logs = log_shares(shares)
    means = np.full((len(EMOTIONS), len(EMOTIONS)), np.nan)
    for label in np.unique(labels):
        means[label] = logs[labels == label].mean(axis=0)
    return means


def adapted(shares: np.ndarray, offsets: np.ndarray, means: np.ndarray, weight: float) -> np.ndarray:
    """One reading as this person's: (6,).

    Added to each log share are its offset and, times -`weight`, the squared distance to the person's own mean.
    Distances move emotions with a mean among themselves alone: the others keep what they had against all of these
    together.

    Args:
        shares: (6,), the plain reading.
        offsets: (6,), as `fit_offsets` gives them.
        means: (6, 6), as `own_means` gives them.
        weight: of the squared distance, from 0 up.
    """
    taught = ~np.isnan(means[:, 0])
    if not taught.any():
        return shares
    logs = log_shares(shares)
    near = -weight * ((means[taught] - logs) ** 2).sum(axis=1)
    top = near.max()
    changes = np.full(len(EMOTIONS), top + np.log(softmax(logs[taught]) @ np.exp(near - top)))
    changes[taught] = near
    possible = np.where(taught, np.maximum(shares, FLOOR), shares)
    changed = possible * np.exp(offsets + changes - top)
    kept = np.interp(shares.max(), *HOLD)
    mixed = shares + kept * (changed / changed.sum() - shares)
    return mixed / mixed.sum()
