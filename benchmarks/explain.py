"""How long it takes to see why: the heat map of one crop.

    python -m benchmarks.explain

Warm, from the crop to the explanation with its pictures. The peers send the same covered crops through the network one
by one: through LiteRT, and through Keras's `model.predict` with a network of the same architecture.
"""

import os
import statistics
import time
from collections.abc import Callable

import numpy as np

from benchmarks.scenes import one_face

WARM_UP = 2


def main() -> None:
    """Time all and print medians."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    import femr
    from femr.vision.classifier import expression_classifier
    from femr.vision.heatmap import crop_uri, heat_map_uri
    from femr.vision.occlusion import LEAST_FALL, covered, covers, explain

    (face,) = femr.analyze(one_face()).faces
    crop, network, predict = face.crop, expression_classifier(), keras_predict()

    def with_pictures() -> None:
        crop_uri(crop)
        heat_map_uri(crop, explain(crop).heat, LEAST_FALL)

    def one_by_one(read: Callable[[np.ndarray], object]) -> Callable[[], object]:
        return lambda: [read(each[None]) for each in covered(crop, covers(len(crop)))]

    print(f"{len(covers(len(crop))) + 1} crops")
    show("femr, in one batch", with_pictures, rounds=15)
    show("LiteRT, one by one", one_by_one(network), rounds=15)
    show("model.predict, one by one", one_by_one(predict), rounds=3)


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


def keras_predict() -> Callable[[np.ndarray], np.ndarray]:
    """Keras's `predict` for crops (N, 48, 48), with an untrained network of the usual architecture."""
    from femr.training import network, recipe

    (stage,) = recipe.read(recipe.QUICK).stages.values()
    model = network.build(stage.architecture, stage.widths, stage.dropout)
    model = network.serving(model, temperature=1.0, bias=np.zeros(6))
    return lambda crops: model.predict(crops[..., None].astype(np.float32), verbose=0)


if __name__ == "__main__":
    main()
