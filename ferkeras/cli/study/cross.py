"""``ferkeras study cross``: train on one data set, test on the others."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import typer
from rich.console import Console

from ferkeras.cli._experiment import CACHE, command_line, make_recipe
from ferkeras.cli._protocol_run import ProtocolRuns
from ferkeras.cli.output import emit
from ferkeras.errors import FerkerasError, RecipeError

if TYPE_CHECKING:
    from ferkeras.datasets import Index


def command(
    system: str = typer.Argument(help="ssgnn, mff_cnn, ..."),
    data: str = typer.Option(..., help="a:root,classes=three+b:root,classes=three+..."),
    within: str = typer.Option(
        "subject-kfold:10", help="Protocol of the diagonal: within one data set."
    ),
    variant: str | None = typer.Option(None, help="Recipe of the system; its first by default."),
    out: Path = typer.Option(Path("runs/cross"), help="Folder for all runs and the matrix."),
    epochs: int | None = typer.Option(None),
    seed: int = typer.Option(0, min=0, max=2**32 - 1),
    settings: list[str] = typer.Option([], "--set", help="Any recipe setting, name=value."),
    on_missing: str = typer.Option("skip", help="No face found: skip (and count), or error."),
    jobs: int = typer.Option(1, min=1, help="Processes that train folds side by side."),
    cache: Path = typer.Option(CACHE, help="Folder for prepared samples."),
    as_json: bool = typer.Option(False, "--json", help="Print JSON."),
) -> None:
    """A matrix: trained on the row, tested on the column; interrupted runs go on."""
    from ferkeras import evaluation
    from ferkeras._quiet import start_tensorflow
    from ferkeras.datasets import open_index
    from ferkeras.evaluation import cross_matrix as study

    start_tensorflow()
    own = evaluation.parse_protocol(within)
    recipe = make_recipe(system, variant, settings, epochs=epochs, seed=seed)
    whole = open_index(data)
    parts = whole.table["dataset"].to_numpy()
    names = list(dict.fromkeys(name for name in parts if name is not None))
    if len(names) < 2:
        raise RecipeError(f"--data {data}: one data set; join two or more with +")
    console = Console(stderr=True, highlight=False, markup=False, soft_wrap=True)

    def runs(index: Index) -> ProtocolRuns:
        return ProtocolRuns(index, cache=cache, on_missing=on_missing, seed=seed, jobs=jobs)

    protocols = {name: evaluation.parse_protocol(f"cross:{name}") for name in names}
    subsets = {name: whole.subset(np.flatnonzero(parts == name)) for name in names}
    for name in names:  # what cannot be folded is told before anything is trained
        protocols[name].folds(whole, seed)
        try:
            own.folds(subsets[name], seed)
        except FerkerasError as error:
            raise type(error)(f"--within {within}, data set {name}: {error}") from error
    both = runs(whole)
    across, diagonal = {}, {}
    for name in names:
        alone = runs(subsets[name])
        console.print(f"trained on {name}")
        across[name] = both(recipe, protocols[name], out / name / "across")
        diagonal[name] = alone(recipe, own, out / name / "within")
    page = study.write_cross(across, diagonal, out, command_line())
    table = study.cross_table(across, diagonal)
    summary: dict[str, Any] = {
        "data": whole.name,
        "source": whole.source,
        "note": study.NOTE,
        "rows": table.to_dict("records"),
        "page": str(page),
    }
    text = table.to_string(index=False, float_format=lambda value: f"{value:.4f}")
    emit(summary, f"{whole.source}\n{text}\n{study.NOTE}\nmatrix: {page}", as_json)
