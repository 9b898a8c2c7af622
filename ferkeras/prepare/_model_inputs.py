"""Prepared pictures -> everything that a model takes: the pictures, and their graphs where needed.

The graph is a function of the prepared picture alone. So it is not stored with it, and a picture
that was changed at random gets the graph of what it has become.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ferkeras.errors import FaceError, GraphError
from ferkeras.types import FloatArray, Graph, GraphSpec, InputSpec

ModelInputs = FloatArray | dict[str, NDArray[Any]]
"""What a model takes: one array, or arrays by the names of its inputs."""


def model_inputs(
    pictures: NDArray[Any] | Mapping[str, NDArray[Any]], spec: InputSpec
) -> ModelInputs:
    """A batch as the model takes it.

    Args:
        pictures: ``(batch, *spec.shape)``, 0..255, as `prepare` gives them; or, of a model that
            computes the flow itself (``spec.takes_frames``), arrays by the names of its inputs.
        spec: what the model takes.

    Returns:
        ``pictures`` as float32; of a model that takes graphs too (``spec.graph``) a dict of

        * ``image``: float32 ``(batch, height, width, channels)``;
        * ``nodes``: float32 ``(batch, N, features)``, N of the largest graph, rows that only pad
          are -1;
        * ``edges``: int32 ``(batch, 2, E)``, source and target, pairs that only pad are -1; E is at
          least 1.

    Raises:
        FaceError: pictures of another shape than ``spec`` says, or with values that are not finite.
    """
    if isinstance(pictures, Mapping):
        return _frames(pictures, spec)
    images = np.asarray(pictures, np.float32)
    if images.shape[1:] != spec.shape:
        wanted = ", ".join(map(str, spec.shape))
        raise FaceError(f"pictures have shape {images.shape}, expected a batch (n, {wanted})")
    if spec.graph is None:
        return images
    if not np.isfinite(images).all():
        raise FaceError("a picture holds values that are not finite, so it has no graph")
    graphs = [face_graph(image, spec.graph) for image in images]
    return {"image": images, **padded_graphs(graphs, spec.graph.features)}


def _frames(arrays: Mapping[str, NDArray[Any]], spec: InputSpec) -> ModelInputs:
    shapes = {name: np.shape(array)[1:] for name, array in arrays.items()}
    if not spec.takes_frames or shapes != spec.input_shapes:
        raise FaceError(f"arrays have shapes {shapes}, expected a batch of {spec.input_shapes}")
    return {name: np.asarray(array, np.float32) for name, array in arrays.items()}


def face_graph(image: FloatArray, spec: GraphSpec) -> Graph:
    """The granular balls of one prepared picture.

    Args:
        image: float32 ``(height, width, 1 or 3)``, 0..255; rounded to whole grey levels.
        spec: settings.

    Raises:
        GraphError: a package that makes graphs is not installed, as on a bare device.
    """
    try:
        from ferkeras.graphs import granular_balls  # brings numba, which few models need
    except ModuleNotFoundError as error:
        raise GraphError(
            f"graphs of granular balls need the package {error.name!r}, which is not installed: "
            "pip install numba scipy threadpoolctl"
        ) from error

    rounded = np.clip(np.rint(image), 0, 255).astype(np.uint8)
    picture = rounded[..., 0] if rounded.shape[-1] == 1 else rounded
    return granular_balls(picture, edge_features=False, **spec.settings)


def padded_graphs(graphs: list[Graph], features: int) -> dict[str, NDArray[Any]]:
    """``nodes`` and ``edges`` of `model_inputs`: as large as the largest graph, the rest -1."""
    most_nodes = max((len(graph.nodes) for graph in graphs), default=1)
    most_edges = max((graph.edges.shape[1] for graph in graphs), default=1)
    nodes = np.full((len(graphs), most_nodes, features), -1, np.float32)
    edges = np.full((len(graphs), 2, max(most_edges, 1)), -1, np.int32)
    for row, graph in enumerate(graphs):
        nodes[row, : len(graph.nodes)] = graph.nodes
        edges[row, :, : graph.edges.shape[1]] = graph.edges
    return {"nodes": nodes, "edges": edges}
