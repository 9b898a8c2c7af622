"""The mirror image of a model's input."""

from __future__ import annotations

import numpy as np

from ferkeras.types import FloatArray, InputSpec


def mirror(batch: FloatArray, spec: InputSpec) -> FloatArray:
    """What the inputs of a batch would be for mirrored faces.

    Mirrored movement to the left is movement to the right, so u changes its sign as well, which is
    ``255 - u`` for both normalisations. HTNet's four regions are mirrored as one picture: their
    layout is symmetric.

    Args:
        batch: float32 ``(batch, *spec.shape)``, values 0..255.
        spec: whether these are pictures or movements.
    """
    mirrored = np.ascontiguousarray(batch[:, :, ::-1])
    if spec.takes_clips:
        mirrored[..., 0] = 255 - mirrored[..., 0]
    return mirrored
