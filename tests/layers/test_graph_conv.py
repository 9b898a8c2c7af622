import numpy as np
import pytest
import random_graphs as graphs
from hypothesis import given, settings
from hypothesis import strategies as st

from ferkeras.layers import GraphConv

FORMS = ("table", "adjacency", "edges")


def by_equation_2(x, matrix, kernel, bias):
    """``D^-1/2 (A + I) D^-1/2 X W + b``."""
    loops = matrix + np.eye(len(matrix))
    root = np.diag(loops.sum(axis=1) ** -0.5)
    return root @ loops @ root @ x @ kernel + bias


def layer_and_inputs(form, matrices, x, filters=4, **arguments):
    """The layer with random weights for one graph a sample; ``table`` takes the first graph."""
    if form == "table":
        layer, inputs = GraphConv(filters, *graphs.table(matrices[0]), **arguments), x
    elif form == "adjacency":
        layer, inputs = GraphConv(filters, **arguments), [x, np.stack(matrices).astype("f4")]
    else:
        most = max(map(np.count_nonzero, matrices))
        lists = [graphs.edge_list(m, 2 + most - np.count_nonzero(m)) for m in matrices]
        inputs = [x, *(np.stack(part) for part in zip(*lists, strict=True))]
        layer = GraphConv(filters, **arguments)
    layer.build([part.shape for part in inputs] if isinstance(inputs, list) else x.shape)
    graphs.randomise(layer)
    return layer, inputs


