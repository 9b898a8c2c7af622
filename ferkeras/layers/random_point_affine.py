"""Random flip, rotation, scale and shift of the places of landmarks."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import keras
from keras import ops

from ferkeras.layers._checks import check_positive
from ferkeras.layers._random_layer import RandomLayer, check_finite, check_scale, check_share


@keras.saving.register_keras_serializable("ferkeras")
class RandomPointAffine(RandomLayer):
    """Flip, rotate, scale and shift the landmarks of each face at random, while training.

    With c the middle of the frame, a the angle, z the zoom and t the shift, a point p goes to
    ``c + z R(a) F (p - c) + t``; F mirrors x in the share ``flip`` of faces. There the points
    change their numbers too: in a mirrored face the left eye is where the right one was. All draws
    are a face's own; without ``training=True`` the input passes unchanged.

    Args:
        mirror: number of the point that each point becomes in a mirrored face, see
            `ferkeras.detect.point_schemes`; None allows no flip.
        flip: share of faces mirrored left to right, 0..1.
        rotation: largest angle in degrees, either way (uniform).
        scale: ``(smallest, largest)`` zoom factor, drawn log-uniformly; 2 makes a face twice as
            large.
        shift: largest shift as a share of the frame's side, each way and axis (uniform).
        side: of the frame, in the units of the points.
        seed: an integer, or a `keras.random.SeedGenerator`.

    Input and output shape: ``(batch, points, 2)``, (x, y) in 0..side. Points that leave the frame
    are not clipped here.

    Raises:
        ValueError: a share outside 0..1, a scale that is not ``0 < smallest <= largest``, NaN or
            infinity anywhere, a side of 0 or less, a flip without ``mirror``, or a mirror image
            that does not lead back.
    """

    def __init__(
        self,
        mirror: Sequence[int] | None = None,
        flip: float = 0.0,
        rotation: float = 0.0,
        scale: tuple[float, float] = (1.0, 1.0),
        shift: float = 0.0,
        side: float = 255.0,
        seed: Any = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(seed, **kwargs)
        check_share("flip", flip)
        check_finite("rotation", rotation)
        zoom = check_scale(scale)
        check_share("shift", shift)
        check_positive("side", side)
        if flip and mirror is None:
            raise ValueError(f"flip is {flip}, but no mirror= says which points change places")
        there = None if mirror is None else [int(point) for point in mirror]
        count = len(there or [])
        if there is not None and any(
            not 0 <= other < count or there[other] != point for point, other in enumerate(there)
        ):
            raise ValueError(f"mirror is {there}: mirrored twice, a point is not itself again")
        self.mirror = there
        self.flip = flip
        self.rotation = rotation
        self.scale = zoom
        self.shift = shift
        self.side = side

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        """Check the number of points."""
        points = None if self.mirror is None else len(self.mirror)
        fits = len(input_shape) == 3 and input_shape[2] == 2
        if not fits or points not in (None, input_shape[1]):
            raise ValueError(
                f"the input has shape {input_shape}, expected (batch, {points or 'points'}, 2)"
            )

    def call(self, inputs: Any, training: bool = False) -> Any:
        """Transform the batch."""
        if not training:
            return inputs
        shape = (ops.shape(inputs)[0], 1)

        def draw(low: float, high: float) -> Any:
            return keras.random.uniform(shape, low, high, dtype="float32", seed=self.generator)

        chosen = draw(0.0, 1.0) < self.flip
        angle = draw(-1.0, 1.0) * math.radians(self.rotation)
        zoom = ops.exp(draw(math.log(self.scale[0]), math.log(self.scale[1]) + 1e-9))
        right, down = (draw(-1.0, 1.0) * self.shift * self.side for _ in range(2))
        middle = self.side / 2
        points = ops.cast(inputs, "float32") - middle
        if self.flip:
            mirrored = ops.take(points, ops.convert_to_tensor(self.mirror, "int32"), axis=1)
            mirrored = mirrored * ops.convert_to_tensor([-1.0, 1.0])
            points = ops.where(chosen[..., None], mirrored, points)
        x, y = points[..., 0], points[..., 1]
        cosine, sine = zoom * ops.cos(angle), zoom * ops.sin(angle)
        moved = ops.stack(
            [cosine * x - sine * y + right + middle, sine * x + cosine * y + down + middle], axis=-1
        )
        return ops.cast(moved, inputs.dtype)

    def get_config(self) -> dict[str, Any]:
        """Constructor arguments."""
        return {
            **super().get_config(),
            "mirror": self.mirror,
            "flip": self.flip,
            "rotation": self.rotation,
            "scale": self.scale,
            "shift": self.shift,
            "side": self.side,
        }
