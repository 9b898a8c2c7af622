"""How ESRGAN is trained. `RECIPES` is empty: it gives pictures, no classes."""

from __future__ import annotations

from typing import Any

RECIPES: dict[str, dict[str, Any]] = {}

RESTORATION: dict[str, dict[str, Any]] = {
    # Ours, for two CPU cores: crops of 48x48, no VGG19, the discriminator that takes any size.
    "light": {
        "size": 128,
        "patch": 48,
        "discriminator": {"variant": "unet", "features": 24},
        "psnr": {
            "epochs": 100,
            "batch_size": 16,
            "learning_rate": 4e-4,
            "halve_at": (0.5, 0.7, 0.8, 0.9, 0.95),
        },
        "gan": {
            "epochs": 20,
            "batch_size": 16,
            "learning_rate": 1e-4,
            "halve_at": (0.5, 0.75),
            "pixel": 1.0,
            "adversarial": 5e-3,
        },
        "clip_norm": 1.0,
    },
    # Wang et al. 2018, section 4.1: crops of 128x128, 16 a batch; 10^6 and 4 x 10^5 steps, counted
    # here as passes over some ten thousand faces.
    "paper": {
        "size": 128,
        "patch": 128,
        "discriminator": {"variant": "vgg"},
        "psnr": {
            "epochs": 1600,
            "batch_size": 16,
            "learning_rate": 2e-4,
            "halve_at": (0.2, 0.4, 0.6, 0.8),
        },
        "gan": {
            "epochs": 640,
            "batch_size": 16,
            "learning_rate": 1e-4,
            "halve_at": (0.125, 0.25, 0.5, 0.75),
            "pixel": 1e-2,
            "perceptual": 1.0,
            "adversarial": 5e-3,
        },
        "paper": "Wang et al. 2018 (ESRGAN), section 4.1; degraded as in Mariyathas et al. 2025",
    },
}
