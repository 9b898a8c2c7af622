"""How the training of a generator went, in one picture."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from ferkeras.evaluation.plot_style import COLOURS, GREY, INK, as_svg, plain_axes

_PANELS = (
    ("PSNR of watched faces (dB)", {"psnr": "restored", "psnr_bicubic": "bicubic"}),
    ("SSIM of watched faces", {"ssim": "restored", "ssim_bicubic": "bicubic"}),
    ("mean |difference|, 0..1", {"pixel": "pixels"}),
    ("relativistic losses", {"adversarial": "generator", "discriminator": "discriminator"}),
    ("scores before the sigmoid", {"real_score": "real", "made_score": "made"}),
)


def restoration_curves(history: Sequence[Mapping[str, Any]]) -> str:
    """SVG text: a panel for each kind of number that the history holds, over the epochs.

    Args:
        history: rows of `ferkeras.training.restoration.fit_restoration`.
    """
    known = {name for row in history for name in row}
    panels = [(title, lines) for title, lines in _PANELS if known & set(lines)]
    figure = Figure(figsize=(6.4, 2.1 * len(panels)), layout="constrained")
    all_axes = figure.subplots(len(panels), sharex=True, squeeze=False)[:, 0]
    for axes, (title, lines) in zip(all_axes, panels, strict=True):
        for (name, label), colour in zip(lines.items(), COLOURS, strict=False):
            rows = [row for row in history if name in row]
            axes.plot(
                [row["epoch"] + 1 for row in rows],
                [row[name] for row in rows],
                color=colour,
                label=label,
                marker="o" if len(rows) < 30 else None,
                markersize=3,
            )
        axes.set_title(title, loc="left", fontsize=10, color=INK)
        axes.legend(frameon=False, fontsize=9, labelcolor=INK)
        plain_axes(axes)
        _mark_stages(axes, history)
    all_axes[-1].set_xlabel("epoch; dotted: the GAN stage begins", color=GREY)
    all_axes[-1].xaxis.set_major_locator(MaxNLocator(integer=True))
    return as_svg(figure)


def _mark_stages(axes: Axes, history: Sequence[Mapping[str, Any]]) -> None:
    """An upright line where a stage begins after another."""
    for before, row in itertools.pairwise(history):
        if before["stage"] != row["stage"]:
            axes.axvline(row["epoch"] + 0.5, color=GREY, linewidth=1, linestyle=":")
