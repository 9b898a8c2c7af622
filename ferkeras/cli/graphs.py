"""``ferkeras graphs``: the pictures of a data set as granular-ball graphs, in files for TF-GNN."""

from __future__ import annotations

import dataclasses
import re
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer
from rich.console import Console
from rich.progress import Progress

from ferkeras.cli.output import emit
from ferkeras.errors import GraphError

if TYPE_CHECKING:
    from collections.abc import Callable

    from ferkeras.datasets import Index
    from ferkeras.inputs.graph_files import GraphBuild
    from ferkeras.types import InputSpec

app = typer.Typer(
    help="Turn the pictures of a data set into graphs that TF-GNN reads; check such files.",
    no_args_is_help=True,
)

_SIDE = "48"  # of faces that are cut out, where nothing is said


@app.command("build", context_settings={"allow_extra_args": True})
def build(
    context: typer.Context,
    data: str = typer.Argument(help="Reader and root: fer2013:/data/fer2013, or synthetic"),
    out: Path = typer.Option(..., help="Folder; an interrupted build in it is resumed."),
    split: list[str] = typer.Option([], help="Only this part; again for another one."),
    size: str | None = typer.Option(
        None, help="Of a face, 48 or 96x80 (height x width); face crops stay as they are."
    ),
    whole: bool = typer.Option(False, help="Take all of each picture for the face."),
    detector: str = typer.Option("viola_jones", help="Finds the face in a photograph."),
    margin: float = typer.Option(0.0, help="Added to its box on each side, a share of its side."),
    align: bool = typer.Option(False, help="Turn the face upright; needs --detector mtcnn."),
    purity: float = typer.Option(0.7, help="Share of a ball's pixels that are like its seed's."),
    tolerance: int = typer.Option(30, help="Grey levels by which such pixels may differ."),
    variance: float = typer.Option(50.0, help="Of a ball's pixels, at most."),
    max_nodes: int | None = typer.Option(None, help="Balls of a picture at most."),
    colour: bool = typer.Option(False, help="Features of the three colours too."),
    compat: str | None = typer.Option(None, help="official: growth of the authors' program."),
    edge_features: bool = typer.Option(True, help="Store each edge's features too."),
    shards: int | None = typer.Option(None, help="Files of each part; of 1024 graphs by default."),
    jobs: int | None = typer.Option(None, help="Processes; one for each core by default."),
    on_missing: str = typer.Option("skip", help="No face or no picture: skip (and list), error."),
    runner: str | None = typer.Option(
        None, help="Of Apache Beam: DirectRunner, SparkRunner, ...; its options follow after --."
    ),
    as_json: bool = typer.Option(False, "--json", help="Print JSON."),
) -> None:
    """Make the graph of each picture: TFRecord files, their schema, and graphs.json.

    ferkeras graphs build fer2013:/data/fer2013 --out graphs

    ferkeras graphs build fer2013:/data/fer2013 --out graphs --runner DirectRunner --
    --direct_num_workers=4 --direct_running_mode=multi_processing
    """
    from ferkeras.datasets import open_index
    from ferkeras.inputs.graph_files import GraphSettings, build_graphs

    options = list(context.args)
    wrong = next((word for word in options if runner is None or not word.startswith("--")), None)
    if wrong is not None:
        raise GraphError(
            f"{wrong!r} is one word too many; options of Apache Beam follow --runner and --"
        )
    index = open_index(data)
    index = dataclasses.replace(index, cropped=index.cropped or whole)
    settings = GraphSettings(
        _spec(index, size, colour, detector=detector, margin=margin, align=align),
        purity=purity,
        tolerance=tolerance,
        variance=variance,
        max_nodes=max_nodes,
        colour=colour,
        compat=compat,
        edge_features=edge_features,
    )
    start = time.perf_counter()
    with _bar(f"graphs of {index.name}", shown=runner is None) as progress:
        built = build_graphs(
            index,
            out,
            settings,
            splits=split,
            shards=shards,
            on_missing=on_missing,
            jobs=jobs,
            runner=runner,
            pipeline_options=options,
            progress=progress,
        )
    summary = {**dataclasses.asdict(built), "seconds": round(time.perf_counter() - start, 2)}
    emit(summary, _text(built, summary["seconds"]), as_json)


@app.command("check")
def check(
    folder: Path = typer.Argument(help="What graphs build made."),
    as_json: bool = typer.Option(False, "--json", help="Print JSON."),
) -> None:
    """Compare the files of a folder of graphs with the digests in its graphs.json.

    The exit status is 1 where something is wrong.
    """
    from ferkeras.inputs.graph_files import check_graphs

    with _bar(f"checking {folder}") as progress:
        found = check_graphs(folder, progress)
    counts = f"{found.graphs} graphs in {found.shards} files"
    lines = [*found.faults, f"{folder}: {counts}, {len(found.faults)} faults"]
    emit(dataclasses.asdict(found), "\n".join(lines), as_json)
    if found.faults:
        sys.exit(1)


def _spec(index: Index, size: str | None, colour: bool, **settings: Any) -> InputSpec | None:
    """How faces are cut out; None: the pictures are faces, and stay as they are."""
    from ferkeras.types import InputSpec

    if size is None and index.cropped:
        return None
    typed = re.fullmatch(r"(\d+)(?:x(\d+))?", size or _SIDE, re.ASCII)
    if typed is None:
        raise GraphError(
            f"--size {size}: expected a number of pixels, 48, or height x width, 96x80"
        )
    height, width = int(typed[1]), int(typed[2] or typed[1])
    return InputSpec(height=height, width=width, channels=3 if colour else 1, **settings)


def _text(built: GraphBuild, seconds: float) -> str:
    kept = f", {built.kept} of them kept from before" if built.kept else ""
    lines = [f"{built.graphs} graphs in {built.shards} files{kept}, {seconds:.1f} s"]
    if built.skipped:
        first = built.skipped[0]
        lines.append(
            f"{len(built.skipped)} pictures left out, listed in graphs.json; "
            f"the first: {first.item}: {first.reason}"
        )
    return "\n".join([*lines, f"folder: {built.folder}"])


@contextmanager
def _bar(words: str, *, shown: bool = True) -> Iterator[Callable[[int, int], None]]:
    console = Console(stderr=True, highlight=False, markup=False)
    shown = shown and console.is_terminal
    with Progress(console=console, transient=True, disable=not shown) as bar:
        task = bar.add_task(words, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)
