"""Digests of all pictures of an index: equal pixels, equal digest."""

from __future__ import annotations

import hashlib
import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ferkeras.datasets.base import Index, Skipped
from ferkeras.errors import FerkerasError


@dataclass(frozen=True)
class Digests:
    """What `digests` found.

    Attributes:
        values: ``(rows,)`` hexadecimal SHA-256 of the decoded pixels; None where the picture
            cannot be read.
        unreadable: those pictures, with reasons.
    """

    values: NDArray[Any]
    unreadable: tuple[Skipped, ...]

    @property
    def fingerprint(self) -> str:
        """One SHA-256 over all digests in order: changes when any picture changes."""
        return hashlib.sha256("\n".join(map(str, self.values)).encode()).hexdigest()


def digests(index: Index) -> Digests:
    """Decode every picture once, on a few threads, and digest its pixels.

    Returns:
        Digests, one for each row. A picture that cannot be read is listed, never an error here.
    """

    def digest(row: int) -> tuple[str | None, str]:
        try:
            return index.digest(row), ""
        except FerkerasError as error:
            return None, str(error)

    with ThreadPoolExecutor(max_workers=min(8, os.cpu_count() or 1)) as pool:
        found = list(pool.map(digest, range(len(index))))
    items = index.table["item"]
    unreadable = tuple(
        Skipped(str(items.iat[row]), reason)
        for row, (value, reason) in enumerate(found)
        if value is None
    )
    return Digests(np.array([value for value, _ in found], dtype=object), unreadable)
