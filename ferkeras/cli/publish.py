"""``ferkeras publish``: put an exported model into a repository of TensorFlow Serving."""

from __future__ import annotations

from pathlib import Path

import typer
from rich.console import Group
from rich.text import Text

from ferkeras.cli.output import emit


def command(
    source: str = typer.Argument(help="Exported folder with a SavedModel, or released tag."),
    repository: Path = typer.Option(..., help="Folder of all models; made if it is not there."),
    name: str | None = typer.Option(
        None, help="The model's name for clients; default: <system>-<tag> of its card."
    ),
    version: int | None = typer.Option(
        None, help="Number of the version; default: one more than the highest there."
    ),
    as_json: bool = typer.Option(False, "--json", help="Print JSON."),
) -> None:
    """Publish a new version of a model for TensorFlow Serving, whole or not at all.

    Writes <repository>/<name>/<version>/ and makes models.config anew.
    """
    from ferkeras._quiet import start_tensorflow

    start_tensorflow()
    from ferkeras.export.serving import publish
    from ferkeras.runtime import find_model

    result = publish(find_model(source), repository, name=name, version=version)
    values = {
        "name": result.name,
        "version": result.version,
        "folder": str(result.folder),
        "repository": str(repository),
    }
    start = f"start the server: docker compose -f {repository / 'docker-compose.yml'} up"
    lines = [f"{result.folder}: version {result.version} of {result.name}", start]
    if not (result.folder / "assets.extra").is_dir():
        lines.append(
            "note: an older export, with serving_default alone and no warm-up; for picture files "
            "run `ferkeras export` and publish that folder"
        )
    emit(values, Group(*map(Text, lines)), as_json)
