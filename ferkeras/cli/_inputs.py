"""Inputs as they are typed: ``face_crop:96x80,margin=0.1``, ``whole:64``, ``landmarks``."""

from __future__ import annotations

import dataclasses
import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ferkeras.cli._experiment import settings_at
from ferkeras.errors import FerkerasError, RecipeError

if TYPE_CHECKING:
    from ferkeras.training import Recipe
    from ferkeras.types import InputSpec

WHOLE = "whole"
"""Not a kind of its own: a face crop of all that the picture shows, for which nobody looks."""

_FORM = re.compile(r"(?P<kind>[A-Za-z_]+)(?::(?P<height>\d+)(?:x(?P<width>\d+))?)?(?P<more>,.*)?")


@dataclass(frozen=True)
class TypedInput:
    """An input as it was typed.

    Attributes:
        text: all of it.
        kind: of `InputSpec`, or `WHOLE`.
        fields: fields of `InputSpec` that were given.
        settings: ``"model.neighbours=2"`` and the like: settings of the recipe for this input.
    """

    text: str
    kind: str
    fields: dict[str, Any]
    settings: list[str]

    @property
    def whole(self) -> bool:
        """Whether no face is looked for: the picture is taken for a face crop."""
        return self.kind == WHOLE

    def spec(self, recipe: Recipe) -> InputSpec:
        """The whole `InputSpec`: what is not given is as in the recipe.

        Of another kind than the recipe's, it is as in the system's first recipe of that kind; if
        there is none, InputSpec's own default.

        Raises:
            FerkerasError: fields that do not go together.
        """
        import pydantic

        from ferkeras.types import InputSpec

        kind = "face_crop" if self.whole else self.kind
        base = recipe.input if recipe.input.kind == kind else _of_kind(recipe.system, kind)
        values = base.to_dict() if base else {"kind": kind}
        if "landmarks" in self.fields:
            values.pop("points", None)  # what gives them says how many
        for name, value in self.fields.items():
            *path, last = name.split(".")
            place = settings_at(values, path)
            if place is None:
                raise RecipeError(f"--input {self.text!r}: an input has no setting {name!r}")
            place[last] = value
        try:
            pydantic.TypeAdapter(InputSpec).validate_python(values)  # types
            return InputSpec.from_dict(values)  # names
        except pydantic.ValidationError as error:
            first = error.errors()[0]
            where = "".join(f"{part}: " for part in first["loc"])
            words = first["msg"].removeprefix("Value error, ")
            raise RecipeError(f"--input {self.text!r}: {where}{words}") from error
        except FerkerasError as error:
            raise RecipeError(f"--input {self.text!r}: {error}") from error


def parse_input(text: str) -> TypedInput:
    """``kind[:HEIGHT[xWIDTH]][,name=value...]`` -> what it says.

    Args:
        text: a kind of `ferkeras.prepare` or ``whole``; a size in pixels, one number for a square;
            fields of `InputSpec`; settings of the recipe, whose names begin with ``model.``.

    Raises:
        RecipeError: another form, an unknown kind or field, or one given twice.
    """
    from ferkeras.prepare import available
    from ferkeras.types import InputSpec

    match = _FORM.fullmatch(text)
    first, *pieces = re.split(r",(?=[A-Za-z_.]+=)", match["more"] or "" if match else "")
    if match is None or first:
        raise RecipeError(
            f"--input {text!r}: expected kind[:HEIGHTxWIDTH][,name=value...], such as face_crop:48 "
            "or whole:96x80"
        )
    kind = match["kind"]
    if kind not in (*available(), WHOLE):
        kinds = ", ".join([*available(), WHOLE])
        raise RecipeError(f"--input {text!r}: no kind {kind!r}; known: {kinds}")
    fields: dict[str, Any] = {}
    settings: list[str] = []
    if match["height"]:
        fields = {"height": int(match["height"]), "width": int(match["width"] or match["height"])}
    known = [field.name for field in dataclasses.fields(InputSpec) if field.name != "kind"]
    for piece in pieces:
        name, _, value = piece.partition("=")
        if name.startswith("model."):
            settings.append(piece)
        elif name.partition(".")[0] not in known:
            raise RecipeError(
                f"--input {text!r}: an input has no setting {name!r}; known: {', '.join(known)}, "
                "and settings of the model, such as model.neighbours"
            )
        elif name in fields:
            raise RecipeError(f"--input {text!r}: {name} is given twice")
        else:
            fields[name] = _value(value)
    return TypedInput(text, kind, fields, settings)


def _of_kind(system: str, kind: str) -> InputSpec | None:
    """The input of a system's first recipe that takes that kind."""
    from ferkeras.models import system_module
    from ferkeras.training import load_recipe

    specs = (load_recipe(system, name).input for name in system_module(system, "recipe").RECIPES)
    return next((spec for spec in specs if spec.kind == kind), None)


def _value(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text
