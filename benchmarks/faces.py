"""What many faces in one photo cost, beside the usual way.

    python -m benchmarks.faces

A 1920 × 1080 photo with 1, 5 and 20 faces of one size, warm, from the array to the reading. The peer finds faces with
OpenCV's Haar cascade and reads one after the other with Keras's `model.predict`.
"""

import os
import statistics
import time
from collections.abc import Callable

import numpy as np

from benchmarks.reading import haar_and_predict
from benchmarks.scenes import many_faces

ROUNDS = 7
WARM_UP = 2
COUNTS = (1, 5, 20)


def main() -> None:
    """Time both, in turns, and print medians and what 20 faces cost beside one."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    import femr

    peer = haar_and_predict(most=20)
    ways: dict[str, Callable[[np.ndarray], int]] = {
        "femr": lambda photo: len(femr.analyze(photo).faces),
        "Haar + model.predict": lambda photo: len(peer(photo)),
    }
    photos = {count: many_faces(count) for count in COUNTS}
    times: dict[tuple[str, int], list[float]] = {(name, count): [] for name in ways for count in COUNTS}
    found: dict[tuple[str, int], int] = {}
    for _ in range(WARM_UP + ROUNDS):
        for name, count in times:
            start = time.perf_counter()
            found[name, count] = ways[name](photos[count])
            times[name, count].append(1000 * (time.perf_counter() - start))
    assert all(found["femr", count] == count for count in COUNTS)
    for name in ways:
        medians = {count: statistics.median(times[name, count][WARM_UP:]) for count in COUNTS}
        costs = ", ".join(f"{found[name, count]} of {count}: {medians[count]:.0f} ms" for count in COUNTS)
        print(f"{name:21} faces read {costs}; 20 cost {medians[20] / medians[1]:.1f} × one")


if __name__ == "__main__":
    main()
