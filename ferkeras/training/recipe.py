"""A recipe: every setting of a training run, typed, and written into the run folder."""

from __future__ import annotations

from typing import Any, Literal

import pydantic

from ferkeras.errors import RecipeError
from ferkeras.inputs.augment import Augmentation, check_kind
from ferkeras.models import system_module
from ferkeras.types import InputSpec


class LossSetting(pydantic.BaseModel):
    """Which loss, on which output of the training form of the model.

    Attributes:
        name: class in `ferkeras.losses`, or else in `keras.losses`.
        on: name of the model's output.
        arguments: constructor arguments.
    """

    model_config = pydantic.ConfigDict(extra="forbid", frozen=True)

    name: str
    on: str = "probabilities"
    arguments: dict[str, Any] = {}


class Recipe(pydantic.BaseModel):
    """Settings of one training run.

    Attributes:
        system, builder, variant, model: which builder, and its extra arguments.
        input: how faces become arrays.
        loss: see `LossSetting`.
        epochs, batch_size: as named.
        optimizer: Keras' Adam or AdamW.
        learning_rate: the first (exponential) or the highest (cosine) rate.
        schedule: ``"exponential"``: rate x ``decay ** floor(epoch / decay_epochs)``;
            ``"cosine"``: ``warm_up`` epochs up from zero, then down to zero.
        warm_up: epochs, for ``"cosine"``; 1 where not said.
        weight_decay: for AdamW.
        clip_norm: global gradient norm limit; None: none.
        ema: momentum of the moving average of the weights that the final model takes; None: none.
            At first it is lower, (1 + step) / (10 + step), so that a short run is not an average
            over its random beginning.
        r_drop: weight of the difference between two answers to the same picture, see
            `ferkeras.losses.RDropLoss`; 0: one answer, half the work.
        class_weights: ``"balanced"`` weighs each class by the inverse of its share.
        augmentation: see `ferkeras.inputs.Augmentation`.
        precision: Keras dtype policy; the finished model is float32 in every case.
        seed: of weights, order, augmentation and dropout.
        select: ``"last"`` epoch; ``"best-validation"`` (needs validation samples, which then are
            no test samples any more); or ``"oracle-epoch"``, the epoch that is best on the test
            samples themselves, as some papers do: optimistic, and only in an evaluation.
        paper: paper and section, for the reader.
    """

    model_config = pydantic.ConfigDict(
        extra="forbid", frozen=True, arbitrary_types_allowed=True, allow_inf_nan=False
    )

    system: str
    builder: str
    variant: str
    model: dict[str, Any] = {}
    input: InputSpec = InputSpec()
    loss: LossSetting
    epochs: int = pydantic.Field(gt=0)
    batch_size: int = pydantic.Field(100, gt=0)
    optimizer: Literal["adam", "adamw"] = "adam"
    learning_rate: float = pydantic.Field(1e-3, gt=0)
    schedule: Literal["exponential", "cosine"] = "exponential"
    decay: float = pydantic.Field(0.93, gt=0, le=1)
    decay_epochs: int = pydantic.Field(3, gt=0)
    warm_up: float = pydantic.Field(1.0, ge=0)
    weight_decay: float = pydantic.Field(0.0, ge=0)
    clip_norm: float | None = pydantic.Field(None, gt=0)
    ema: float | None = pydantic.Field(None, gt=0, lt=1)
    r_drop: float = pydantic.Field(0.0, ge=0)
    class_weights: Literal["balanced"] | None = None
    augmentation: Augmentation = Augmentation()
    precision: Literal["float32", "mixed_float16", "mixed_bfloat16"] = "float32"
    seed: int = pydantic.Field(0, ge=0, lt=2**32)
    select: Literal["last", "best-validation", "oracle-epoch"] = "last"
    paper: str = ""


def load_recipe(system: str, variant: str | None = None, **changes: Any) -> Recipe:
    """A system's recipe with some settings changed.

    Args:
        system: folder of ``ferkeras/models``.
        variant: name in that folder's ``RECIPES``; None takes the first. It also names the model's
            variant, unless the recipe says another.
        changes: fields of `Recipe`.

    Raises:
        RecipeError: unknown variant or field, a value out of range, or a system without recipes.
    """
    recipes: dict[str, dict[str, Any]] = system_module(system, "recipe").RECIPES
    if not recipes:
        raise RecipeError(f"{system} gives no classes, so there is no recipe to train it by")
    name = variant or next(iter(recipes))
    if name not in recipes:
        raise RecipeError(f"{system} has no recipe {name!r}; known: {', '.join(recipes)}")
    return parse_recipe({"system": system, "variant": name, **recipes[name], **changes})


def parse_recipe(values: dict[str, Any]) -> Recipe:
    """A recipe from plain values, such as a run folder's ``recipe.json``.

    Raises:
        RecipeError: an unknown setting, a value out of range, or an augmentation that means nothing
            for the input.
    """
    try:
        recipe = Recipe(**values)
    except pydantic.ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise RecipeError(f"recipe setting {where!r}: {first['msg']}") from error
    check_kind(recipe.augmentation, recipe.input)
    return recipe
