"""Recipes of HTNet (Wang et al. 2024, section 4): data only.

local   ferkeras evaluate htnet --data megc2019:<root> --protocol loso
        Ours: a small network whose blocks of 49 tokens attend, on flow of a fixed scale. Leave one
        subject out: 442 samples of 68 people, 40 epochs a fold, takes a quarter of an hour on 2
        slow cores with --jobs 2.
        Expected on synthetic_clips:subjects=68,samples=442,datasets=3: UF1 0.90, UAR 0.91; on real
        data unknown.
local-pixel  as local, every pixel a token; six times the time.
official  ferkeras evaluate htnet --variant official --data megc2019:<root> --protocol loso
        The published code: 800 epochs at one rate, no augmentation, classes not weighed (the
        paper's Eq. 7 weighs them: --set class_weights=balanced). 114 M weights: give it a GPU.
        Published: UF1 0.8603, UAR 0.8475, each fold's best epoch picked on its own test person
        (--select oracle-epoch), which is optimistic.
"""

from __future__ import annotations

from typing import Any

_LOSS = {"name": "CategoricalCrossentropy", "on": "probabilities"}
_INPUT = {
    "kind": "flow_regions",
    "height": 28,
    "width": 28,
    "channels": 3,
    "detector": "mtcnn",
}
_LOCAL: dict[str, Any] = {
    "builder": "HTNet",
    "paper": "a small HTNet whose blocks attend; not in Wang et al. 2024",
    "input": {**_INPUT, "flow": {"method": "farneback", "normalisation": "fixed"}},
    "loss": {**_LOSS, "arguments": {"label_smoothing": 0.1}},
    "epochs": 40,
    "batch_size": 64,
    "optimizer": "adamw",
    "learning_rate": 3e-3,
    "schedule": "cosine",
    "weight_decay": 0.05,
    "clip_norm": 1.0,
    "class_weights": "balanced",
    "augmentation": {"flow_flip": 0.5, "flow_gain": 0.3},
}

RECIPES: dict[str, dict[str, Any]] = {
    "local": _LOCAL,
    "local-pixel": _LOCAL,
    "official": {
        "builder": "HTNet",
        "paper": "Wang et al. 2024, section 4.2, and its code",
        "input": {**_INPUT, "flow": {"method": "farneback", "normalisation": "minmax"}},
        "loss": _LOSS,
        "epochs": 800,
        "batch_size": 256,
        "optimizer": "adam",
        "learning_rate": 5e-5,
        "schedule": "exponential",
        "decay": 1.0,
    },
}
