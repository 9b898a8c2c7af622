import numpy as np
import pytest
import random_graphs as graphs
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.polynomial import Chebyshev

from ferkeras.layers import ChebyshevGraphConv, SpectralGraphConv

NODES = 9
LAPLACIAN = graphs.scaled(graphs.laplacian(graphs.adjacency(NODES)))


def in_the_spectrum(x, laplacian, kernel, bias=0.0):
    """Each pair of channels by the eigenbasis, with NumPy's Chebyshev polynomials."""
    values, basis = np.linalg.eigh(laplacian)
    _, inputs, outputs = kernel.shape
    columns = [
        sum(
            basis @ (Chebyshev(kernel[:, i, j])(values) * (basis.T @ x[:, i]))
            for i in range(inputs)
        )
        for j in range(outputs)
    ]
    return np.stack(columns, axis=1) + bias


@settings(max_examples=15, deadline=None)
@given(st.integers(2, 14), st.integers(0, 5), st.integers(0, 1000))
def test_equals_the_polynomial_of_the_eigenvalues(nodes, order, seed):
    laplacian = graphs.scaled(graphs.laplacian(graphs.adjacency(nodes, seed)))
    x = graphs.features(2, nodes, 3, seed=seed)
    table = ChebyshevGraphConv(4, order, *graphs.table(laplacian))
    table.build(x.shape)
    kernel, bias = graphs.randomise(table)
    assert kernel.shape == (order + 1, 3, 4)
    expected = [in_the_spectrum(one, laplacian, kernel, bias) for one in x]
    np.testing.assert_allclose(table(x), expected, rtol=1e-4, atol=5e-5)
    dense, given_ = ChebyshevGraphConv(4, order), np.stack([laplacian] * 2).astype("f4")
    dense.build([x.shape, given_.shape])
    dense.set_weights([kernel, bias])
    np.testing.assert_allclose(dense([x, given_]), expected, rtol=1e-4, atol=5e-5)


def test_a_polynomial_is_a_spectral_filter():
    x = graphs.features(2, NODES, 1)
    values, basis = np.linalg.eigh(LAPLACIAN)
    layer = ChebyshevGraphConv(1, 3, *graphs.table(LAPLACIAN), activation="relu")
    spectral = SpectralGraphConv(1, basis, activation="relu")
    for one in (layer, spectral):
        one.build(x.shape)
    kernel, _ = graphs.randomise(layer)
    layer.bias.assign([0.0])
    spectral.kernel.assign(Chebyshev(kernel[:, 0, 0])(values)[:, None, None])
    np.testing.assert_allclose(layer(x), spectral(x), rtol=1e-4, atol=1e-5)


def test_nothing_comes_from_further_than_order_edges():
    path = np.diag(np.ones(7), 1)
    laplacian = graphs.scaled(graphs.laplacian(path + path.T))
    x = np.zeros((1, 8, 1), "f4")
    x[0, 0] = 1
    layer = ChebyshevGraphConv(1, 3, *graphs.table(laplacian))
    layer.build(x.shape)
    graphs.randomise(layer)
    layer.bias.assign([0.0])
    reached = np.abs(np.asarray(layer(x))[0, :, 0]) > 1e-7
    assert list(reached) == [True] * 4 + [False] * 4


@settings(max_examples=10, deadline=None)
@given(st.integers(2, 12), st.integers(0, 1000))
def test_nodes_in_another_order_give_the_same_in_that_order(nodes, seed):
    laplacian = graphs.scaled(graphs.laplacian(graphs.adjacency(nodes, seed)))
    new = np.random.default_rng(seed).permutation(nodes)
    x = graphs.features(2, nodes, 3, seed=seed)
    before = ChebyshevGraphConv(2, 3, *graphs.table(laplacian))
    after = ChebyshevGraphConv(2, 3, *graphs.table(laplacian[new][:, new]))
    for layer in (before, after):
        layer.build(x.shape)
        graphs.randomise(layer)
    np.testing.assert_allclose(after(x[:, new]), before(x).numpy()[:, new], rtol=1e-4, atol=1e-4)


def test_padding_does_not_change_the_other_nodes():
    x = graphs.features(1, NODES, 2)
    layer = ChebyshevGraphConv(3, 4)
    small = LAPLACIAN[None].astype("f4")
    layer.build([x.shape, small.shape])
    graphs.randomise(layer)
    padded = np.concatenate([x, np.full((1, 3, 2), np.nan, "f4")], axis=1)
    large = graphs.features(1, NODES + 3, NODES + 3)
    large[:, :NODES, :NODES] = small
    twin = ChebyshevGraphConv(3, 4)
    twin.build([padded.shape, large.shape])
    twin.set_weights(layer.get_weights())
    mask = (np.arange(NODES + 3) < NODES)[None]
    answer = np.asarray(twin([padded, large], mask=mask))
    np.testing.assert_allclose(answer[:, :NODES], layer([x, small]), rtol=1e-4, atol=1e-4)
    assert not answer[:, NODES:].any()
    fixed = ChebyshevGraphConv(3, 4, *graphs.table(large[0]))
    fixed.build(padded.shape)
    fixed.set_weights([*layer.get_weights(), *map(np.asarray, fixed.non_trainable_variables)])
    np.testing.assert_allclose(fixed(padded, mask=mask), answer, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("policy", ["mixed_float16", "mixed_bfloat16"])
def test_the_recursion_runs_in_float32(policy):
    x = graphs.features(1, NODES, 1) * 100
    exact = ChebyshevGraphConv(1, 12, *graphs.table(LAPLACIAN))
    low = ChebyshevGraphConv(1, 12, *graphs.table(LAPLACIAN), dtype=policy)
    for layer in (exact, low):
        layer.build(x.shape)
        layer.kernel.assign(np.eye(13)[:, -1:, None])  # T_12 alone
    answer = np.asarray(low(x)).astype("f4")
    np.testing.assert_allclose(answer, exact(x), rtol=5e-3, atol=1e-3)


TABLE = graphs.table(LAPLACIAN)


@pytest.mark.parametrize(
    ("arguments", "shape", "message"),
    [
        ({"order": -1}, (2, 9, 3), "order must be 0 or more"),
        ({"neighbours": TABLE[0]}, (2, 9, 3), "edge_weights: expected finite numbers"),
        ({"neighbours": TABLE[0] + 1, "edge_weights": TABLE[1]}, (2, 9, 3), "from 0 to 8"),
        ({"neighbours": (9, 4), "edge_weights": TABLE[1]}, (2, 9, 3), "as a shape"),
        ({"neighbours": (9, 4)}, (2, 8, 3), r"expected node features \(batch, 9, channels\)"),
        ({"neighbours": (9, 4)}, [(2, 9, 3), (2, 9, 9)], r"expected as input \[nodes\]"),
        ({}, (2, 9, 3), r"expected as input \[nodes, Laplacian\]"),
        ({}, [(2, 9, 3), (2, 9, 8)], r"expected a Laplacian \(batch, 9, 9\), got \(2, 9, 8\)"),
    ],
)
def test_what_does_not_fit_is_named(arguments, shape, message):
    with pytest.raises(ValueError, match=message):
        ChebyshevGraphConv(**{"filters": 2, "order": 2, **arguments}).build(shape)


def test_a_layer_without_its_table_answers_nan():
    layer = ChebyshevGraphConv(2, 2, TABLE[0].shape)
    assert np.isnan(layer(graphs.features(1, NODES, 3))).all()
