"""How every command prints: a text for people, or one JSON object with ``--json``."""

from __future__ import annotations

import json
import sys
from typing import Any, NoReturn

import numpy as np
from rich.console import Console


def _plain(value: Any) -> Any:
    if isinstance(value, np.ndarray):
        return value.tolist()
    if isinstance(value, np.generic):
        return value.item()
    return str(value)


def emit(result: dict[str, Any], text: Any, as_json: bool) -> None:
    """Print ``result`` as JSON, or ``text`` (a string or any rich renderable)."""
    if as_json:
        print(json.dumps(result, indent=2, default=_plain))
    else:
        Console(soft_wrap=True, highlight=False).print(text, markup=False)


def fail(message: str, as_json: bool) -> NoReturn:
    """Print one line of error (or ``{"error": ...}``) and exit with status 2."""
    if as_json:
        print(json.dumps({"error": message}))
    else:
        print(f"error: {message}", file=sys.stderr)
    sys.exit(2)
