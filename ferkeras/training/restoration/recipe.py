"""Every setting of the training of a generator, typed, and written into the run folder."""

from __future__ import annotations

from typing import Any, Literal

import pydantic

from ferkeras.errors import RecipeError
from ferkeras.models import system_module

_CONFIG = pydantic.ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class Stage(pydantic.BaseModel):
    """One of the two stages.

    Attributes:
        epochs: passes over the pictures.
        batch_size: crops of one step.
        learning_rate: of Adam, for both networks.
        halve_at: shares of the stage, ascending, at which the rate is halved.
        pixel, perceptual, adversarial: weights of the losses, see
            `ferkeras.models.ESRGAN.compile`; perceptual 0: VGG19 is not needed.
    """

    model_config = _CONFIG

    epochs: int = pydantic.Field(gt=0)
    batch_size: int = pydantic.Field(16, gt=0)
    learning_rate: float = pydantic.Field(gt=0)
    halve_at: tuple[pydantic.PositiveFloat, ...] = ()
    pixel: float = pydantic.Field(1.0, ge=0)
    perceptual: float = pydantic.Field(0.0, ge=0)
    adversarial: float = pydantic.Field(0.0, ge=0)

    @pydantic.model_validator(mode="after")
    def _ascending(self) -> Stage:
        if list(self.halve_at) != sorted(set(self.halve_at)) or any(s >= 1 for s in self.halve_at):
            raise ValueError("halve_at must ascend, between 0 and 1")
        return self


class Degradation(pydantic.BaseModel):
    """How small pictures are made, see `ferkeras.layers.RandomDegradation`."""

    model_config = _CONFIG

    scale: Literal[1, 2, 4, 8] = 4
    method: Literal["area", "bicubic"] = "area"
    gaussian: Literal[0, 3, 5] = 3
    gaussian_probability: float = pydantic.Field(1.0, ge=0, le=1)
    median: Literal[0, 3, 5] = 3
    median_probability: float = pydantic.Field(0.5, ge=0, le=1)


class Perceptual(pydantic.BaseModel):
    """Settings of `ferkeras.losses.PerceptualLoss`."""

    model_config = _CONFIG

    layer: str = "conv5_4"
    weights: str = "imagenet"
    fallback: Literal["pixels"] | None = None


class RestorationRecipe(pydantic.BaseModel):
    """Settings of one run: a PSNR stage, then, where there is one, a GAN stage.

    Attributes:
        system, variant: whose generator; ``generator``: more arguments of its builder.
        discriminator: arguments of its builder, such as ``variant`` and ``features``.
        size: side of a sharp face in pixels. A smaller face is not enlarged: it keeps its own
            side, cut to a multiple of ``degradation.scale``.
        detector, margin: how faces are cut out of whole pictures, as in `ferkeras.types.InputSpec`.
        patch: side of the crops that are trained on; faces below it are left out (and counted).
        patches: crops of each face in an epoch.
        flip: mirror half of the crops.
        degradation: see `Degradation`.
        psnr, gan: see `Stage`; without ``gan`` the generator of the PSNR stage is the result.
        perceptual: see `Perceptual`.
        gan_share: share of the GAN-trained network in the result, Wang et al. 2018, Eq. 4.
        ema: momentum of the moving average of the generator's weights; None: none.
        clip_norm: limit of each network's global gradient norm; None: none.
        accumulate: steps whose gradients are averaged before the weights change.
        checkpointing: compute features again in the backward pass instead of keeping them.
        precision: Keras dtype policy; the finished model is float32 in every case.
        seed: of weights, order, crops and degradation.
        held_out: share of the people (else of the recordings, else of the pictures) that are not
            trained on but watched.
        watched: how many of their faces are enlarged after an epoch.
        watch_every: epochs from one look at them to the next.
        paper: paper and section, for the reader.
    """

    model_config = _CONFIG

    system: str
    variant: str
    generator: dict[str, Any] = {}
    discriminator: dict[str, Any] = {}
    size: int = pydantic.Field(128, ge=8, le=1024)
    detector: str = "viola_jones"
    margin: float = pydantic.Field(0.0, gt=-0.5)
    patch: int = pydantic.Field(128, ge=8)
    patches: int = pydantic.Field(1, gt=0)
    flip: bool = True
    degradation: Degradation = Degradation()
    psnr: Stage
    gan: Stage | None = None
    perceptual: Perceptual = Perceptual()
    gan_share: float = pydantic.Field(1.0, ge=0, le=1)
    ema: float | None = pydantic.Field(0.999, gt=0, lt=1)
    clip_norm: float | None = pydantic.Field(None, gt=0)
    accumulate: int = pydantic.Field(1, gt=0)
    checkpointing: bool = False
    precision: Literal["float32", "mixed_float16", "mixed_bfloat16"] = "float32"
    seed: int = pydantic.Field(0, ge=0, lt=2**32)
    held_out: float = pydantic.Field(0.1, ge=0, lt=1)
    watched: int = pydantic.Field(64, gt=0)
    watch_every: int = pydantic.Field(1, gt=0)
    paper: str = ""

    @pydantic.model_validator(mode="after")
    def _fits(self) -> RestorationRecipe:
        scale = self.degradation.scale
        if self.patch % scale or self.size % scale:
            raise ValueError(
                f"size {self.size} and patch {self.patch} must be multiples of "
                f"degradation.scale, {scale}"
            )
        if self.patch > self.size:
            raise ValueError(f"patch {self.patch} is larger than size {self.size}")
        for part in ("generator", "discriminator"):
            for name in ("input_shape", "name"):
                if name in getattr(self, part):
                    raise ValueError(f"{part}.{name} is settled by the recipe; leave it out")
        if self.psnr.adversarial or (self.gan is not None and not self.gan.adversarial):
            raise ValueError(
                "psnr.adversarial must be 0, as the first stage has no discriminator, and "
                "gan.adversarial above 0; gan=null leaves the second stage out"
            )
        return self

    @property
    def stages(self) -> dict[str, Stage]:
        """The stages by name, in their order."""
        return {"psnr": self.psnr} if self.gan is None else {"psnr": self.psnr, "gan": self.gan}


def restores(system: str) -> bool:
    """Whether a system's networks are trained to give pictures, not classes."""
    return bool(getattr(system_module(system, "recipe"), "RESTORATION", {}))


def restoration_recipe(
    system: str = "esrgan", variant: str | None = None, **changes: Any
) -> RestorationRecipe:
    """A system's recipe with some settings changed.

    Args:
        system: folder of ``ferkeras/models``.
        variant: name in that folder's ``RESTORATION``; None takes the first. It also names the
            generator's variant, unless the recipe says another.
        changes: fields of `RestorationRecipe`.

    Raises:
        RecipeError: an unknown variant or field, or a value out of range.
    """
    if not restores(system):
        raise RecipeError(f"{system} has no networks that enlarge pictures")
    recipes: dict[str, dict[str, Any]] = system_module(system, "recipe").RESTORATION
    name = variant or next(iter(recipes))
    if name not in recipes:
        raise RecipeError(f"{system} has no recipe {name!r}; known: {', '.join(recipes)}")
    return parse_restoration({"system": system, "variant": name, **recipes[name], **changes})


def parse_restoration(values: dict[str, Any]) -> RestorationRecipe:
    """A recipe from plain values, such as a run folder's ``recipe.json``.

    Raises:
        RecipeError: an unknown setting, or a value out of range; names it.
    """
    try:
        return RestorationRecipe(**values)
    except pydantic.ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        said = first["msg"].removeprefix("Value error, ")
        raise RecipeError(f"recipe setting {where!r}: {said}" if where else said) from error
