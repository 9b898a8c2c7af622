"""What `ESRGAN` is compiled with: two optimizers, weights of its losses, what it reports."""

from __future__ import annotations

import math
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import keras

_NUMBERS = ("pixel", "perceptual", "adversarial", "discriminator", "real_score", "made_score")


@dataclass(frozen=True)
class _Losses:
    """Losses and their weights. A plain object: Keras would save VGG19 along with the model."""

    pixel_weight: float
    perceptual_loss: keras.losses.Loss | None
    perceptual_weight: float
    adversarial_weight: float

    def __post_init__(self) -> None:
        for name in ("pixel_weight", "perceptual_weight", "adversarial_weight"):
            weight = getattr(self, name)
            real = isinstance(weight, int | float) and not isinstance(weight, bool)
            if not real or not 0 <= weight < math.inf:
                raise ValueError(f"{name} is {weight!r}, expected a number of 0 or more")


class _Given(SimpleNamespace):
    """Arguments of `CompiledPair.compile`; a plain object for the same reason."""


class CompiledPair(keras.Model):
    """A model with an optimizer for its ``generator`` and one for its ``discriminator``."""

    generator: keras.Model
    discriminator: keras.Model | None
    discriminator_optimizer: Any

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._means = {name: keras.metrics.Mean(name=name) for name in _NUMBERS}

    def compile(
        self,
        optimizer: Any = "adam",
        discriminator_optimizer: Any = None,
        *,
        pixel_weight: float | None = None,
        perceptual_loss: keras.losses.Loss | None = None,
        perceptual_weight: float = 1.0,
        adversarial_weight: float = 5e-3,
        metrics: Any = None,
        **settings: Any,
    ) -> None:
        """Set what it is trained by.

        Under the policy ``mixed_float16`` each optimizer is wrapped for loss scaling on its own, as
        Keras does it for one.

        Args:
            optimizer: the generator's, as for `keras.Model.compile`.
            discriminator_optimizer: needed with a discriminator, and only then.
            pixel_weight: of the mean difference of pixels with values in 0..1; None: 1 without a
                discriminator and 1e-2 with one, as the paper has it.
            perceptual_loss: such as `ferkeras.losses.PerceptualLoss`; None: none.
            perceptual_weight, adversarial_weight: the paper's are 1 and 5e-3.
            metrics: of large pictures and made ones, such as `ferkeras.metrics.PSNR`.
            settings: ``run_eagerly``, ``jit_compile``, ``steps_per_execution``,
                ``auto_scale_loss`` of `keras.Model.compile`.

        Raises:
            ValueError: a discriminator without an optimizer or the reverse, or a weight that is
                negative or not finite.
        """
        if (self.discriminator is None) != (discriminator_optimizer is None):
            has, lacks = "a discriminator", "discriminator_optimizer"
            if self.discriminator is None:
                has, lacks = "a discriminator_optimizer", "discriminator"
            raise ValueError(f"ESRGAN has {has} but no {lacks}; give both or neither")
        if optimizer is discriminator_optimizer and not isinstance(optimizer, str):
            raise ValueError("both networks have one optimizer; each needs its own")
        if pixel_weight is None:
            pixel_weight = 1.0 if self.discriminator is None else 1e-2
        self.losses_setting = _Losses(
            pixel_weight, perceptual_loss, perceptual_weight, adversarial_weight
        )
        # Keras wraps the optimizer that it is given; so each has its turn.
        self.discriminator_optimizer = None
        if discriminator_optimizer is not None:
            super().compile(discriminator_optimizer, **settings)
            self.discriminator_optimizer = self.optimizer
        super().compile(optimizer, metrics=metrics, **settings)
        self._given = _Given(
            optimizer=optimizer,
            discriminator_optimizer=discriminator_optimizer,
            metrics=metrics,
            **vars(self.losses_setting),
            **settings,
        )
        if self.generator.built and self.optimizer is not None:
            self.optimizer.build(self.generator.trainable_variables)
        if self.discriminator is not None and self.discriminator.built:
            self.discriminator_optimizer.build(self.discriminator.trainable_variables)

    @property
    def optimizers(self) -> list[keras.optimizers.Optimizer]:
        """The generator's, and the discriminator's where there is one."""
        both = [self.optimizer, self.discriminator_optimizer]
        return [optimizer for optimizer in both if optimizer is not None]

    def _report(self, small: Any, large: Any, made: Any, found: dict[str, Any]) -> dict[str, Any]:
        self._loss_tracker.update_state(found.pop("loss"))
        for name, value in found.items():
            self._means[name].update_state(value)
        reported: dict[str, Any] = self.compute_metrics(small, large, made)
        return {k: v for k, v in reported.items() if k in found or k not in _NUMBERS}

    def get_compile_config(self) -> dict[str, Any]:
        """What `compile` was given."""
        if not self.compiled:
            return {}
        return dict(keras.saving.serialize_keras_object(vars(self._given)))

    def compile_from_config(self, config: dict[str, Any]) -> None:
        """Compile as before it was saved."""
        self.compile(**keras.saving.deserialize_keras_object(config))
