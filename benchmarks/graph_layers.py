"""Graph layers: times against what they consist of, and peak memory of training.

python benchmarks/graph_layers.py [--repeats 5] [--json]
TORCH_PYTHON=<python with torch_geometric> python benchmarks/graph_layers.py     # with its layers

Wanted: `SpectralGraphConv` at most 1.2 times the two dense products it consists of, each in the
layout that is fastest for it (which is not how batches come); `GraphConv` with edges at most 0.2
times its own dense form; at most 3 GB for a training step of `ChebyshevGraphConv` on 10,000 nodes,
batch 32. Graphs are random pixels and their 8 nearest, made symmetric (9 or 10 neighbours a node).
PyTorch Geometric's layers (`graph_layers_torch.py`) do the same work in processes of their own.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from typing import Any

from htnet import clock, run
from measuring import Figure, Timings, in_turn
from reporting import report

BATCH, CHANNELS, FILTERS, MODES, ORDER = 32, 16, 16, 256, 5
MEMORY = 3e9 / 2**20  # MiB
# Layer, what is done, nodes, channels in; each in a process of its own, batch 32.
JOBS = (
    ("GraphConv, one graph", "forward", 4000, 16),
    ("GraphConv, a graph a sample", "forward", 4000, 16),
    ("ChebyshevGraphConv", "train", 10_000, 1),
    ("ChebyshevGraphConv", "train", 10_000, 16),
)


def measure(repeats: int) -> list[Figure]:
    """The jobs, then ratios in this process (whose memory a job's peak would start from)."""
    figures: list[Figure] = []
    torch = os.environ.get("TORCH_PYTHON")
    for layer, kind, nodes, channels in JOBS:
        ours, theirs = Timings(), Timings()
        size = f"{nodes} {channels}"
        peak = run(sys.executable, "graph_layers", f"{layer}: {size}", kind, BATCH, ours)
        name = f"{layer}, {kind}, {nodes:,} nodes, {channels} channels"
        if torch:
            other = run(torch, "graph_layers_torch", f"{layer}: {size}", kind, BATCH, theirs)
            figures.append(theirs.figure(f"{name}: PyTorch Geometric"))
            figures.append(Figure(f"{name}: PyTorch Geometric, peak memory", other, "MiB"))
        figures.append(ours.figure(name, against=theirs if torch else None))
        limit = MEMORY if kind == "train" else None
        figures.append(Figure(f"{name}: peak memory", peak, "MiB", limit=limit))
    return [*figures, *spectral(1000, repeats), *spectral(4000, repeats), *sparse(repeats)]


def spectral(nodes: int, repeats: int) -> list[Figure]:
    """The layer against its two products on operands that already lie as they are best."""
    import numpy as np
    import tensorflow as tf

    from ferkeras.layers import SpectralGraphConv

    random = np.random.default_rng(0)

    def normal(*shape: int) -> Any:
        return tf.Variable(random.normal(size=shape).astype(np.float32))

    basis = normal(nodes, MODES)
    x, flat = normal(BATCH, nodes, CHANNELS), normal(nodes, BATCH * CHANNELS)
    spectrum = normal(MODES, BATCH * FILTERS)
    layer = SpectralGraphConv(FILTERS, basis.numpy(), use_bias=False)
    layer.build(x.shape)
    forward = tf.function(layer, autograph=False)

    @tf.function(autograph=False)
    def products() -> Any:
        return tf.matmul(basis, flat, transpose_a=True), tf.matmul(basis, spectrum)

    timings = in_turn(
        {"products": lambda: products()[1].numpy(), "layer": lambda: forward(x).numpy()},
        repeats,
        calls=4,
    )
    name = f"SpectralGraphConv, {nodes:,} nodes, {MODES} modes, batch {BATCH}"
    ratio = timings["layer"].median / timings["products"].median
    return [
        timings["products"].figure(f"{name}: two products alone"),
        timings["layer"].figure(name, against=timings["products"]),
        Figure(f"{name}: times the products", ratio, "", limit=1.2),
    ]


def sparse(repeats: int, nodes: int = 4000, batch: int = 2) -> list[Figure]:
    """`GraphConv` with an adjacency matrix, with a list of edges, with one graph for all."""
    import numpy as np
    import tensorflow as tf

    from ferkeras.layers import GraphConv

    edges, table = pixel_graph(nodes)
    matrix = np.zeros((batch, nodes, nodes), np.float32)
    matrix[:, edges[1], edges[0]] = 1
    x = tf.constant(np.random.default_rng(0).normal(size=(batch, nodes, CHANNELS)), tf.float32)
    inputs: dict[str, Any] = {
        "dense": [x, tf.constant(matrix)],
        "edges": [x, tf.constant(np.stack([edges] * batch)), tf.ones((batch, edges.shape[1]))],
        "table": x,
    }
    functions = {}
    for form, given in inputs.items():
        layer = GraphConv(FILTERS, *(table if form == "table" else ()))
        layer(given)
        forward = tf.function(layer, autograph=False)
        functions[form] = lambda forward=forward, given=given: forward(given).numpy()
    timings = in_turn(functions, repeats, calls=4)
    name = f"GraphConv, {nodes:,} nodes, batch {batch}"
    dense = timings["dense"]
    return [
        dense.figure(f"{name}: matrix a sample"),
        timings["edges"].figure(f"{name}: edges a sample", against=dense),
        timings["table"].figure(f"{name}: one graph", against=dense),
        Figure(f"{name}: edges, share", timings["edges"].median / dense.median, "", limit=0.2),
    ]


def pixel_graph(nodes: int, neighbours: int = 8) -> tuple[Any, tuple[Any, Any]]:
    """``edges (2, E)`` and the neighbour table of random pixels of a square image, 40 % of it."""
    import numpy as np

    side = round((nodes / 0.4) ** 0.5)
    chosen = np.random.default_rng(0).choice(side**2, nodes, replace=False)
    places = np.stack([chosen % side, chosen // side], axis=1).astype(np.float32)
    near = np.empty((nodes, neighbours), np.int64)
    for start in range(0, nodes, 500):
        gaps = ((places[start : start + 500, None] - places) ** 2).sum(axis=2)
        near[start : start + 500] = np.argsort(gaps, axis=1, kind="stable")[:, 1 : neighbours + 1]
    source, target = near.ravel(), np.repeat(np.arange(nodes), neighbours)
    pairs = np.unique(np.concatenate([source * nodes + target, target * nodes + source]))
    edges = np.stack([pairs // nodes, pairs % nodes]).astype(np.int32)
    degrees = np.bincount(edges[0], minlength=nodes)
    place = np.arange(len(pairs)) - np.repeat(np.cumsum(degrees) - degrees, degrees)
    table = np.repeat(np.arange(nodes, dtype=np.int32)[:, None], degrees.max(), axis=1)
    weights = np.zeros(table.shape, np.float32)
    table[edges[0], place], weights[edges[0], place] = edges[1], 1
    return edges, (table, weights)


def job(what: str, kind: str, batch: int) -> Callable[[], Any]:
    """A function that runs one prediction or one training step."""
    import keras
    import numpy as np
    import tensorflow as tf

    from ferkeras.layers import ChebyshevGraphConv, GraphConv

    layer, sizes = what.split(": ")
    nodes, channels = map(int, sizes.split())
    x = np.random.default_rng(0).normal(size=(batch, nodes, channels)).astype(np.float32)
    edges, (table, weights) = pixel_graph(nodes)
    if layer == "ChebyshevGraphConv":
        degrees = weights.sum(axis=1)
        scaled = -weights / np.sqrt(degrees[:, None] * degrees[table])  # L~ with lambda_max = 2
        inputs = keras.Input((nodes, channels))
        answer = ChebyshevGraphConv(FILTERS, ORDER, table, scaled, activation="relu")(inputs)
        answer = keras.layers.GlobalAveragePooling1D()(answer)
        model = keras.Model(inputs, keras.layers.Dense(7, activation="softmax")(answer))
        model.compile("adam", "sparse_categorical_crossentropy")
        truth = np.arange(batch) % 7
        data = iter(tf.data.Dataset.from_tensors((x, truth)).repeat())
        model.make_train_function()
        return lambda: {name: float(value) for name, value in model.train_function(data).items()}
    given: Any = tf.constant(x)
    conv = GraphConv(FILTERS, table, weights) if "one graph" in layer else GraphConv(FILTERS)
    if "a sample" in layer:
        given = [given, tf.constant(np.stack([edges] * batch)), tf.ones((batch, edges.shape[1]))]
    conv(given)
    predict = tf.function(conv, autograph=False)
    return lambda: predict(given).numpy()


def main() -> dict[str, Any]:
    return report(measure, repeats=5)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--job"]:
        os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
        print(json.dumps(clock(job(sys.argv[2], sys.argv[3], int(sys.argv[4])))))
    else:
        main()
