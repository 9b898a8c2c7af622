"""From an index to batches: prepared pictures (cached), shuffling, augmentation, `tf.data`."""

from __future__ import annotations

import importlib
from typing import Any

_PLACES = {
    "Augmentation": "augment",
    "batches": "batching",
    "Prepared": "prepared",
    "prepare_frames": "clip_frames",
    "prepare_index": "prepared",
}
__all__ = sorted(_PLACES)


def __getattr__(name: str) -> Any:
    if name not in _PLACES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{_PLACES[name]}"), name)
