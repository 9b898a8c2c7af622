"""Read the weights of published PyTorch programs from files."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from ferkeras.errors import ModelFileError

_WRAPPERS = ("state_dict", "params_ema", "params")


def read_state_dict(path: str | Path, prefix: str = "") -> dict[str, Any]:
    """Name -> array from a ``.npz`` file, or name -> tensor from a ``.pt`` or ``.pth`` file.

    No code that a file may carry is run: PyTorch files are read with ``weights_only=True``. Where
    the file holds a dict of dicts, the weights are those under ``"state_dict"``, ``"params_ema"``
    (averaged, rather than) ``"params"``.

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
            # Opened here, as NumPy leaves a damaged file open.
            with path.open("rb") as file, np.load(file, allow_pickle=False) as stored:
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
    for name in _WRAPPERS:
        if isinstance(content, Mapping) and isinstance(content.get(name), Mapping):
            content = content[name]
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
