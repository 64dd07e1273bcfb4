"""One LiteRT network, loaded once and safe to call from many threads."""

import contextlib
import os
import sys
import threading
from collections.abc import Callable, Iterator
from functools import cache, wraps
from pathlib import Path
from typing import TypeVar

import numpy as np
from ai_edge_litert.interpreter import Interpreter

from femr.errors import InstallationError

Loaded = TypeVar("Loaded")

_STDERR = threading.Lock()
"""Held while file descriptor 2 leads elsewhere: of two threads at once, one would put back what the other had put."""


class Network:
    """A `.tflite` file that answers batches.

    Attributes:
        input_shape: what one call takes, without the batch: (height, width, channels).
        output_shapes: what it gives, each without the batch.
    """

    def __init__(self, path: Path, threads: int = 1) -> None:
        """Load `path`.

        Args:
            path: the network file.
            threads: how many threads one call may use.

        Raises:
            InstallationError: the file is missing, or no network.
        """
        if not path.is_file():
            raise InstallationError("network_missing", path=path)
        try:
            with _quiet_stderr():
                self._interpreter = Interpreter(str(path), num_threads=threads)
                self._interpreter.allocate_tensors()
        except (ValueError, RuntimeError) as error:
            raise InstallationError("network_broken", path=path) from error
        self._input = self._interpreter.get_input_details()[0]["index"]
        outputs = self._interpreter.get_output_details()
        self._outputs = [details["index"] for details in outputs]
        self.output_shapes = [tuple(details["shape"].tolist()[1:]) for details in outputs]
        self._lock = threading.Lock()  # an interpreter serves one thread at a time
        self._shape = tuple(self._interpreter.get_input_details()[0]["shape"].tolist())
        self.input_shape = self._shape[1:]

    def __call__(self, batch: np.ndarray) -> list[np.ndarray]:
        """Every output for `batch`, float32 (N, *input_shape), as an array (N, …) each."""
        with self._lock:
            if batch.shape != self._shape:
                self._interpreter.resize_tensor_input(self._input, batch.shape)
                self._interpreter.allocate_tensors()
                self._shape = batch.shape
            self._interpreter.set_tensor(self._input, batch)
            self._interpreter.invoke()
            return [self._interpreter.get_tensor(output) for output in self._outputs]


@contextlib.contextmanager
def _quiet_stderr() -> Iterator[None]:
    """Drop what LiteRT writes to standard error while it loads; it has no switch for that."""
    with _STDERR:
        sys.stderr.flush()
        kept = os.dup(2)
        try:
            with open(os.devnull, "wb") as nowhere:
                os.dup2(nowhere.fileno(), 2)
            yield
        finally:
            os.dup2(kept, 2)
            os.close(kept)


def loaded_once(load: Callable[[], Loaded]) -> Callable[[], Loaded]:
    """`load`, which is then called once in a process, however many threads ask for what it gives at the same time."""
    loading, cached = threading.Lock(), cache(load)  # `cache` alone would load for each of them

    @wraps(load)
    def shared() -> Loaded:
        with loading:
            return cached()

    return shared
