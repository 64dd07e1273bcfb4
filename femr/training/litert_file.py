"""LiteRT files, as the lists of tensors and operators that they are."""

from typing import Any

import flatbuffers
import numpy as np
from ai_edge_litert import schema_py_generated as litert

IDENTIFIER = b"TFL3"
"""Of LiteRT's files, after their first offset."""


def read(data: bytes) -> Any:
    """The model in a file, a `litert.ModelT`; its weights may be views of `data`."""
    return litert.ModelT.InitFromObj(litert.Model.GetRootAs(data, 0))


def write(model: Any) -> bytes:
    """The file of a `litert.ModelT`."""
    builder = flatbuffers.Builder()
    builder.Finish(model.Pack(builder), IDENTIFIER)
    return bytes(builder.Output())


def computing_in_float32(data: bytes) -> bytes:
    """The network in the file `data`, whose weights stay 8 bits wide, but are made float32 when it is loaded.

    LiteRT would otherwise round what passes between layers to 8 bits as well, each processor in its own way: on one
    image that is no faster, and two machines, or ONNX, would not give the same answer.
    """
    model = read(data)
    (graph,) = model.subgraphs
    model.operatorCodes.append(_dequantize_code())
    widened: dict[int, int] = {}
    operators = []
    for operator in graph.operators:
        inputs = np.array(operator.inputs)
        for place, tensor in enumerate(inputs.tolist()):
            if tensor < 0 or graph.tensors[tensor].type != litert.TensorType.INT8:
                continue
            if tensor not in widened:
                graph.tensors.append(_widened(graph.tensors[tensor]))
                widened[tensor] = len(graph.tensors) - 1
                operators.append(_dequantize(len(model.operatorCodes) - 1, tensor, widened[tensor]))
            inputs[place] = widened[tensor]
        operator.inputs = inputs
        if hasattr(operator.builtinOptions, "asymmetricQuantizeInputs"):
            operator.builtinOptions.asymmetricQuantizeInputs = False
        operators.append(operator)
    graph.operators = operators
    return write(model)


def _dequantize_code() -> Any:
    code = litert.OperatorCodeT()
    code.builtinCode = code.deprecatedBuiltinCode = litert.BuiltinOperator.DEQUANTIZE
    code.version = 5  # the first with a scale for each channel
    return code


def _widened(tensor: Any) -> Any:
    wide = litert.TensorT()
    wide.name, wide.shape, wide.hasRank = tensor.name + b"/float32", tensor.shape, True
    wide.type, wide.buffer = litert.TensorType.FLOAT32, 0  # buffer 0 is the empty one
    return wide


def _dequantize(code: int, source: int, target: int) -> Any:
    operator = litert.OperatorT()
    operator.opcodeIndex = code
    operator.inputs, operator.outputs = [source], [target]
    return operator


def is_constant(model: Any, tensor: int) -> bool:
    """Whether the file holds what is in a tensor."""
    return model.buffers[model.subgraphs[0].tensors[tensor].buffer].data is not None


def values(model: Any, tensor: int) -> np.ndarray:
    """What a constant tensor holds, as float32; weights of 8 bits by the scale of each of their channels."""
    described = model.subgraphs[0].tensors[tensor]
    array = np.frombuffer(bytes(model.buffers[described.buffer].data), _KINDS[described.type])
    array = array.reshape(described.shape).astype(np.float32)
    if described.type != litert.TensorType.INT8:
        return array
    shape = [1] * array.ndim
    shape[described.quantization.quantizedDimension] = -1
    return array * described.quantization.scale.reshape(shape)


_KINDS = {
    litert.TensorType.FLOAT32: np.float32,
    litert.TensorType.FLOAT16: np.float16,
    litert.TensorType.INT8: np.int8,
}
