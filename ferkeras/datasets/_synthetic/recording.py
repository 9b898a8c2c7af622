"""One recording of a person: what is performed, and under which light, pose and camera."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ferkeras.datasets._synthetic.action_units import EXPRESSIONS, sample_intensities
from ferkeras.datasets._synthetic.light import Light, sample_light
from ferkeras.datasets._synthetic.seeds import FRAME, RECORDING, stream

MAX_ANGLE = 10.0
"""Largest yaw, pitch and roll, in degrees."""


@dataclass(frozen=True)
class Pose:
    """Where the head is.

    Attributes:
        yaw, pitch, roll: degrees, at most `MAX_ANGLE`. Positive yaw turns to the picture's right,
            positive pitch looks down, positive roll turns clockwise.
        x, y: the face's origin, as a share of the picture's side.
        scale: one face unit as a share of the picture's side.
    """

    yaw: float
    pitch: float
    roll: float
    x: float
    y: float
    scale: float


@dataclass(frozen=True)
class Shot:
    """Everything but the person that one picture shows.

    Attributes:
        action_units: ``(action units,)`` intensities in 0..1.
        gaze: ``(2,)`` where the eyes look, in iris radii from straight ahead.
        noise: standard deviation of the sensor's noise, grey levels.
        backdrop: ``(6, 6, 3)`` coarse colours of the background, 0..255.
        grain: seed of the sensor's noise.
    """

    action_units: NDArray[np.float64]
    pose: Pose
    light: Light
    gaze: NDArray[np.float64]
    noise: float
    backdrop: NDArray[np.float64]
    grain: int


def sample_backdrop(random: np.random.Generator) -> NDArray[np.float64]:
    """Coarse colours ``(6, 6, 3)`` of a background, 0..255."""
    base = random.uniform(40, 215) + random.normal(0, 14, 3)
    slope = np.linspace(-1, 1, 6)[:, None] * random.normal(0, 12)
    patches = random.normal(0, random.uniform(2, 22), (6, 6, 1)) + random.normal(0, 5, (6, 6, 3))
    return np.asarray(np.clip(base + slope[..., None] + patches, 5, 250))


def sample_shot(seed: int, subject: int, label: str, sequence: int, frame: int) -> Shot:
    """What frame ``frame`` of a recording shows: the recording's apex and a little movement.

    All frames of a recording share its light, background and performance; each differs from the
    next by a fraction of a degree, a fraction of a pixel and fresh sensor noise.
    """
    key = (subject, EXPRESSIONS.index(label), sequence)
    random = stream(seed, RECORDING, *key)
    angles = np.clip(random.normal(0.0, 4.5, 3), -0.9 * MAX_ANGLE, 0.9 * MAX_ANGLE)
    yaw, pitch, roll = angles.tolist()
    pose = Pose(
        yaw=yaw,
        pitch=pitch,
        roll=roll,
        x=0.5 + random.uniform(-0.035, 0.035),
        y=0.54 + random.uniform(-0.03, 0.03),
        scale=random.uniform(0.225, 0.27),
    )
    shot = Shot(
        action_units=sample_intensities(label, random),
        pose=pose,
        light=sample_light(random),
        gaze=random.normal(0.0, 0.15, 2),
        noise=random.uniform(1.0, 5.0),
        backdrop=sample_backdrop(random),
        grain=0,
    )
    return _jitter(shot, stream(seed, FRAME, *key, frame))


def _jitter(shot: Shot, random: np.random.Generator) -> Shot:
    units = shot.action_units
    moved = units * (1 + random.normal(0.0, 0.04, units.shape))
    turn = np.clip(random.normal(0.0, 0.35, 3), -1.0, 1.0)
    shift = random.normal(0.0, 0.002, 2)
    pose = shot.pose
    return replace(
        shot,
        action_units=np.clip(moved, 0.0, 1.0),
        pose=replace(
            pose,
            yaw=pose.yaw + float(turn[0]),
            pitch=pose.pitch + float(turn[1]),
            roll=pose.roll + float(turn[2]),
            x=pose.x + float(shift[0]),
            y=pose.y + float(shift[1]),
        ),
        gaze=shot.gaze + random.normal(0.0, 0.03, 2),
        grain=int(random.integers(2**31)),
    )
