"""What a model takes: one array, or one of the groups of named inputs, `GROUPS`."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ferkeras.errors import ModelFileError
from ferkeras.types import FloatArray

INPUT = "input"
IMAGE, NODES, EDGES = "image", "nodes", "edges"
ONSET, APEX, LANDMARKS = "onset", "apex", "landmarks"
GROUPS = (
    (INPUT,),
    (IMAGE, NODES, EDGES),
    (ONSET, APEX),
    (ONSET, APEX, LANDMARKS),
)
"""Names of inputs that go together, the picture first: a picture or landmarks alone; a picture and
its graph; the faces of onset and apex, and their landmarks, of which a model computes the flow."""
DTYPES = {name: "int32" if name == EDGES else "float32" for group in GROUPS for name in group}

Batch = FloatArray | Mapping[str, NDArray[Any]]
Shapes = dict[str, tuple[int | None, ...]]

_PICTURES = "(batch, height, width, channels) with a known height, width and channels"
_ANY_SIDE = "(batch, height, width, channels) with known channels, as it gives pictures"
_EXPECTED = {
    INPUT: f"{_PICTURES}, or (batch, points, 2)",
    **dict.fromkeys((IMAGE, ONSET, APEX), _PICTURES),
    LANDMARKS: "(batch, points, 2) with a known number of points",
    NODES: "(batch, nodes, features) with any number of nodes and known features",
    EDGES: "(batch, 2, edges) with any number of edges",
}


class InputForm(NamedTuple):
    """One input as a file declares it: NumPy's name of its type; its shape, unknown sizes None."""

    dtype: str
    shape: tuple[int | None, ...]


def input_form(dtype: Any, shape: Collection[Any]) -> InputForm:
    """An engine's own words, in which an unknown size is -1, None or a name."""
    sizes = (int(n) if isinstance(n, int | np.integer) and n > 0 else None for n in shape)
    return InputForm(str(dtype), tuple(sizes))


def keras_inputs(model: Any) -> dict[str, Any]:
    """Symbolic inputs of a Keras model; a single one is called ``input``, whatever its name."""
    named, inputs = getattr(model, "input", None), getattr(model, "inputs", None) or []
    if len(inputs) == 1:
        return {INPUT: inputs[0]}
    return dict(named) if isinstance(named, dict) else {tensor.name: tensor for tensor in inputs}


def own_names(source: Path | str, names: Collection[str]) -> dict[str, str]:
    """``input``, or the names of one of the other `GROUPS`, to those that the file has for them.

    Raises:
        ModelFileError: neither one input nor such a group.
    """
    if len(names) == 1:
        return {INPUT: next(iter(names))}
    for group in GROUPS[1:]:
        if sorted(names) == sorted(group):
            return {name: name for name in group}
    known = "; or ".join(listed(group) for group in GROUPS[1:])
    raise ModelFileError(
        f"{source}: has {len(names)} inputs ({', '.join(names)}), expected one input; or {known}"
    )


def check_forms(
    source: Path,
    forms: Mapping[str, InputForm],
    batch_sizes: Collection[int | None],
    *,
    any_side: bool = False,
) -> Shapes:
    """Shapes without the batch, by the names of `ferkeras.types.InputSpec.input_shapes`.

    Args:
        source: for messages.
        forms: the file's inputs by its own names.
        batch_sizes: which first sizes the engine can run; None: any.
        any_side: a picture's height and width may be unknown.

    Raises:
        ModelFileError: other inputs, types or shapes.
    """
    shapes: Shapes = {}
    for name, own in own_names(source, list(forms)).items():
        dtype, shape = forms[own]
        which = "its input" if name == INPUT else f"its input {name!r}"
        if dtype != DTYPES[name]:
            raise ModelFileError(f"{source}: {which} is {dtype}, expected {DTYPES[name]}")
        if not _fits(name, shape[1:], any_side):
            expected = _ANY_SIDE if any_side else _EXPECTED[name]
            raise ModelFileError(f"{source}: {which} has shape {shape}, expected {expected}")
        if shape[0] not in batch_sizes:
            raise ModelFileError(f"{source}: is fixed to batches of {shape[0]}, expected any size")
        shapes[name] = shape[1:]
    return shapes


def listed(names: Collection[str]) -> str:
    """``image, nodes and edges``."""
    *others, last = names
    return f"{', '.join(others)} and {last}" if others else last


def described(shapes: Mapping[str, tuple[int | None, ...]]) -> str:
    """Shapes for a message: ``(28, 28, 1)``, or each with its name."""
    if list(shapes) == [INPUT]:
        return str(shapes[INPUT])
    return ", ".join(f"{name} {shape}".replace("None", "any") for name, shape in shapes.items())


def _fits(name: str, shape: tuple[int | None, ...], any_side: bool) -> bool:
    if any_side:
        return name == INPUT and len(shape) == 3 and shape[2] is not None
    known = None not in shape
    if name == NODES:
        return len(shape) == 2 and shape[0] is None and shape[1] is not None
    if name == EDGES:
        return shape == (2, None)
    points = name in (INPUT, LANDMARKS) and len(shape) == 2 and shape[1] == 2
    return known and (points or (len(shape) == 3 and name != LANDMARKS))
