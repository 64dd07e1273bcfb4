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

ROUNDS = 5
WARM_UP = 2
COUNTS = (1, 5, 20)


def main() -> None:
    """Time both, in turns, and print medians and what 20 faces cost beside one.

    Processor time is told as well as the clock's, since other work on the machine hardly changes it.
    """
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    import femr

    peer = haar_and_predict(most=20)
    ways: dict[str, Callable[[np.ndarray], int]] = {
        "femr": lambda photo: len(femr.analyze(photo).faces),
        "Haar + model.predict": lambda photo: len(peer(photo)),
    }
    photos = {count: many_faces(count) for count in COUNTS}
    cases = [(name, count) for name in ways for count in COUNTS]
    clock: dict[tuple[str, int], list[float]] = {case: [] for case in cases}
    work: dict[tuple[str, int], list[float]] = {case: [] for case in cases}
    found: dict[tuple[str, int], int] = {}
    for _ in range(WARM_UP + ROUNDS):
        for name, count in cases:
            start, worked = time.perf_counter(), time.process_time()
            found[name, count] = ways[name](photos[count])
            clock[name, count].append(1000 * (time.perf_counter() - start))
            work[name, count].append(1000 * (time.process_time() - worked))
    assert all(found["femr", count] == count for count in COUNTS)
    for name in ways:
        print(f"{name}: read {', '.join(f'{found[name, count]} of {count}' for count in COUNTS)} faces")
        for kind, times in (("by the clock", clock), ("processor time", work)):
            medians = {count: statistics.median(times[name, count][WARM_UP:]) for count in COUNTS}
            costs = ", ".join(f"{median:.0f}" for median in medians.values())
            print(f"  {kind}: {costs} ms; 20 cost {medians[20] / medians[1]:.1f} × one")


if __name__ == "__main__":
    main()
