import numpy as np
import pytest
import random_graphs as graphs
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.interpolate import BSpline

from ferkeras.layers import SpectralGraphConv
from ferkeras.layers._splines import cubic_splines

NODES = 9
BASIS = np.linalg.eigh(graphs.laplacian(graphs.adjacency(NODES)))[1]


def by_equation_7(x, basis, theta, bias=0.0, h=lambda y: y):
    """NumPy, one sample ``(nodes, channels)``, one pair of channels after the other."""
    _, inputs, outputs = theta.shape
    columns = [
        sum(basis @ np.diag(theta[:, i, j]) @ basis.T @ x[:, i] for i in range(inputs))
        for j in range(outputs)
    ]
    return h(np.stack(columns, axis=1) + bias)


@pytest.mark.parametrize("modes", [NODES, 4])
def test_equations_6_and_7_with_all_and_with_the_lowest_modes(modes):
    basis, x = BASIS[:, :modes], graphs.features(2, NODES, 3)
    layer = SpectralGraphConv(5, basis, activation="relu")
    layer.build(x.shape)
    theta, bias = graphs.randomise(layer)
    assert theta.shape == (modes, 3, 5)
    expected = [by_equation_7(one, basis, theta, bias, lambda y: np.maximum(y, 0)) for one in x]
    np.testing.assert_allclose(layer(x), expected, rtol=1e-5, atol=1e-5)


def test_a_basis_for_each_sample():
    x = graphs.features(2, NODES, 3)
    bases = np.stack(
        [np.linalg.eigh(graphs.laplacian(graphs.adjacency(NODES, s)))[1][:, :5] for s in (1, 2)]
    )
    layer = SpectralGraphConv(2)
    layer.build([x.shape, bases.shape])
    theta, bias = graphs.randomise(layer)
    expected = [by_equation_7(one, basis, theta, bias) for one, basis in zip(x, bases, strict=True)]
    np.testing.assert_allclose(layer([x, bases.astype("f4")]), expected, rtol=1e-5, atol=1e-5)
    turned = bases * np.array([1, -1, -1, 1, -1])
    np.testing.assert_allclose(layer([x, turned.astype("f4")]), expected, rtol=1e-5, atol=1e-5)


def test_the_constant_signal_passes_the_zero_mode():
    layer = SpectralGraphConv(1, BASIS)
    x = graphs.features(3, NODES, 1)
    layer.build(x.shape)
    theta = np.zeros((NODES, 1, 1))
    theta[0] = 1
    layer.kernel.assign(theta)
    mean = np.broadcast_to(x.mean(axis=1, keepdims=True), x.shape)
    np.testing.assert_allclose(layer(x), mean, atol=1e-6)
    np.testing.assert_allclose(layer(np.full_like(x, 7.0)), np.full_like(x, 7.0), rtol=1e-6)


@pytest.mark.parametrize(("points", "knots"), [(1, 4), (9, 4), (9, 9), (40, 7), (256, 16)])
def test_splines_are_scipys(points, knots):
    ends = np.concatenate([np.zeros(3), np.linspace(0, 1, knots - 2), np.ones(3)])
    expected = BSpline.design_matrix(np.linspace(0, 1, points), ends, 3).toarray()
    np.testing.assert_allclose(cubic_splines(points, knots), expected, atol=1e-6)


def test_a_smooth_filter_is_a_spline_over_the_modes():
    layer = SpectralGraphConv(2, BASIS, multipliers="smooth", knots=5, use_bias=False)
    x = graphs.features(2, NODES, 3)
    layer.build(x.shape)
    (alpha,) = graphs.randomise(layer)
    assert alpha.shape == (5, 3, 2)
    theta = np.einsum("mk,kij->mij", cubic_splines(NODES, 5), alpha)
    np.testing.assert_allclose(layer.theta(), theta, atol=1e-6)
    expected = [by_equation_7(one, BASIS, theta) for one in x]
    np.testing.assert_allclose(layer(x), expected, rtol=1e-5, atol=1e-5)
    layer.kernel.assign(np.ones(alpha.shape))  # theta is 1: the sum of the channels
    np.testing.assert_allclose(layer(x)[..., 0], x.sum(axis=2), rtol=1e-5, atol=1e-5)


