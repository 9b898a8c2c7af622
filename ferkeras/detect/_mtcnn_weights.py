"""MTCNN's layers, and their trained weights out of the package ``mtcnn``.

Layers: K. Zhang, Z. Zhang, Z. Li, Y. Qiao, IEEE Signal Processing Letters 23(10), 2016, figure 2.
"""

from __future__ import annotations

import importlib.util
import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np

from ferkeras.errors import FaceError
from ferkeras.types import FloatArray

_MEND = "install the package anew: pip install --force-reinstall --no-deps 'mtcnn>=1.0,<2'"


class Conv(NamedTuple):
    """Square convolution, stride 1, no padding; then PReLU with one slope a channel."""

    channels: int
    side: int


class Pool(NamedTuple):
    """Square max pooling, stride 2; if padded, the last row and column may reach over the edge."""

    side: int
    padded: bool


class Dense(NamedTuple):
    """Fully connected; then PReLU with one slope a unit."""

    units: int


class Network(NamedTuple):
    """One of the three networks.

    Attributes:
        side: of the square windows that it judges, in pixels.
        layers: from the RGB picture on. Without `Dense` it slides over a picture of any size.
        heads: how many values each head gives, side by side after the last layer: first the box's
            correction, last no face and face (softmax).
    """

    side: int
    layers: tuple[Conv | Pool | Dense, ...]
    heads: tuple[int, ...]

    @property
    def slides(self) -> bool:
        """Whether its heads are convolutions of one pixel."""
        return not any(isinstance(layer, Dense) for layer in self.layers)


NETWORKS = {
    "pnet": Network(12, (Conv(10, 3), Pool(2, True), Conv(16, 3), Conv(32, 3)), heads=(4, 2)),
    "rnet": Network(
        24,
        (Conv(28, 3), Pool(3, True), Conv(48, 3), Pool(3, False), Conv(64, 2), Dense(128)),
        heads=(4, 2),
    ),
    "onet": Network(
        48,
        (
            *(Conv(32, 3), Pool(3, True), Conv(64, 3), Pool(3, False)),
            *(Conv(64, 3), Pool(2, True), Conv(128, 2), Dense(256)),
        ),
        heads=(4, 10, 2),
    ),
}
"""P-Net proposes, R-Net refines, O-Net decides and gives the landmarks."""


def read_weights(name: str) -> list[FloatArray]:
    """Weights of one of `NETWORKS`, layer by layer: kernel, bias, slopes; heads have no slopes.

    The package's code, which imports TensorFlow, is not loaded, only its files are read. They are
    joblib's, that is pickles, which can run code: no file but the installed package's is opened.

    Returns:
        float32. Kernels are ``(height, width, channels in, channels out)``; the first `Dense` takes
        the values of a picture in the order of columns, rows, channels.

    Raises:
        FaceError: no package, no file, or a file that does not hold these layers.
    """
    package = importlib.util.find_spec("mtcnn")
    if package is None or not package.submodule_search_locations:
        raise FaceError("detector mtcnn needs the package 'mtcnn': pip install 'mtcnn>=1.0,<2'")
    folder = Path(package.submodule_search_locations[0])
    path = folder / "assets" / "weights" / f"{name}.lz4"
    if not path.is_file():
        raise FaceError(f"{path}: no such weights file; {_MEND}")
    try:
        import joblib
    except ImportError as error:
        raise FaceError("detector mtcnn needs the package 'joblib': pip install joblib") from error
    try:
        weights = [np.asarray(array, np.float32) for array in joblib.load(path)]
    except Exception as error:  # anything can come out of a damaged pickle
        reason = " ".join(str(error).split()) or type(error).__name__
        raise FaceError(f"{path}: cannot be read ({reason}); {_MEND}") from error
    shapes = (array.shape for array in weights)
    for number, (found, wanted) in enumerate(itertools.zip_longest(shapes, _shapes(name))):
        if found != wanted:
            raise FaceError(
                f"{path}: array {number} has shape {found}, MTCNN's layers need {wanted}; {_MEND}"
            )
    return weights


def _shapes(name: str) -> Iterator[tuple[int, ...]]:
    """Shapes of the arrays that `read_weights` gives."""
    network = NETWORKS[name]
    side, channels = network.side, 3
    for layer in network.layers:
        if isinstance(layer, Conv):
            yield (layer.side, layer.side, channels, layer.channels)
            yield (layer.channels,)
            yield (1, 1, layer.channels)
            side, channels = side - layer.side + 1, layer.channels
        elif isinstance(layer, Pool):
            side = -(-side // 2) if layer.padded else (side - layer.side) // 2 + 1
        else:
            yield (side * side * channels, layer.units)
            yield (layer.units,)
            yield (layer.units,)
            channels = layer.units
    for values in network.heads:
        yield (1, 1, channels, values) if network.slides else (channels, values)
        yield (values,)
