"""Named settings of HTNet: data, not subclasses. Explicit arguments of the builder override them.

Tokens of a block = (side of the input / patch_size / 2 ** (levels - 1)) squared, on every level.
"""

from __future__ import annotations

from typing import Any

VARIANTS: dict[str, dict[str, Any]] = {
    # Attends: 49 tokens a block. Patches of 2x2 pixels give 14x14 tokens: four blocks of 7x7, which
    # are just the four facial areas of the input, then one block over all of them.
    "local": {
        "input_shape": (28, 28, 3),
        "patch_size": 2,
        "hidden_dim": 16,
        "num_heads": (1, 1),
        "block_repeats": (1, 1),
        "mlp_ratio": 2.0,
        "dropout": 0.0,
        "head_dropout": 0.2,
        "positions": "token",
        "rescale": True,
    },
    # Attends, at full resolution: every pixel a token, 28x28 in 16 blocks of 7x7, then 4, then 1.
    # Six times the work of local.
    "local-pixel": {
        "input_shape": (28, 28, 3),
        "patch_size": 1,
        "hidden_dim": 16,
        "num_heads": (1, 1, 1),
        "block_repeats": (1, 1, 1),
        "mlp_ratio": 2.0,
        "dropout": 0.0,
        "head_dropout": 0.2,
        "positions": "token",
        "rescale": True,
    },
    # The published code: 4x4 tokens in 16 blocks of one token each, so its attention does nothing.
    "official": {
        "input_shape": (28, 28, 3),
        "patch_size": 7,
        "hidden_dim": 256,
        "num_heads": 3,
        "block_repeats": (2, 2, 8),
        "mlp_ratio": 4.0,
        "dropout": 0.0,
        "head_dropout": 0.0,
        "positions": "scalar",
        "rescale": False,
    },
}
