"""Named settings of SSGNN, SPAGNN and SPEGNN: data. Explicit arguments of a builder override them.

Nodes are 40 % of the pixels and each is joined to its 8 nearest, as in the paper (section IV C);
it prints neither channels nor sizes of clusters.
"""

from __future__ import annotations

from typing import Any

_GRAPH: dict[str, Any] = {
    "input_shape": (48, 48, 1),
    "nodes": 0.4,
    "sampling": "random",
    "neighbours": 8,
    "graph_seed": 0,
}

VARIANTS: dict[str, dict[str, Any]] = {
    # As the paper builds it: a weight for every edge and for every mode.
    "paper": {
        **_GRAPH,
        "spatial_filters": (8, 16),
        "pool_levels": 2,
        "kernel_per": "edge",
        "spectral_filters": 16,
        "modes": None,
        "multipliers": "full",
        "knots": 16,
        "chebyshev_order": None,
        "dropout": 0.0,
        "fusion": "max",
    },
    # Weights shared by rank of neighbour, and smooth over the low modes: a third of the
    # weights, and filters that are local on the graph.
    "shared": {
        **_GRAPH,
        "spatial_filters": (16, 32),
        "pool_levels": 2,
        "kernel_per": "rank",
        "spectral_filters": 32,
        "modes": 256,
        "multipliers": "smooth",
        "knots": 16,
        "chebyshev_order": None,
        "dropout": 0.3,
        "fusion": "max",
    },
    # Every pixel, weights shared by direction of neighbour: a convolution that learns from many
    # pictures what a weight for every place has no data for.
    "grid": {
        **_GRAPH,
        "nodes": 1.0,
        "sampling": "regular",
        "spatial_filters": (16, 48, 96),
        "pool_levels": 2,
        "kernel_per": "direction",
        "spectral_filters": 16,
        "modes": 256,
        "multipliers": "smooth",
        "knots": 16,
        "chebyshev_order": None,
        "dropout": 0.3,
        "fusion": "max",
    },
}
