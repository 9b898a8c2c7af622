"""Fit a recipe: precision, schedule, checkpoints, resume, history."""

from __future__ import annotations

from typing import Any

from ferkeras.training.recipe import Recipe, load_recipe

__all__ = ["Recipe", "fit", "load_recipe"]


def __getattr__(name: str) -> Any:
    if name == "fit":
        from ferkeras.training.fitting import fit

        return fit
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
