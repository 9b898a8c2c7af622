"""The head's own motion taken out of a flow, inside a model."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
from keras import ops

from ferkeras.layers._planes import PlanarLayer, channel_planes, check_flow_shape
from ferkeras.layers._similarity_fit import fit_similarity

_POINTS = 40  # points of the sub-grid along the longer side


@keras.saving.register_keras_serializable("ferkeras")
class HeadMotionRemoval(PlanarLayer):
    """Take out of a flow the shift, turn and growth that most of the face shares.

    As `ferkeras.flow.remove_head_motion` does: a similarity is fitted to a sub-grid of the flow by
    iteratively reweighted least squares with Tukey's biweight (Holland, Welsch 1977, "Robust
    regression using iteratively reweighted least-squares"), from a start by least absolute
    deviations, so that an expression, which moves a part of the face, does not pull it.

    Input and output shape: float32 ``(batch, height, width, 2)``, in pixels, of a known size.

    Raises:
        ValueError: another shape.
    """

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        """Check the shape; there are no weights to learn."""
        self.compute_output_shape(input_shape)

    def call(self, inputs: Any) -> Any:
        """Fit and subtract."""
        u, v = channel_planes(self.exact(inputs))
        height, width = u.shape[1:]
        step = max(1, -(-max(height, width) // _POINTS))
        across, down = (np.arange(side)[step // 2 :: step] for side in (width, height))
        places = np.meshgrid(across - across.mean(), down - down.mean())
        x, y = (self.exact(place.ravel()) for place in places)
        some_u, some_v = (
            ops.reshape(one[:, step // 2 :: step, step // 2 :: step], (-1, x.shape[0]))
            for one in (u, v)
        )
        fit = fit_similarity(some_u, some_v, x, y)
        fit = type(fit)(*(ops.expand_dims(one, 2) for one in fit))
        column = self.exact((np.arange(height) - down.mean())[:, None])
        right, below = fit.at(self.exact(np.arange(width) - across.mean()), column)
        return ops.stack([u - right, v - below], axis=3)

    def compute_output_shape(self, input_shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
        """The input's shape."""
        check_flow_shape(self.name, input_shape)
        return tuple(input_shape)
