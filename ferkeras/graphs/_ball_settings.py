"""Whether the settings of granular balls can be used."""

from __future__ import annotations

import math
import numbers
from typing import Any

from ferkeras.errors import GraphError
from ferkeras.graphs._ball_growth import STRICTEST


def check_settings(
    purity: float, tolerance: int, variance: float, compat: Any, max_nodes: int | None
) -> None:
    """Nothing, or what is wrong.

    Raises:
        GraphError: a setting is out of its range.
    """
    for name, value in (("purity", purity), ("tolerance", tolerance), ("variance", variance)):
        if isinstance(value, bool) or not isinstance(value, numbers.Real):
            raise GraphError(f"{name} is {value!r}, expected a number")
    if max_nodes is not None and not isinstance(max_nodes, numbers.Real):
        raise GraphError(f"max_nodes is {max_nodes!r}, expected a whole number above 0, or None")
    if not 0 <= purity <= STRICTEST:
        raise GraphError(f"purity is {purity}, expected 0..{STRICTEST}, where it ends by itself")
    if not 0 <= tolerance <= 255 or int(tolerance) != tolerance:
        raise GraphError(f"tolerance is {tolerance}, expected a whole number in 0..255")
    if not (variance > 0 and math.isfinite(variance)):
        raise GraphError(f"variance is {variance}, expected a finite number above 0")
    if compat not in (None, "official"):
        raise GraphError(f"compat is {compat!r}, expected None or 'official'")
    if max_nodes is not None and not (
        max_nodes >= 1 and math.isfinite(max_nodes) and int(max_nodes) == max_nodes
    ):
        raise GraphError(f"max_nodes is {max_nodes}, expected a whole number above 0, or None")
