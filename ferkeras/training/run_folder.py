"""The card of a run folder, so that a trained model is used and exported like a released one."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from pathlib import Path

from ferkeras.runtime.card import ModelCard, hash_files, write_card
from ferkeras.training.recipe import Recipe


def write_run_card(
    folder: Path, recipe: Recipe, classes: Sequence[str], parameters: int, trained_on: str
) -> None:
    """Write ``card.json`` and ``labels.txt`` beside ``model.keras``.

    Args:
        folder: the run folder.
        recipe: what it was trained by.
        classes: class names in the order of the output.
        parameters: number of trained weights, without what is fixed.
        trained_on: the training data in words.
    """
    (folder / "labels.txt").write_text("\n".join(classes) + "\n", encoding="utf-8")
    files = {name: digest for name, digest in hash_files(folder).items() if name == "model.keras"}
    card = ModelCard(
        system=recipe.system,
        tag=folder.name,
        input=recipe.input,
        labels=tuple(classes),
        trained_on=trained_on,
        parameters=parameters,
        created=datetime.date.today().isoformat(),
        files=files,
    )
    write_card(folder, card)