@pytest.mark.parametrize("form", FORMS)
@settings(max_examples=12, deadline=None)
@given(st.integers(1, 12), st.integers(1, 6), st.integers(0, 1000))
def test_equation_2_on_random_graphs(form, nodes, filters, seed):
    matrices = [graphs.adjacency(nodes, seed, isolated=nodes // 4)] * 2
    if form != "table":
        matrices[1] = graphs.adjacency(nodes, seed + 1)
    x = graphs.features(2, nodes, 3, seed=seed)
    layer, inputs = layer_and_inputs(form, matrices, x, filters)
    weights = map(np.asarray, layer.trainable_variables)
    kernel, bias = weights
    expected = [by_equation_2(o, m, kernel, bias) for o, m in zip(x, matrices, strict=True)]
    np.testing.assert_allclose(layer(inputs), expected, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("form", FORMS)
def test_a_node_alone_keeps_its_features(form):
    x, matrix = graphs.features(1, 5, 3), np.zeros((5, 5))
    matrix[0, 1] = matrix[1, 0] = 1
    layer, inputs = layer_and_inputs(form, [matrix], x, filters=3)
    layer.kernel.assign(np.eye(3))
    layer.bias.assign(np.zeros(3))
    answer = np.asarray(layer(inputs))
    np.testing.assert_allclose(answer[0, 2:], x[0, 2:], rtol=1e-6)
    np.testing.assert_allclose(answer[0, :2], np.stack([x[0, :2].mean(0)] * 2), rtol=1e-5)


@pytest.mark.parametrize("form", FORMS)
@settings(max_examples=8, deadline=None)
@given(st.integers(2, 10), st.integers(0, 1000))
def test_nodes_in_another_order_give_the_same_in_that_order(form, nodes, seed):
    matrix = graphs.adjacency(nodes, seed)
    new = np.random.default_rng(seed).permutation(nodes)
    x = graphs.features(1, nodes, 3, seed=seed)
    before, inputs = layer_and_inputs(form, [matrix], x)
    after, moved = layer_and_inputs(form, [matrix[new][:, new]], x[:, new])
    np.testing.assert_allclose(after(moved), before(inputs).numpy()[:, new], rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("form", FORMS)
def test_padding_does_not_change_the_other_nodes(form):
    matrix, x = graphs.adjacency(6), graphs.features(1, 6, 3)
    layer, inputs = layer_and_inputs(form, [matrix], x, activation="elu")
    padded = np.concatenate([x, np.full((1, 2, 3), np.nan, "f4")], axis=1)
    larger = graphs.adjacency(8, seed=3)  # also edges between real nodes and padding
    larger[:6, :6] = matrix
    twin, others = layer_and_inputs(form, [larger], padded, activation="elu")
    mask = (np.arange(8) < 6)[None]
    answer = np.asarray(twin(others, mask=mask))
    np.testing.assert_allclose(answer[:, :6], layer(inputs), rtol=1e-5, atol=1e-5)
    assert not answer[:, 6:].any()


def test_a_mask_from_keras_arrives_and_goes_on():
    import keras

    x, matrix = graphs.features(1, 6, 3), graphs.adjacency(6)[None].astype("f4")
    x[:, 4:] = 0
    layer, _ = layer_and_inputs("adjacency", [matrix[0]], x)
    nodes, adjacency = keras.Input((6, 3)), keras.Input((6, 6))
    answer = layer([keras.layers.Masking()(nodes), adjacency])
    assert answer._keras_mask.shape == (None, 6)
    model = keras.Model([nodes, adjacency], answer)
    mask = (np.arange(6) < 4)[None]
    np.testing.assert_allclose(model([x, matrix]), layer([x, matrix], mask=mask), rtol=1e-6)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("policy", ["mixed_float16", "mixed_bfloat16"])
def test_degrees_and_sums_hold_in_half_precision(form, policy):
    nodes = 3000  # a star: the centre has so many neighbours that float16 and bfloat16 lose count
    matrix = np.zeros((nodes, nodes), "f4")
    matrix[0, 1:] = matrix[1:, 0] = 1
    x = 1 + 0.1 * graphs.features(1, nodes, 1)
    if form == "table":
        matrix[1:] = 0  # only the centre's row, or its table would be large
        matrix[0] = 1
        matrix[0, 0] = 0
        neighbours = np.zeros((nodes, nodes - 1), np.int32)
        neighbours[0] = np.arange(1, nodes)
        layer, inputs = GraphConv(1, neighbours, (neighbours > 0).astype("f4"), dtype=policy), x
        layer.build(x.shape)
    else:
        layer, inputs = layer_and_inputs(form, [matrix], x, 1, dtype=policy)
    layer.kernel.assign([[1.0]])
    layer.bias.assign([0.0])
    expected = by_equation_2(x[0], matrix, np.eye(1), 0)
    answer = np.asarray(layer(inputs)[0]).astype("f8")
    np.testing.assert_allclose(answer, expected, rtol=1e-2)


def test_batches_of_any_size_and_number_of_nodes():
    import keras

    nodes, adjacency = keras.Input((None, 3)), keras.Input((None, None))
    edges, weights = keras.Input((2, None), dtype="int32"), keras.Input((None,))
    dense, sparse = GraphConv(2), GraphConv(2)
    model = keras.Model([nodes, adjacency], dense([nodes, adjacency]))
    other = keras.Model([nodes, edges, weights], sparse([nodes, edges, weights]))
    sparse.set_weights(dense.get_weights())
    for batch, count in ((1, 4), (3, 7)):
        matrix, x = graphs.adjacency(count), graphs.features(batch, count, 3)
        listed = [np.stack([part] * batch) for part in graphs.edge_list(matrix)]
        answer = model([x, np.stack([matrix] * batch).astype("f4")])
        np.testing.assert_allclose(other([x, *listed]), answer, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize(
    ("arguments", "shape", "message"),
    [
        ({}, (2, 5, 3), r"expected as input \[nodes, adjacency\]"),
        ({}, [(2, 5, 3), (2, 5, 4)], r"expected an adjacency matrix \(batch, 5, 5\)"),
        ({}, [(2, 5, 3), (2, 3, 8), (2, 8)], r"expected edges \(batch, 2, edges\)"),
        ({}, [(2, 5, 3), (2, 2, 8), (2, 7)], r"got \(2, 2, 8\) and \(2, 7\)"),
        ({"neighbours": (5, 2)}, [(2, 5, 3), (2, 5, 5)], r"expected as input \[nodes\]"),
        ({"neighbours": (5, 2)}, (2, 4, 3), r"expected node features \(batch, 5, channels\)"),
    ],
)
def test_what_does_not_fit_is_named(arguments, shape, message):
    with pytest.raises(ValueError, match=message):
        GraphConv(2, **arguments).build(shape)


def test_edges_as_floats_are_an_error():
    edges, weights = graphs.edge_list(graphs.adjacency(5))
    with pytest.raises(ValueError, match="edges are node numbers"):
        GraphConv(2)([graphs.features(1, 5, 3), edges[None].astype("f4"), weights[None]])


def test_a_layer_without_its_table_answers_nan():
    assert np.isnan(GraphConv(2, (5, 3))(graphs.features(1, 5, 3))).all()
