"""Small, blurred pictures made of large, sharp ones on the fly."""

from __future__ import annotations

from typing import Any

import keras
from keras import ops

from ferkeras.layers._checks import check_count, known_channels
from ferkeras.layers._filters import gaussian_blur, median_blur
from ferkeras.layers._resampling import METHODS, resampling_weights

_SIZES = (0, 3, 5)


@keras.saving.register_keras_serializable("ferkeras")
class RandomDegradation(keras.layers.Layer):
    """Shrink, blur by a Gaussian, blur by a median: Mariyathas et al. 2025, "Image degradation".

    The same numbers as `ferkeras.media.degrade`, for a batch and on every Keras backend. Each
    picture gets its own draw of what is done to it. Without ``training=True`` nothing is drawn:
    steps of probability 1 are done, the others are not.

    Args:
        scale: how many times smaller each side becomes; 1: not smaller.
        method: ``"area"`` (mean of what a new pixel covers) or ``"bicubic"`` (Keys 1981 with
            a = -0.5, stretched to the new pixel's size, as Pillow does).
        gaussian: side of the Gaussian kernel, 3 or 5 (1-2-1 and 1-4-6-4-1); 0: none.
        gaussian_probability: share of pictures that get it, 0..1.
        median: side of the median's window, 3 or 5; 0: none.
        median_probability: share of pictures that get it, 0..1.
        seed: an integer, or a `keras.random.SeedGenerator`.

    Input shape: ``(batch, height, width, channels)``, values 0..255, height and width known and
    multiples of ``scale``. Output shape: ``(batch, height / scale, width / scale, channels)``,
    values 0..255, not rounded.

    Raises:
        ValueError: a setting out of range, or a size that is unknown or no multiple of ``scale``.
    """

    def __init__(
        self,
        scale: int = 4,
        method: str = "area",
        gaussian: int = 3,
        gaussian_probability: float = 1.0,
        median: int = 3,
        median_probability: float = 0.5,
        seed: Any = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(autocast=False, **kwargs)  # bfloat16 would round to whole grey levels
        check_count("scale", scale)
        if method not in METHODS:
            raise ValueError(f"method is {method!r}, expected one of {METHODS}")
        if gaussian not in _SIZES or median not in _SIZES:
            raise ValueError(f"gaussian is {gaussian!r} and median {median!r}; expected 0, 3 or 5")
        if not (0.0 <= gaussian_probability <= 1.0 and 0.0 <= median_probability <= 1.0):
            raise ValueError(
                f"gaussian_probability is {gaussian_probability} and median_probability "
                f"{median_probability}; expected 0..1"
            )
        self.scale = scale
        self.method = method
        self.gaussian = gaussian
        self.gaussian_probability = gaussian_probability
        self.median = median
        self.median_probability = median_probability
        self.seed = seed
        self.generator = (
            seed
            if isinstance(seed, keras.random.SeedGenerator)
            else keras.random.SeedGenerator(seed)
        )

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        """Check the size."""
        known_channels(self, input_shape)
        for side in input_shape[1:3]:
            if side is None or side % self.scale:
                raise ValueError(
                    f"{self.name}: pictures of {input_shape[1]}x{input_shape[2]} cannot be made "
                    f"{self.scale} times smaller; both sides must be known and multiples of it"
                )

    def call(self, inputs: Any, training: bool = False) -> Any:
        """Degrade the batch."""
        pictures = ops.cast(inputs, "float32")
        if self.scale > 1:
            for axis, equation in ((1, "oh,bhwc->bowc"), (2, "ow,bhwc->bhoc")):
                side = inputs.shape[axis]
                weights = resampling_weights(side, side // self.scale, self.method)
                pictures = ops.einsum(equation, ops.convert_to_tensor(weights), pictures)
            pictures = ops.clip(pictures, 0.0, 255.0)  # a cubic kernel overshoots at edges
        for size, blur, probability in (
            (self.gaussian, gaussian_blur, self.gaussian_probability),
            (self.median, median_blur, self.median_probability),
        ):
            if size:
                blurred = blur(pictures, size)
                pictures = self._perhaps(pictures, blurred, probability, training)
        return ops.cast(pictures, inputs.dtype)

    def _perhaps(self, before: Any, after: Any, probability: float, training: bool) -> Any:
        if probability in (0.0, 1.0) or not training:
            return after if probability == 1.0 else before
        shape = (ops.shape(before)[0], 1, 1, 1)
        drawn = keras.random.uniform(shape, dtype="float32", seed=self.generator)
        return ops.where(drawn < probability, after, before)

    def compute_output_shape(self, input_shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
        """``(batch, height / scale, width / scale, channels)``."""
        batch, height, width, channels = input_shape
        smaller = (None if side is None else side // self.scale for side in (height, width))
        return (batch, *smaller, channels)

    def get_config(self) -> dict[str, Any]:
        """Constructor arguments."""
        return {
            **super().get_config(),
            "scale": self.scale,
            "method": self.method,
            "gaussian": self.gaussian,
            "gaussian_probability": self.gaussian_probability,
            "median": self.median,
            "median_probability": self.median_probability,
            "seed": self.seed,
        }
