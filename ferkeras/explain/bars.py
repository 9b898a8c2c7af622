"""Class probabilities as bars beside pictures."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from typing import Any

from matplotlib.axes import Axes

INK, GREY = "#1f2937", "#6b7280"
_BAR, _MARKED = "#cbd5e1", "#2563eb"


def draw_bars(axes: Axes, probabilities: Mapping[str, float], label: str) -> None:
    """Fill axes with one bar a class.

    Args:
        axes: a square of them is filled.
        probabilities: class to probability.
        label: its bar is marked.
    """
    axes.set_title("probabilities", color=INK, fontsize=10)
    axes.set_axis_off()
    axes.set_box_aspect(1)  # as high as the pictures beside it
    axes.set_xlim(-0.62, 1.22)  # names stand inside, so that they do not push the pictures apart
    axes.set_ylim(len(probabilities) - 0.4, -0.6)
    style: dict[str, Any] = {
        "color": INK,
        "fontsize": 9,
        "verticalalignment": "center",
        "parse_math": False,
    }
    for row, (name, value) in enumerate(probabilities.items()):
        axes.barh(row, value, height=0.7, color=_MARKED if name == label else _BAR)
        shown = textwrap.shorten(name, 14, placeholder="…")
        axes.text(-0.04, row, shown, horizontalalignment="right", **style)
        axes.text(value + 0.03, row, f"{value:.0%}", **style)
