"""Functions that stand in for others while a model is traced."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any


@contextmanager
def swapped(*changes: tuple[Any, str, Callable[..., Any]]) -> Iterator[None]:
    """Inside the block each ``(place, name, function)`` holds: ``place.name`` is ``function``."""
    before = [getattr(place, name) for place, name, _ in changes]
    try:
        for place, name, function in changes:
            setattr(place, name, function)
        yield
    finally:
        for (place, name, _), function in zip(changes, before, strict=True):
            setattr(place, name, function)
