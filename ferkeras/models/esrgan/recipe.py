"""ESRGAN gives pictures, no classes: it has no recipe for `ferkeras train` and `evaluate`."""

from __future__ import annotations

from typing import Any

RECIPES: dict[str, dict[str, Any]] = {}
