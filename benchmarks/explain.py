"""How long it takes to see why: the heat map of one crop.

    python -m benchmarks.explain

Warm, from the crop to the explanation with its pictures. The peers send the same covered crops through the network one
by one, each with its mirror image: through LiteRT, and through Keras's `model.predict` with a network of the same
architecture.
"""

import os
import statistics
import time
from collections.abc import Callable

import numpy as np

import femr
from benchmarks.reading import keras_predict
from benchmarks.scenes import one_face
from femr.emotions import EMOTIONS
from femr.vision.classifier import ExpressionClassifier, expression_classifier
from femr.vision.heatmap import heat_map_uri
from femr.vision.image_files.pictures import png_uri
from femr.vision.occlusion import MIN_DROP, explain, grid_masks, occluded, region_masks

WARM_UP = 2


def main() -> None:
    """Time all and print medians."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    (face,) = femr.analyze(one_face()).faces
    crop, classifier, predict = face.crop, expression_classifier(), keras_predict()
    assert crop is not None

    def with_pictures() -> None:
        png_uri(crop)
        heat_map_uri(crop, explain(crop).heat, MIN_DROP)

    def one_by_one(read: Callable[[np.ndarray], object]) -> Callable[[], object]:
        return lambda: [read(each[None]) for each in covered]

    covered = occluded(crop, np.concatenate([grid_masks(len(crop)), region_masks(len(crop))]))
    print(f"{len(covered)} crops; the map correlates by {likeness(crop, classifier):.3f} with that of both views")
    show("femr", with_pictures, rounds=15)
    show("LiteRT, one by one", one_by_one(classifier), rounds=15)
    show("model.predict, one by one", one_by_one(predict), rounds=3)


def likeness(crop: np.ndarray, classifier: ExpressionClassifier) -> float:
    """Correlation of the heat map with one for which each covered crop is read as a face is, mirrored as well."""
    why = explain(crop, classifier)
    shares = classifier(occluded(crop, grid_masks(len(crop))))[:, EMOTIONS.index(why.emotion)].astype(float)
    odds = np.log(shares / (1 - shares))
    return float(np.corrcoef(odds[0] - odds[1:], why.heat.ravel())[0, 1])


def show(name: str, way: Callable[[], object], rounds: int) -> None:
    """Print how long one call takes, by the clock and of the processors' time, which other work hardly changes."""
    taken, worked = [], []
    for _ in range(WARM_UP + rounds):
        start, work = time.perf_counter(), time.process_time()
        way()
        taken.append(1000 * (time.perf_counter() - start))
        worked.append(1000 * (time.process_time() - work))
    clock, work = (statistics.median(each[WARM_UP:]) for each in (taken, worked))
    print(f"{name:26} median {clock:7.1f} ms   ({work:.1f} ms of processor time)")


if __name__ == "__main__":
    main()
