"""The branches of a published network as Keras networks that can be trained on, from its LiteRT file.

    python -m scripts.unfold_published vgg:32,64,128,256 --data fer2013.zip --out runs/published

Names the branches in the order of the file, each with its widths. A LiteRT file has every batch norm folded into the
convolution before it; here it is put back with the mean and spread that the convolution has on training images, so
that the network answers as before and trains on as if it had never been folded. Weights are those of the file, of 16
bits.
"""

import argparse
import re
from pathlib import Path

import numpy as np

import train  # noqa: F401 - so that TensorFlow starts as it does for training
from femr.paths import WEIGHTS

IMAGES = 2048
"""Training images on which mean and spread are measured."""


def main() -> None:
    """Write every branch."""
    from femr.training import fer2013, network
    from femr.training.recipe import Architecture

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("branches", nargs="+", help="architecture:widths of each branch, in the order of the file")
    parser.add_argument("--weights", type=Path, default=WEIGHTS, help="(%(default)s)")
    parser.add_argument("--data", type=Path, required=True, help="FER-2013 in any of its layouts")
    parser.add_argument("--out", type=Path, required=True, help="a folder for the .keras files")
    arguments = parser.parse_args()
    pixels = fer2013.split(fer2013.read(arguments.data)).training.pixels[:IMAGES]
    arguments.out.mkdir(parents=True, exist_ok=True)
    for number, branch in enumerate(arguments.branches):
        architecture, _, widths = branch.partition(":")
        model = network.build(Architecture(architecture), tuple(map(int, widths.split(","))), dropout=0.3)
        unfold(arguments.weights, f"branch_{number}", model, pixels)
        path = arguments.out / f"{architecture}.keras"
        model.save(path, include_optimizer=False)
        print(path)


def unfold(weights: Path, branch: str, model, pixels: np.ndarray) -> None:  # noqa: ANN001 - Keras comes late
    """Give `model` the weights of a branch of the LiteRT file `weights`."""
    import keras

    folded = read(weights, branch)
    convolutions = [layer for layer in model.layers if isinstance(layer, keras.layers.Conv2D)]
    for layer, (kernel, bias) in zip(convolutions, folded[:-1], strict=True):
        layer.set_weights([kernel] if not layer.use_bias else [kernel, bias])
    model.get_layer("logits").set_weights(folded[-1])
    biases = {layer.name: bias for layer, (_, bias) in zip(convolutions, folded[:-1], strict=True)}
    normed = [(layer, _norm_after(layer)) for layer in convolutions if not layer.use_bias]
    for convolution, norm in normed:  # exact, but with a spread that is none
        ones = np.ones_like(biases[convolution.name])
        norm.set_weights([ones * np.sqrt(1 + norm.epsilon), biases[convolution.name], 0 * ones, ones])
    outputs = keras.Model(model.input, [convolution.output for convolution, _ in normed])
    seen = outputs.predict(pixels[..., None].astype(np.float32), batch_size=64, verbose=0)  # pyright: ignore
    for (convolution, norm), output in zip(normed, seen, strict=True):
        mean, variance = output.mean(axis=(0, 1, 2)), output.var(axis=(0, 1, 2))
        spread = np.sqrt(variance + norm.epsilon)
        norm.set_weights([spread, biases[convolution.name] + mean, mean, variance])


def _norm_after(layer):  # noqa: ANN001, ANN202
    (node,) = layer.output._keras_history.operation._outbound_nodes
    return node.operation


def read(weights: Path, branch: str) -> list[tuple[np.ndarray, np.ndarray]]:
    """Kernel and bias of each convolution of a branch, then of its last layer, in Keras's shapes."""
    from ai_edge_litert.interpreter import Interpreter, OpResolverType

    interpreter = Interpreter(
        str(weights), experimental_op_resolver_type=OpResolverType.BUILTIN_WITHOUT_DEFAULT_DELEGATES
    )
    interpreter.allocate_tensors()
    details = {each["index"]: each for each in interpreter.get_tensor_details()}
    stored = {}  # from what DEQUANTIZE gives to the 16 bits that it takes
    found: dict[int, tuple[np.ndarray, np.ndarray]] = {}
    last = None
    for operation in interpreter._get_ops_details():
        inputs, outputs = list(map(int, operation["inputs"])), list(map(int, operation["outputs"]))
        if operation["op_name"] == "DEQUANTIZE":
            stored[outputs[0]] = inputs[0]
        elif operation["op_name"] in ("CONV_2D", "FULLY_CONNECTED"):
            name = details[stored[inputs[1]]]["name"]
            if f"/{branch}_" not in name:
                continue
            kernel, bias = (interpreter.get_tensor(stored[each]).astype(np.float32) for each in inputs[1:3])
            if operation["op_name"] == "FULLY_CONNECTED":
                last = kernel.T, bias
            else:
                number = int(re.search(r"conv2d_(\d+)", name)[1])  # type: ignore[index] - layers are counted
                found[number] = kernel.transpose(1, 2, 3, 0), bias
    if last is None:
        raise SystemExit(f"{weights} has no {branch}.")
    return [*(found[number] for number in sorted(found)), last]


if __name__ == "__main__":
    main()
