"""The published network as ONNX, for those who live there: `assets/femr.onnx`, from `assets/femr.tflite`.

    python -m scripts.export_onnx [--weights FILE] [--out FILE]

Goes through the LiteRT file operator by operator, so it holds for whatever `train.py` publishes. Weights keep their 8
bits. `docs/onnx.md` tells how to use it.
"""

import argparse
import sys
from collections.abc import Callable, Sequence
from hashlib import blake2b
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from ai_edge_litert import schema_py_generated as litert
from onnx import TensorProto, helper, numpy_helper

from femr.emotions import EMOTIONS
from femr.paths import ONNX, WEIGHTS
from femr.training import litert_file

SOURCE, LABELS = "source", "labels"
"""Metadata: BLAKE2b of the LiteRT file, the same as `ExpressionClassifier.identity`; the emotions in order."""

OPSET, IR = 18, 8
"""Read by onnxruntime from 1.14 on, of 2023."""

AS_SERVED = 1e-4
"""Farthest that a probability may lie from LiteRT's; both compute in float32, in another order."""

CROPS, PROBABILITIES = "crops", "probabilities"

OPERATORS = {value: name for name, value in vars(litert.BuiltinOperator).items() if isinstance(value, int)}
KINDS = {
    litert.TensorType.FLOAT32: np.float32,
    litert.TensorType.INT8: np.int8,
    litert.TensorType.INT32: np.int32,
}
CHANNELS_FIRST = (0, 3, 1, 2)
"""LiteRT's images are (batch, height, width, channels), ONNX's (batch, channels, height, width)."""


def main(arguments: list[str] | None = None) -> int:
    """Write the file; the exit code."""
    parser = argparse.ArgumentParser(description="Write the published network as ONNX.")
    parser.add_argument("--weights", type=Path, default=WEIGHTS, help="a LiteRT file that train.py wrote (%(default)s)")
    parser.add_argument("--out", type=Path, default=ONNX, help="(%(default)s)")
    options = parser.parse_args(arguments)
    data = options.weights.read_bytes()
    model = convert(data)
    onnx.checker.check_model(model, full_check=True)
    onnx.save(model, options.out)
    print(f"{options.out}: {options.out.stat().st_size:,} bytes")
    return 0


def convert(data: bytes) -> onnx.ModelProto:
    """The network in a LiteRT file, `data`: float32 (N, 48, 48, 1) in 0…255 -> probabilities (N, 6).

    Raises:
        NotImplementedError: it has an operator that none of our networks had so far.
    """
    graph = _Graph(litert_file.read(data))
    graph.translate()
    model = helper.make_model(
        helper.make_graph(
            graph.nodes,
            "femr",
            [helper.make_tensor_value_info(CROPS, TensorProto.FLOAT, ["N", *graph.input_shape[1:]])],
            [helper.make_tensor_value_info(PROBABILITIES, TensorProto.FLOAT, ["N", len(EMOTIONS)])],
            graph.constants,
        ),
        producer_name="femr",
        opset_imports=[helper.make_opsetid("", OPSET)],
        ir_version=IR,
    )
    helper.set_model_props(model, {SOURCE: identity(data), LABELS: ",".join(EMOTIONS)})
    return model


def identity(data: bytes) -> str:
    """Tells one LiteRT file from every other."""
    return blake2b(data, digest_size=8).hexdigest()


