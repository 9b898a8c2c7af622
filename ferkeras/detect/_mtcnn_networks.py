"""MTCNN's networks as ONNX models, built in memory and run by OpenCV.

OpenCV, not ONNX Runtime: it is loaded anyway, needs 45 MiB less, and is as fast (pictures of
1024x768, one thread).
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence

import cv2
import numpy as np

from ferkeras.detect._mtcnn_weights import NETWORKS, Conv, Network, Pool, read_weights
from ferkeras.detect._onnx_encoding import encode_form, encode_model, encode_node, encode_tensor
from ferkeras.types import FloatArray

_OPSET, _IR_VERSION = 13, 7
_PICTURE = "pixels"


class MtcnnNetwork:
    """One network, ready to run on the CPU, on as many threads as OpenCV is set to.

    Args:
        name: of `NETWORKS`.

    Raises:
        FaceError: the package ``mtcnn`` or its weights are missing or damaged.
    """

    def __init__(self, name: str) -> None:
        model, self._heads = onnx_model(name)
        self._net = cv2.dnn.readNetFromONNX(np.frombuffer(model, np.uint8))
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


def onnx_model(name: str) -> tuple[bytes, list[str]]:
    """One of `NETWORKS` with its weights, and the names of its heads.

    Returns:
        The content of an ONNX file of opset 13, inputs as above; the names.

    Raises:
        FaceError: the package ``mtcnn`` or its weights are missing or damaged.
    """
    network = NETWORKS[name]
    graph = _Graph(read_weights(name))
    heads = graph.build(network)
    size = ["height", "width"] if network.slides else [network.side, network.side]
    places = ["rows", "columns"] if network.slides else []
    outputs = [
        encode_form(head, ["pictures", *places, values])
        for head, values in zip(heads, network.heads, strict=True)
    ]
    content = encode_model(
        name,
        graph.nodes,
        graph.constants,
        [encode_form(_PICTURE, ["pictures", *size, 3])],
        outputs,
        opset=_OPSET,
        ir_version=_IR_VERSION,
    )
    return content, heads


class _Graph:
    """Nodes and constants of a model, added one by one; inside, channels come first."""

    def __init__(self, weights: Sequence[FloatArray]) -> None:
        self.nodes: list[bytes] = []
        self.constants: list[bytes] = []
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
        name = f"weights_{len(self.constants)}"
        self.constants.append(encode_tensor(name, values))
        return name

    def _node(self, operation: str, *inputs: str, **attributes: int | str | list[int]) -> str:
        name = f"{operation.lower()}_{len(self.nodes)}"
        self.nodes.append(encode_node(operation, inputs, name, attributes))
        return name