@settings(max_examples=15, deadline=None)
@given(st.integers(2, 12), st.integers(0, 1000))
def test_nodes_in_another_order_give_the_same_in_that_order(nodes, seed):
    matrix = graphs.adjacency(nodes, seed)
    basis = np.linalg.eigh(graphs.laplacian(matrix))[1]
    new = np.random.default_rng(seed).permutation(nodes)
    x = graphs.features(2, nodes, 3, seed=seed)
    before, after = SpectralGraphConv(2, basis), SpectralGraphConv(2, basis[new])
    for layer in (before, after):
        layer.build(x.shape)
        graphs.randomise(layer)
    np.testing.assert_allclose(after(x[:, new]), before(x).numpy()[:, new], rtol=1e-4, atol=1e-4)


def test_padding_does_not_change_the_other_nodes():
    x, basis = graphs.features(1, NODES, 2), BASIS[None].astype("f4")
    layer = SpectralGraphConv(3, activation="relu")
    layer.build([x.shape, basis.shape])
    graphs.randomise(layer)
    padded = np.concatenate([x, np.full((1, 3, 2), np.nan, "f4")], axis=1)
    noise = np.concatenate([basis, graphs.features(1, 3, NODES)], axis=1)
    mask = (np.arange(NODES + 3) < NODES)[None]
    twin = SpectralGraphConv(3, activation="relu")
    twin.build([padded.shape, noise.shape])
    twin.set_weights(layer.get_weights())
    answer = np.asarray(twin([padded, noise], mask=mask))
    np.testing.assert_allclose(answer[:, :NODES], layer([x, basis]), rtol=1e-5, atol=1e-5)
    assert not answer[:, NODES:].any()


def test_sums_over_thousands_of_nodes_hold_in_half_precision():
    nodes = 5000
    basis = np.full((nodes, 1), nodes**-0.5)
    x = (200 + graphs.features(1, nodes, 1)).astype("float16")
    for policy in ("mixed_float16", "mixed_bfloat16"):
        layer = SpectralGraphConv(1, basis, dtype=policy)
        layer.build(x.shape)
        layer.kernel.assign(np.ones((1, 1, 1)))
        mean = np.asarray(layer(x)).astype("f8")
        np.testing.assert_allclose(mean, x.astype("f8").mean(), rtol=4e-3)


@pytest.mark.parametrize(
    ("arguments", "shape", "message"),
    [
        ({"basis": BASIS}, (2, 8, 3), r"expected node features \(batch, 9, channels\)"),
        ({"basis": BASIS}, (2, 9), "expected node features"),
        ({"basis": BASIS}, [(2, 9, 3), (2, 9, 4)], r"expected as input \[nodes\]"),
        ({}, (2, 9, 3), r"expected as input \[nodes, basis\]"),
        ({}, [(2, 9, 3), (2, 8, 4)], r"basis: expected node features \(batch, 9, channels\)"),
        ({"basis": BASIS[0]}, (2, 9, 3), "basis: expected an array of 2 axes"),
        ({"basis": BASIS * np.nan}, (2, 9, 3), "basis: expected finite numbers"),
        ({"basis": (9, 4), "multipliers": "smooth"}, (2, 9, 3), "knots is 16, expected 4 to 4"),
        ({"basis": (9, 4), "multipliers": "rough"}, (2, 9, 3), "multipliers is 'rough'"),
        ({"filters": 0}, (2, 9, 3), "filters must be at least 1"),
    ],
)
def test_what_does_not_fit_is_named(arguments, shape, message):
    with pytest.raises(ValueError, match=message):
        SpectralGraphConv(**{"filters": 2, **arguments}).build(shape)


def test_another_size_after_building_is_an_error():
    layer = SpectralGraphConv(2, BASIS)
    layer(graphs.features(1, NODES, 3))
    with pytest.raises(ValueError, match="incompatible"):
        layer(graphs.features(1, NODES + 1, 3))
    with pytest.raises(ValueError, match=r"mask: expected \(batch, 9\)"):
        layer(graphs.features(1, NODES, 3), mask=np.ones((1, 5), bool))


def test_a_layer_without_its_basis_answers_nan():
    x = graphs.features(1, NODES, 3)
    layer = SpectralGraphConv(2, BASIS)
    layer(x)
    twin = SpectralGraphConv.from_config(layer.get_config())
    assert np.isnan(twin(x)).all()
    twin.set_weights(layer.get_weights())
    np.testing.assert_array_equal(twin(x), layer(x))
