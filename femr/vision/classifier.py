"""The trained network: crops of faces -> probabilities of the six emotions."""

from functools import cached_property
from hashlib import blake2b
from pathlib import Path
from typing import Protocol

import numpy as np

from femr.emotions import EMOTIONS
from femr.errors import InstallationError
from femr.paths import WEIGHTS
from femr.vision.litert import Network, loaded_once

BATCH = 2
"""Images that go through the network at once; a crop and its mirror image, where there is one face. Eight take 4 % less
time each, and 35 MB."""

THREADS = 2
"""Of one call: as many as the Space has cores."""


class Classifier(Protocol):
    """Whatever reads crops of faces; `ExpressionClassifier` is what ships."""

    @property
    def side(self) -> int:
        """Of the crops that it takes, in pixels."""
        ...

    @property
    def identity(self) -> str:
        """Tells it from every other network; what was learnt with one holds for no other."""
        ...

    def __call__(self, crops: np.ndarray) -> np.ndarray:
        """Probabilities (N, 6), in the order of `EMOTIONS`, for uint8 crops (N, side, side)."""
        ...

    def one_view(self, crops: np.ndarray) -> np.ndarray:
        """The same in less time, without the mirror images."""
        ...


class ExpressionClassifier:
    """The trained CNN; what it does to the pixels first is inside the network file."""

    def __init__(self, weights: Path = WEIGHTS, *, mirrored: bool = True, threads: int = THREADS) -> None:
        """Load `weights`.

        Args:
            weights: the network file.
            mirrored: look at the mirror image of each crop as well, and answer with the mean of both: more often
                right, and the same for a photo and its mirror image, in twice the time.
            threads: how many threads one call may use.

        Raises:
            InstallationError: the file is missing, no network, or a network for something else.
        """
        self._network = Network(weights, threads)
        if self._network.input_shape[-1:] != (1,) or self._network.output_shapes != [(len(EMOTIONS),)]:
            raise InstallationError("network_broken", path=weights)
        self.side = self._network.input_shape[0]
        self._mirrored = mirrored
        self._weights = weights

    @property
    def identity(self) -> str:
        """BLAKE2b of the network file: 16 hexadecimal digits."""
        return self._identity

    @cached_property
    def _identity(self) -> str:
        return blake2b(self._weights.read_bytes(), digest_size=8).hexdigest()

    def __call__(self, crops: np.ndarray) -> np.ndarray:
        """Probabilities float32 (N, 6), in the order of `EMOTIONS`, for uint8 crops (N, 48, 48)."""
        return self._mean([crops, crops[:, :, ::-1]] if self._mirrored else [crops])

    def one_view(self, crops: np.ndarray) -> np.ndarray:
        """The same in half the time, without the mirror images: a little less often right."""
        return self._mean([crops])

    def _mean(self, each_view: list[np.ndarray]) -> np.ndarray:
        views = np.stack(each_view)
        images = views.reshape(-1, *views.shape[2:], 1).astype(np.float32)
        parts = [self._network(images[start : start + BATCH])[0] for start in range(0, len(images), BATCH)]
        answers = np.concatenate(parts) if parts else np.empty((0, len(EMOTIONS)), np.float32)
        return answers.reshape(*views.shape[:2], len(EMOTIONS)).mean(axis=0)


@loaded_once
def expression_classifier() -> ExpressionClassifier:
    """The published network, loaded once."""
    return ExpressionClassifier()
