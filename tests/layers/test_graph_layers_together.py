"""One network of all layers that hold a constant graph: exported, saved, trained."""

import keras
import numpy as np
import random_graphs as graphs
from exported_model import LABELS, SPEC, crops

from ferkeras import layers
from ferkeras.export import export_model

NODES = 24
MATRIX = graphs.adjacency(NODES, isolated=2)
LAPLACIAN = graphs.laplacian(MATRIX)
# 24 nodes in 16 pairs: eight of them not full, and then one cluster of four without any node.
ORDER = np.full(40, -1)
ORDER[np.random.default_rng(4).permutation(36)[:NODES]] = np.random.default_rng(5).permutation(24)


def network():
    keras.utils.set_random_seed(5)
    where = np.random.default_rng(0).choice(28 * 28, NODES, replace=False)
    image = keras.Input(SPEC.shape)
    nodes = layers.PixelNodes(np.stack([where % 28, where // 28], axis=1))(image)
    nodes = keras.layers.Rescaling(1 / 255)(nodes)
    basis = np.linalg.eigh(LAPLACIAN)[1][:, :10]
    table, scaled = graphs.table(MATRIX), graphs.table(graphs.scaled(LAPLACIAN))
    branches = [
        layers.SpectralGraphConv(4, basis, activation="relu")(nodes),
        layers.SpectralGraphConv(4, basis, multipliers="smooth", knots=5)(nodes),
        layers.ChebyshevGraphConv(4, 3, *scaled, activation="relu")(nodes),
        layers.SpatialGraphConv(4, *table, activation="relu")(nodes),
        layers.SpatialGraphConv(4, *table, kernel_per="rank")(nodes),
        layers.GraphConv(4, *table, activation="tanh")(nodes),
    ]
    x = layers.GraphConv(6, *table, activation="relu")(keras.layers.Concatenate()(branches))
    average = layers.GraphAveragePooling(2, ORDER)
    largest = layers.GraphMaxPooling(2, ORDER)(x)
    second = layers.GraphAveragePooling(2, average.coarse_order())(average(x))
    flat = [keras.layers.Flatten()(part) for part in (second, largest)]
    heads = [keras.layers.Dense(3, activation="softmax")(part) for part in flat]
    pair = keras.layers.Reshape((2, 3))(keras.layers.Concatenate()(heads))
    return keras.Model(image, layers.DecisionFusion("max")(pair), name="together")


def test_every_export_equals_keras(tmp_path):
    """TFLite with built-in ops alone and ONNX; each is run and compared by `export_model`."""
    result = export_model(network(), SPEC, LABELS, tmp_path / "m", samples=crops(5))
    assert len(result.parity) == 4
    assert all(one.max_abs_difference < 1e-5 for one in result.parity)


def test_the_file_holds_the_graph_and_its_configuration_does_not(tmp_path):
    model = network()
    model.save(tmp_path / "model.keras")
    again = keras.saving.load_model(tmp_path / "model.keras")
    np.testing.assert_array_equal(again(crops(3)), model(crops(3)))
    assert len(model.to_json()) < 30_000
    assert np.isnan(keras.models.clone_model(model)(crops(3))).all()


def test_it_learns_in_mixed_precision_and_its_graph_stays():
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy("mixed_bfloat16")
    try:
        model = network()
    finally:
        keras.config.set_dtype_policy(before)
    fixed = [np.asarray(weight) for weight in model.non_trainable_variables]
    learnt = [np.asarray(weight) for weight in model.trainable_variables]
    model.compile(keras.optimizers.Adam(0.02), "categorical_crossentropy", run_eagerly=True)
    truth = np.eye(3)[np.arange(12) % 3]
    losses = model.fit(crops(12), truth, epochs=10, verbose=0).history["loss"]
    assert losses[-1] < 0.9 * losses[0]
    for weight, start in zip(model.non_trainable_variables, fixed, strict=True):
        np.testing.assert_array_equal(weight, start)
    for weight, start in zip(model.trainable_variables, learnt, strict=True):
        assert np.abs(np.asarray(weight) - start).max() > 0, weight.path
