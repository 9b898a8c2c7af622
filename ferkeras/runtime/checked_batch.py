"""Check a batch against what a model takes, before an engine sees it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ferkeras.errors import ModelFileError
from ferkeras.runtime.named_inputs import (
    DTYPES,
    EDGES,
    INPUT,
    NODES,
    ONSET,
    Batch,
    Shapes,
    listed,
)


def checked_batch(source: Path, shapes: Shapes, batch: Batch) -> dict[str, NDArray[Any]]:
    """The arrays of a batch by the names of ``shapes``, each in one piece of memory.

    Args:
        source: the model, for messages.
        shapes: see `ferkeras.runtime.named_inputs.check_forms`.
        batch: one array for the input ``input``; arrays by name for others.

    Raises:
        ModelFileError: an array in the place of several, a missing or an unknown input, another
            type or shape, not as many samples in each, a value that is not finite, an edge with
            one end only or to a node that is not there, or a sample without nodes.
    """
    clips = ONSET in shapes
    maker = "clip_inputs(motions" if clips else "model_inputs(pictures"
    make = f"ferkeras.prepare.{maker}, card.input) makes what the model takes"
    if list(shapes) == [INPUT]:
        if isinstance(batch, Mapping):
            raise ModelFileError(
                f"{source}: takes one float32 array, got {', '.join(map(str, batch))} by name"
            )
        batch = {INPUT: batch}
    elif not isinstance(batch, Mapping):
        raise ModelFileError(f"{source}: takes {listed(shapes)} by name, got one array; {make}")
    for name in shapes:
        if name not in batch:
            raise ModelFileError(f"{source}: the input {name!r} is missing; {make}")
    for name in batch:
        if name not in shapes:
            raise ModelFileError(f"{source}: takes no input {name!r}, only {listed(shapes)}")
    arrays = {name: _checked(source, name, batch[name], shapes[name]) for name in shapes}
    counts = {name: len(array) for name, array in arrays.items()}
    if len(set(counts.values())) > 1:
        each = ", ".join(f"{name} {count}" for name, count in counts.items())
        raise ModelFileError(f"{source}: the inputs are of unlike numbers of samples: {each}")
    if EDGES in arrays:
        _check_edges(source, arrays[EDGES], arrays[NODES].shape[1])
        empty = np.flatnonzero(~(arrays[NODES][:, :, 0] >= 0).any(axis=1))
        if len(empty):
            raise ModelFileError(
                f"{source}: sample {empty[0]} has no node, all its rows only pad; {make}"
            )
    return arrays


def _checked(source: Path, name: str, array: Any, shape: tuple[int | None, ...]) -> NDArray[Any]:
    """One array, of the right type and shape and finite."""
    alone, wanted = name == INPUT, DTYPES[name]
    if not isinstance(array, np.ndarray) or array.dtype != wanted:
        got = getattr(array, "dtype", type(array).__name__)
        what = f"a {wanted} array" if alone else f"{name!r} as an array of {wanted}"
        raise ModelFileError(f"{source}: takes {what}, got {got}")
    sizes = array.shape[1:]
    same = len(sizes) == len(shape) and all(
        has > 0 if size is None else has == size for has, size in zip(sizes, shape, strict=True)
    )
    if not same:
        expected = ", ".join(["n", *("any" if size is None else str(size) for size in shape)])
        what = "a batch" if alone else repr(name)
        raise ModelFileError(f"{source}: takes {what} of shape ({expected}), got {array.shape}")
    if array.dtype.kind == "f" and not np.isfinite(array).all():
        what = "the batch" if alone else repr(name)
        raise ModelFileError(f"{source}: {what} holds values that are not finite")
    return np.ascontiguousarray(array)


def _check_edges(source: Path, edges: NDArray[Any], nodes: int) -> None:
    """Pass if each edge joins nodes that are there, or is -1: engines read past the end."""
    if edges.size and not (edges.min() >= -1 and edges.max() < nodes):
        wrong = edges[(edges < -1) | (edges >= nodes)][0]
        raise ModelFileError(
            f"{source}: an edge names node {wrong}, expected 0..{nodes - 1}, or -1 where it pads"
        )
    if ((edges[:, 0] < 0) != (edges[:, 1] < 0)).any():
        raise ModelFileError(f"{source}: an edge has a node at one end and -1 at the other")
