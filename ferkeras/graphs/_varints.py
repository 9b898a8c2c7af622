"""Whole numbers as Protocol Buffers store them. Compiled."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ferkeras.graphs._compiled import compiled


@compiled
def varints(values: NDArray[np.int64]) -> NDArray[np.uint8]:
    """Each in base 128, the lowest digit first; all but a number's last have the top bit set.

    A negative number counts as itself + 2**64, so it has ten digits.
    """
    digits = np.empty(10 * len(values), np.uint8)
    count = 0
    for value in values:
        rest = np.uint64(value)
        while rest > np.uint64(127):
            digits[count] = rest & np.uint64(127) | np.uint64(128)
            rest >>= np.uint64(7)
            count += 1
        digits[count] = rest
        count += 1
    return digits[:count]
