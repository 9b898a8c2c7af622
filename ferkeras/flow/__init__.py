"""The movement between frames of a face: optical flow, optical strain, and where it is strongest.

``optical_flow(onset, apex, method="farneback")`` imports ``ferkeras/flow/farneback.py``; a new
method is a new file with a function ``flow(before, after, **settings)`` on two float32 grey
pictures. ``spot_apex`` does the same with the files in ``ferkeras/flow/spotters/``.
"""

from __future__ import annotations

from ferkeras.flow._channels import flow_channels, normalise
from ferkeras.flow._head_motion import remove_head_motion
from ferkeras.flow._optical_flow import available, optical_flow
from ferkeras.flow._pictures import draw_quiver, flow_to_rgb, strain_to_rgb
from ferkeras.flow._spotting import Spotting, spot_apex
from ferkeras.flow._strain import optical_strain

__all__ = [
    "Spotting",
    "available",
    "draw_quiver",
    "flow_channels",
    "flow_to_rgb",
    "normalise",
    "optical_flow",
    "optical_strain",
    "remove_head_motion",
    "spot_apex",
    "strain_to_rgb",
]
