"""Faces that are not trained on: how near the enlarged ones come, and bicubic ones beside."""

from __future__ import annotations

from collections.abc import Sequence

import keras
import numpy as np
from numpy.typing import NDArray

from ferkeras.media import degrade, resample
from ferkeras.metrics.psnr import PSNR
from ferkeras.metrics.ssim import SSIM
from ferkeras.training.restoration.recipe import RestorationRecipe
from ferkeras.types import Picture

_WINDOW = 11  # side of SSIM's, in pixels
_PIXELS = 512 * 1024  # of one batch of large pictures


class Watched:
    """Held-out faces, made small once, always in the same way.

    Args:
        faces: uint8 ``(side, side, 3)`` each, RGB, sides multiples of the scale.
        recipe: its degradation and seed are used.

    Attributes:
        floor: the same of bicubic, ``psnr_bicubic`` and ``ssim_bicubic``.
    """

    def __init__(self, faces: Sequence[Picture], recipe: RestorationRecipe) -> None:
        settings = recipe.degradation.model_dump()
        groups: dict[tuple[int, ...], list[tuple[Picture, Picture]]] = {}
        for number, face in enumerate(faces):
            seed = int(np.random.SeedSequence([recipe.seed, number]).generate_state(1)[0])
            small = degrade(face, **settings, seed=seed)
            groups.setdefault(face.shape, []).append((small, face))
        self._groups = [
            tuple(np.stack(part) for part in zip(*pairs, strict=True)) for pairs in groups.values()
        ]
        made = [
            np.stack([resample(one, large.shape[1], large.shape[2], "bicubic") for one in small])
            for small, large in self._groups
        ]
        self.floor = {f"{k}_bicubic": v for k, v in self._scores(made).items()}

    def scores(self, generator: keras.Model) -> dict[str, float]:
        """``psnr`` (dB) and ``ssim``, means over the faces, of what a generator makes.

        There is no ``ssim`` where a face has fewer than 11 pixels.
        """
        made = [_enlarged(generator, small, large.shape[1:3]) for small, large in self._groups]
        return self._scores(made)

    def _scores(self, made: Sequence[NDArray[np.uint8]]) -> dict[str, float]:
        smallest = min(side for _, large in self._groups for side in large.shape[1:3])
        # The window of SSIM does not fit into fewer pixels; then there is none, not one of some.
        metrics = [PSNR(), SSIM()] if smallest >= _WINDOW else [PSNR()]
        for (_, large), pictures in zip(self._groups, made, strict=True):
            for metric in metrics:
                metric.update_state(large, pictures)
        return {metric.name: float(metric.result()) for metric in metrics}


def _enlarged(
    generator: keras.Model, small: NDArray[np.uint8], size: tuple[int, int]
) -> NDArray[np.uint8]:
    batch = max(1, _PIXELS // (size[0] * size[1]))
    parts = [
        generator.predict_on_batch(small[start : start + batch].astype(np.float32))
        for start in range(0, len(small), batch)
    ]
    made: NDArray[np.float32] = np.concatenate(parts)
    return np.rint(np.clip(made, 0.0, 255.0)).astype(np.uint8)
