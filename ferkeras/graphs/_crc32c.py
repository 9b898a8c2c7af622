"""CRC-32C (Castagnoli), the checksum of TFRecord files. Compiled: eight bytes at a time."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ferkeras.graphs._compiled import compiled


def _tables() -> NDArray[np.int64]:
    """What one byte does to the remainder if k bytes follow it: ``(k, byte)``, k below 8."""
    one = np.arange(256, dtype=np.int64)
    for _ in range(8):
        one = np.where(one & 1, (one >> 1) ^ 0x82F63B78, one >> 1)
    tables = [one]
    while len(tables) < 8:
        tables.append((tables[-1] >> 8) ^ one[tables[-1] & 255])
    return np.stack(tables)


_TABLES = _tables()


@compiled
def _remainder(content: NDArray[np.uint8], tables: NDArray[np.int64]) -> Any:
    rest: Any = np.int64(0xFFFFFFFF)
    whole = len(content) // 8 * 8
    for at in range(0, whole, 8):
        rest ^= (
            np.int64(content[at])
            | np.int64(content[at + 1]) << 8
            | np.int64(content[at + 2]) << 16
            | np.int64(content[at + 3]) << 24
        )
        rest = (
            tables[7, rest & 255]
            ^ tables[6, (rest >> 8) & 255]
            ^ tables[5, (rest >> 16) & 255]
            ^ tables[4, rest >> 24]
            ^ tables[3, content[at + 4]]
            ^ tables[2, content[at + 5]]
            ^ tables[1, content[at + 6]]
            ^ tables[0, content[at + 7]]
        )
    for at in range(whole, len(content)):
        rest = tables[0, (rest ^ content[at]) & 255] ^ (rest >> 8)
    return rest ^ 0xFFFFFFFF


def crc32c(content: bytes) -> int:
    """The checksum of some bytes, 0 to 2**32 - 1."""
    return int(_remainder(np.frombuffer(content, np.uint8), _TABLES))
