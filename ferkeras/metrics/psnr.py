"""Peak signal-to-noise ratio, averaged over pictures."""

from __future__ import annotations

import math
from typing import Any

import keras
from keras import ops

from ferkeras.metrics._picture_metric import PictureMetric


@keras.saving.register_keras_serializable("ferkeras")
class PSNR(PictureMetric):
    """``10 log10(max_value^2 / MSE)`` in decibels, of each picture, then averaged.

    The MSE goes over all pixels and channels of a picture. Equal to the mean of scikit-image's
    ``peak_signal_noise_ratio``; it is never below the PSNR of the mean MSE. A picture equal to the
    true one has an infinite PSNR, and so has every mean that it is part of.

    Arguments, shapes and errors: see `ferkeras.metrics._picture_metric.PictureMetric`:
    ``max_value=255``, ``luminance=False``, ``crop=0``.

    Example:
        >>> metric = PSNR(crop=4)
        >>> metric.update_state(sharp, restored)   # (batch, height, width, 3), 0..255
    """

    def scores(self, y_true: Any, y_pred: Any) -> Any:
        """PSNR of each picture, ``(batch,)``."""
        error = ops.mean(ops.square((y_true - y_pred) / self.max_value), axis=(1, 2, 3))
        return -10.0 / math.log(10.0) * ops.log(error)
