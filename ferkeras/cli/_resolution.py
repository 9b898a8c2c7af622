"""``--resolution 32:bicubic``: faces made small, and enlarged again, before a model sees them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ferkeras.errors import FerkerasError, RecipeError

if TYPE_CHECKING:
    from ferkeras.types import ResolutionSpec

ResolutionOption = Annotated[
    str | None,
    typer.Option(
        help="Make faces small first, SIDE[:HOW]: 32 or 32:none, 32:bicubic (enlarged again by "
        "bicubic), 32:esrgan/<tag> (by a released model, a file or a run folder)."
    ),
]


def parse_resolution(text: str) -> ResolutionSpec:
    """``SIDE[:HOW]`` -> what it says; all else is as `ResolutionSpec` has it.

    Raises:
        RecipeError: another form, or a side out of range.
    """
    from ferkeras.types import ResolutionSpec

    side, colon, restore = text.partition(":")
    if not (side.isascii() and side.isdecimal() and bool(colon) == bool(restore)):
        raise RecipeError(
            f"--resolution {text!r}: expected SIDE or SIDE:HOW, such as 32:bicubic, 32:none or "
            "32:esrgan/<tag>"
        )
    place = Path(restore)
    if place.exists() and restore not in ("", "none", "bicubic"):
        restore = str(place.absolute())  # so that the card is good wherever it is read
    try:
        return ResolutionSpec(int(side), restore or "none")
    except FerkerasError as error:
        raise RecipeError(f"--resolution {text!r}: {error}") from error


def resolution_settings(text: str | None) -> list[str]:
    """The same as settings of a recipe, as ``--set`` takes them; none of None."""
    if text is None:
        return []
    given = parse_resolution(text)
    return [
        f"input.resolution.side={given.side}",
        f"input.resolution.restore={json.dumps(given.restore)}",
    ]
