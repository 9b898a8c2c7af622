"""MTCNN's networks as ONNX models, built in memory and run by OpenCV.

OpenCV, not ONNX Runtime: it is loaded anyway, needs 45 MiB less, and is as fast (pictures of
1024x768, one thread).
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from typing import Any

import cv2
import numpy as np

from ferkeras.detect._mtcnn_weights import NETWORKS, Conv, Network, Pool, read_weights
from ferkeras.errors import FaceError
from ferkeras.types import FloatArray

_OPSET, _IR_VERSION = 13, 7
_PICTURE = "pixels"


class MtcnnNetwork:
    """One network, ready to run on the CPU, on as many threads as OpenCV is set to.

    Args:
        name: of `NETWORKS`.

    Raises:
        FaceError: a package or the weights are missing or damaged.
    """

    def __init__(self, name: str) -> None:
        model = onnx_model(name)
        self._heads = [head.name for head in model.graph.output]
        self._net = cv2.dnn.readNetFromONNX(np.frombuffer(model.SerializeToString(), np.uint8))
        # its quick convolution has rounding errors ten times as large and saves a tenth of the time
        self._net.enableWinograd(False)
        self._lock = threading.Lock()  # it keeps the picture that it works on

    def __call__(self, pixels: FloatArray) -> list[FloatArray]:
        """Run it.

        Args:
            pixels: RGB as (value - 127.5) / 128, ``(pictures, height, width, 3)``: for R-Net 24 by
                24, for O-Net 48 by 48, for P-Net any size from 12 by 12 on.

        Returns:
            For each head ``(pictures, values)``; for P-Net ``(pictures, rows, columns, values)``,
            a row and a column for each two pixels.
        """
        with self._lock:
            self._net.setInput(pixels, _PICTURE)
            return [np.asarray(head, np.float32) for head in self._net.forward(self._heads)]


def onnx_model(name: str) -> Any:
    """One of `NETWORKS` with its weights: an ``onnx.ModelProto`` of opset 13, inputs as above.

    Raises:
        FaceError: a package or the weights are missing or damaged.
    """
    try:
        import onnx
    except ImportError as error:
        raise FaceError("detector mtcnn needs the package 'onnx': pip install onnx") from error
    network = NETWORKS[name]
    graph = _Graph(read_weights(name))
    heads = graph.build(network)
    size = ["height", "width"] if network.slides else [network.side, network.side]
    places = ["rows", "columns"] if network.slides else []
    tensor, floats = onnx.helper.make_tensor_value_info, onnx.TensorProto.FLOAT
    made = onnx.helper.make_graph(
        graph.nodes,
        name,
        [tensor(_PICTURE, floats, ["pictures", *size, 3])],
        [
            tensor(head, floats, ["pictures", *places, values])
            for head, values in zip(heads, network.heads, strict=True)
        ],
        graph.constants,
    )
    opset = onnx.helper.make_opsetid("", _OPSET)
    return onnx.helper.make_model(made, opset_imports=[opset], ir_version=_IR_VERSION)


class _Graph:
    """Nodes and constants of a model, added one by one; inside, channels come first."""

    def __init__(self, weights: Sequence[FloatArray]) -> None:
        self.nodes: list[Any] = []
        self.constants: list[Any] = []
        self._weights: Iterator[FloatArray] = iter(weights)

    def build(self, network: Network) -> list[str]:
        """Add all layers; the names of the heads."""
        at, flat = self._node("Transpose", _PICTURE, perm=[0, 3, 1, 2]), False
        for layer in network.layers:
            if isinstance(layer, Pool):
                side, pad = layer.side, "SAME_UPPER" if layer.padded else "VALID"
                at = self._node(
                    "MaxPool", at, kernel_shape=[side, side], strides=[2, 2], auto_pad=pad
                )
                continue
            if not isinstance(layer, Conv) and not flat:
                columns_first = self._node("Transpose", at, perm=[0, 3, 2, 1])
                at, flat = self._node("Flatten", columns_first), True
            at = self._weighted(at, flat)
            slopes = next(self._weights).ravel()
            at = self._node("PRelu", at, self._constant(slopes if flat else slopes[:, None, None]))
        heads = [self._weighted(at, flat) for _ in network.heads]
        if not flat:
            heads = [self._node("Transpose", head, perm=[0, 2, 3, 1]) for head in heads]
        return [*heads[:-1], self._node("Softmax", heads[-1], axis=-1)]

    def _weighted(self, at: str, flat: bool) -> str:
        """Product or convolution with the next kernel, plus the next bias."""
        kernel, bias = next(self._weights), next(self._weights)
        if flat:
            return self._node("Gemm", at, self._constant(kernel), self._constant(bias))
        side, turned = list(kernel.shape[:2]), kernel.transpose(3, 2, 0, 1)
        inputs = self._constant(turned), self._constant(bias)
        return self._node("Conv", at, *inputs, kernel_shape=side)

    def _constant(self, values: FloatArray) -> str:
        from onnx import numpy_helper

        name = f"weights_{len(self.constants)}"
        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(values), name))
        return name

    def _node(self, operation: str, *inputs: str, **attributes: Any) -> str:
        from onnx import helper

        name = f"{operation.lower()}_{len(self.nodes)}"
        self.nodes.append(helper.make_node(operation, list(inputs), [name], **attributes))
        return name
