"""Recipes of MFF-CNN (Zou, Zhang and Lee 2021, section 4.2): data only.

paper   ferkeras evaluate mff_cnn --data ckplus:<root> --protocol kfold:10
        The paper's settings. It prints an initial rate of 0.01, with which Adam does badly; 0.001
        is taken. 25 epochs for CK+, 40 for JAFFE and Oulu-CASIA (--epochs). No augmentation but
        JAFFE's.
        Expected there: 98.8 % on CK+, by random folds that share sequences.
wide    ferkeras train mff_cnn --variant wide --data fer2013:<root> --split train
            --validation-split public_test --select best-validation --drop-leaks --out runs/fer2013
        For FER2013. Expected: the released model's card, saved_models/mff_cnn/fer2013.
paper-wild  as wide: the paper's network under the same training.
"""

from __future__ import annotations

from typing import Any

_JOINT = {"name": "JointTuningLoss", "on": "branches"}
# Training for pictures in the wild.
_WILD: dict[str, Any] = {
    "builder": "MFFCNN",
    "loss": {**_JOINT, "arguments": {"weights": [1.0, 1.0, 0.1], "label_smoothing": 0.1}},
    "batch_size": 128,
    "optimizer": "adamw",
    "learning_rate": 1.5e-3,
    "schedule": "cosine",
    "weight_decay": 1e-3,
    "clip_norm": 5.0,
    "ema": 0.998,
    "augmentation": {
        "flip": 0.5,
        "rotation": 10.0,
        "scale": [0.87, 1.15],
        "shift": 0.08,
        "brightness": 0.1,
        "contrast": 0.25,
    },
    "precision": "mixed_bfloat16",
}

RECIPES: dict[str, dict[str, Any]] = {
    "paper": {
        "builder": "MFFCNN",
        "paper": "Zou, Zhang and Lee 2021, section 4.2",
        "input": {"height": 60, "width": 60, "channels": 1},
        "loss": {**_JOINT, "arguments": {"weights": [1.0, 1.0, 0.1]}},
        "epochs": 25,
        "batch_size": 100,
        "optimizer": "adam",
        "learning_rate": 1e-3,
        "schedule": "exponential",
        "decay": 0.93,
        "decay_epochs": 3,
    },
    "wide": {
        **_WILD,
        "paper": "a wider MFF-CNN for pictures in the wild; not in the paper",
        "input": {"height": 48, "width": 48, "channels": 1},
        "epochs": 48,
    },
    "paper-wild": {
        **_WILD,
        "variant": "paper",
        "paper": "the paper's network, trained for pictures in the wild; not in the paper",
        "input": {"height": 60, "width": 60, "channels": 1},
        "epochs": 36,
    },
}
