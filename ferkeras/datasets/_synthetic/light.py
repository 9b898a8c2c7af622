"""The light that falls on a face."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Light:
    """One soft lamp and the light of the room.

    Attributes:
        direction: ``(3,)`` unit vector from the face to the lamp: x right, y down, z to the viewer.
        lamp, ambient: ``(3,)`` RGB strength; 1 leaves a colour as it is.
    """

    direction: NDArray[np.float64]
    lamp: NDArray[np.float64]
    ambient: NDArray[np.float64]


def sample_light(random: np.random.Generator) -> Light:
    """Light of one recording: from the front or a side, mostly from above, a little coloured."""
    side, height = random.uniform(-0.75, 0.75), random.uniform(-0.7, 0.1)
    direction = np.array([side, height, 1.0])
    tint = 1 + random.uniform(-0.06, 0.06) * np.array([1.0, 0.1, -1.0])
    room = 1 + random.uniform(-0.05, 0.05) * np.array([1.0, 0.0, -1.0])
    exposure = random.uniform(0.86, 1.12)
    share = random.uniform(0.45, 0.75)
    return Light(
        direction=direction / np.linalg.norm(direction),
        lamp=1.14 * exposure * share * tint,
        ambient=exposure * (1 - share) * room,
    )
