"""The card of a run folder, so that a trained generator is used like a released one."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import keras

from ferkeras.models.weight_counts import weight_counts
from ferkeras.runtime.card import ModelCard, hash_files, write_card
from ferkeras.training.restoration.recipe import RestorationRecipe
from ferkeras.types import InputSpec

_SCORES = {
    "psnr": "watched faces PSNR (dB)",
    "psnr_bicubic": "watched faces PSNR of bicubic (dB)",
    "ssim": "watched faces SSIM",
    "ssim_bicubic": "watched faces SSIM of bicubic",
}


def write_restorer_card(
    folder: Path,
    recipe: RestorationRecipe,
    model: keras.Model,
    trained_on: Sequence[str],
    last: Mapping[str, Any],
) -> None:
    """Write ``card.json`` beside ``model.keras`` and the network of each stage.

    Args:
        folder: the run folder.
        recipe: what it was trained by.
        model: the finished generator.
        trained_on: a line on each data set.
        last: the last epoch's row of the history.
    """
    scale = recipe.degradation.scale
    wanted = {"model.keras", *(f"{name}.keras" for name in recipe.stages)}
    files = {name: digest for name, digest in hash_files(folder).items() if name in wanted}
    card = ModelCard(
        system=recipe.system,
        tag=folder.name,
        input=InputSpec(
            height=recipe.patch // scale,
            width=recipe.patch // scale,
            channels=3,
            detector=recipe.detector,
            margin=recipe.margin,
        ),
        trained_on="; ".join(trained_on),
        scores={text: round(last[name], 4) for name, text in _SCORES.items() if name in last},
        parameters=weight_counts(model).trained,
        created=datetime.date.today().isoformat(),
        files=files,
        scale=scale,
    )
    write_card(folder, card)
