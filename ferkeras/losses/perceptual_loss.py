"""Pictures are alike when a network trained on photographs sees the same in them."""

from __future__ import annotations

import os
import warnings
from typing import Any

import keras
from keras import ops

from ferkeras.errors import ModelFileError
from ferkeras.losses._vgg19 import LAYERS, MEAN, vgg19_features


@keras.saving.register_keras_serializable("ferkeras")
class PerceptualLoss(keras.losses.Loss):
    """``mean |F(x) - F(y)|``, F a convolution of VGG19 before its ReLU: Wang et al. 2018 (ESRGAN).

    Section 3.3: features before the activation, since after it nearly all are zero in a deep
    network and the brightness drifts. The weights of keras.applications are those of the VGG group,
    which take BGR with ImageNet's mean subtracted; the paper's program has PyTorch's, trained anew
    on another scale, so weights of this loss cannot be compared digit by digit.

    Args:
        layer: ``"conv5_4"`` (the paper's), or another of VGG19's, ``"conv<block>_<number>"``.
        weights: ``"imagenet"`` (downloaded by keras.applications, once), the path of a file that
            ``keras.applications.VGG19(include_top=False)`` takes, or ``"random"`` (He et al.,
            the same in every run on one backend).
        fallback: None: weights that cannot be had are an error. ``"pixels"``: then the loss is
            ``mean |x - y|`` of the pixels, a warning says so, and `features` is None.

    ``y_true``, ``y_pred``: ``(batch, height, width, 3)``, RGB, values 0..255. Both sides at least
    16 pixels for ``conv5_4``. Computed in float32.

    Raises:
        ValueError: an unknown layer or fallback, or pictures of another shape.
        ModelFileError: weights that cannot be had, and no fallback.
    """

    def __init__(
        self,
        layer: str = "conv5_4",
        weights: str | os.PathLike[str] = "imagenet",
        fallback: str | None = None,
        reduction: str = "sum_over_batch_size",
        name: str = "perceptual_loss",
        dtype: Any = "float32",
    ) -> None:
        super().__init__(name=name, reduction=reduction, dtype=dtype)
        if layer not in LAYERS:
            raise ValueError(f"layer is {layer!r}, expected one of {', '.join(LAYERS)}")
        if fallback not in (None, "pixels"):
            raise ValueError(f"fallback is {fallback!r}, expected None or 'pixels'")
        self.layer = layer
        self.weights = os.fspath(weights)
        self.fallback = fallback
        self.features: keras.Model | None = None
        try:
            self.features = vgg19_features(layer, self.weights)
        except ModelFileError as error:
            if fallback is None:
                raise
            warnings.warn(
                f"{name} compares pixels, not features of VGG19: {error}", UserWarning, stacklevel=2
            )

    def call(self, y_true: Any, y_pred: Any) -> Any:
        """Loss of each picture, ``(batch,)``."""
        for pictures in (y_true, y_pred):
            if len(pictures.shape) != 4 or pictures.shape[-1] != len(MEAN):
                raise ValueError(
                    f"{self.name}: expected RGB pictures (batch, height, width, 3), got "
                    f"{tuple(pictures.shape)}"
                )
        if self.features is not None:
            y_true, y_pred = self.features(y_true), self.features(y_pred)
        return ops.mean(ops.abs(y_true - y_pred), axis=(1, 2, 3))

    def get_config(self) -> dict[str, Any]:
        """Constructor arguments."""
        return {
            **super().get_config(),
            "layer": self.layer,
            "weights": self.weights,
            "fallback": self.fallback,
        }
