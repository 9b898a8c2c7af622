"""Optimizer and learning-rate schedule of a recipe."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
from keras import ops

from ferkeras.training.fused_adam import FusedAdam, FusedAdamW
from ferkeras.training.recipe import Recipe


class EpochSchedule(keras.optimizers.schedules.LearningRateSchedule):
    """Learning rate by epoch, counted in steps as a fraction.

    ``exponential`` is MFF-CNN's Eq. 6, ``rate * decay ** floor(epoch / decay_epochs)``; ``cosine``
    rises over the epochs of ``warm_up`` and falls to zero over the others.

    Attributes:
        steps_per_epoch: a variable, so that one compiled training step serves folds of different
            sizes.
    """

    def __init__(self, recipe: Recipe, steps_per_epoch: int) -> None:
        self.recipe = recipe
        self.steps_per_epoch = keras.Variable(
            float(steps_per_epoch), trainable=False, dtype="float32", name="steps_per_epoch"
        )

    def __call__(self, step: Any) -> Any:
        """The rate at a step, counted from 0."""
        recipe = self.recipe
        step = ops.cast(step, "float32")
        if recipe.schedule == "exponential":
            drops = ops.floor(step / (recipe.decay_epochs * self.steps_per_epoch))
            return recipe.learning_rate * recipe.decay**drops
        epoch = step / self.steps_per_epoch
        warm = recipe.warm_up
        done = ops.clip((epoch - warm) / max(1e-6, recipe.epochs - warm), 0.0, 1.0)
        falling = 0.5 * (1.0 + ops.cos(np.pi * done))
        rising = epoch / max(warm, 1e-6)
        return recipe.learning_rate * ops.where(epoch < warm, rising, falling)

    def get_config(self) -> dict[str, Any]:
        """Settings in plain values."""
        return {
            "recipe": self.recipe.model_dump(mode="json"),
            "steps_per_epoch": float(np.asarray(self.steps_per_epoch)),
        }


def build_optimizer(recipe: Recipe, steps_per_epoch: int) -> keras.optimizers.Optimizer:
    """The recipe's optimizer; Keras wraps it for loss scaling where float16 asks for it."""
    kind = {"adam": FusedAdam, "adamw": FusedAdamW}[recipe.optimizer]
    # Keras' AdamW takes 0.004 where none is given.
    given = recipe.weight_decay or recipe.optimizer == "adamw"
    decay = {"weight_decay": recipe.weight_decay} if given else {}
    rates = EpochSchedule(recipe, steps_per_epoch)
    optimizer = with_warm_average(kind)(
        rates,
        global_clipnorm=recipe.clip_norm,
        use_ema=recipe.ema is not None,
        ema_momentum=recipe.ema or 0.99,
        **decay,
    )
    optimizer.schedule = rates
    return optimizer


def with_warm_average(kind: type[keras.optimizers.Optimizer]) -> type[keras.optimizers.Optimizer]:
    """The optimizer with a moving average whose momentum begins low.

    Keras' average starts at the random first weights and needs some 1 / (1 - momentum) steps to
    forget them.
    """

    class WarmAverage(kind):  # type: ignore[valid-type,misc]
        @property
        def ema_momentum(self) -> Any:
            if not hasattr(self, "_iterations"):
                return self._highest_momentum
            step = ops.cast(self.iterations, "float32")
            momentum = ops.minimum(self._highest_momentum, (1.0 + step) / (10.0 + step))
            # Keras averages after every batch, also where gradients of several make one update.
            return momentum ** (1.0 / (self.gradient_accumulation_steps or 1))

        @ema_momentum.setter
        def ema_momentum(self, value: float) -> None:
            self._highest_momentum = value

    return WarmAverage
