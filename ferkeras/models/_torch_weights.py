"""Put the weights of published PyTorch programs into our models."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ferkeras.errors import ModelFileError

Array = NDArray[Any]


class TorchWeight(NamedTuple):
    """One entry of the state dict, or a part of one: then the name comes twice.

    Attributes:
        name, shape: in PyTorch.
        variable: ours.
        convert: its array -> ours.
    """

    name: str
    shape: tuple[int, ...]
    variable: Any
    convert: Callable[[Array], Array]


def conv_weights(conv: Any, name: str) -> list[TorchWeight]:
    """Kernel and bias of a convolution; the kernel is (filters, channels, rows, columns) there."""
    rows, columns, before, after = conv.kernel.shape
    return [
        TorchWeight(
            f"{name}.weight",
            (after, before, rows, columns),
            conv.kernel,
            lambda array: array.transpose(2, 3, 1, 0),
        ),
        same_weight(f"{name}.bias", conv.bias),
    ]


def same_weight(name: str, variable: Any) -> TorchWeight:
    """A weight that is the same there and here."""
    return TorchWeight(name, tuple(variable.shape), variable, np.asarray)


def check_state_dict(state_dict: Any) -> None:
    """Raise ModelFileError unless it is a mapping."""
    if not isinstance(state_dict, Mapping):
        raise ModelFileError(
            f"expected a state dict, name -> array, got {type(state_dict).__name__}; a file is "
            "read with read_state_dict"
        )


def assign_weights(weights: Iterable[TorchWeight], state_dict: Any, hint: str) -> None:
    """Put every entry of a state dict into our variables.

    Args:
        weights: what the state dict must hold, and no more.
        state_dict: name -> torch tensor or NumPy array, see `ferkeras.models._state_dict`.
        hint: arguments that give the size of the network, for messages, such as ``"classes=3"``.

    Raises:
        ModelFileError: no state dict, or a weight that is missing, is no array of finite numbers,
            has another shape, or is left over.
    """
    check_state_dict(state_dict)
    left = set(state_dict)
    for name, shape, variable, convert in weights:
        if name not in state_dict:
            raise ModelFileError(
                f"weight {name!r} is missing; expected {shape}. The state dict begins with "
                f"{', '.join(map(repr, list(state_dict)[:2])) or 'nothing'}"
            )
        value = _as_array(name, state_dict[name])
        left.discard(name)
        if value.shape != shape:
            raise ModelFileError(
                f"weight {name!r} has shape {value.shape}, expected {shape}; give the size of the "
                f"network, such as {hint}"
            )
        variable.assign(convert(value))
    if left:
        raise ModelFileError(
            f"{len(left)} weights are left over, {min(left)!r} first; give the size of the "
            f"network, such as {hint}"
        )


def _as_array(name: str, value: Any) -> NDArray[np.float32]:
    value = value.detach().cpu() if hasattr(value, "detach") else value
    try:
        array = np.asarray(value)
    except (TypeError, ValueError) as error:  # rows of several lengths; a type NumPy has not
        reason = str(error).splitlines()[0]
        raise ModelFileError(f"weight {name!r} is no array of numbers: {reason}") from error
    if array.dtype.kind not in "fiu":
        raise ModelFileError(f"weight {name!r} is of type {array.dtype}, expected numbers")
    with np.errstate(over="ignore"):  # told below
        array = array.astype(np.float32)
    broken = np.argwhere(~np.isfinite(array))
    if len(broken):
        where = tuple(int(place) for place in broken[0])
        raise ModelFileError(
            f"weight {name!r}: {len(broken)} of its {array.size} values are NaN or infinite, the "
            f"first at {where}; the file is damaged, or its training went astray"
        )
    return array
