"""One tiny generator, exported once for all tests that need its files.

A test file uses it by ``from tiny_restorer import restorer_folder  # noqa: F401``.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import keras
import numpy as np
import pytest

from ferkeras.export import ExportResult, export_restorer
from ferkeras.models import ESRGANGenerator
from ferkeras.types import FloatArray, InputSpec

SPEC = InputSpec(height=10, width=12, channels=3)


@cache
def tiny_generator(
    input_shape: tuple[int | None, int | None, int] = (None, None, 3), scale: int = 4
) -> keras.Model:
    """Every layer of the real one; weights so large that its answer is no flat grey."""
    model = ESRGANGenerator(input_shape, features=6, blocks=1, growth=3, scale=scale)
    rng = np.random.default_rng(2)
    model.set_weights([rng.normal(0, 0.15, weight.shape) for weight in model.get_weights()])
    return model


def small_pictures(count: int, height: int = 10, width: int = 12, seed: int = 0) -> FloatArray:
    """Random pictures, float32 whole numbers 0..255."""
    values = np.random.default_rng(seed).integers(0, 256, (count, height, width, 3))
    return values.astype(np.float32)


def keras_answer(pictures: FloatArray, model: keras.Model | None = None) -> FloatArray:
    """What the tiny generator gives for whole pictures at once, clipped, not rounded."""
    answer = np.asarray((model or tiny_generator())(pictures.astype(np.float32)))
    return np.clip(answer, 0, 255)


_made: list[ExportResult] = []


@pytest.fixture(scope="session")
def exported_restorer(tmp_path_factory: pytest.TempPathFactory) -> ExportResult:
    """`tiny_generator` in every format, with a card."""
    if not _made:  # pytest sees one fixture in each file that imports this
        folder = tmp_path_factory.mktemp("models") / "esrgan" / "tiny"
        about = {"trained_on": "nothing", "not_for": "anything"}
        model = tiny_generator()
        _made.append(export_restorer(model, SPEC, folder, samples=small_pictures(4), about=about))
    return _made[0]


@pytest.fixture
def restorer_folder(exported_restorer: ExportResult) -> Path:
    """Its folder."""
    return exported_restorer.folder