class _Graph:
    """A LiteRT graph on its way to ONNX.

    Attributes:
        input_shape: of the crops, as LiteRT has it.
        nodes, constants: ONNX's.
    """

    def __init__(self, model: Any) -> None:
        (graph,) = model.subgraphs
        self._model, self._tensors, self._operators = model, graph.tensors, graph.operators
        (self._input,), (self._output,) = graph.inputs, graph.outputs
        self._same: dict[int, int] = {}
        self.input_shape = self._tensors[self._input].shape.tolist()
        self.nodes: list[onnx.NodeProto] = []
        self.constants: list[onnx.TensorProto] = []

    def translate(self) -> None:
        """Every operator, then the names that callers know."""
        self._add("Transpose", [CROPS], self._name(self._input), perm=CHANNELS_FIRST)
        for operator in self._operators:
            if self._tensors[operator.outputs[0]].type == litert.TensorType.INT32:
                continue  # arithmetic on shapes, for the sake of `_reshape` alone
            name = OPERATORS[self._model.operatorCodes[operator.opcodeIndex].builtinCode]
            translation = _TRANSLATIONS.get(name)
            if translation is None:
                raise NotImplementedError(f"No translation for {name}.")
            translation(self, operator)
        self._add("Identity", [self._name(self._output)], PROBABILITIES)

    # --- operators ---

    def _elementwise(self, operator: Any, kind: str) -> None:
        rank = self._rank(operator.outputs[0])
        inputs = [self._operand(each, rank) for each in operator.inputs]
        self._finish(operator, self._add(kind, inputs))

    def _squared_difference(self, operator: Any) -> None:
        rank = self._rank(operator.outputs[0])
        difference = self._add("Sub", [self._operand(each, rank) for each in operator.inputs])
        self._finish(operator, self._add("Mul", [difference, difference]))

    def _reciprocal_root(self, operator: Any) -> None:
        self._finish(operator, self._add("Reciprocal", [self._add("Sqrt", [self._name(operator.inputs[0])])]))

    def _mean(self, operator: Any) -> None:
        axes = [CHANNELS_FIRST.index(axis) for axis in np.ravel(self._array(operator.inputs[1])).tolist()]
        inputs = [self._name(operator.inputs[0]), self._constant(np.array(sorted(axes), np.int64))]
        self._finish(operator, self._add("ReduceMean", inputs, keepdims=int(operator.builtinOptions.keepDims)))

    def _resize(self, operator: Any) -> None:
        options = operator.builtinOptions
        if options.alignCorners or not options.halfPixelCenters:
            raise NotImplementedError("Only half pixel centres are translated.")
        sizes = self._constant(self._array(operator.inputs[1]).astype(np.int64))
        inputs = [self._name(operator.inputs[0]), "", "", sizes]
        how = {"mode": "linear", "coordinate_transformation_mode": "half_pixel", "axes": [2, 3]}
        self._finish(operator, self._add("Resize", inputs, **how))

    def _concatenate(self, operator: Any) -> None:
        if operator.builtinOptions.axis not in (-1, 3):
            raise NotImplementedError("Only channels are concatenated.")
        self._finish(operator, self._add("Concat", [self._name(each) for each in operator.inputs], axis=1))

    def _reshape(self, operator: Any) -> None:
        """A dense layer over channels lays out all pixels in one row, and back; ONNX has a 1 × 1 convolution."""
        if self._data(operator.inputs[1]) is not None:
            raise NotImplementedError("Only shapes that hang on the batch are translated.")
        self._same[operator.outputs[0]] = self._original(operator.inputs[0])

    def _dequantize(self, operator: Any) -> None:
        """Weights of 8 bits are taken as they are stored, see `_weights`."""
        self._same[operator.outputs[0]] = operator.inputs[0]

    def _dense(self, operator: Any) -> None:
        if self._rank(operator.inputs[0]) == 4:
            self._convolve(operator, self._weights(operator, lambda array: array[:, :, None, None]))
        else:
            weights = self._weights(operator, lambda array: array)
            inputs = [self._name(operator.inputs[0]), weights, *self._bias(operator)]
            self._finish(operator, self._add("Gemm", inputs, transB=1))

    def _convolution(self, operator: Any) -> None:
        weights = self._weights(operator, lambda array: array.transpose(CHANNELS_FIRST))
        self._convolve(operator, weights, **self._window(operator, self._kernel(operator)))

    def _depthwise(self, operator: Any) -> None:
        weights = self._weights(operator, lambda array: array.transpose(3, 0, 1, 2), axis=3)
        group = self._tensors[operator.inputs[1]].shape[3]
        self._convolve(operator, weights, group=group, **self._window(operator, self._kernel(operator)))

    def _convolve(self, operator: Any, weights: str, **options: Any) -> None:
        inputs = [self._name(operator.inputs[0]), weights, *self._bias(operator)]
        self._finish(operator, self._add("Conv", inputs, **options))

    def _max_pool(self, operator: Any) -> None:
        kernel = operator.builtinOptions.filterHeight, operator.builtinOptions.filterWidth
        options = {"kernel_shape": kernel, **self._window(operator, kernel)}
        self._finish(operator, self._add("MaxPool", [self._name(operator.inputs[0])], **options))

    # --- their parts ---

    def _original(self, tensor: int) -> int:
        return self._same.get(tensor, tensor)

    def _rank(self, tensor: int) -> int:
        return len(self._tensors[self._original(tensor)].shape)

    def _name(self, tensor: int) -> str:
        return f"t{self._original(tensor)}"

    def _data(self, tensor: int) -> Any:
        return self._model.buffers[self._tensors[tensor].buffer].data

    def _array(self, tensor: int) -> np.ndarray:
        described = self._tensors[tensor]
        return np.frombuffer(bytes(self._data(tensor)), KINDS[described.type]).reshape(described.shape)

    def _operand(self, tensor: int, rank: int) -> str:
        """A tensor beside one of that rank: constants by channel get their places as ONNX has them."""
        if self._data(tensor) is None:
            return self._name(tensor)
        array = self._array(tensor)
        return self._constant(array[:, None, None] if array.ndim == 1 and rank == 4 else array)

    def _weights(self, operator: Any, turn: Callable[[np.ndarray], np.ndarray], axis: int = 0) -> str:
        """An operator's weights in ONNX's shape; those of 8 bits with their scale for each output channel, `axis`."""
        tensor = self._original(operator.inputs[1])
        array = turn(self._array(tensor))
        kept = self._constant(np.ascontiguousarray(array))
        if self._tensors[tensor].type != litert.TensorType.INT8:
            return kept
        scaled = self._tensors[tensor].quantization
        if scaled.quantizedDimension != axis or np.any(scaled.zeroPoint):
            raise NotImplementedError("Only weights with a scale for each output channel are translated.")
        scale = scaled.scale.astype(np.float32).reshape(-1, *[1] * (array.ndim - 1))
        # DequantizeLinear says the same, but onnxruntime would compute it at each run: 1.6 times the time.
        return self._add("Mul", [self._add("Cast", [kept], to=TensorProto.FLOAT), self._constant(scale)])

    def _bias(self, operator: Any) -> list[str]:
        present = len(operator.inputs) > 2 and operator.inputs[2] >= 0
        return [self._constant(self._array(operator.inputs[2]))] if present else []

    def _kernel(self, operator: Any) -> list[int]:
        return self._tensors[operator.inputs[1]].shape[1:3].tolist()

    def _window(self, operator: Any, kernel: Sequence[int]) -> dict[str, Any]:
        """Strides and padding of a convolution or a pooling, as ONNX has them."""
        options = operator.builtinOptions
        strides = [options.strideH, options.strideW]
        if {getattr(options, name, 1) for name in ("dilationHFactor", "dilationWFactor")} != {1}:
            raise NotImplementedError("Dilation is not translated.")
        if options.padding == litert.Padding.VALID:
            return {"strides": strides}
        sides = self._tensors[operator.inputs[0]].shape[1:3].tolist()
        missing = [
            max((-(-side // stride) - 1) * stride + size - side, 0)
            for side, stride, size in zip(sides, strides, kernel, strict=True)
        ]
        return {"strides": strides, "pads": [each // 2 for each in missing] + [each - each // 2 for each in missing]}

    def _finish(self, operator: Any, result: str) -> None:
        """Name an operator's result, after the activation that LiteRT has fused with it."""
        kind = getattr(operator.builtinOptions, "fusedActivationFunction", litert.ActivationFunctionType.NONE)
        name = self._name(operator.outputs[0])
        if kind == litert.ActivationFunctionType.NONE:
            self.nodes[-1].output[0] = name
        elif kind == litert.ActivationFunctionType.RELU:
            self._add("Relu", [result], name)
        elif kind == litert.ActivationFunctionType.RELU6:
            self._add("Clip", [result, *(self._constant(np.float32(each)) for each in (0, 6))], name)
        else:
            raise NotImplementedError(f"No translation for fused activation {kind}.")

    def _constant(self, array: np.ndarray | np.generic) -> str:
        name = f"c{len(self.constants)}"
        self.constants.append(numpy_helper.from_array(np.asarray(array), name))
        return name

    def _add(self, kind: str, inputs: Sequence[str], output: str | None = None, **options: Any) -> str:
        output = output or f"n{len(self.nodes)}"
        self.nodes.append(helper.make_node(kind, inputs, [output], **options))
        return output


_TRANSLATIONS: dict[str, Callable[[_Graph, Any], None]] = {
    "ADD": lambda graph, operator: graph._elementwise(operator, "Add"),
    "MUL": lambda graph, operator: graph._elementwise(operator, "Mul"),
    "NEG": lambda graph, operator: graph._elementwise(operator, "Neg"),
    "LOGISTIC": lambda graph, operator: graph._elementwise(operator, "Sigmoid"),
    "SOFTMAX": lambda graph, operator: graph._elementwise(operator, "Softmax"),
    "SQUARED_DIFFERENCE": _Graph._squared_difference,
    "RSQRT": _Graph._reciprocal_root,
    "MEAN": _Graph._mean,
    "RESIZE_BILINEAR": _Graph._resize,
    "CONCATENATION": _Graph._concatenate,
    "RESHAPE": _Graph._reshape,
    "FULLY_CONNECTED": _Graph._dense,
    "CONV_2D": _Graph._convolution,
    "DEPTHWISE_CONV_2D": _Graph._depthwise,
    "DEQUANTIZE": _Graph._dequantize,
    "MAX_POOL_2D": _Graph._max_pool,
}


if __name__ == "__main__":
    sys.exit(main())
