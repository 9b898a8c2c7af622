"""Action units and pose -> points in the picture; continuous in both."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ferkeras.datasets._synthetic.action_units import DISPLACEMENTS
from ferkeras.datasets._synthetic.identity import Identity
from ferkeras.datasets._synthetic.mean_face import LANDMARKS
from ferkeras.datasets._synthetic.recording import Pose

_RIGHT = np.clip((LANDMARKS[:, 0] + 0.05) / 0.1, 0, 1)[:, None]  # 0 left, 1 right, half in between

# Upper and lower points that must not pass each other: eyelids, then inner lips.
_UPPER = np.array([37, 38, 43, 44, 61, 62, 63])
_LOWER = np.array([41, 40, 47, 46, 67, 66, 65])
_SMALLEST_GAP = np.array([0.02] * 4 + [0.004] * 3)


def perform(identity: Identity, action_units: NDArray[np.float64]) -> NDArray[np.float64]:
    """The person's anchors ``(92, 3)`` in face units with these action units (intensity 0..1)."""
    strength = action_units[:, None] * identity.gains
    left = np.tensordot(strength[:, 0], DISPLACEMENTS, axes=1)
    right = np.tensordot(strength[:, 1], DISPLACEMENTS, axes=1)
    shape = identity.shape.copy()
    shape[:68, :2] += left * (1 - _RIGHT) + right * _RIGHT
    gap = shape[_LOWER, 1] - shape[_UPPER, 1]
    apart = np.maximum(_SMALLEST_GAP - gap, 0.0) / 2
    shape[_UPPER, 1] -= apart
    shape[_LOWER, 1] += apart
    return shape


def project(points: NDArray[np.float64], pose: Pose, size: int) -> NDArray[np.float64]:
    """Turn the head and look at it from far away (weak perspective).

    Args:
        points: ``(n, 3)`` in face units.
        pose: where the head is.
        size: the picture's side in pixels.

    Returns:
        ``(n, 2)`` points in pixels, the centre of the top left pixel at (0, 0).
    """
    yaw, pitch, roll = np.radians([pose.yaw, pose.pitch, pose.roll])
    x, y, z = points.T
    z = z + 0.5  # the neck's axis lies behind the face
    x, z = x * np.cos(yaw) + z * np.sin(yaw), z * np.cos(yaw) - x * np.sin(yaw)
    y = y * np.cos(pitch) + z * np.sin(pitch)
    turned = np.stack([x * np.cos(roll) - y * np.sin(roll), x * np.sin(roll) + y * np.cos(roll)], 1)
    return (turned * pose.scale + (pose.x, pose.y)) * size - 0.5
