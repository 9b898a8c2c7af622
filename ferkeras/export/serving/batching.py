"""Which batches TensorFlow Serving may make of requests."""

from __future__ import annotations

import math

from ferkeras.types import InputSpec

LARGEST_INPUT = 8_000_000
"""Bytes of float32 that the input of a batch has at most; so large inputs get smaller batches."""

BATCH_SIZES = (1, 2, 4, 8, 16, 32)
"""Sizes to which the server fills a batch up; the last is the largest request that it takes."""


def batch_sizes(spec: InputSpec, *, restorer: bool) -> tuple[int, ...]:
    """Those of `BATCH_SIZES` that are not too large, or none where requests cannot be put together.

    Pictures of restorers are of any size. Graphs are of any size too, and the server would fill the
    smaller ones up with zeros, where the models need -1.
    """
    open_sizes = any(None in shape for shape in spec.input_shapes.values())
    if restorer or open_sizes:
        return ()
    one = sum(4 * math.prod(side or 1 for side in shape) for shape in spec.input_shapes.values())
    return tuple(size for size in BATCH_SIZES if size == 1 or size * one <= LARGEST_INPUT)
