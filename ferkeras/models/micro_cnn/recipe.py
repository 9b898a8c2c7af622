"""Recipe of MicroCNN (Mariyathas et al. 2025): data only.

paper   ferkeras study low-resolution --data casme2:<root>,classes=five --protocol loso
        ferkeras evaluate micro_cnn --data casme2:<root>,classes=five,pictures=apex --protocol loso
        The paper prints no settings of the training, and no recognition accuracy.
"""

from __future__ import annotations

from typing import Any

RECIPES: dict[str, dict[str, Any]] = {
    "paper": {
        "builder": "MicroCNN",
        "paper": 'Mariyathas et al. 2025, "Micro facial feature extraction"; settings are ours',
        "input": {"height": 128, "width": 128, "channels": 3},
        "loss": {"name": "CategoricalCrossentropy"},
        "epochs": 40,
        "batch_size": 16,
        "optimizer": "adamw",
        "learning_rate": 1e-3,
        "schedule": "cosine",
        "weight_decay": 1e-3,
        "clip_norm": 5.0,
        "class_weights": "balanced",
        "augmentation": {
            "flip": 0.5,
            "rotation": 5.0,
            "scale": [0.95, 1.05],
            "shift": 0.03,
            "brightness": 0.1,
            "contrast": 0.1,
        },
    },
}
