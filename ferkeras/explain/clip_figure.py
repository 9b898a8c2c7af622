"""What was recognised in a clip, as one picture: faces, flow, strain, course and probabilities."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from ferkeras.errors import FerkerasError
from ferkeras.explain.bars import GREY, INK, draw_bars
from ferkeras.explain.clip_panels import (
    draw_face,
    draw_flow,
    draw_frame,
    draw_regions,
    draw_strain,
)
from ferkeras.prepare import ClipMotion
from ferkeras.types import InputSpec, Picture

# Colour, on which side of its line the name stands, and how high: onset and apex may be close.
_MARKS: Mapping[str, tuple[str, str, float]] = {
    "onset": ("#2563eb", "right", 1.02),
    "apex": ("#c62828", "center", 1.1),
    "offset": ("#4e7d1e", "left", 1.02),
}


class RecognisedClip(Protocol):
    """What is drawn: a `ferkeras.recognizer.ClipResult`, or anything with these attributes."""

    @property
    def source(self) -> str:
        """Path or name."""

    @property
    def fps(self) -> float:
        """Frames per second; 0 where not known."""

    @property
    def frames(self) -> int:
        """How many there are."""

    @property
    def onset(self) -> int:
        """Number of a frame."""

    @property
    def apex(self) -> int:
        """Number of a frame."""

    @property
    def offset(self) -> int | None:
        """Number of a frame, where known."""

    @property
    def box(self) -> tuple[float, float, float, float]:
        """The face, in ``frame``."""

    @property
    def label(self) -> str:
        """Class name."""

    @property
    def probabilities(self) -> Mapping[str, float]:
        """Class name -> probability."""

    @property
    def motion(self) -> float:
        """Strength of the movement in percent of the face's side."""

    @property
    def notes(self) -> tuple[str, ...]:
        """What a user should know."""

    @property
    def analysis(self) -> ClipMotion | None:
        """The movement."""

    @property
    def first_frame(self) -> int:
        """Number of the frame that the analysis calls 0."""

    @property
    def frame(self) -> Picture | None:
        """The whole onset frame, where it was kept."""


def clip_figure(clip: RecognisedClip, spec: InputSpec) -> Picture:
    """One picture of a recognised clip.

    Above: the registered face at the onset and at the apex, with landmarks and the regions that the
    model sees; the flow between them, hue for direction; optical strain. Below: the whole onset
    frame, the curve over time of the difference from the onset (from the first frame, where the
    onset is estimated), and the probabilities.

    Args:
        clip: with its ``analysis``.
        spec: what the model takes.

    Returns:
        uint8 RGB, about 1300x800.

    Raises:
        FerkerasError: a result without analysis.
    """
    canvas = FigureCanvasAgg(lay_out(clip, spec))
    canvas.draw()  # type: ignore[no-untyped-call]
    return np.asarray(canvas.buffer_rgba())[..., :3].copy()  # type: ignore[no-untyped-call]


def lay_out(clip: RecognisedClip, spec: InputSpec) -> Figure:
    """The figure of `clip_figure`, not drawn yet."""
    motion = clip.analysis
    if motion is None:
        raise FerkerasError(f"{clip.source}: a result without its analysis cannot be drawn")
    figure = Figure(figsize=(13, 7.6), dpi=100, layout="constrained")
    name = textwrap.shorten(Path(clip.source).name, 80, placeholder="…") or "clip"
    heading = f"{name}: {clip.label} {clip.probabilities[clip.label]:.0%}"
    figure.suptitle(heading, color=INK, fontsize=13, parse_math=False)
    grid = figure.add_gridspec(2, 4)
    above = [figure.add_subplot(grid[0, column]) for column in range(4)]
    draw_face(above[0], motion.onset_face, f"onset, frame {clip.onset}")
    draw_face(above[1], motion.apex_face, f"apex, frame {clip.apex}")
    draw_regions(above[1], motion, spec)
    draw_flow(above[2], motion)
    draw_strain(above[3], motion)
    if clip.frame is not None:
        title = f"frame {clip.onset}, face of {clip.box[2]:.0f} px"
        draw_frame(figure.add_subplot(grid[1, 0]), clip.frame, clip.box, title)
    first = 0 if clip.frame is None else 1
    _draw_curve(figure.add_subplot(grid[1, first:3]), clip, motion)
    draw_bars(figure.add_subplot(grid[1, 3]), clip.probabilities, clip.label)
    lines = [f"movement: {clip.motion:.2f} % of the face's side", *clip.notes]
    text = textwrap.fill(";  ".join(lines), 180)
    figure.supxlabel(text, color=GREY, fontsize=9, parse_math=False)
    return figure


def _draw_curve(axes: Axes, clip: RecognisedClip, motion: ClipMotion) -> None:
    """How much each frame differs from one frame, with onset, apex and offset marked.

    An estimated onset is read off the curve, so the curve counts from the first frame.
    """
    title = f"difference from the onset, frame {clip.onset}"
    if motion.onset_estimated:
        title = f"difference from the first frame, {clip.first_frame}; onset estimated from it"
    if motion.curve is None:
        title = "apex annotated: no curve was computed"
    axes.set_title(title, color=INK, fontsize=10, pad=34)
    frames = clip.first_frame + np.arange(clip.frames)
    if motion.curve is None:
        axes.set_yticks([])
    else:
        axes.plot(frames, motion.curve, color=INK, linewidth=1.5)  # NaN leaves gaps
        axes.set_ylim(bottom=min(0.0, float(np.nanmin(motion.curve))))
    for name, (colour, side, height) in _MARKS.items():
        frame = getattr(clip, name)
        if frame is None:
            continue
        axes.axvline(frame, color=colour, linewidth=1.5, linestyle="--")
        time = f" ({frame / clip.fps:.2f} s)" if clip.fps else ""
        text = f"{name} {frame}{time}"
        across = axes.get_xaxis_transform()
        axes.text(frame, height, text, color=colour, fontsize=9, ha=side, transform=across)
    margin = 0.02 * clip.frames
    axes.set_xlim(frames[0] - margin, frames[-1] + margin)
    rate = f", {clip.fps:g} frames a second" if clip.fps else ""
    axes.set_xlabel(f"frame{rate}", color=GREY, fontsize=9)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.tick_params(colors=GREY, labelsize=8)
    for edge in ("top", "right"):
        axes.spines[edge].set_visible(False)
