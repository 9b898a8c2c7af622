"""Small files that are either whole or absent, also after a kill in mid-write."""

from __future__ import annotations

import io
import json
import math
import os
import tempfile
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from ferkeras.errors import FerkerasError


@contextmanager
def whole_file(path: Path) -> Iterator[IO[bytes]]:
    """A file to write into; it takes its name at the end of the block, or goes after an error.

    Until then it lies in the same folder and is named ``.<name>.<anything>``.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        os.chmod(name, 0o644)
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def write_bytes(path: Path, content: bytes) -> None:
    """Write through a temporary file in the same folder, then rename."""
    with whole_file(path) as file:
        file.write(content)


def write_json(path: Path, value: Any) -> None:
    """Write plain values as JSON, made so by `plain`."""
    write_bytes(path, json.dumps(plain(value), indent=1, allow_nan=False).encode())


def read_json(path: Path) -> Any:
    """Read JSON.

    Raises:
        FerkerasError: the file is missing or damaged.
    """
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise FerkerasError(
            f"{path} cannot be read as JSON ({error}); delete it and run again"
        ) from error


def write_arrays(path: Path, **arrays: NDArray[Any]) -> None:
    """Write named arrays as a compressed .npz file."""
    buffer = io.BytesIO()
    np.savez_compressed(buffer, **arrays)  # type: ignore[arg-type]
    write_bytes(path, buffer.getvalue())


def read_arrays(path: Path) -> dict[str, NDArray[Any]]:
    """Read the arrays of a .npz file.

    Raises:
        FerkerasError: the file is missing or damaged.
    """
    try:
        with np.load(io.BytesIO(path.read_bytes()), allow_pickle=False) as arrays:
            return dict(arrays)
    except (
        *(OSError, ValueError, EOFError, KeyError, TypeError),  # TypeError: another kind of file
        *(zipfile.BadZipFile, zlib.error),
    ) as error:
        reason = error.strerror if isinstance(error, OSError) else "damaged"
        raise FerkerasError(f"{path} cannot be read ({reason}); delete its folder") from error


def plain(value: Any) -> Any:
    """Plain values for JSON: arrays become lists, NaN becomes None, anything unknown its text."""
    if isinstance(value, np.ndarray | np.generic):
        value = value.tolist()
    if isinstance(value, Mapping):
        return {str(key): plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [plain(inner) for inner in value]
    if isinstance(value, set | frozenset):
        return sorted(map(plain, value), key=str)
    if isinstance(value, float) and not math.isfinite(value):
        return None if math.isnan(value) else str(value)
    return value if value is None or isinstance(value, bool | int | float | str) else str(value)
