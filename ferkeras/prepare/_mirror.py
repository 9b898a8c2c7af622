"""The mirror image of a model's input."""

from __future__ import annotations

import numpy as np

from ferkeras.detect.point_schemes import scheme_of
from ferkeras.types import FloatArray, InputSpec


def mirror(batch: FloatArray, spec: InputSpec) -> FloatArray:
    """What the inputs of a batch would be for mirrored faces.

    Mirrored movement to the left is movement to the right, so u changes its sign as well, which is
    ``255 - u`` for both normalisations. HTNet's four regions are mirrored as one picture: their
    layout is symmetric. Landmarks of the left and the right change places as well.

    Args:
        batch: float32 ``(batch, *spec.shape)``, values 0..255.
        spec: whether these are pictures, movements or landmarks.

    Raises:
        FaceError: landmarks of an unknown scheme.
    """
    if spec.takes_landmarks:
        points = batch[:, scheme_of(batch.shape[1]).mirror]
        points[..., 0] = 255 - points[..., 0]
        return points
    mirrored = np.ascontiguousarray(batch[:, :, ::-1])
    if spec.takes_clips:
        mirrored[..., 0] = 255 - mirrored[..., 0]
    return mirrored
