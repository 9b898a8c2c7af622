"""``ferkeras study restoration``: how near restored faces come to the sharp ones."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import typer

from ferkeras.cli import _study_options as options
from ferkeras.cli._experiment import CACHE, command_line
from ferkeras.cli._restorers import load_restorers, restorer_lines
from ferkeras.cli._sharp_faces import cut_faces, part_of
from ferkeras.cli._study_choices import distinct
from ferkeras.cli._study_output import emit_study
from ferkeras.errors import RecipeError

NOTE = (
    "PSNR (decibels), SSIM and MSE (values 0..1) compare each restored face with the sharp one and "
    "are averaged over the faces, each at its own size. gain: mean of each face's PSNR minus that "
    "of bicubic, with its 95 % bootstrap over people, or over faces where nobody is named."
)


def command(
    data: str = typer.Option(
        ..., help="reader:root of pictures; of clips their frames, with ,pictures=apex"
    ),
    restorer: list[str] = typer.Option(
        ["esrgan/faces-x4-small"], help="Tag, folder or file; several stand side by side."
    ),
    split: str = typer.Option("", help="Part of the data; all by default."),
    size: int = typer.Option(128, min=44, max=1024, help="Side of a sharp face, a multiple of 4."),
    blur: bool = typer.Option(True, help="Blur the small faces, as the paper does."),
    luminance: bool = typer.Option(False, help="Compare luma alone, as many papers do."),
    crop: int = typer.Option(0, min=0, help="Border pixels that are left out."),
    out: options.Out = Path("runs/restoration"),
    seed: options.Seed = 0,
    cache: options.Cache = CACHE,
    as_json: options.AsJson = False,
) -> None:
    """PSNR, SSIM and MSE of restored faces, bicubic beside. Faces are never enlarged before."""
    import pandas as pd

    from ferkeras._quiet import start_tensorflow
    from ferkeras.datasets import open_index
    from ferkeras.datasets.digests import digests
    from ferkeras.evaluation.restoration import compare_restorers
    from ferkeras.evaluation.study_page import Section, write_study

    if size % 4:
        raise RecipeError(f"--size {size}: a face becomes four times smaller; give a multiple of 4")
    start_tensorflow()
    loaded = load_restorers(distinct("--restorer", restorer))
    index = part_of(open_index(data), split)
    found = cut_faces(index, size, 44, digests(index), cache)
    table = index.table.iloc[found.rows]
    people = [one or item for one, item in zip(table["subject"], table["item"], strict=True)]
    ways = {one.name: one.restore_batch for one in loaded}
    rows = compare_restorers(
        found.pictures, people, ways, blur=blur, seed=seed, luminance=luminance, crop=crop
    )
    sides = sorted({len(face) for face in found.pictures})
    made = "four times smaller and blurred" if blur else "four times smaller"
    lines = [
        f"data: {index.source}{f', part {split}' if split else ''}: {len(found.pictures)} faces of "
        f"{sides[0]} to {sides[-1]} pixels, made {made}, then restored",
        *restorer_lines(loaded, index),
    ]
    if found.skipped:
        first = found.skipped[0]
        lines.append(
            f"{len(found.skipped)} pictures left out; the first: {first.item}: {first.reason}"
        )
    values = pd.DataFrame([asdict(row) for row in rows])
    written = write_study(
        out,
        "restoration",
        f"Restoration: {index.name}",
        [Section("Faces", values)],
        lines=lines,
        note=NOTE,
        command=command_line(),
        about={"data": index.source, "lines": lines},
    )
    emit_study(written, as_json, lines)
