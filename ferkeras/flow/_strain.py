"""How much the skin is stretched and sheared at each point."""

from __future__ import annotations

import numpy as np

from ferkeras.flow._checks import check_flow
from ferkeras.types import FloatArray, Flow


def optical_strain(flow: Flow) -> FloatArray:
    """Magnitude of the optical strain, the symmetric part of the flow's gradient.

    Shreve et al. 2011, "Macro- and micro-expression spotting in long videos using spatio-temporal
    strain"; equation 3 of Wang et al. 2024 (HTNet), whose print squares u and v in place of their
    derivatives. With the strain tensor e = (grad f + (grad f)^T) / 2 its Frobenius norm is

        |e| = sqrt((du/dx)^2 + (dv/dy)^2 + 1/2 (du/dy + dv/dx)^2)

    so that a shift and a small turn of the whole head give 0, and a uniform growth by the share s
    gives s sqrt(2). Derivatives are central differences, at the border one-sided ones of three
    points: exact for flow that is quadratic in x and y.

    Args:
        flow: ``(H, W, 2)`` in pixels, at least 3x3.

    Returns:
        float32 ``(H, W)``, without unit, 0 or more.

    Raises:
        FlowError: not a flow, or too small for a derivative.
    """
    flow = check_flow(flow, smallest=3)
    across, down = _derivative(flow, axis=1), _derivative(flow, axis=0)
    shear = down[..., 0] + across[..., 1]
    return np.sqrt(across[..., 0] ** 2 + down[..., 1] ** 2 + 0.5 * shear**2)


def _derivative(values: FloatArray, axis: int) -> FloatArray:
    """As ``np.gradient(values, axis=axis, edge_order=2)``, in float32 and in one pass."""
    values = np.moveaxis(values, axis, 0)
    result = np.empty_like(values)
    np.subtract(values[2:], values[:-2], out=result[1:-1])
    result[0] = -3 * values[0] + 4 * values[1] - values[2]
    result[-1] = 3 * values[-1] - 4 * values[-2] + values[-3]
    result *= np.float32(0.5)
    return np.moveaxis(result, 0, axis)
