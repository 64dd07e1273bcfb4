"""The branches of a published network as Keras networks that can be trained on, from its LiteRT file.

    python -m scripts.unfold_published mobilenet:160 residual:32,64,128,256 vgg:32,64,128,256 --data fer2013.zip \
        --out runs/published

Names the branches in the order of the file: a MobileNet with the pixels to which it enlarges crops, others with their
widths. A LiteRT file has every batch norm folded into the convolution before it; here it is put back with the mean and
spread that the convolution has on training images, so that the network answers as before and trains on as if it had
never been folded. A branch's share of the mixture is folded into its last layer, and taken out again by the card beside
the file. Weights are those of the file, of 8 bits (of 16, in files of before).
"""

import argparse
import json
import re
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from ai_edge_litert import schema_py_generated as litert

import train  # noqa: F401 - so that TensorFlow starts as it does for training
from femr.paths import WEIGHTS
from femr.training import litert_file

if TYPE_CHECKING:
    import keras

IMAGES = 2048
"""Training images on which mean and spread are measured."""

DROPOUT = 0.3

Weights = dict[str, tuple[np.ndarray, np.ndarray]]
"""Kernel and bias of each layer by its name in the file, in Keras's shapes, in the order in which they compute."""


def main(arguments: list[str] | None = None) -> None:
    """Write every branch."""
    from femr.training import fer2013

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("branches", nargs="+", help="architecture:numbers of each branch, in the order of the file")
    parser.add_argument("--weights", type=Path, default=WEIGHTS, help="(%(default)s)")
    parser.add_argument("--data", type=Path, required=True, help="FER-2013 in any of its layouts")
    parser.add_argument("--out", type=Path, required=True, help="a folder for the .keras files")
    options = parser.parse_args(arguments)
    pixels = fer2013.split(fer2013.read(options.data)).training.pixels[:IMAGES]
    options.out.mkdir(parents=True, exist_ok=True)
    card = json.loads(options.weights.with_suffix(".json").read_text())
    shares = card.get("shares", [1.0] * len(options.branches))  # files of before hold the plain branches
    for number, branch in enumerate(options.branches):
        architecture, _, numbers = branch.partition(":")
        model = built(architecture, tuple(map(int, numbers.split(","))))
        unfold(read(options.weights.read_bytes(), f"branch_{number}", shares[number]), model, pixels)
        path = options.out / f"{architecture}.keras"
        model.save(path, include_optimizer=False)
        print(path)


def built(architecture: str, numbers: tuple[int, ...]) -> "keras.Model":
    """An untrained branch."""
    from femr.training import network
    from femr.training.recipe import Architecture

    if architecture == Architecture.MOBILENET:
        return network.build(Architecture.MOBILENET, (), DROPOUT, *numbers)
    return network.build(Architecture(architecture), numbers, DROPOUT)


def read(data: bytes, branch: str, share: float = 1.0) -> Weights:
    """The layers of one branch of the LiteRT file `data`, in whose mixture it has that share.

    Raises:
        SystemExit: it has no such branch.
    """
    model = litert_file.read(data)
    (graph,) = model.subgraphs
    stored: dict[int, int] = {}  # from what DEQUANTIZE gives to what it takes
    found: Weights = {}
    bare = ""
    for operator in graph.operators:
        kind = model.operatorCodes[operator.opcodeIndex].builtinCode
        inputs = [stored.get(each, each) for each in map(int, operator.inputs)]
        if kind == litert.BuiltinOperator.DEQUANTIZE:
            stored[int(operator.outputs[0])] = inputs[0]
            continue
        # Weights bear the name of their layer; where a share is folded into them, what comes out does.
        names = ";".join(graph.tensors[each].name.decode() for each in [*inputs[1:2], int(operator.outputs[0])])
        layer = re.search(rf"/{branch}_\d+/(\w+?)_\d+/", names)
        if layer is None:
            continue
        if kind in _TURNED:
            kernel = litert_file.values(model, inputs[1])
            bias = litert_file.values(model, inputs[2]) if inputs[2] >= 0 else np.zeros(len(kernel), np.float32)
            found[layer[1]] = _TURNED[kind](kernel), bias
            bare = layer[1] if inputs[2] < 0 else ""
        elif kind == litert.BuiltinOperator.ADD and layer[1] == bare and litert_file.is_constant(model, inputs[1]):
            found[bare] = found[bare][0], litert_file.values(model, inputs[1])  # of a dense layer over channels
    if not found:
        raise SystemExit(f"The file has no {branch}.")
    kernel, bias = found["logits"]
    return found | {"logits": (kernel / share, bias / share)}


_TURNED = {
    litert.BuiltinOperator.CONV_2D: lambda kernel: kernel.transpose(1, 2, 3, 0),
    litert.BuiltinOperator.DEPTHWISE_CONV_2D: lambda kernel: kernel.transpose(1, 2, 3, 0),
    litert.BuiltinOperator.FULLY_CONNECTED: lambda kernel: kernel.T,
}
"""LiteRT's kernels in Keras's shapes."""


def unfold(folded: Weights, model: "keras.Model", pixels: np.ndarray) -> None:
    """Give `model` the weights `folded`."""
    import keras

    # Keras's own names, conv2d and conv2d_1 and so on: here they are others, in the same order.
    numbers = {name: int(name.removeprefix("conv2d").lstrip("_") or 0) for name in folded if name.startswith("conv2d")}
    named = folded.keys() - numbers.keys()
    for name in named:
        model.get_layer(name).set_weights(list(folded[name]))
    rest = [folded[name] for name in sorted(numbers, key=numbers.__getitem__)]
    unnamed = [layer for layer in model.layers if isinstance(layer, keras.layers.Conv2D) and layer.name not in named]
    normed = []
    for layer, (kernel, bias) in zip(unnamed, rest, strict=True):
        layer.set_weights([kernel, bias] if layer.use_bias else [kernel])
        if not layer.use_bias:  # exact, but with a spread that is none
            norm, ones = _norm_after(layer), np.ones_like(bias)
            norm.set_weights([ones * np.sqrt(1 + norm.epsilon), bias, 0 * ones, ones])
            normed.append((layer, norm, bias))
    if not normed:
        return
    outputs = keras.Model(model.input, [convolution.output for convolution, _, _ in normed])
    seen = outputs.predict(pixels[..., None].astype(np.float32), batch_size=64, verbose=0)  # pyright: ignore
    for (_, norm, bias), output in zip(normed, seen, strict=True):
        mean, variance = output.mean(axis=(0, 1, 2)), output.var(axis=(0, 1, 2))
        norm.set_weights([np.sqrt(variance + norm.epsilon), bias + mean, mean, variance])


def _norm_after(layer):  # noqa: ANN001, ANN202
    (node,) = layer.output._keras_history.operation._outbound_nodes
    return node.operation


if __name__ == "__main__":
    main()
