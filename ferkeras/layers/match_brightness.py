"""The light of one picture given to another, inside a model."""

from __future__ import annotations

from typing import Any

import keras
from keras import ops

from ferkeras.layers._graph_layer import as_list, shape_list
from ferkeras.layers._planes import PlanarLayer

_HALVINGS = 32  # of the range in which the median lies: to the last bit of float32


@keras.saving.register_keras_serializable("ferkeras")
class MatchBrightness(PlanarLayer):
    """Give a picture the brightness and contrast of another: least squares of gain and offset.

    Fitted once to all pixels and once more to those that agreed best, half of them, so that what
    moves does not count; as `ferkeras.flow.optical_flow` does it before the flow. Where a picture
    has hardly any contrast, a variance of 1 or less, the gain is 1.

    Input shapes: the reference and the picture, both ``(batch, height, width, 1)`` of a known size.
    Output shape: float32 ``(batch, height, width, 1)``; not clipped to 0..255.

    Raises:
        ValueError: other shapes.
    """

    def build(self, input_shape: Any) -> None:
        """Check the shapes; there are no weights to learn."""
        self.compute_output_shape(input_shape)

    def call(self, inputs: Any) -> Any:
        """Fit and apply."""
        reference, picture = (self.exact(one) for one in as_list(inputs))
        wanted, some = (ops.squeeze(one, 3) for one in (reference, picture))
        gain, offset = _line(some, wanted, ops.ones_like(some))
        error = ops.stop_gradient(ops.abs(gain * some + offset - wanted))
        gain, offset = _line(some, wanted, _smaller_half(error))
        return ops.expand_dims(gain * some + offset, 3)

    def compute_output_shape(self, input_shape: Any) -> tuple[int | None, ...]:
        """That of the picture."""
        shapes = shape_list(input_shape)
        fits = len(shapes) == 2 and shapes[0][1:] == shapes[1][1:] and len(shapes[0]) == 4
        if not fits or None in shapes[1][1:] or shapes[1][3] != 1:
            raise ValueError(
                f"{self.name}: expected two grey pictures (batch, height, width, 1) of one known "
                f"size, got {shapes}"
            )
        return shapes[1]


def _line(x: Any, y: Any, weight: Any) -> tuple[Any, Any]:
    """Gain and offset ``(batch, 1, 1)`` of ``y ~ gain * x + offset``."""
    count = _total(weight)
    mean_x, mean_y = _total(weight * x) / count, _total(weight * y) / count
    apart = weight * (x - mean_x)
    spread = _total(apart * (x - mean_x))
    contrast = spread > count
    safe = ops.where(contrast, spread, ops.ones_like(spread))
    gain = ops.where(contrast, _total(apart * (y - mean_y)) / safe, ops.ones_like(spread))
    return gain, mean_y - gain * mean_x


def _smaller_half(values: Any) -> Any:
    """1 where a value is no larger than the median of its picture, else 0.

    The median is closed in by counting: sorting so many values takes several times as long.
    """
    half = (values.shape[1] * values.shape[2] + 1) // 2
    high = ops.max(values, axis=(1, 2), keepdims=True)
    low = ops.zeros_like(high)
    for _ in range(_HALVINGS):
        middle = 0.5 * (low + high)
        enough = _total(ops.cast(values <= middle, values.dtype)) >= half
        low, high = ops.where(enough, low, middle), ops.where(enough, middle, high)
    return ops.cast(values <= high, values.dtype)


def _total(values: Any) -> Any:
    """Sum of each picture, ``(batch, 1, 1)``.

    Row by row: one sum of so many float32 would lose three digits, and move the picture by some
    hundredths of a grey level; sums of whole grey levels are exact in this way.
    """
    return ops.sum(ops.sum(values, axis=2, keepdims=True), axis=1, keepdims=True)
