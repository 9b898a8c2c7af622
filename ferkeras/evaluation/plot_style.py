"""What all pictures of reports and studies share: colours, plain axes, names, and SVG as text."""

from __future__ import annotations

import io
import re

import matplotlib
from matplotlib.axes import Axes
from matplotlib.figure import Figure

INK, GREY, GRID = "#1f2937", "#6b7280", "#e5e7eb"
COLOURS = ("#2563eb", "#d97706", "#059669", "#7c3aed", "#dc2626", "#0891b2")
MARKERS = ("o", "s", "^", "D", "v", "P")


def safe(name: str) -> str:
    """A name that matplotlib prints as it is: a dollar sign would begin a formula."""
    return name.replace("$", r"\$")


def shortened(name: str, width: int) -> str:
    """The name without its middle where it is longer: names of files often differ at the end."""
    half = (width - 1) // 2
    return safe(name if len(name) <= width else f"{name[: width - 1 - half]}…{name[-half:]}")


def wrapped(name: str, width: int) -> str:
    """The name on up to three lines, broken behind a space, a comma, a plus or a slash."""
    lines = [""]
    for piece in re.findall(r"[^ ,+/]*[ ,+/]*", name):
        if lines[-1] and len(lines[-1]) + len(piece.rstrip()) > width:
            lines.append("")
        lines[-1] += piece
    if len(lines) > 3:
        lines = [*lines[:2], "…" + lines[-1]]
    return "\n".join(shortened(line.rstrip(), width) for line in lines)


def plain_axes(axes: Axes) -> None:
    """Thin grey lines in place of the box."""
    axes.spines[["top", "right"]].set_visible(False)
    axes.spines[["left", "bottom"]].set_color(GRID)
    axes.tick_params(colors=GREY, length=0)
    axes.grid(color=GRID, linewidth=0.8)
    axes.set_axisbelow(True)


def legend(figure: Figure, axes: Axes) -> None:
    """Names of what is drawn, above the axes, where they cover nothing; none for nothing."""
    handles, names = axes.get_legend_handles_labels()
    if names:
        columns = max(1, min(len(names), int(figure.get_figwidth() * 11) // _widest(names)))
        figure.legend(
            handles, names, loc="outside upper left", frameon=False, labelcolor=INK, ncols=columns
        )


def _widest(names: list[str]) -> int:
    return max(len(line) for name in names for line in name.splitlines()) + 6


def as_svg(figure: Figure) -> str:
    """The figure as SVG text; equal figures give equal text."""
    text = io.StringIO()
    with matplotlib.rc_context({"svg.hashsalt": "ferkeras", "font.family": "DejaVu Sans"}):
        figure.savefig(text, format="svg", metadata={"Date": None}, transparent=True)
    return text.getvalue()
