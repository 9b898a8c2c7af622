"""What the columns of a graph of granular balls hold: names, in order."""

from __future__ import annotations

BALL_FEATURES = (
    "row",
    "column",
    "half_width_x",
    "half_width_y",
    "variance",
    "mean",
    "skewness",
    "maximum",
    "minimum",
    "entropy",
)
"""``nodes`` of the grey form: Liu et al. 2025 (CS-GBSBF)."""

BALL_EDGE_FEATURES = (
    "source_row",
    "source_column",
    "source_half_width_x",
    "source_half_width_y",
    "target_row",
    "target_column",
    "target_half_width_x",
    "target_half_width_y",
    "distance",
    "area_between",
)
"""``edge_features`` of the grey form: as in the public program of Liu et al. 2025."""

BALL_COLOUR_FEATURES = (
    "row",
    "column",
    "half_width_x",
    "half_width_y",
    "mean_red",
    "variance_red",
    "mean_green",
    "variance_green",
    "mean_blue",
    "variance_blue",
    "gradient",
    "degree",
    "clustering",
)
"""``nodes`` of the colour form: as in the public program of Xia et al. 2023 (arXiv 2303.02388)."""

BALL_COLOUR_EDGE_FEATURES = ("shared", "share", "distance")
"""``edge_features`` of the colour form: as in the public program of Xia et al. 2023."""
