"""The trained network: crops of faces -> probabilities of the six emotions."""

from functools import cache
from pathlib import Path

import numpy as np

from femr.assets import WEIGHTS
from femr.emotions import EMOTIONS
from femr.errors import InstallationError
from femr.litert import Network

BATCH = 64
"""Crops that go through the network at once; more at a time are no faster and need more memory."""


class ExpressionNetwork:
    """The trained CNN; what it does to the pixels first is inside the network file."""

    def __init__(self, weights: Path = WEIGHTS) -> None:
        """Load `weights`.

        Raises:
            InstallationError: the file is missing, no network, or a network for something else.
        """
        self._network = Network(weights)
        if self._network.input_shape[-1] != 1:
            raise InstallationError("network_broken", path=weights)
        self.side = self._network.input_shape[0]

    def __call__(self, crops: np.ndarray) -> np.ndarray:
        """Probabilities float32 (N, 6), in the order of `EMOTIONS`, for uint8 crops (N, 48, 48)."""
        batch = crops[..., None].astype(np.float32)
        parts = [self._network(batch[start : start + BATCH])[0] for start in range(0, len(batch), BATCH)]
        return np.concatenate(parts) if parts else np.empty((0, len(EMOTIONS)), np.float32)


@cache
def expression_network() -> ExpressionNetwork:
    """The published network, loaded once."""
    return ExpressionNetwork()
