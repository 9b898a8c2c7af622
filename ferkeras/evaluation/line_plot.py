"""Scores over a setting, as lines."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import NullFormatter, NullLocator
from matplotlib.transforms import ScaledTranslation

from ferkeras.evaluation.plot_style import (
    COLOURS,
    GREY,
    MARKERS,
    as_svg,
    legend,
    plain_axes,
    wrapped,
)

_LEAST_SPAN = 0.2  # of the upright axis: less would make noise look like an effect
_ASIDE = 3.0  # points from line to line
_LOG_FROM = 30  # largest over smallest value from which on the axis is logarithmic


@dataclass(frozen=True)
class Line:
    """One line.

    Attributes:
        x: values of the setting, ascending.
        y: scores.
        low, high: ends of the interval around each score; None: none is drawn.
        dashed: for what stands beside the line that counts.
    """

    x: Sequence[float]
    y: Sequence[float]
    low: Sequence[float] | None = None
    high: Sequence[float] | None = None
    dashed: bool = False


def lines_svg(lines: Mapping[str, Line], across: str, up: str) -> str:
    """A line with points for each entry; the upright axis shows the part that is needed.

    Each line stands a little beside the one before, so that equal scores hide nothing.

    Args:
        lines: name -> line.
        across, up: what the axes show.
    """
    figure = Figure(figsize=(5.8, 4.0), layout="constrained")
    axes = figure.add_subplot()
    styles = zip(itertools.cycle(COLOURS), itertools.cycle(MARKERS), strict=False)
    for number, ((name, line), (colour, marker)) in enumerate(
        zip(lines.items(), styles, strict=False)
    ):
        aside = (number - (len(lines) - 1) / 2) * _ASIDE / 72
        place = axes.transData + ScaledTranslation(aside, 0, figure.dpi_scale_trans)
        axes.plot(
            line.x,
            line.y,
            color=colour,
            linewidth=1.6 if line.dashed else 2,
            linestyle="--" if line.dashed else "-",
            marker=marker,
            markersize=5,
            label=wrapped(name, 40),
            transform=place,
            zorder=3 if line.dashed else 2,
        )
        if line.low is not None and line.high is not None:
            axes.vlines(
                line.x, line.low, line.high, color=colour, linewidth=1.2, alpha=0.6, transform=place
            )
    axes.set_xlabel(across, color=GREY)
    axes.set_ylabel(up, color=GREY)
    plain_axes(axes)
    _ticks(axes, sorted({x for line in lines.values() for x in line.x}), figure.get_figwidth())
    _span(axes, lines.values())
    legend(figure, axes)
    return as_svg(figure)


def _span(axes: Axes, lines: Iterable[Line]) -> None:
    """The upright axis from the lowest to the highest score or end of an interval."""
    parts = [part for line in lines for part in (line.y, line.low, line.high) if part is not None]
    values = np.array([value for part in parts for value in part], dtype=float)
    values = values[np.isfinite(values)]
    if not len(values):
        return
    low, high = float(values.min()), float(values.max())
    missing = max(0.0, _LEAST_SPAN - (high - low)) / 2
    edge = 0.05 * max(high - low, _LEAST_SPAN)
    low, high = low - missing - edge, high + missing + edge
    if values.min() >= 0:
        low = max(low, -edge)  # a score begins at 0
    over = max(0.0, high - 1.02)  # and ends at 1
    axes.set_ylim(low - (over if missing else 0), high - over)
    if values.min() < 0 < values.max():
        axes.axhline(0, color=GREY, linewidth=1, zorder=1)


def _ticks(axes: Axes, values: Sequence[float], width: float) -> None:
    """A tick at each value, where they do not stand too close; a logarithmic axis if needed."""
    if not values:
        return
    logarithmic = values[0] > 0 and values[-1] / values[0] >= _LOG_FROM
    places = np.log(values) if logarithmic else np.asarray(values, dtype=float)
    if logarithmic:
        axes.set_xscale("log")
        axes.xaxis.set_minor_locator(NullLocator())
        axes.xaxis.set_minor_formatter(NullFormatter())
    span = float(places[-1] - places[0])
    edge = 0.06 * span or 0.5
    ends = np.array([places[0] - edge, places[-1] + edge])
    axes.set_xlim(*(np.exp(ends) if logarithmic else ends))
    names = [f"{value:g}" for value in values]
    room = span * 0.12 * max(map(len, names)) / width  # of one name
    kept: list[int] = []
    for place in range(len(values)):
        if not kept or places[place] - places[kept[-1]] >= room:
            kept.append(place)
    axes.set_xticks([values[place] for place in kept], [names[place] for place in kept])
