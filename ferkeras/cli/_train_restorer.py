"""``ferkeras train esrgan``: fit a network that enlarges faces."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ferkeras.cli.output import emit
from ferkeras.errors import RecipeError

if TYPE_CHECKING:
    from ferkeras.datasets import Index
    from ferkeras.datasets.digests import Digests
    from ferkeras.training.restoration import RestorationRecipe
    from ferkeras.training.restoration.held_out import HeldOut
    from ferkeras.types import Picture


def make_restoration_recipe(
    system: str, variant: str | None, settings: Sequence[str], **changes: Any
) -> RestorationRecipe:
    """The system's recipe with the command line's changes; settings as for `make_recipe`.

    Raises:
        RecipeError: a setting that is not there, or of another type.
    """
    from ferkeras.cli._experiment import changed_settings
    from ferkeras.training.restoration import restoration_recipe
    from ferkeras.training.restoration.recipe import parse_restoration

    given = {name: value for name, value in changes.items() if value is not None}
    recipe = restoration_recipe(system, variant, **given)
    return parse_restoration(changed_settings(recipe.model_dump(mode="json"), settings))


def check_not_given(system: str, given: Mapping[str, bool]) -> None:
    """Pass if no option was given that means nothing for a network that enlarges pictures.

    Raises:
        RecipeError: one was.
    """
    for name, value in given.items():
        if value:
            raise RecipeError(
                f"{name} is not for {system}, which has two stages and no classes; set what you "
                "want with --set, such as --set psnr.epochs=20 or --set held_out=0.2"
            )


def train_restorer(
    recipe: RestorationRecipe, data: str, split: str, out: Path, cache: Path, as_json: bool
) -> None:
    """Train it; the model, its recipe, history and curves end in the run folder.

    Args:
        recipe: all settings.
        data: as for `ferkeras.datasets.open_index`; parts joined by ``+`` need neither equal
            classes nor equal kinds of pictures.
        split: part to train on; all by default.
        out: run folder; an interrupted run in it is resumed.
        cache: folder for faces.
        as_json: print JSON.
    """
    from ferkeras.cli._sharp_faces import part_of
    from ferkeras.datasets import open_index, source_parts
    from ferkeras.datasets.digests import digests
    from ferkeras.evaluation.training_curves import restoration_curves
    from ferkeras.files import write_bytes
    from ferkeras.models.weight_counts import weight_counts
    from ferkeras.training.progress import ProgressBar
    from ferkeras.training.restoration import fit_restoration
    from ferkeras.training.restoration.build import check_recipe
    from ferkeras.training.restoration.held_out import held_out
    from ferkeras.training.restoration.run_card import write_restorer_card

    check_recipe(recipe)
    faces: list[Picture] = []
    watched: list[Picture] = []
    lines: list[str] = []
    indexes = [part_of(open_index(source), split) for source in source_parts(data)]
    found = [digests(index) for index in indexes]
    parts = list(zip(indexes, found, strict=True))
    for (index, seen), kept in zip(
        parts, held_out(parts, recipe.held_out, recipe.seed), strict=True
    ):
        train, apart, said = _faces(index, seen, kept, recipe, cache)
        faces += train
        watched += apart
        lines.append(said)
    rng = np.random.default_rng(recipe.seed)
    chosen = np.sort(rng.permutation(len(watched))[: recipe.watched])
    result = fit_restoration(
        recipe,
        faces,
        out,
        watched=[watched[place] for place in chosen],
        callbacks=lambda stage: [
            ProgressBar(f"{recipe.system} {stage}", recipe.stages[stage].epochs)
        ],
    )
    write_restorer_card(out, recipe, result.model, lines, result.history[-1])
    write_bytes(out / "curves.svg", restoration_curves(result.history).encode())
    last = result.history[-1]
    scores = {k: last[k] for k in ("psnr", "psnr_bicubic", "ssim", "ssim_bicubic") if k in last}
    weights = weight_counts(result.model)
    summary = {
        "folder": str(out),
        "model": str(out / "model.keras"),
        "parameters": weights.trained,
        "training_faces": len(faces),
        "watched_faces": len(chosen),
        "data": lines,
        "last": last,
    }
    text = [*lines, f"weights: {weights.trained:,}"]
    if scores:
        text.append(
            f"{len(chosen)} watched faces, last epoch: PSNR {scores['psnr']:.2f} dB, bicubic "
            f"{scores['psnr_bicubic']:.2f}; SSIM {scores['ssim']:.4f}, bicubic "
            f"{scores['ssim_bicubic']:.4f}"
        )
    emit(summary, "\n".join([*text, f"model: {out / 'model.keras'}"]), as_json)


def _faces(
    index: Index, found: Digests, kept: HeldOut, recipe: RestorationRecipe, cache: Path
) -> tuple[list[Picture], list[Picture], str]:
    """Faces to train on and to watch, and a line on both."""
    from ferkeras.cli._sharp_faces import cut_faces

    sharp = cut_faces(
        index,
        recipe.size,
        recipe.patch,
        found,
        cache,
        multiple=recipe.degradation.scale,
        detector=recipe.detector,
        margin=recipe.margin,
    )
    of_row = dict(zip(sharp.rows.tolist(), sharp.pictures, strict=True))
    train, apart = (
        [of_row[row] for row in rows.tolist() if row in of_row]
        for rows in (kept.train, kept.watched)
    )
    said = f"{index.source}: {len(train)} faces to train on, {len(apart)} of {kept.kept} " + (
        f"{kept.by} kept apart"
    )
    if kept.copies:
        said += f", {kept.copies} more pictures of these left out"
    if sharp.skipped:
        first = sharp.skipped[0]
        said += f"; {len(sharp.skipped)} pictures left out, the first: {first.item}: {first.reason}"
    return train, apart, said
