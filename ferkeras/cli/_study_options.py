"""Options that every study has, spelled once."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

System = Annotated[str, typer.Argument(help="ssgnn, htnet, mff_cnn, ...")]
Variant = Annotated[
    str | None, typer.Option(help="Recipe of the system; its first one by default.")
]
Variants = Annotated[list[str], typer.Option("--variant", help="Recipes of the system, each once.")]
Data = Annotated[str, typer.Option(help="reader:root, as for evaluate; + joins several")]
Protocols = Annotated[
    list[str], typer.Option("--protocol", help="As for evaluate; several stand side by side.")
]
Out = Annotated[Path, typer.Option(help="Folder for all runs, the table and the page.")]
Epochs = Annotated[
    int | None, typer.Option(help="Passes over the training data; default: the recipe's.")
]
Seed = Annotated[
    int, typer.Option(min=0, max=2**32 - 1, help="Of folds, weights, order and augmentation.")
]
Settings = Annotated[list[str], typer.Option("--set", help="Any recipe setting, name=value.")]
OnMissing = Annotated[str, typer.Option(help="No face found: skip (and count), or error.")]
AllowLeaks = Annotated[list[str], typer.Option(help="subjects, sequences, duplicates")]
DropLeaks = Annotated[bool, typer.Option(help="Take training copies of test pictures out.")]
Jobs = Annotated[int, typer.Option(min=1, help="Processes that train folds side by side.")]
Cache = Annotated[Path, typer.Option(help="Folder for prepared samples.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
