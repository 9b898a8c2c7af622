"""What is changed at random in training pictures, and the chain of Keras layers that does it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import keras
import pydantic
from keras import ops

from ferkeras.detect.point_schemes import scheme_of
from ferkeras.errors import FaceError, RecipeError
from ferkeras.inputs.step_seed import StepSeed
from ferkeras.layers.random_affine import RandomAffine
from ferkeras.layers.random_flow import RandomFlow
from ferkeras.layers.random_point_affine import RandomPointAffine
from ferkeras.types import InputSpec

_OF_PIXELS = ("brightness", "contrast", "erase", "hsv", "flow_flip", "flow_gain")


class Augmentation(pydantic.BaseModel):
    """Augmentation settings; the defaults change nothing.

    Landmarks are flipped (left and right points change places), turned, scaled, shifted, shaken and
    mixed; what changes pixels is an error for them, see `check_augmentation`.

    Attributes:
        flip: share of pictures mirrored.
        rotation: largest angle in degrees.
        scale: smallest and largest zoom factor.
        shift: largest shift as a share of the side.
        brightness: largest change of brightness as a share of the range 0..255.
        contrast: largest change of contrast, as a share.
        noise: standard deviation of Gaussian noise, in grey levels, or of each point (0..255).
        erase: share of pictures in which a rectangle is replaced by noise.
        hsv: share of pictures shown in HSV instead of RGB (needs three channels).
        flow_flip: share of samples of flow mirrored, with the sign of u (`flip` is for pictures).
        flow_gain: largest change of a movement's strength, as a share; for flow on a fixed scale.
        mixup: parameter of the Beta distribution by which pairs of pictures and their targets are
            mixed (Zhang et al. 2018, mixup); 0 mixes none. Done after all else, by `batches`.
    """

    model_config = pydantic.ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    flip: float = pydantic.Field(0.0, ge=0, le=1)
    rotation: float = pydantic.Field(0.0, ge=0, le=180)
    scale: tuple[float, float] = (1.0, 1.0)
    shift: float = pydantic.Field(0.0, ge=0, le=1)
    brightness: float = pydantic.Field(0.0, ge=0, le=1)
    contrast: float = pydantic.Field(0.0, ge=0, lt=1)
    noise: float = pydantic.Field(0.0, ge=0)
    erase: float = pydantic.Field(0.0, ge=0, le=1)
    hsv: float = pydantic.Field(0.0, ge=0, le=1)
    flow_flip: float = pydantic.Field(0.0, ge=0, le=1)
    flow_gain: float = pydantic.Field(0.0, ge=0, lt=1)
    mixup: float = pydantic.Field(0.0, ge=0)

    @pydantic.field_validator("scale")
    @classmethod
    def _ordered(cls, scale: tuple[float, float]) -> tuple[float, float]:
        if not 0.0 < scale[0] <= scale[1]:
            raise ValueError(f"{scale} is not 0 < smallest <= largest")
        return scale


def check_augmentation(settings: Augmentation, shape: Sequence[int]) -> None:
    """Pass if every setting means something for inputs of this shape.

    Args:
        settings: what to change.
        shape: ``(height, width, channels)``, or ``(points, 2)`` of landmarks.

    Raises:
        RecipeError: one does not.
    """
    if len(shape) == 3:
        if settings.hsv and shape[2] != 3:
            raise RecipeError("augmentation.hsv needs RGB pictures: set input.channels=3")
        if shape[2] != 3:
            _no_flow(settings, f"this input has {shape[2]} channel(s)")
        return
    for name in _OF_PIXELS:
        if getattr(settings, name):
            raise RecipeError(
                f"augmentation.{name} changes pixels, and this input is landmarks: set it to 0 "
                "(flip, rotation, scale, shift, noise and mixup move points)"
            )
    if settings.flip:
        try:
            scheme_of(shape[0])
        except FaceError as error:
            raise RecipeError(f"augmentation.flip: {error}; set it to 0") from error


def check_kind(settings: Augmentation, spec: InputSpec) -> None:
    """Pass if every setting means something for this kind of input; calls `check_augmentation`.

    Raises:
        RecipeError: one does not, such as flow's on pictures, which are as large as flow is.
    """
    check_augmentation(settings, spec.shape)
    if not spec.takes_clips:
        _no_flow(settings, f"this input is {spec.kind}")


def _no_flow(settings: Augmentation, what: str) -> None:
    for name in ("flow_flip", "flow_gain"):
        if getattr(settings, name):
            raise RecipeError(
                f"augmentation.{name} changes flow (u, v and strain), and {what}: set it to 0"
            )


class Augmenter:
    """The chain of Keras layers for one `Augmentation`.

    Args:
        settings: what to change.
        shape: of one input, see `check_augmentation`.

    Call with float32 inputs ``(batch, *shape)`` in 0..255 and an integer tensor ``(2,)``; equal
    seeds give equal results. The result is in 0..255 again.
    """

    def __init__(self, settings: Augmentation, shape: Sequence[int]) -> None:
        self.settings = settings
        self.seed = StepSeed()
        self.layers: list[keras.layers.Layer] = []
        if settings.flow_flip or settings.flow_gain:
            self.layers.append(
                RandomFlow(settings.flow_flip, settings.flow_gain, seed=self.seed, dtype="float32")
            )
        moves = (settings.flip, settings.rotation, settings.scale, settings.shift)
        if moves != (0.0, 0.0, (1.0, 1.0), 0.0) and len(shape) == 2:
            mirror = scheme_of(shape[0]).mirror.tolist() if settings.flip else None
            self.layers.append(RandomPointAffine(mirror, *moves, seed=self.seed, dtype="float32"))
        elif moves != (0.0, 0.0, (1.0, 1.0), 0.0):
            self.layers.append(RandomAffine(*moves, seed=self.seed, dtype="float32"))
        if settings.brightness:
            self._add(keras.layers.RandomBrightness(settings.brightness, dtype="float32"))
        if settings.contrast:
            self._add(keras.layers.RandomContrast(settings.contrast, dtype="float32"))
        if settings.erase:
            self._add(
                keras.layers.RandomErasing(
                    settings.erase, scale=(0.02, 0.2), value_range=(0, 255), dtype="float32"
                )
            )

    def _add(self, layer: Any) -> None:
        layer.generator = self.seed
        self.layers.append(layer)

    def __call__(self, pictures: Any, seed: Any) -> Any:
        """Augment one batch."""
        self.seed.begin(seed)
        for layer in self.layers:
            pictures = layer(pictures, training=True)
        if self.settings.noise:
            noise = keras.random.normal(ops.shape(pictures), dtype="float32", seed=self.seed)
            pictures = pictures + self.settings.noise * noise
        if self.settings.hsv:
            pictures = self._some_in_hsv(pictures)
        return ops.clip(pictures, 0.0, 255.0)

    def _some_in_hsv(self, pictures: Any) -> Any:
        if pictures.shape[-1] != 3:
            raise ValueError(
                f"augmentation hsv needs RGB pictures, got {pictures.shape[-1]} channel(s)"
            )
        chosen = keras.random.uniform((ops.shape(pictures)[0], 1, 1, 1), seed=self.seed)
        clipped = ops.clip(pictures, 0.0, 255.0)
        hsv = 255.0 * ops.image.rgb_to_hsv(clipped / 255.0)
        return ops.where(chosen < self.settings.hsv, hsv, pictures)
