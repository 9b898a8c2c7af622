"""The movement of the whole face: u, v and optical strain at the model's size."""

from __future__ import annotations

from ferkeras.types import FloatArray, InputSpec


def compose(channels: FloatArray, landmarks: FloatArray | None, spec: InputSpec) -> FloatArray:
    """The channels as they are.

    Args:
        channels: float32 ``spec.shape``, values 0..255.
        landmarks: not used.
        spec: not used.
    """
    return channels
