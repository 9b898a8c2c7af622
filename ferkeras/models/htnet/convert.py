"""The weights of the published PyTorch HTNet -> ours."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from ferkeras.errors import ModelFileError
from ferkeras.models.htnet._torch_weights import torch_weights
from ferkeras.models.htnet.model import HTNet


def from_torch(state_dict: Mapping[str, Any], **config: Any) -> keras.Model:
    """A model with the weights of a state dict of the published code.

    Args:
        state_dict: name -> torch tensor or NumPy array, see `read_state_dict`.
        config: arguments of `HTNet`; the variant is ``"official"`` unless it is among them.

    Returns:
        The model; its answers are those of the published code within float32's precision.

    Raises:
        ModelFileError: a weight that is missing, is no array of finite numbers, has another shape,
            or is left over.
        ValueError: positions or scale that the published network does not have; see also `HTNet`.

    Example:
        >>> weights = read_state_dict("SMIC_s3.pth")
        >>> model = from_torch(weights, classes=3)
    """
    if config.get("positions", "scalar") != "scalar" or config.get("rescale"):
        raise ValueError('the published network has positions="scalar" and rescale=False')
    model = HTNet(**{"variant": "official", "positions": "scalar", "rescale": False, **config})
    if not isinstance(state_dict, Mapping):
        raise ModelFileError(
            f"expected a state dict, name -> array, got {type(state_dict).__name__}; a file is "
            "read with read_state_dict"
        )
    left = set(state_dict)
    for name, shape, variable, convert in torch_weights(model):
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
                "network, such as hidden_dim=256, num_heads=3, block_repeats=(2, 2, 8), classes=3"
            )
        variable.assign(convert(value))
    if left:
        raise ModelFileError(
            f"{len(left)} weights are left over, {min(left)!r} first; give the size of the "
            "network, such as block_repeats=(2, 2, 8)"
        )
    return model


def read_state_dict(path: str | Path, prefix: str = "") -> dict[str, Any]:
    """Name -> array from a ``.npz`` file, or name -> tensor from a ``.pt`` or ``.pth`` file.

    No code that a file may carry is run: PyTorch files are read with ``weights_only=True``.

    Args:
        path: the file.
        prefix: take only names that begin so, and cut it off.

    Raises:
        ModelFileError: no such file, one of another kind, a damaged one, or PyTorch is not there.
    """
    path = Path(path)
    if not path.is_file():
        raise ModelFileError(f"{path}: no such file")
    try:
        if path.suffix == ".npz":
            with np.load(path, allow_pickle=False) as stored:
                content: Any = {name: stored[name] for name in stored.files}
        elif path.suffix in (".pt", ".pth"):
            content = _load_torch(path)
        else:
            raise ModelFileError(f"{path}: expected a .npz, .pt or .pth file")
    except ModelFileError:
        raise
    except Exception as error:  # zip, pickle and NumPy errors of many kinds
        reason = (str(error).strip() or repr(error)).splitlines()[0]
        raise ModelFileError(f"{path}: cannot be read as a state dict: {reason}") from error
    if isinstance(content, Mapping) and isinstance(content.get("state_dict"), Mapping):
        content = content["state_dict"]
    if not isinstance(content, Mapping):
        raise ModelFileError(f"{path}: holds a {type(content).__name__}, expected a state dict")
    return {k.removeprefix(prefix): v for k, v in content.items() if k.startswith(prefix)}


def _load_torch(path: Path) -> Any:
    try:
        import torch
    except ImportError as error:
        raise ModelFileError(
            f"{path}: reading it needs PyTorch (pip install torch); or save its state dict as .npz "
            "where PyTorch is"
        ) from error
    return torch.load(path, map_location="cpu", weights_only=True)


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
