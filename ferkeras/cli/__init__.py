"""The command line: one command a file, found by name.

Each module in this folder holds either a function ``command`` (one command, named like the file)
or a typer app ``app`` (a group of commands). Heavy imports stay inside those functions, so that
``ferkeras --help`` is quick. Every command takes ``--json`` and prints through `output.emit`.
"""

from __future__ import annotations

import importlib
import os
import pkgutil
import sys
from typing import TYPE_CHECKING

from ferkeras.cli.output import fail
from ferkeras.errors import FerkerasError

if TYPE_CHECKING:
    import typer

_NOT_COMMANDS = ("output",)
_DISTRIBUTIONS = {"typer": "typer rich", "sklearn": "scikit-learn", "skimage": "scikit-image"}


def build_app() -> typer.Typer:
    """The typer app with every command of this folder."""
    import typer

    app = typer.Typer(
        name="ferkeras",
        help="Facial expressions and micro-expressions in Keras.",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
    )
    for module_info in sorted(pkgutil.iter_modules(__path__), key=lambda info: info.name):
        if module_info.name in _NOT_COMMANDS or module_info.name[0] == "_":
            continue
        module = importlib.import_module(f"{__name__}.{module_info.name}")
        if hasattr(module, "command"):
            app.command(module_info.name)(module.command)
        else:
            app.add_typer(module.app, name=module_info.name)
    return app


def main() -> None:
    """Entry point of the ``ferkeras`` program."""
    # TensorFlow prints dozens of start-up lines otherwise; set it to 0 to see them.
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    try:
        build_app()()
    except FerkerasError as error:
        fail(str(error), as_json="--json" in sys.argv)
    except ModuleNotFoundError as error:  # as on a bare device, see requirements/edge.txt
        fail(
            f"this command needs the package {error.name!r}, which is not installed: pip install "
            f"{_DISTRIBUTIONS.get(str(error.name), error.name)}",
            as_json="--json" in sys.argv,
        )
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        fail(f"{where}{error.strerror or error}", as_json="--json" in sys.argv)
