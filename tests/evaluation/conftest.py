"""A small data set whose recordings are easy to recognise again, and two dummy classifiers."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from ferkeras.datasets.base import Index
from ferkeras.types import Sample

CLASSES = ("anger", "joy", "surprise")


@pytest.fixture(scope="session")
def index() -> Index:
    """12 people, 3 recordings (one a class) of 3 nearly equal frames each.

    A recording's look is random, its class shows only faintly: who has seen a frame of it knows
    the others, who has not can hardly tell.
    """
    rng = np.random.default_rng(7)
    signs = rng.normal(size=(3, 8, 8, 3))
    pictures, samples = {}, []
    for person in range(12):
        for number, label in enumerate(CLASSES):
            look = rng.normal(size=(8, 8, 3)) * 30 + 128 + 4 * signs[number]
            for frame in range(3):
                item = f"S{person:02d}/{label}_{frame}.png"
                noisy = look + rng.normal(size=look.shape)
                pictures[item] = noisy.clip(0, 255).astype(np.uint8)
                samples.append(
                    Sample(
                        item,
                        label,
                        subject=f"S{person:02d}",
                        sequence=f"S{person:02d}_{label}",
                        split="train" if person < 8 else "test",
                    )
                )
    return Index.from_samples("toy", samples, CLASSES, pictures.__getitem__, cropped=True)


@pytest.fixture(scope="session")
def nearest(index: Index) -> Callable[..., np.ndarray]:
    """`fit` of a nearest-neighbour classifier: nothing leaks better than memory."""
    pixels = np.stack([index.load(item).ravel().astype(float) for item in index.table["item"]])

    def fit(train: np.ndarray, test: np.ndarray, folder: Path) -> np.ndarray:
        distances = ((pixels[test, None] - pixels[None, train]) ** 2).sum(axis=-1)
        return np.eye(3)[index.labels[train[distances.argmin(axis=1)]]]

    return fit
