"""Named settings of CS-GBSBF: data. Explicit arguments of the builder override them."""

from __future__ import annotations

from typing import Any

VARIANTS: dict[str, dict[str, Any]] = {
    # Liu et al. 2025, section 4.2. The depth of the graph network is not printed.
    "paper": {
        "input_shape": (224, 224, 3),
        "backbone": "swin_base",
        "embedding": 1024,
        "components": 9,
        "component_units": 128,
        "hidden_units": 128,
        "graph_filters": (256, 512, 1024),
        "graph_stream": True,
        "guidance": True,
        "dropout": 0.0,
    },
    # For edge devices, for pictures as small as FER2013's and for two CPU cores.
    "small": {
        "input_shape": (48, 48, 1),
        "backbone": "small",
        "embedding": 256,
        "components": 9,
        "component_units": 64,
        "hidden_units": 64,
        "graph_filters": (32, 64),
        "graph_stream": True,
        "guidance": True,
        "dropout": 0.3,
    },
}
