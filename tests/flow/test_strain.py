import numpy as np
import pytest

from ferkeras.errors import FlowError
from ferkeras.flow import optical_strain

Y, X = np.mgrid[:40, :50].astype(np.float64) / 10


def strain(u, v):
    u, v = np.broadcast_to(u, X.shape), np.broadcast_to(v, X.shape)
    return optical_strain(np.dstack([10 * u, 10 * v]).astype(np.float32))


def test_a_shift_strains_nothing():
    np.testing.assert_allclose(strain(0.3, -1.2), 0, atol=1e-6)


def test_a_small_turn_strains_nothing():
    np.testing.assert_allclose(strain(-0.02 * Y, 0.02 * X), 0, atol=1e-6)


def test_a_turn_by_a_large_angle_strains_as_the_linear_tensor_has_it():
    angle = 0.3  # e = (cos - 1) I, so |e| = sqrt(2) (1 - cos)
    u = (np.cos(angle) - 1) * X - np.sin(angle) * Y
    v = np.sin(angle) * X + (np.cos(angle) - 1) * Y
    np.testing.assert_allclose(strain(u, v), np.sqrt(2) * (1 - np.cos(angle)), atol=1e-5)


def test_shear():  # du/dy = 0.1: e_xy = 0.05, |e| = sqrt(2) * 0.05
    np.testing.assert_allclose(strain(0.1 * Y, 0), 0.1 / np.sqrt(2), rtol=1e-4)
    np.testing.assert_allclose(strain(0.1 * Y, 0.1 * X), 0.1 * np.sqrt(2), rtol=1e-4)


def test_growth():
    np.testing.assert_allclose(strain(0.07 * X, 0.07 * Y), 0.07 * np.sqrt(2), rtol=1e-4)
    np.testing.assert_allclose(strain(-0.07 * X, 0), 0.07, rtol=1e-4)


def test_derivatives_are_exact_for_quadratic_fields_up_to_the_border():
    u = 0.03 * X**2 + 0.02 * X * Y - 0.01 * Y**2
    v = -0.01 * X**2 + 0.04 * X * Y + 0.02 * Y**2
    ux, uy = 0.06 * X + 0.02 * Y, 0.02 * X - 0.02 * Y
    vx, vy = -0.02 * X + 0.04 * Y, 0.04 * X + 0.04 * Y
    wanted = np.sqrt(ux**2 + vy**2 + 0.5 * (uy + vx) ** 2)
    np.testing.assert_allclose(strain(u, v), wanted, atol=2e-5)


def test_a_smooth_field_to_second_order():
    u, v = 0.2 * np.sin(X) * np.cos(Y), 0.1 * np.cos(2 * X) * np.sin(Y)
    ux, uy = 0.2 * np.cos(X) * np.cos(Y), -0.2 * np.sin(X) * np.sin(Y)
    vx, vy = -0.2 * np.sin(2 * X) * np.sin(Y), 0.1 * np.cos(2 * X) * np.cos(Y)
    wanted = np.sqrt(ux**2 + vy**2 + 0.5 * (uy + vx) ** 2)
    np.testing.assert_allclose(strain(u, v), wanted, atol=4e-3)


def test_any_field_against_numpys_gradient():
    flow = np.random.default_rng(0).normal(size=(9, 7, 2)).astype(np.float32)
    (uy, ux), (vy, vx) = (np.gradient(flow[..., k].astype(float), edge_order=2) for k in (0, 1))
    wanted = np.sqrt(ux**2 + vy**2 + 0.5 * (uy + vx) ** 2)
    found = optical_strain(flow)
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, wanted, rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize(
    ("flow", "message"),
    [
        (np.zeros((5, 5)), r"flow has shape \(5, 5\)"),
        (np.zeros((2, 9, 2)), "flow has 9x2 pixels, expected 3 or more"),
        (np.full((5, 5, 2), np.nan), "flow holds NaN"),
    ],
)
def test_what_is_wrong_is_named(flow, message):
    with pytest.raises(FlowError, match=message):
        optical_strain(flow)
