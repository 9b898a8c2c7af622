"""How every command prints: a text for people, or one JSON object with ``--json``."""

from __future__ import annotations

import json
import os
import shutil
import sys
from typing import Any, NoReturn

from ferkeras.files import plain

_UNBOUNDED = 10_000  # columns: a file or another program has no edge to wrap at


def emit(result: dict[str, Any], text: Any, as_json: bool) -> None:
    """Print ``result`` as JSON, or ``text`` (a string or any rich renderable).

    Tables are folded to a terminal's width, or to ``COLUMNS``; into a pipe or a file each row is
    one line.
    """
    if as_json:
        print(json.dumps(plain(result), indent=2, allow_nan=False))
    else:
        from rich.console import Console  # so that `fail` works without it too

        known = sys.stdout.isatty() or "COLUMNS" in os.environ
        width = None if known else _UNBOUNDED
        # No markup: a name such as "a[red].jpg" is printed as it is.
        Console(soft_wrap=True, highlight=False, markup=False, width=width).print(text)


def terminal_width() -> int | None:
    """Columns of the terminal that is printed to; None for a pipe or a file."""
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else None


def fail(message: str, as_json: bool) -> NoReturn:
    """Print one line of error (or ``{"error": ...}``) and exit with status 2."""
    if as_json:
        print(json.dumps({"error": message}))
    else:
        print(f"error: {message}", file=sys.stderr)
    sys.exit(2)
