"""What a study is asked to try, each once: protocols and recipes; and names of folders."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import TYPE_CHECKING
from urllib.parse import quote

from ferkeras.cli._experiment import make_recipe
from ferkeras.errors import RecipeError

if TYPE_CHECKING:
    from ferkeras.evaluation import Protocol
    from ferkeras.training import Recipe

_LONGEST = 150  # of a folder's name; what follows it stays below the 255 bytes of a file system


def protocols_of(names: Sequence[str]) -> list[Protocol]:
    """The protocols, those by which people are tested again last.

    Raises:
        RecipeError: an unknown one, or one that is given twice.
    """
    from ferkeras import evaluation

    return sorted(
        (evaluation.parse_protocol(name) for name in distinct("--protocol", names)),
        key=lambda one: one.subject_independent is False,
    )


def recipes_of(
    system: str, variants: Sequence[str], settings: list[str], *, epochs: int | None, seed: int
) -> dict[str, Recipe]:
    """The recipes that ``--variant`` names, or the system's first one, by name.

    Raises:
        RecipeError: one is given twice, or a setting that is not there.
    """
    wanted: list[str | None] = [*distinct("--variant", variants)]
    recipes = {}
    for name in wanted or [None]:
        recipe = make_recipe(system, name, settings, epochs=epochs, seed=seed)
        recipes[name or recipe.variant] = recipe
    return recipes


def distinct(option: str, values: Sequence[str]) -> Sequence[str]:
    """The values of an option that may be given several times.

    Raises:
        RecipeError: one is given twice.
    """
    for place, value in enumerate(values):
        if value in values[:place]:
            raise RecipeError(f"{option} {value} is given twice; give each once")
    return values


def folder_name(name: str) -> str:
    """A name as that of a folder: signs that no file name should have are written as %xx.

    A long one ends with a digest of itself: file systems allow 255 bytes.
    """
    quoted = quote(name, safe=" ,=.[]()+_-")
    if len(quoted) <= _LONGEST:
        return quoted
    return f"{quoted[:_LONGEST]}-{hashlib.sha256(name.encode()).hexdigest()[:8]}"


def protocol_folder(protocol: Protocol) -> str:
    """``subject-kfold:10`` -> ``subject-kfold-10``, as ``ferkeras evaluate`` names it."""
    return protocol.name.replace(":", "-").replace("/", "-")
