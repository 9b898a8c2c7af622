"""The panels of a clip's picture that show the face: regions, flow, strain, the frame."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Circle, Rectangle

from ferkeras.explain.bars import INK
from ferkeras.explain.overlay import overlay
from ferkeras.flow import flow_to_rgb
from ferkeras.prepare import ClipMotion
from ferkeras.prepare.flow_regions import region_boxes
from ferkeras.types import Flow, InputSpec, Picture

_MARK = "#22d3ee"
_REGIONS = ("#22d3ee", "#facc15", "#f472b6", "#a3e635")
_ARROWS = 16  # along a side
_LONGEST = 0.09  # of the face's side: how long the strongest arrow is drawn


def draw_face(axes: Axes, face: Picture, title: str) -> None:
    """A picture without axes, under its title."""
    axes.imshow(face)
    axes.set_title(title, color=INK, fontsize=10)
    axes.set_axis_off()


def draw_regions(axes: Axes, motion: ClipMotion, spec: InputSpec) -> None:
    """The landmarks, and the regions of the face that the model sees where it sees regions."""
    if motion.landmarks is None:
        return
    side = motion.flow.shape[0]
    for point in motion.landmarks:
        axes.add_patch(Circle((point[0], point[1]), side / 75, color=_MARK, ec="black", lw=0.6))
    if spec.kind != "flow_regions":
        return
    scale = np.array([spec.width / side, spec.height / side], np.float32)
    points = np.asarray((motion.landmarks + 0.5) * scale - 0.5, np.float32)
    wide, high = spec.width // 2 / scale[0], spec.height // 2 / scale[1]
    boxes = region_boxes(points, spec.height, spec.width).values()
    for colour, (left, top) in zip(_REGIONS, boxes, strict=True):
        corner = (left / scale[0] - 0.5, top / scale[1] - 0.5)
        axes.add_patch(Rectangle(corner, wide, high, fill=False, ec="black", lw=2.4))
        axes.add_patch(Rectangle(corner, wide, high, fill=False, ec=colour, lw=1.4))


def draw_flow(axes: Axes, motion: ClipMotion) -> None:
    """Direction as hue and strength as colour over the grey face, with arrows and their wheel."""
    flow, side = motion.flow, motion.flow.shape[0]
    length = np.hypot(flow[..., 0], flow[..., 1])
    longest = float(length.max())
    grey = cv2.cvtColor(cv2.cvtColor(motion.apex_face, cv2.COLOR_RGB2GRAY), cv2.COLOR_GRAY2RGB)
    share = (0.75 * length / max(longest, 1e-6))[..., None]
    shown = np.rint(grey * (1 - share) + flow_to_rgb(flow) * share).astype(np.uint8)
    draw_face(axes, shown, f"flow, at most {longest:.2f} px of {side}")
    if longest > 0:
        step = side // _ARROWS
        at = np.arange(step // 2, side, step)
        some = cv2.blur(flow, (step, step))[at[:, None], at]  # of each cell the mean
        axes.quiver(
            *(at, at, some[..., 0], some[..., 1]),
            angles="xy",
            scale_units="xy",
            scale=longest / (_LONGEST * side),
            color="black",
            width=0.006,
        )
        axes.set_xlim(-0.5, side - 0.5)
        axes.set_ylim(side - 0.5, -0.5)
    wheel = axes.inset_axes((0.8, 0.0, 0.2, 0.2))
    wheel.imshow(_wheel(64))
    wheel.set_axis_off()


def draw_strain(axes: Axes, motion: ClipMotion) -> None:
    """Optical strain as heat over the face."""
    highest = float(motion.strain.max())
    heat = np.asarray(motion.strain / max(highest, 1e-9), np.float32)
    title = f"optical strain, 0 to {highest:.1%} (red)"
    draw_face(axes, overlay(motion.apex_face, heat), title)


def draw_frame(axes: Axes, frame: Picture, box: Sequence[float], title: str) -> None:
    """A whole frame with the box of the face in it."""
    draw_face(axes, frame, title)
    corner = (box[0] - 0.5, box[1] - 0.5)
    axes.add_patch(Rectangle(corner, box[2], box[3], fill=False, ec="black", lw=2.8))
    axes.add_patch(Rectangle(corner, box[2], box[3], fill=False, ec=_MARK, lw=1.4))


def _wheel(side: int) -> Picture:
    """What colour each direction has; strongest at the rim, white outside."""
    y, x = (np.indices((side, side)) - (side - 1) / 2) / ((side - 1) / 2)
    inside = np.hypot(x, y) <= 1
    field: Flow = (np.stack([x, y], axis=-1) * inside[..., None]).astype(np.float32)
    return np.where(inside[..., None], flow_to_rgb(field), 255).astype(np.uint8)
