"""Named settings of MicroCNN: data. Explicit arguments of the builder override them."""

from __future__ import annotations

from typing import Any

VARIANTS: dict[str, dict[str, Any]] = {
    # Mariyathas et al. 2025 print three convolutions, pooling and two hidden layers, and 128x128
    # pictures. All sizes are ours.
    "paper": {
        "input_shape": (128, 128, 3),
        "filters": (16, 32, 64),
        "pool_size": 2,
        "hidden_units": (128, 64),
        "dropout": 0.0,
    },
}
