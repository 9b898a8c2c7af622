"""Named settings of ESRGAN: data, not subclasses. Explicit arguments of the builders override them.

`VARIANTS` are the generator's, `DISCRIMINATORS` the discriminator's.
"""

from __future__ import annotations

from typing import Any

VARIANTS: dict[str, dict[str, Any]] = {
    # Wang et al. 2018 and its public program: 16,697,987 weights, 18.36 GMAC from 32x32 to 128x128.
    "paper": {
        "features": 64,
        "blocks": 23,
        "growth": 32,
        "scale": 4,
        "upsampling": "nearest",
    },
    # Ours, for two CPU cores: 1,478,755 weights, 1.84 GMAC from 32x32 to 128x128.
    "light": {
        "features": 32,
        "blocks": 8,
        "growth": 16,
        "scale": 4,
        "upsampling": "nearest",
    },
}

DISCRIMINATORS: dict[str, dict[str, Any]] = {
    # The public program's "VGG-128": one score a picture, 14,499,401 weights.
    "vgg": {"input_shape": (128, 128, 3), "features": 64, "spectral_norm": False},
    # Wang et al. 2021 (Real-ESRGAN): a score for each pixel, 4,376,897 weights.
    "unet": {"input_shape": (None, None, 3), "features": 64, "spectral_norm": True},
}
