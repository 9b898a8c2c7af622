"""Recipes of CS-GBSBF (Liu et al. 2025, section 4.2): data only.

paper   ferkeras train cs_gbsbf --variant paper --set model.pretrained=true --data ...
        Swin-B from ImageNet, 224x224, AdamW 1e-4 with a decay of 0.01, cosine with 6 % warm-up,
        batch 16, 40 epochs, label smoothing 0.1, as in the authors' settings. R-drop:
        --set r_drop=0.6. Needs ferkeras[backbones], the network for ImageNet's weights, a GPU.
small   ferkeras train cs_gbsbf --variant small --data fer2013:<root> --split train
            --validation-split public_test --drop-leaks --out runs/fer2013-small
        Expected: the released model's card, saved_models/cs_gbsbf/fer2013-small.
small-image  the same without the graph stream.
"""

from __future__ import annotations

from typing import Any

_LOSS: dict[str, Any] = {
    "name": "BootstrapAlignmentLoss",
    "on": "components",
    "arguments": {"weight": 0.1, "label_smoothing": 0.1},
}
_SMALL: dict[str, Any] = {
    "builder": "CSGBSBF",
    "variant": "small",
    "loss": _LOSS,
    "epochs": 40,
    "batch_size": 128,
    "optimizer": "adamw",
    "learning_rate": 2e-3,
    "schedule": "cosine",
    "weight_decay": 0.02,
    "clip_norm": 5.0,
    "ema": 0.998,
    "augmentation": {
        "flip": 0.5,
        "rotation": 10.0,
        "scale": (0.87, 1.15),
        "shift": 0.08,
        "brightness": 0.1,
        "contrast": 0.25,
    },
    "precision": "mixed_bfloat16",
}

RECIPES: dict[str, dict[str, Any]] = {
    "paper": {
        "builder": "CSGBSBF",
        "paper": "Liu et al. 2025 (CS-GBSBF), section 4.2",
        "input": {"height": 224, "width": 224, "channels": 3, "graph": {"max_nodes": 2048}},
        "loss": _LOSS,
        "epochs": 40,
        "batch_size": 16,
        "optimizer": "adamw",
        "learning_rate": 1e-4,
        "schedule": "cosine",
        "warm_up": 2.4,
        "weight_decay": 0.01,
        # The paper takes random crops and prints no sizes.
        "augmentation": {"flip": 0.5, "scale": (1.0, 1.15), "shift": 0.05},
        "precision": "mixed_bfloat16",
    },
    "small": {
        **_SMALL,
        # At the paper's 50 a face of 48x48 falls into 780 balls, most of them single pixels, and a
        # step takes three times as long; 200 leaves 350.
        "input": {"height": 48, "width": 48, "channels": 1, "graph": {"variance": 200.0}},
        "paper": "CS-GBSBF with a small backbone; not in the paper",
    },
    "small-image": {
        **_SMALL,
        "input": {"height": 48, "width": 48, "channels": 1},
        "model": {"graph_stream": False},
        "loss": {**_LOSS, "arguments": {"weight": 0.0, "label_smoothing": 0.1}},
        "paper": "small without its graph stream; as Table 2 without SRSN",
    },
}
