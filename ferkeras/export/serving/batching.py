"""Which batches TensorFlow Serving may make of requests."""

from __future__ import annotations

from ferkeras.types import InputSpec

BATCH_SIZES = (1, 2, 4, 8, 16, 32)
"""Sizes to which the server fills a batch up; the last is the largest request that it takes."""


def batch_sizes(spec: InputSpec, *, restorer: bool) -> tuple[int, ...]:
    """`BATCH_SIZES`, or none where requests cannot be put into one batch.

    Pictures of restorers are of any size. Graphs are of any size too, and the server would fill the
    smaller ones up with zeros, where the models need -1.
    """
    open_sizes = any(None in shape for shape in spec.input_shapes.values())
    return () if restorer or open_sizes else BATCH_SIZES
