"""``ferkeras restore``: make small pictures larger."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import typer
from rich.console import Console, Group
from rich.progress import Progress
from rich.table import Table
from rich.text import Text

from ferkeras.cli.output import emit
from ferkeras.errors import FerkerasError

_MODEL = "esrgan/faces-x4-small"


def command(
    pictures: list[Path] = typer.Argument(help="Pictures, and folders of them."),
    model: str = typer.Option(
        _MODEL,
        help="Released tag, exported or run folder, model file, PyTorch checkpoint of ESRGAN "
        "(.pth), or bicubic.",
    ),
    out: Path = typer.Option(..., help="Folder for the larger pictures, PNG."),
    tile: int | None = typer.Option(
        None, min=1, help="Side of a tile of a large picture; default: 128, or the file's own."
    ),
    overlap: int | None = typer.Option(
        None, min=0, help="Pixels that tiles overlap; default: 16, or an eighth of a small tile."
    ),
    engine: str | None = typer.Option(None, help="litert, onnx, keras or saved_model."),
    threads: int | None = typer.Option(
        None, min=1, help="CPU threads (litert and onnx); default: one a core."
    ),
    overwrite: bool = typer.Option(False, help="Replace pictures that are there."),
    as_json: bool = typer.Option(False, "--json", help="Print JSON."),
) -> None:
    """Make pictures larger by a trained network, or by bicubic interpolation; one PNG each.

    Exit status 1 if any picture could not be read.
    """
    from ferkeras.cli._picture_files import picture_files
    from ferkeras.restore import Restorer

    files, problems, left_out = picture_files(pictures, videos=False)
    targets = _targets(files, out, overwrite)
    restorer = Restorer.load(model, engine=engine, threads=threads)
    rows: list[dict[str, Any]] = [{"source": name, "error": why} for name, why in problems]
    with Progress(console=Console(stderr=True), transient=True, disable=as_json) as progress:
        task = progress.add_task("restoring", total=len(files))
        for path, target in zip(files, targets, strict=True):
            rows.append(_restored(restorer, path, target, tile, overlap))
            progress.advance(task)
    failed = sum(row["error"] is not None for row in rows)
    values = {
        "model": restorer.name,
        "engine": restorer.engine,
        "scale": restorer.scale,
        "restored": len(rows) - failed,
        "failed": failed,
        "left_out": left_out,
        "results": rows,
    }
    emit(values, _text(values), as_json)
    if failed:
        raise typer.Exit(1)


def _targets(files: list[Path], out: Path, overwrite: bool) -> list[Path]:
    """Where each picture goes, ``<its name>.png``.

    Raises:
        FerkerasError: two go to one place, or one to where a file is already.
    """
    sources: dict[Path, Path] = {}
    for path in files:
        target = out / f"{path.stem}.png"
        if target in sources:
            raise FerkerasError(
                f"{sources[target]} and {path} would both become {target}; restore them into two "
                "folders"
            )
        if target.exists() and target.resolve() == path.resolve():
            raise FerkerasError(f"{path} would be replaced by its larger copy; give another --out")
        if target.exists() and not overwrite:
            raise FerkerasError(
                f"{target}: is there already; give another --out, or --overwrite to replace it"
            )
        sources[target] = path
    return list(sources)


def _restored(
    restorer: Any, path: Path, target: Path, tile: int | None, overlap: int | None
) -> dict[str, Any]:
    """Restore one file; what came of it."""
    from ferkeras.errors import MediaError
    from ferkeras.media import read_image, write_image

    begin = time.perf_counter()
    try:
        picture = read_image(path)
        large = restorer.restore(picture, tile=tile, overlap=overlap)
        write_image(target, large)
    except MediaError as error:
        return {"source": str(path), "error": str(error)}
    return {
        "source": str(path),
        "error": None,
        "restored": str(target),
        "height": picture.shape[0],
        "width": picture.shape[1],
        "large_height": large.shape[0],
        "large_width": large.shape[1],
        "seconds": time.perf_counter() - begin,
    }


def _text(values: dict[str, Any]) -> Group:
    table = Table(box=None)
    table.add_column("picture", overflow="fold")
    table.add_column("restored", overflow="fold")
    for name in ("from", "to", "seconds"):
        table.add_column(name, justify="right")
    for row in values["results"]:
        if row["error"] is None:
            before = f"{row['width']}x{row['height']}"
            after = f"{row['large_width']}x{row['large_height']}"
            names = Text(row["source"]), Text(row["restored"])
            table.add_row(*names, before, after, f"{row['seconds']:.2f}")
    lines = [f"failed: {row['error']}" for row in values["results"] if row["error"] is not None]
    counts = (
        f"{values['restored']} pictures made {values['scale']} times larger by {values['model']} "
        f"({values['engine']}), {values['failed']} failed"
    )
    if values["left_out"]:
        counts += f", {values['left_out']} other files in folders left out"
    return Group(*([table] if table.row_count else []), Text("\n".join([*lines, counts])))
