"""Structural similarity, averaged over pictures."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
from keras import ops

from ferkeras.metrics._picture_metric import PictureMetric

_RADIUS, _SIGMA = 5, 1.5
_K1, _K2 = 0.01, 0.03


@keras.saving.register_keras_serializable("ferkeras")
class SSIM(PictureMetric):
    """Structural similarity of Wang et al. 2004 (Eq. 13), of each picture, then averaged.

    Means, variances and covariance in windows of 11x11 pixels, weighed by a Gaussian of sigma 1.5;
    C1 = (0.01 max_value)^2, C2 = (0.03 max_value)^2. Averaged over all windows that lie within the
    picture, and over its channels. Equal to scikit-image's ``structural_similarity`` with
    ``gaussian_weights=True, sigma=1.5, use_sample_covariance=False``. ``result()`` is in -1..1.

    Arguments, shapes and errors: see `ferkeras.metrics._picture_metric.PictureMetric`:
    ``max_value=255``, ``luminance=False``, ``crop=0``; pictures of at least 11x11 pixels.
    """

    def scores(self, y_true: Any, y_pred: Any) -> Any:
        """SSIM of each picture, ``(batch,)``."""
        sides = tuple(y_true.shape[1:3])
        if any(side is not None and side < 2 * _RADIUS + 1 for side in sides):
            raise ValueError(f"{self.name}: pictures of {sides} pixels; 11x11 are needed")
        # Around the middle of the range, so that squares of large numbers do not cancel.
        middle = self.max_value / 2
        x, y = y_true - middle, y_pred - middle
        mean_x, mean_y = _blur(x), _blur(y)
        var_x = _blur(x * x) - mean_x * mean_x
        var_y = _blur(y * y) - mean_y * mean_y
        covariance = _blur(x * y) - mean_x * mean_y
        mean_x, mean_y = mean_x + middle, mean_y + middle
        c1, c2 = (_K1 * self.max_value) ** 2, (_K2 * self.max_value) ** 2
        above = (2 * mean_x * mean_y + c1) * (2 * covariance + c2)
        below = (mean_x * mean_x + mean_y * mean_y + c1) * (var_x + var_y + c2)
        return ops.mean(above / below, axis=(1, 2, 3))


def _blur(maps: Any) -> Any:
    """Weighted mean in each window that lies within: both sides shrink by 10."""
    weights = np.exp(-0.5 * (np.arange(-_RADIUS, _RADIUS + 1) / _SIGMA) ** 2)
    weights = np.repeat((weights / weights.sum())[:, None], maps.shape[-1], axis=1)
    for shape in ((-1, 1), (1, -1)):
        kernel = ops.convert_to_tensor(weights.reshape(*shape, maps.shape[-1], 1), maps.dtype)
        maps = ops.depthwise_conv(maps, kernel, padding="valid", data_format="channels_last")
    return maps
