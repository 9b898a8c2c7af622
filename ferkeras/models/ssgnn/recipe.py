"""Recipes of SSGNN (Zhang et al. 2022, section IV): data only.

paper   ferkeras evaluate ssgnn --data ckplus:<root> --protocol subject-kfold:10 --protocol kfold:10
        Published: 98 to 100 % by random folds of frames, which share people and sequences.
        The paper prints neither rate nor epochs; both are ours.
spatial, spectral  one half alone, SPAGNN and SPEGNN:
        ferkeras study ratio ssgnn --variant paper --variant spatial --variant spectral
            --data ... --protocol subject-kfold:10   (Table III and IV)
shared  as paper, weights shared over the graph: a hundredth of the weights.
"""

from __future__ import annotations

from typing import Any

_COMMON: dict[str, Any] = {
    "builder": "SSGNN",
    "input": {"height": 48, "width": 48, "channels": 1},
    "loss": {
        "name": "JointTuningLoss",
        "on": "branches",
        "arguments": {"weights": [1.0, 1.0, 0.0], "label_smoothing": 0.1},
    },
    "epochs": 40,
    "batch_size": 64,
    "optimizer": "adamw",
    "learning_rate": 3e-3,
    "schedule": "cosine",
    "weight_decay": 0.05,
    "clip_norm": 5.0,
    # The paper rotates by 10 degrees, scales by 0.5 to 1.5, changes brightness and colour space and
    # adds noise. Weights that belong to a place need far more data than 400 pictures for that: on
    # rendered faces turning and scaling cost 11 points of 42.
    "augmentation": {"flip": 0.5},
}
# One branch: no second one, and no sum, in the loss.
_ONE: dict[str, Any] = {
    "variant": "paper",
    "loss": {**_COMMON["loss"], "arguments": {"weights": [1.0, 0.0], "label_smoothing": 0.1}},
}

RECIPES: dict[str, dict[str, Any]] = {
    "paper": {**_COMMON, "paper": "Zhang et al. 2022, section IV; rate and epochs are not printed"},
    "spatial": {**_COMMON, **_ONE, "builder": "SPAGNN", "paper": "SPAGNN alone"},
    "spectral": {**_COMMON, **_ONE, "builder": "SPEGNN", "paper": "SPEGNN alone"},
    "shared": {**_COMMON, "paper": "SSGNN with shared weights; not in the paper"},
}
