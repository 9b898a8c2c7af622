"""Scores of named things, as lying bars, so that long names have room."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.figure import Figure

from ferkeras.evaluation.plot_style import COLOURS, GREY, INK, as_svg, legend, plain_axes, wrapped

_BAR = 0.8  # of the room of a name is for its bars


@dataclass(frozen=True)
class Bars:
    """One bar for each name.

    Attributes:
        values: shares 0..1; NaN: no bar.
        low, high: ends of the whisker at each bar, NaN: none; None: none at all.
    """

    values: Sequence[float]
    low: Sequence[float] | None = None
    high: Sequence[float] | None = None


def bars_svg(
    bars: Mapping[str, Bars], names: Sequence[str], across: str, *, wide: bool = True
) -> str:
    """Bars from 0, in percent; the first name stands on top.

    Args:
        bars: what is shown of each name -> its bars.
        names: of the things.
        across: what the bars measure.
        wide: for a picture over the whole page, not beside another.
    """
    each = _BAR / len(bars)
    height = 1.5 + len(names) * max(0.55, 0.27 * len(bars))
    figure = Figure(figsize=(9.2 if wide else 5.8, height), layout="constrained")
    axes = figure.add_subplot()
    places = np.arange(len(names), dtype=float)
    for number, ((name, row), colour) in enumerate(
        zip(bars.items(), itertools.cycle(COLOURS), strict=False)
    ):
        at = places + (number - (len(bars) - 1) / 2) * each
        values = 100 * np.asarray(row.values, dtype=float)
        axes.barh(at, np.nan_to_num(values), 0.9 * each, color=colour, label=wrapped(name, 40))
        low, high = (
            100 * np.asarray(np.full(len(names), np.nan) if end is None else end, dtype=float)
            for end in (row.low, row.high)
        )
        axes.hlines(at, low, high, color=INK, linewidth=1.2)
        ends = np.where(np.isfinite(high), np.fmax(values, high), values)
        for place, value, end in zip(at, values, ends, strict=True):
            shown = f"{value:.1f}" if np.isfinite(value) else "no prediction"
            axes.annotate(
                shown,
                (end if np.isfinite(end) else 0.0, place),
                xytext=(4, 0),
                textcoords="offset points",
                va="center",
                fontsize=8,
                color=INK,
            )
    plain_axes(axes)
    axes.grid(visible=False, axis="y")
    axes.set_yticks(places, [wrapped(name, 30 if wide else 18) for name in names], color=INK)
    axes.set_ylim(len(names) - 0.5, -0.5)
    axes.set_xlim(0, _end(bars))
    axes.set_xticks(range(0, 101, 20))
    axes.set_xlabel(across, color=GREY)
    legend(figure, axes)
    return as_svg(figure)


def _end(bars: Mapping[str, Bars]) -> float:
    """Where the axis ends: behind 100, or behind the longest whisker, with room for a number."""
    ends = [100.0]
    for row in bars.values():
        ends += [100 * end for end in row.high or () if np.isfinite(end)]
    return 1.07 * max(ends)
