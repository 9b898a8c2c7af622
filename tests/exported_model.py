"""One tiny model, exported once for all tests that need its files; and the program, run.

A test file uses it by ``from exported_model import exported  # noqa: F401``.
"""

from __future__ import annotations

import sys
from functools import cache

import keras
import numpy as np
import pytest

from ferkeras.cli import main
from ferkeras.export import ExportResult, export_model
from ferkeras.models import MFFCNN
from ferkeras.types import FloatArray, InputSpec

LABELS = ("anger", "happiness", "surprise")
SPEC = InputSpec(height=28, width=28, channels=1, margin=0.1)


@cache
def tiny_model() -> keras.Model:
    """MFF-CNN in small: every layer of the real one, 28x28, three classes, seeded weights."""
    keras.utils.set_random_seed(5)
    return MFFCNN(
        (28, 28, 1),
        len(LABELS),
        variant="wide",
        patches=9,
        keep=20,
        image_filters=((4,), (6,), (8,)),
        patch_filters=((4,),),
        mid_units=8,
        mid_filters=4,
    )


def crops(count: int, seed: int = 0) -> FloatArray:
    """Smooth random crops, float32 0..255."""
    coarse = np.random.default_rng(seed).uniform(0, 255, (count, 7, 7, 1))
    return coarse.repeat(4, axis=1).repeat(4, axis=2).astype(np.float32)


_made: list[ExportResult] = []


@pytest.fixture(scope="session")
def exported(tmp_path_factory: pytest.TempPathFactory) -> ExportResult:
    """`tiny_model` in every format, with a card."""
    if not _made:  # pytest sees one fixture in each file that imports this
        folder = tmp_path_factory.mktemp("models") / "mff_cnn" / "tiny"
        about = {"trained_on": "nothing", "not_for": "anything", "scores": {"accuracy": 0.25}}
        model = tiny_model()
        _made.append(export_model(model, SPEC, LABELS, folder, samples=crops(40), about=about))
    return _made[0]


@pytest.fixture
def run(monkeypatch, capsys):
    """Run the program as a user does; returns exit status, stdout, stderr."""

    def call(*arguments):
        monkeypatch.setattr(sys, "argv", ["ferkeras", *map(str, arguments)])
        with pytest.raises(SystemExit) as stopped:
            main()
        captured = capsys.readouterr()
        return stopped.value.code or 0, captured.out, captured.err

    return call
