"""The option by which a reader gives face crops or whole pictures."""

from __future__ import annotations

import dataclasses
import importlib
import importlib.util

_PACKAGE = __name__.rpartition(".")[0]


def crop_option(reader: str, *, crops: bool) -> str | None:
    """What to add to a reader's source for face crops, or for whole pictures.

    Args:
        reader: an index's name, also one that no reader made.
        crops: face crops are wanted.

    Returns:
        Such as ``",cropped=no"`` or ``",frames=raw"``; None where the reader has no such option.
    """
    module = f"{_PACKAGE}.{reader}"
    if not reader.isidentifier() or importlib.util.find_spec(module) is None:
        return None
    options = getattr(importlib.import_module(module), "Options", None)
    if not dataclasses.is_dataclass(options):
        return None
    defaults = {field.name: field.default for field in dataclasses.fields(options)}
    if "cropped" in defaults:
        return f",cropped={'yes' if crops else 'no'}"
    if isinstance(defaults.get("frames"), str):  # a number is how many frames are taken
        return f",frames={'cropped' if crops else 'raw'}"
    return None
