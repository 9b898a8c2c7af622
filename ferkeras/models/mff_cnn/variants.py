"""Named settings of MFF-CNN: data, not subclasses. Explicit arguments of the builder override them.

Each stage of ``image_filters`` and ``patch_filters`` is the filters of its 3x3 convolutions; a 2x2
max-pool ends every stage.
"""

from __future__ import annotations

from typing import Any

VARIANTS: dict[str, dict[str, Any]] = {
    # The paper gives 32 maps at both second pools and at the last pools, 1.21 M parameters and
    # 4.87 GFLOP (which fits a batch of 100). Filters of the early convolutions are not printed;
    # 12, 12, 16 is the choice that meets both figures (1.239 M, 4.9 GFLOP with six classes).
    "paper": {
        "input_shape": (60, 60, 1),
        "patches": 16,
        "keep": 384,
        "image_filters": ((12, 12), (16, 32), (32, 32)),
        "patch_filters": ((12, 12), (16, 32)),
        "mid_units": 256,
        "mid_filters": None,
        "padding": "valid",
        "batch_norm": False,
        "separable": False,
        "dropout": 0.0,
        "fusion_weights": (1.0, 1.0),
    },
    # For pictures in the wild: FER2013's own 48x48, more and padded convolutions, batch norm after
    # each pool (there it costs a quarter of what it costs after each convolution), dropout. Its
    # patch branch alone is far weaker than its image branch, so it counts less; the share was
    # chosen on FER2013's public-test part, where from 0.8 on all are alike within 0.3 points.
    "wide": {
        "input_shape": (48, 48, 1),
        "patches": 9,
        "keep": 216,
        "image_filters": ((32, 32), (64, 64), (128, 128), (256, 256)),
        "patch_filters": ((16,), (32, 32)),
        "mid_units": 256,
        "mid_filters": 32,
        "padding": "same",
        "batch_norm": True,
        "separable": False,
        "dropout": 0.4,
        "fusion_weights": (0.9, 0.1),
    },
}
