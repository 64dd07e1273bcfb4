"""Whether the backbone that trainings start from answers as the published graph does, layer by layer.

    python -m scripts.check_backbone faceres-deep.json

TensorFlow runs the published TensorFlow.js graph, Keras the network that `femr/training/mobilenet.py` builds, on the
same random picture. Prints the largest difference after each convolution, in shares of the largest activation; it ends
with 1 where one is over 1e-4.
"""

import argparse
import json
import sys
from pathlib import Path
from typing import Any

import numpy as np

import train  # noqa: F401 - so that TensorFlow starts as it does for training

SIDE = 224
MOST = 1e-4


def main() -> int:
    """Compare and print; the exit code."""
    import keras

    from femr.training import mobilenet

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", type=Path, help="the JSON file of the graph model; its weights lie beside it")
    path = parser.parse_args().model
    images = keras.Input((SIDE, SIDE, 3))
    model = keras.Model(images, mobilenet.extract(images))
    mobilenet.read_backbone(path).start(model)
    # The picture as the network takes it: blue, green, red, less their means.
    picture = (np.random.default_rng(0).uniform(0, 255, (1, SIDE, SIDE, 3)) - (103.939, 116.779, 123.68)).astype("f4")
    expected = run_graph(path, picture)
    rectified = [layer for layer in model.layers if isinstance(layer, keras.layers.ReLU)]
    found = keras.Model(images, [layer.output for layer in rectified]).predict(picture, verbose=0)  # pyright: ignore
    worst = 0.0
    for name, published, ours in zip(names(), expected, found, strict=True):
        difference = float(np.abs(published - ours).max() / np.abs(published).max())
        worst = max(worst, difference)
        print(f"{name:10} {published.shape}: differs by {difference:.1e}")
    return 0 if worst <= MOST else 1


def names() -> list[str]:
    """The published names of the convolutions, in order."""
    from femr.training.mobilenet import BLOCKS

    return ["conv1", *(f"conv_{kind}_{number}" for number in range(1, len(BLOCKS) + 1) for kind in ("dw", "pw"))]


def run_graph(path: Path, picture: np.ndarray) -> list[np.ndarray]:
    """What the published graph has after each convolution."""
    import tensorflow as tf
    from google.protobuf import json_format

    from femr.training.mobilenet import read_arrays

    arrays = read_arrays(path)
    graph: Any = tf.compat.v1.GraphDef()
    topology = json.loads(path.read_text(encoding="utf-8"))["modelTopology"]
    json_format.ParseDict({"node": topology["node"]}, graph, ignore_unknown_fields=True)
    for node in graph.node:
        if node.op == "Const":  # their values lie in the file of weights
            node.attr["value"].tensor.CopyFrom(tf.make_tensor_proto(arrays[node.name]))
    session = tf.compat.v1.Session(graph=tf.Graph())
    with session.graph.as_default():
        tf.import_graph_def(graph, name="")
    places = [f"{name}_relu/clip_by_value:0" for name in names()]
    return session.run(places, {"input_1:0": picture})


if __name__ == "__main__":
    sys.exit(main())
