"""``ferkeras study``: experiments of the papers, one a file, found by name (_ becomes -)."""

from __future__ import annotations

import importlib
import pkgutil

import typer

app = typer.Typer(help="Experiments of the papers, each one command.", no_args_is_help=True)


@app.callback()
def study() -> None:
    """Experiments of the papers."""


for _module in sorted(pkgutil.iter_modules(__path__), key=lambda info: info.name):
    _command = importlib.import_module(f"{__name__}.{_module.name}").command
    app.command(_module.name.replace("_", "-"))(_command)
