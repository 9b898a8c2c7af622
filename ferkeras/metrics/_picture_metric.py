"""Base of the scores that compare a picture with the true one."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
from keras import ops

# Luma of ITU-R BT.601 in 16..235 for RGB in 0..1, as MATLAB's rgb2ycbcr has it.
_LUMA = np.array([65.481, 128.553, 24.966], "float32") / 255.0


class PictureMetric(keras.metrics.Metric):
    """A score of each picture, averaged over all pictures.

    Args:
        max_value: the range of the values, from 0: 255 everywhere in ferkeras, or 1.
        luminance: compare the luma (BT.601, 16..235) of RGB pictures instead of all channels.
        crop: border pixels left out on each side; often as many as the pictures were enlarged.

    ``y_true``, ``y_pred``: ``(batch, height, width, channels)``, neither rounded nor clipped here.
    ``sample_weight``: one number a picture. ``result()`` is 0 before the first picture.

    Raises:
        ValueError: a number out of range, or pictures of other shapes or too small for the crop.
    """

    def __init__(
        self,
        max_value: float = 255.0,
        luminance: bool = False,
        crop: int = 0,
        name: str | None = None,
        dtype: Any = "float32",
    ) -> None:
        super().__init__(name=name or type(self).__name__.lower(), dtype=dtype)
        if not 0 < max_value < float("inf"):
            raise ValueError(f"max_value is {max_value!r}, expected a number above 0")
        if isinstance(crop, bool) or not isinstance(crop, int) or crop < 0:
            raise ValueError(f"crop is {crop!r}, expected a whole number of 0 or more")
        self.max_value = max_value
        self.luminance = luminance
        self.crop = crop
        self.total = self.add_variable(shape=(), initializer="zeros", name="total")
        self.count = self.add_variable(shape=(), initializer="zeros", name="count")

    def scores(self, y_true: Any, y_pred: Any) -> Any:
        """Score of each picture, ``(batch,)``, of what is compared: luma or channels, cropped."""
        raise NotImplementedError

    def per_picture(self, y_true: Any, y_pred: Any) -> Any:
        """Score of each picture, ``(batch,)``, of pictures as `update_state` takes them."""
        return self.scores(*(self._compared(one) for one in self._checked(y_true, y_pred)))

    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> None:
        """Add one batch."""
        scores = self.per_picture(y_true, y_pred)
        weights = ops.ones_like(scores)
        if sample_weight is not None:
            weights = ops.reshape(ops.cast(sample_weight, self.dtype), (-1,))
        # A picture of weight 0 counts for nothing, also where its score is infinite.
        scores = ops.where(weights == 0, 0.0, scores * weights)
        self.total.assign(self.total + ops.sum(scores))
        self.count.assign(self.count + ops.sum(weights))

    def result(self) -> Any:
        """Mean of all pictures so far."""
        return ops.where(self.count > 0, self.total / ops.maximum(self.count, 1e-12), 0.0)

    def get_config(self) -> dict[str, Any]:
        """Constructor arguments."""
        return {
            **super().get_config(),
            "max_value": self.max_value,
            "luminance": self.luminance,
            "crop": self.crop,
        }

    def _checked(self, *pictures: Any) -> list[Any]:
        tensors = [ops.cast(ops.convert_to_tensor(one), self.dtype) for one in pictures]
        true, made = (tuple(one.shape) for one in tensors)
        if len(true) != 4 or len(made) != 4 or true[1:] != made[1:]:
            raise ValueError(
                f"{self.name}: expected two batches (batch, height, width, channels) of one shape, "
                f"got {true} and {made}"
            )
        if self.luminance and true[-1] != 3:
            raise ValueError(f"{self.name}: luminance is of RGB pictures, got {true}")
        if any(side is not None and side <= 2 * self.crop for side in true[1:3]):
            raise ValueError(f"{self.name}: a crop of {self.crop} leaves nothing of {true}")
        return tensors

    def _compared(self, pictures: Any) -> Any:
        """What is compared, on the scale of ``max_value``."""
        if self.crop:
            inner = slice(self.crop, -self.crop)
            pictures = pictures[:, inner, inner]
        if self.luminance:
            weights = ops.convert_to_tensor(_LUMA, self.dtype)
            luma = ops.sum(pictures * weights, axis=-1, keepdims=True)
            pictures = luma + 16.0 / 255.0 * self.max_value
        return pictures
