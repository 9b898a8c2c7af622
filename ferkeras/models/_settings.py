"""Whether a recipe's settings of a model fit the arguments of its builder."""

from __future__ import annotations

import inspect
import types
import typing
from collections.abc import Callable, Mapping
from typing import Any

import pydantic

from ferkeras.errors import RecipeError

_WORDS = {int: "whole number", float: "number", str: "word"}
_OWN = ("variant", "branch_outputs")  # set by the training itself


def check_settings(builder: Callable[..., Any], settings: Mapping[str, Any]) -> None:
    """Check names and types of settings against a builder's keyword arguments.

    Whether the values go together is left to the builder.

    Args:
        builder: with type hints, such as `ferkeras.models.HTNet`.
        settings: argument -> value, of types that JSON knows.

    Raises:
        RecipeError: an argument that the builder has not, or a value of another type; names both.
    """
    hints = typing.get_type_hints(builder)
    known = [
        name
        for name, one in inspect.signature(builder).parameters.items()
        if one.kind is one.KEYWORD_ONLY and name not in _OWN
    ]
    for name, value in settings.items():
        if name not in known:
            raise RecipeError(
                f"recipe setting 'model.{name}': {builder.__name__} has no such setting; known: "
                f"{', '.join(known)}"
            )
        adapter = pydantic.TypeAdapter(hints[name], config=pydantic.ConfigDict(strict=True))
        try:
            adapter.validate_python(value)
        except pydantic.ValidationError as error:
            raise RecipeError(
                f"recipe setting 'model.{name}' is {value!r}, expected {_described(hints[name])}"
            ) from error


def _described(hint: Any) -> str:
    """A type in words: ``int | Sequence[int] | None`` is a whole number or a list of them."""
    parts = typing.get_args(hint) if isinstance(hint, types.UnionType) else (hint,)
    return " or ".join(_words(part, "a ") for part in parts if part is not types.NoneType)


def _words(hint: Any, article: str) -> str:
    plural = "" if article else "s"
    if hint is bool:
        return "true or false"
    if typing.get_origin(hint) is not None:  # the builders' arguments have no other kind
        return f"{article}list{plural} of {_words(typing.get_args(hint)[0], '')}"
    return f"{article}{_WORDS[hint]}{plural}"
