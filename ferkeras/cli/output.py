"""How every command prints: a text for people, or one JSON object with ``--json``."""

from __future__ import annotations

import json
import sys
from typing import Any, NoReturn

from rich.console import Console

from ferkeras.files import plain


def emit(result: dict[str, Any], text: Any, as_json: bool) -> None:
    """Print ``result`` as JSON, or ``text`` (a string or any rich renderable)."""
    if as_json:
        print(json.dumps(plain(result), indent=2, allow_nan=False))
    else:
        # No markup: a name such as "a[red].jpg" is printed as it is.
        Console(soft_wrap=True, highlight=False, markup=False).print(text)


def fail(message: str, as_json: bool) -> NoReturn:
    """Print one line of error (or ``{"error": ...}``) and exit with status 2."""
    if as_json:
        print(json.dumps({"error": message}))
    else:
        print(f"error: {message}", file=sys.stderr)
    sys.exit(2)
