"""Lamps on the mains: light that swings at twice the mains' frequency, seen frame by frame."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Flicker:
    """Brightness over time.

    Attributes:
        depth: how far the brightness swings, as a share of its mean.
        frequency: of the light in Hz, twice the mains'. Sampled by a camera it shows up at another
            frequency: at 200 frames/s light of 100 Hz is brighter and darker in turn.
        phase: radians.
    """

    depth: float
    frequency: float
    phase: float

    def gain(self, seconds: float) -> float:
        """Factor of the brightness, ``1 + depth cos(2 pi f t + phase)``."""
        return 1 + self.depth * math.cos(2 * math.pi * self.frequency * seconds + self.phase)


def sample_flicker(random: np.random.Generator) -> Flicker:
    """Mains of 50 or 60 Hz, a little off; up to 2 % of the brightness."""
    mains = float(random.choice((50.0, 60.0))) + random.normal(0.0, 0.03)
    return Flicker(random.uniform(0.0, 0.02), 2 * mains, random.uniform(0, 2 * np.pi))
