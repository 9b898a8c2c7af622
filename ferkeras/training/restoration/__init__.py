"""Train networks that enlarge pictures: first for small errors, then against a discriminator."""

from __future__ import annotations

from typing import Any

from ferkeras.training.restoration.recipe import RestorationRecipe, restoration_recipe

__all__ = ["RestorationRecipe", "fit_restoration", "restoration_recipe"]


def __getattr__(name: str) -> Any:
    if name == "fit_restoration":
        from ferkeras.training.restoration.fitting import fit_restoration

        return fit_restoration
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
