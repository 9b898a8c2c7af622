"""Real pictures must look more real than the average made one, and the other way round."""

from __future__ import annotations

from typing import Any

import keras
from keras import ops

_SIDES = ("discriminator", "generator")


@keras.saving.register_keras_serializable("ferkeras")
class RelativisticAverageLoss(keras.losses.Loss):
    """Relativistic average GAN: Wang et al. 2018 (ESRGAN), Eq. 1 and 2, after Jolicoeur-Martineau.

    With C the discriminator's scores before any sigmoid, r real and f made pictures::

        D(r, f) = sigmoid(C(r) - mean C(f)),   D(f, r) = sigmoid(C(f) - mean C(r))
        discriminator:  - mean log D(r, f)       - mean log(1 - D(f, r))
        generator:      - mean log(1 - D(r, f))  - mean log D(f, r)

    Both halves carry a gradient in both forms: the generator learns from real pictures too, since
    they stand in the mean over made ones. The public program takes half of each sum; so does
    ``loss_weight / 2`` here.

    Args:
        side: whose loss, ``"discriminator"`` or ``"generator"``.

    ``y_true``: C of the real pictures, ``y_pred``: C of the made ones; the same shape, ``(batch,
    1)`` or a map of scores ``(batch, height, width, 1)``. The means go over all of a batch, so a
    picture's loss depends on the others in it. Computed in float32, without overflow for scores
    of any size.

    Raises:
        ValueError: an unknown side, or scores of two shapes.
    """

    def __init__(
        self,
        side: str = "discriminator",
        reduction: str = "sum_over_batch_size",
        name: str = "relativistic_average_loss",
        dtype: Any = "float32",
    ) -> None:
        super().__init__(name=name, reduction=reduction, dtype=dtype)
        if side not in _SIDES:
            raise ValueError(f"side is {side!r}, expected one of {_SIDES}")
        self.side = side

    def call(self, y_true: Any, y_pred: Any) -> Any:
        """Loss of each pair of a real and a made picture, ``(batch,)``."""
        if tuple(y_true.shape[1:]) != tuple(y_pred.shape[1:]):
            raise ValueError(
                f"{self.name}: scores of real pictures have the shape {tuple(y_true.shape)}, those "
                f"of made ones {tuple(y_pred.shape)}; give pictures of one size"
            )
        real = y_true - ops.mean(y_pred)
        made = y_pred - ops.mean(y_true)
        if self.side == "generator":
            real, made = -real, -made
        # -log sigmoid(x) = softplus(-x), -log(1 - sigmoid(x)) = softplus(x)
        both = ops.softplus(-real) + ops.softplus(made)
        return ops.mean(ops.reshape(both, (ops.shape(both)[0], -1)), axis=1)

    def get_config(self) -> dict[str, Any]:
        """Constructor arguments."""
        return {**super().get_config(), "side": self.side}
