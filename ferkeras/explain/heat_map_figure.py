"""Lay out heat-map pictures with their titles, the class probabilities and a colour bar."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.cm import ScalarMappable
from matplotlib.figure import Figure

from ferkeras.explain.bars import GREY, INK, draw_bars
from ferkeras.explain.panel import Panel
from ferkeras.types import Picture

_COLUMNS, _ONE_ROW = 4, 5  # so many pictures still stand in one row


def heat_map_figure(
    heading: str, panels: Sequence[Panel], probabilities: Mapping[str, float], label: str
) -> Picture:
    """One picture: panels in rows of four or one of five, probabilities in the second place.

    Args:
        heading: stands over all.
        panels: ``(title, picture)``; the first is the face itself.
        probabilities: class to probability.
        label: the class that is explained; its bar is marked.

    Returns:
        uint8 RGB.
    """
    count = len(panels) + 1
    columns = count if count <= _ONE_ROW else _COLUMNS
    rows = -(-count // columns)
    figure = Figure(figsize=(3.1 * columns, 3.4 * rows + 0.6), dpi=100, layout="constrained")
    canvas = FigureCanvasAgg(figure)
    figure.suptitle(heading, color=INK, fontsize=13, parse_math=False)
    axes = figure.subplots(rows, columns, squeeze=False).ravel()
    places = [axes[0], *axes[2:]]
    for place in places:
        place.set_axis_off()
    for place, (title, picture) in zip(places, panels, strict=False):
        place.imshow(picture, interpolation="antialiased")
        place.set_title(title, color=INK, fontsize=10)
    draw_bars(axes[1], probabilities, label)
    bar = figure.colorbar(
        ScalarMappable(cmap="turbo"), ax=list(axes), fraction=0.025, pad=0.01, ticks=[0, 1]
    )
    bar.ax.set_yticklabels(["cold", "warm"], color=GREY)
    bar.outline.set_visible(False)
    canvas.draw()  # type: ignore[no-untyped-call]
    return np.asarray(canvas.buffer_rgba())[..., :3].copy()  # type: ignore[no-untyped-call]
