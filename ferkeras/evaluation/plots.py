"""Pictures of a report, drawn by matplotlib without a screen, as SVG text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator
from numpy.typing import NDArray

from ferkeras.evaluation.plot_style import COLOURS, GREY, INK, as_svg, plain_axes, shortened

_TRAIN, _VALIDATION = COLOURS[:2]
# Numbers in a history that are no learning curves.
_NO_CURVES = {"epoch", "step", "seconds", "time", "lr", "learning_rate"}
_MOST_PANELS = 4


def confusion_svg(counts: NDArray[np.int64], classes: Sequence[str], *, share: bool) -> str:
    """Confusion matrix, rows = truth.

    Args:
        counts: ``(classes, classes)``.
        classes: names.
        share: show each row as percent of its sum; else counts. Empty rows stay blank.
    """
    rows = counts.sum(axis=1, keepdims=True)
    shares = np.divide(counts, rows, out=np.full(counts.shape, np.nan), where=rows > 0)
    side = max(4.2, 1.8 + 0.56 * len(classes))
    figure = Figure(figsize=(side, side), layout="constrained")
    axes = figure.add_subplot()
    axes.imshow(np.nan_to_num(shares), cmap="Blues", vmin=0, vmax=1)
    _name_cells(axes, classes, "predicted", "truth")
    for row in range(len(classes)):
        for column in range(len(classes)):
            value = shares[row, column]
            if np.isnan(value):
                continue
            text = f"{100 * value:.0f}" if share else f"{counts[row, column]}"
            colour = "white" if value > 0.55 else (INK if counts[row, column] else "#9ca3af")
            axes.text(column, row, text, ha="center", va="center", color=colour, fontsize=10)
    return as_svg(figure)


def curves_svg(histories: Sequence[Sequence[Mapping[str, Any]]]) -> dict[str, str]:
    """Learning curves: a thin line for each fold, a thick one for the mean.

    Args:
        histories: for each fold a dict of numbers for each epoch; ``val_x`` is drawn beside ``x``.

    Returns:
        Measure to picture: loss and accuracy first, four at most; empty without any.
    """
    keys = dict.fromkeys(
        key.removeprefix("val_")
        for history in histories
        for epoch in history
        for key, value in epoch.items()
        if isinstance(value, int | float) and key not in _NO_CURVES
    )
    order = {"loss": 0, "accuracy": 1}
    pictures = {}
    for key in sorted(keys, key=lambda key: order.get(key, 2))[:_MOST_PANELS]:
        figure = Figure(figsize=(5.2, 3.2), layout="constrained")
        axes = figure.add_subplot()
        _draw(axes, histories, key, "training", _TRAIN)
        _draw(axes, histories, f"val_{key}", "validation", _VALIDATION)
        axes.set_xlabel("epoch", color=GREY)
        axes.xaxis.set_major_locator(MaxNLocator(integer=True, min_n_ticks=1))
        plain_axes(axes)
        if axes.lines:
            axes.legend(frameon=False, labelcolor=INK)
        pictures[key] = as_svg(figure)
    return pictures


def matrix_svg(values: NDArray[np.float64], names: Sequence[str], across: str, down: str) -> str:
    """A square table of scores as a picture, in percent; NaN stays blank.

    Args:
        values: ``(names, names)``, shares.
        names: of rows and columns.
        across, down: what columns and rows are.
    """
    side = max(4.2, 1.8 + 0.8 * len(names))
    figure = Figure(figsize=(side, side), layout="constrained")
    axes = figure.add_subplot()
    axes.imshow(np.nan_to_num(values), cmap="Blues", vmin=0, vmax=1)
    _name_cells(axes, names, across, down)
    for (row, column), value in np.ndenumerate(values):
        if np.isfinite(value):
            colour = "white" if value > 0.55 else INK
            axes.text(column, row, f"{100 * value:.1f}", ha="center", va="center", color=colour)
    return as_svg(figure)


def _name_cells(axes: Axes, names: Sequence[str], across: str, down: str) -> None:
    """Names along both sides of a square table, and white lines between its cells."""
    names = [shortened(name, 16) for name in names]
    axes.set_xticks(range(len(names)), names, rotation=40, ha="right", rotation_mode="anchor")
    axes.set_yticks(range(len(names)), names)
    axes.set_xlabel(across, color=GREY)
    axes.set_ylabel(down, color=GREY)
    axes.tick_params(length=0, colors=INK)
    axes.spines[:].set_visible(False)
    axes.set_xticks(np.arange(len(names) + 1) - 0.5, minor=True)
    axes.set_yticks(np.arange(len(names) + 1) - 0.5, minor=True)
    axes.grid(which="minor", color="white", linewidth=2)
    axes.tick_params(which="minor", length=0)


def _draw(
    axes: Axes, histories: Sequence[Sequence[Mapping[str, Any]]], key: str, label: str, colour: str
) -> None:
    curves = [
        np.array([_number(epoch.get(key)) for epoch in history]) for history in histories if history
    ]
    curves = [curve for curve in curves if np.isfinite(curve).any()]
    if not curves:
        return
    table = np.full((len(curves), max(map(len, curves))), np.nan)
    for row, curve in zip(table, curves, strict=True):
        row[: len(curve)] = curve
        if len(curves) > 1:
            axes.plot(np.arange(1, len(curve) + 1), curve, color=colour, alpha=0.25, linewidth=1)
    known = ~np.isnan(table)
    total = np.where(known, table, 0).sum(axis=0)
    mean = np.divide(total, known.sum(axis=0), out=np.full(len(total), np.nan), where=known.any(0))
    name = f"{label}, mean of {len(curves)} folds" if len(curves) > 1 else label
    marker = "o" if table.shape[1] == 1 else None
    axes.plot(
        np.arange(1, len(mean) + 1), mean, color=colour, linewidth=2.2, label=name, marker=marker
    )


def _number(value: Any) -> float:
    return float(value) if isinstance(value, int | float) and np.isfinite(value) else float("nan")
