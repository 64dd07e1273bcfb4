"""How long one look at a photo takes, beside the usual way.

    python -m benchmarks.reading

A 1280 × 720 photo with one face, warm, from the array to the reading. The peer does the same with what most projects
of this kind use: OpenCV's Haar cascade for the face and Keras's `model.predict` for the expression, with a network of
the same architecture.
"""

import os
import statistics
import time
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np

from benchmarks.scenes import one_face

ROUNDS = 60


def main() -> None:
    """Time both, in turns, and print medians."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    import femr

    photo = one_face()
    peer = haar_and_predict()
    ways: dict[str, Callable[[np.ndarray], object]] = {"femr": femr.analyze, "Haar + model.predict": peer}
    for way in ways.values():
        for _ in range(5):
            way(photo)
    assert len(femr.analyze(photo).faces) == 1
    times: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(ROUNDS):
        for name, way in ways.items():
            start = time.perf_counter()
            way(photo)
            times[name].append(1000 * (time.perf_counter() - start))
    for name, taken in times.items():
        low, high = np.percentile(taken, (5, 95))
        print(f"{name:22} median {statistics.median(taken):6.1f} ms   (5 % below {low:.1f}, 5 % above {high:.1f})")


def haar_and_predict(most: int = 1) -> Callable[[np.ndarray], list[np.ndarray]]:
    """The usual way: photo -> probabilities of at most so many faces, one after the other."""
    cascade = cv2.CascadeClassifier(str(Path(cv2.__file__).parent / "data" / "haarcascade_frontalface_default.xml"))
    predict = keras_predict()

    def read(photo: np.ndarray) -> list[np.ndarray]:
        grey = cv2.cvtColor(photo, cv2.COLOR_RGB2GRAY)
        answers = []
        for x, y, width, height in cascade.detectMultiScale(grey, 1.1, 5)[:most]:
            crop = cv2.resize(grey[y : y + height, x : x + width], (48, 48), interpolation=cv2.INTER_AREA)
            answers.append(predict(crop[None]))
        return answers

    return read


def keras_predict() -> Callable[[np.ndarray], np.ndarray]:
    """Keras's `predict` for crops (N, 48, 48), with an untrained network of the usual architecture."""
    from femr.training import network, recipe

    (stage,) = recipe.read(recipe.QUICK).stages.values()
    model = network.build(stage.architecture, stage.widths, stage.dropout)
    model = network.serving(model, temperature=1.0, bias=np.zeros(6))
    return lambda crops: model.predict(crops[..., None].astype(np.float32), verbose=network.SILENT)


if __name__ == "__main__":
    main()
