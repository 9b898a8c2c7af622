"""Recipes of SSGNN (Zhang et al. 2022, section IV): data only.

paper   ferkeras evaluate ssgnn --data ckplus:<root> --protocol subject-kfold:10 --protocol kfold:10
        Published: 98 to 100 % by random folds of frames, which share people and sequences.
        The paper prints neither rate nor epochs; both are ours.
spatial, spectral  one half alone, SPAGNN and SPEGNN:
        ferkeras study ratio ssgnn --variant paper --variant spatial --variant spectral
            --data ... --protocol subject-kfold:10   (Table III and IV)
shared  as paper, weights shared over the graph: a third of the weights to train.
grid    every pixel, weights shared by direction; for many pictures:
        ferkeras train ssgnn --variant grid --data fer2013:<root> --split train
            --validation-split public_test --drop-leaks --out runs/fer2013
landmarks  the places of 68 landmarks in the place of pixels, as row "68p" of Table VI:
        ferkeras evaluate ssgnn --variant landmarks --set input.landmarks=lbfmodel.yaml
            --data ... --protocol subject-kfold:10
landmarks5  the same with MTCNN's five points, which need no file.
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
# Few weights and coordinates that hardly differ: a high rate, many short epochs, no decay. With 40
# epochs at 3e-3 five landmarks of rendered faces stay 10 points lower.
_LANDMARKS: dict[str, Any] = {
    **_COMMON,
    "variant": "paper",
    "epochs": 100,
    "learning_rate": 1e-2,
    "weight_decay": 0.0,
    "augmentation": {
        "flip": 0.5,
        "rotation": 3.0,
        "scale": (0.97, 1.03),
        "shift": 0.02,
        "noise": 0.5,
    },
}
# The margin brings chin and ears into the frame, also where the box is a little off.
_LANDMARK_INPUT: dict[str, Any] = {"kind": "landmarks", "detector": "mtcnn", "margin": 0.15}

RECIPES: dict[str, dict[str, Any]] = {
    "paper": {**_COMMON, "paper": "Zhang et al. 2022, section IV; rate and epochs are not printed"},
    "spatial": {**_COMMON, **_ONE, "builder": "SPAGNN", "paper": "SPAGNN alone"},
    "spectral": {**_COMMON, **_ONE, "builder": "SPEGNN", "paper": "SPEGNN alone"},
    "shared": {**_COMMON, "paper": "SSGNN with shared weights; not in the paper"},
    "grid": {
        **_COMMON,
        "epochs": 12,
        "augmentation": {"flip": 0.5, "rotation": 8.0, "scale": (0.92, 1.08), "shift": 0.04},
        "paper": "SSGNN on every pixel with shared weights; not in the paper",
    },
    "landmarks": {
        **_LANDMARKS,
        "input": {**_LANDMARK_INPUT, "points": 68},
        "paper": "Zhang et al. 2022, Table VI, row 68p",
    },
    "landmarks5": {
        **_LANDMARKS,
        "input": {**_LANDMARK_INPUT, "landmarks": "mtcnn"},
        "model": {"neighbours": 2, "pool_levels": 1},
        "paper": "five landmarks; not in the paper",
    },
}
