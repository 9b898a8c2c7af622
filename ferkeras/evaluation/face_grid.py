"""Faces in rows, their sharp, small and restored versions in columns."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from numpy.typing import NDArray

from ferkeras.evaluation.plot_style import GREY, INK, safe, shortened

_MOST = 5  # rows


def chosen_faces(table: pd.DataFrame, most: int = _MOST) -> list[int]:
    """Positions of rows of different classes, and of different people as far as there are.

    Args:
        table: of tested samples, with the columns ``label`` and ``subject``.
        most: how many.
    """
    labels, people = table["label"].to_numpy(), table["subject"].to_numpy()
    chosen: list[int] = []
    while len(chosen) < min(most, len(table)):
        before = len(chosen)
        seen_labels: set[Any] = set()
        for place in range(len(table)):
            seen = {people[one] for one in chosen}
            new = people[place] is None or people[place] not in seen
            if place not in chosen and new and labels[place] not in seen_labels:
                chosen.append(place)
                seen_labels.add(labels[place])
        if len(chosen) == before:  # no new person is left
            chosen += [place for place in range(len(table)) if place not in chosen]
    return chosen[:most]


def face_grid(
    versions: Mapping[str, NDArray[np.uint8]],
    names: Sequence[str],
    psnr: Mapping[str, Sequence[float]],
) -> Figure:
    """A figure: a row a face, a column a version, all drawn at one size, pixels as they are.

    Args:
        versions: title -> uint8 ``(faces, height, width, 3)``, RGB; sizes may differ.
        names: what stands left of each row.
        psnr: title -> decibels of each face, printed below it; versions without show their size.
    """
    rows, columns = len(names), len(versions)
    figure = Figure(figsize=(1.9 * columns + 0.5, 2.15 * rows + 0.3), dpi=120, layout="constrained")
    axes = figure.subplots(rows, columns, squeeze=False)
    for column, (title, pictures) in enumerate(versions.items()):
        axes[0, column].set_title(shortened(title, 26), color=INK, fontsize=9)
        for row, picture in enumerate(pictures):
            place = axes[row, column]
            place.imshow(picture, interpolation="nearest")
            place.set_xticks([])
            place.set_yticks([])
            place.spines[:].set_visible(False)
            below = f"{picture.shape[1]}x{picture.shape[0]}"
            if title in psnr:
                value = psnr[title][row]
                below = f"{value:.2f} dB" if np.isfinite(value) else "identical"
            place.set_xlabel(below, color=GREY, fontsize=8, labelpad=2)
    for row, name in enumerate(names):
        axes[row, 0].set_ylabel(safe(name), color=INK, fontsize=8)
    return figure


def as_png(figure: Figure) -> bytes:
    """The figure as PNG."""
    content = io.BytesIO()
    figure.savefig(content, format="png", metadata={"Software": None})
    return content.getvalue()
