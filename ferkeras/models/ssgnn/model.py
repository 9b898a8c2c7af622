"""Builders of SSGNN and of its two halves, SPAGNN and SPEGNN."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import keras
from keras import layers, ops

from ferkeras.graphs import Graph, coarsen
from ferkeras.layers._checks import check_rate
from ferkeras.layers.chebyshev_graph_conv import ChebyshevGraphConv
from ferkeras.layers.decision_fusion import DecisionFusion
from ferkeras.layers.graph_average_pooling import GraphAveragePooling
from ferkeras.layers.pixel_nodes import PixelNodes
from ferkeras.layers.spatial_graph_conv import SpatialGraphConv
from ferkeras.layers.spectral_graph_conv import SpectralGraphConv
from ferkeras.models._weights import load_weights
from ferkeras.models.ssgnn.face_graph import basis_of, chebyshev_table, face_graph, plain_table
from ferkeras.models.ssgnn.variants import VARIANTS

_BRANCHES = ("spatial", "spectral")
_SHARING = ("edge", "rank", "direction")


def SSGNN(
    input_shape: tuple[int, ...] | None = None,
    classes: int = 7,
    weights: str | None = None,
    classifier_activation: str | None = "softmax",
    name: str = "ssgnn",
    *,
    variant: str = "paper",
    nodes: float | None = None,
    sampling: str | None = None,
    neighbours: int | None = None,
    graph_seed: int | None = None,
    positions: Sequence[Sequence[float]] | None = None,
    spatial_filters: Sequence[int] | None = None,
    pool_levels: int | None = None,
    kernel_per: str | None = None,
    spectral_filters: int | None = None,
    modes: int | None = None,
    multipliers: str | None = None,
    knots: int | None = None,
    chebyshev_order: int | None = None,
    dropout: float | None = None,
    fusion: str | None = None,
    branch_outputs: bool = False,
) -> keras.Model:
    """Spatial and spectral graph network of Zhang et al. 2022, fused at decision level.

    Pixels drawn once (or landmarks) are the nodes of a graph that joins each to its nearest. SPAGNN
    convolves over the neighbours and averages over clusters, twice (Eqs. 9-14); SPEGNN multiplies
    in the eigenbasis of the graph's Laplacian (Eqs. 4-8); each ends in a dense layer and a softmax.
    The class is that of the highest probability of either (Eq. 15). Both constructions are those of
    Bruna et al. 2014 (arXiv 1312.6203). Nodes, tables and basis are weights of the model that are
    not trained: a saved or exported file takes plain images.

    The paper puts a ReLU between the last dense layer and the softmax; it is left out, as it stops
    the gradient of every class below 0.

    Args:
        input_shape: ``(height, width, channels)`` of an image; or ``(points, 2)``: coordinates of
            landmarks, 0..255 over the face; None takes the variant's.
        classes: number of classes.
        weights: None (random), a released tag such as ``"synthetic"``, or a path to a ``.keras`` or
            ``.weights.h5`` file.
        classifier_activation: ``"softmax"``, or None for the logarithm of the fused probabilities.
        name: the model's name.
        variant: a named setting of `VARIANTS`; each argument below that is not None overrides it.
        nodes: pixels to take: an int, or a share of all as a float (the paper: 0.25 to 0.5).
        sampling: ``"random"`` or ``"regular"`` pixels.
        neighbours: K; a node may have more, as edges are kept if either end chose them.
        graph_seed: of random pixels.
        positions: nodes as (x, y), instead of drawn ones. Of landmarks they give the graph: None
            takes a standard face's for 68 (iBUG) and for 5 (MTCNN); other numbers need them.
        spatial_filters: channels of SPAGNN's convolutions, each followed by pooling.
        pool_levels: pooling averages over up to ``2 ** pool_levels`` nodes.
        kernel_per: which edges share their weights: ``"edge"`` none, as in the paper, ``"rank"``
            all nearest, all second nearest and so on, ``"direction"`` those of one direction, see
            `ferkeras.graphs.direction_table`.
        spectral_filters: channels of SPEGNN's convolution.
        modes: how many of the lowest modes SPEGNN keeps; None: all, up to 4,000 nodes.
        multipliers, knots: see `SpectralGraphConv`.
        chebyshev_order: a `ChebyshevGraphConv` of this order takes the place of the basis, for
            graphs too large for one.
        dropout: rate before each dense layer.
        fusion: ``"max"`` (the paper's), ``"mean"`` or ``"product"``.
        branch_outputs: the model gives a dict ``{"probabilities": (batch, classes), "branches":
            (batch, 2, classes)}`` (spatial, spectral) as `JointTuningLoss` needs it.

    Returns:
        A functional model. Input: float32 ``(batch, *input_shape)``, values 0..255. Output: float32
        ``(batch, classes)``.

    Raises:
        ValueError: an unknown variant or option, or sizes that do not fit.
        GraphError: a graph that is not possible, or too large for all its modes.
    """
    return _build(_BRANCHES, **locals())


def SPAGNN(
    input_shape: tuple[int, ...] | None = None,
    classes: int = 7,
    weights: str | None = None,
    classifier_activation: str | None = "softmax",
    name: str = "spagnn",
    *,
    variant: str = "paper",
    nodes: float | None = None,
    sampling: str | None = None,
    neighbours: int | None = None,
    graph_seed: int | None = None,
    positions: Sequence[Sequence[float]] | None = None,
    spatial_filters: Sequence[int] | None = None,
    pool_levels: int | None = None,
    kernel_per: str | None = None,
    dropout: float | None = None,
    branch_outputs: bool = False,
) -> keras.Model:
    """The spatial half of `SSGNN` alone; arguments, result and errors as there.

    ``branches`` of ``branch_outputs`` is ``(batch, 1, classes)``.
    """
    return _build(("spatial",), **locals())


def SPEGNN(
    input_shape: tuple[int, ...] | None = None,
    classes: int = 7,
    weights: str | None = None,
    classifier_activation: str | None = "softmax",
    name: str = "spegnn",
    *,
    variant: str = "paper",
    nodes: float | None = None,
    sampling: str | None = None,
    neighbours: int | None = None,
    graph_seed: int | None = None,
    positions: Sequence[Sequence[float]] | None = None,
    spectral_filters: int | None = None,
    modes: int | None = None,
    multipliers: str | None = None,
    knots: int | None = None,
    chebyshev_order: int | None = None,
    basis_input: bool = False,
    dropout: float | None = None,
    branch_outputs: bool = False,
) -> keras.Model:
    """The spectral half of `SSGNN` alone; arguments, result and errors as there.

    ``branches`` of ``branch_outputs`` is ``(batch, 1, classes)``.

    Args:
        basis_input: each sample brings its own basis, as landmarks that move have a graph of their
            own: the model takes ``{"input": ..., "basis": (batch, nodes, modes)}``; ``modes`` must
            be given.
    """
    return _build(("spectral",), **locals())


def _build(
    which: Sequence[str],
    *,
    input_shape: tuple[int, ...] | None,
    classes: int,
    weights: str | None,
    classifier_activation: str | None,
    name: str,
    variant: str,
    branch_outputs: bool,
    positions: Any,
    basis_input: bool = False,
    **given: Any,
) -> keras.Model:
    if variant not in VARIANTS:
        raise ValueError(f"no variant {variant!r} of SSGNN; known: {', '.join(VARIANTS)}")
    if classifier_activation not in ("softmax", None):
        raise ValueError(f"classifier_activation is {classifier_activation!r}, not softmax or None")
    setting = {**VARIANTS[variant], **{k: v for k, v in given.items() if v is not None}}
    shape = tuple(input_shape or setting["input_shape"])
    landmarks = len(shape) == 2
    known = all(isinstance(side, int) and side > 0 for side in shape)
    if len(shape) not in (2, 3) or (landmarks and shape[1] != 2) or not known or classes < 1:
        raise ValueError(
            f"input_shape is {shape} and classes {classes}; expected (height, width, channels) or "
            "(points, 2), and at least 1"
        )
    check_rate("dropout", setting["dropout"])
    if setting["kernel_per"] not in _SHARING:
        raise ValueError(
            f"kernel_per is {setting['kernel_per']!r}, expected one of {', '.join(_SHARING)}"
        )
    filters = setting["spatial_filters"]
    if isinstance(filters, str) or not isinstance(filters, Sequence) or not filters:
        raise ValueError(f"spatial_filters is {filters!r}, expected one or more whole numbers")
    if positions is not None and given.get("nodes") is not None:
        raise ValueError("nodes and positions are both given; positions are the nodes")
    if landmarks and given.get("nodes") is not None:
        raise ValueError("nodes is given, but the nodes are the landmarks; leave it out")
    if basis_input and setting["modes"] is None:
        raise ValueError("basis_input needs modes=, the number of columns of each sample's basis")
    if basis_input and setting["chebyshev_order"] is not None:
        raise ValueError("basis_input and chebyshev_order exclude each other: no basis is needed")
    graph = face_graph(
        shape,
        setting["nodes"],
        setting["sampling"],
        setting["neighbours"],
        setting["graph_seed"],
        positions,
    )
    if basis_input and setting["modes"] > len(graph.nodes):
        raise ValueError(f"modes is {setting['modes']}, but {len(graph.nodes)} nodes have fewer")
    if landmarks and len(graph.nodes) != shape[0]:
        raise ValueError(f"{len(graph.nodes)} positions for {shape[0]} landmarks")

    def classify(features: Any, branch: str) -> Any:
        features = layers.Flatten(name=f"{branch}_features")(features)
        if setting["dropout"]:
            features = layers.Dropout(setting["dropout"], name=f"{branch}_dropout")(features)
        scores = layers.Dense(classes, dtype="float32", name=f"{branch}_scores")(features)
        return layers.Softmax(dtype="float32", name=f"{branch}_probabilities")(scores)

    inputs: Any = keras.Input(shape, name="input")
    exact = "float32" if landmarks else None  # half precision would round a place to a whole unit
    values = layers.Rescaling(1 / 127.5, offset=-1.0, dtype=exact, name="scale")(inputs)
    if not landmarks:
        values = PixelNodes(graph.positions, name="nodes")(values)
    branches = []
    if "spatial" in which:
        branches.append(classify(_spatial(values, graph, setting, exact), "spatial"))
    if basis_input:
        basis = keras.Input((len(graph.nodes), setting["modes"]), name="basis")
        inputs = {"input": inputs, "basis": basis}
        branches.append(classify(_spectral([values, basis], None, setting), "spectral"))
    elif "spectral" in which:
        branches.append(classify(_spectral(values, graph, setting), "spectral"))

    stacked = ops.stack(branches, axis=1)
    fused = branches[0]
    if len(branches) > 1:
        fused = DecisionFusion(setting["fusion"], name="probabilities")(stacked)
    if classifier_activation is None:
        fused = ops.log(ops.maximum(fused, keras.config.epsilon()))
    outputs = {"probabilities": fused, "branches": stacked} if branch_outputs else fused
    model = keras.Model(inputs, outputs, name=name)
    load_weights(model, weights, system="ssgnn")
    return model


def _spatial(values: Any, graph: Graph, setting: dict[str, Any], first: str | None) -> Any:
    """Convolution over neighbours and averages over clusters, once for each entry of filters.

    The first convolution computes in the type ``first``, or in that of Keras' policy.
    """
    levels, filters = setting["pool_levels"], setting["spatial_filters"]
    coarse = coarsen(graph, levels * len(filters))
    for number, channels in enumerate(filters, start=1):
        at = levels * (number - 1)
        here = graph if number == 1 else coarse.graphs[at]
        values = SpatialGraphConv(
            channels,
            *plain_table(here, setting["kernel_per"]),
            kernel_per="edge" if setting["kernel_per"] == "edge" else "rank",
            activation="relu",
            dtype=first if number == 1 else None,
            name=f"spatial_conv{number}",
        )(values)
        values = GraphAveragePooling(
            2**levels, order=coarse.order(at), name=f"spatial_pool{number}"
        )(values)
    return values


def _spectral(values: Any, graph: Graph | None, setting: dict[str, Any]) -> Any:
    """One convolution in the eigenbasis, or by Chebyshev polynomials."""
    if graph is not None and setting["chebyshev_order"] is not None:
        return ChebyshevGraphConv(
            setting["spectral_filters"],
            setting["chebyshev_order"],
            *chebyshev_table(graph),
            activation="relu",
            name="spectral_conv",
        )(values)
    return SpectralGraphConv(
        setting["spectral_filters"],
        None if graph is None else basis_of(graph, setting["modes"]),
        multipliers=setting["multipliers"],
        knots=setting["knots"],
        activation="relu",
        name="spectral_conv",
    )(values)
