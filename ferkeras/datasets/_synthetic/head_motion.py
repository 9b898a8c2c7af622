"""How a head that is held still moves: a smooth random walk of its pose."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ferkeras.datasets._synthetic.recording import Pose

_SLOWEST, _FASTEST, _WAVES = 0.15, 6.0, 7  # Hz, Hz, waves of each direction


@dataclass(frozen=True)
class Sway:
    """Sums of sine waves with amplitudes that fall as 1/frequency, like those of a random walk.

    Attributes:
        frequency, phase: ``(5, waves)`` in Hz and radians, of yaw, pitch, roll, x and y.
        amplitude: ``(5, waves)`` in degrees, then in face units.
    """

    frequency: NDArray[np.float64]
    phase: NDArray[np.float64]
    amplitude: NDArray[np.float64]

    def moved(self, pose: Pose, seconds: float, share: float = 1.0) -> Pose:
        """The pose at this time; ``share`` scales the movement."""
        waves = np.sin(2 * np.pi * self.frequency * seconds + self.phase)
        yaw, pitch, roll, x, y = (share * (self.amplitude * waves).sum(1)).tolist()
        return replace(
            pose,
            yaw=pose.yaw + yaw,
            pitch=pose.pitch + pitch,
            roll=pose.roll + roll,
            x=pose.x + x * pose.scale,
            y=pose.y + y * pose.scale,
        )


def sample_sway(random: np.random.Generator) -> Sway:
    """The sway of one clip.

    The speeds' root mean squares are 0.15-0.8 degrees and 0.012-0.05 face units a second, which is
    at 65 pixels a face unit 0.1-0.5 pixels in 0.15 seconds.
    """
    borders = np.geomspace(_SLOWEST, _FASTEST, _WAVES + 1)
    frequency = random.uniform(borders[:-1], borders[1:], (5, _WAVES))
    turn = np.exp(random.uniform(*np.log((0.15, 0.8))))
    shift = np.exp(random.uniform(*np.log((0.012, 0.05))))
    speed = np.array([turn] * 3 + [shift] * 2)[:, None] * np.exp(random.normal(0, 0.3, (5, 1)))
    amplitude = speed * np.sqrt(2 / _WAVES) / (2 * np.pi * frequency)
    return Sway(frequency, random.uniform(0, 2 * np.pi, (5, _WAVES)), amplitude)
