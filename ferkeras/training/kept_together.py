"""Which rows of an index must not be parted when training people are split once more."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray


def kept_together(table: pd.DataFrame) -> NDArray[Any]:
    """A name for each row, equal where rows belong together.

    Args:
        table: rows of an index's table.

    Returns:
        ``(rows,)``: ``"subject <who>"`` where the person is known, else ``"sequence <recording>"``,
        else ``"row <number>"``, each picture alone.
    """
    names = [f"row {row}" for row in table.index]
    for column in ("sequence", "subject"):
        known = table[column].tolist()
        names = [r if k is None else f"{column} {k}" for k, r in zip(known, names, strict=True)]
    return np.array(names)
