"""A finished model of each kind of input in the place of `fit`."""

from __future__ import annotations

import numpy as np
import pytest
from exported_model import LABELS, crops, exported, tiny_model  # noqa: F401
from graph_model import exported_graph, graph_model  # noqa: F401

from ferkeras.datasets.base import Index
from ferkeras.evaluation import evaluate
from ferkeras.evaluation.finished_model import FinishedModel
from ferkeras.inputs import prepare_index
from ferkeras.prepare import mirror, model_inputs
from ferkeras.types import Sample


@pytest.fixture(scope="module")
def index() -> Index:
    """Nine face crops of three people."""
    grey = crops(9, seed=2).astype(np.uint8)
    pictures = {f"{row}.png": grey[row].repeat(3, axis=-1) for row in range(9)}
    samples = [
        Sample(f"{row}.png", LABELS[row % 3], subject=f"S{row // 3}", sequence=str(row))
        for row in range(9)
    ]
    return Index.from_samples("nine", samples, LABELS, pictures.__getitem__, cropped=True)


@pytest.mark.parametrize("flip", [False, True])
@pytest.mark.parametrize("kind", ["exported", "exported_graph"])
def test_its_answers_are_those_of_keras(index, tmp_path, request, kind, flip):
    folder = request.getfixturevalue(kind).folder
    finished = FinishedModel(str(folder), index, flip=flip)
    spec = finished.card.input
    finished.prepared = prepare_index(index, spec)
    result = evaluate(index, "loso", finished, tmp_path, trained_on="nothing")
    model = graph_model() if spec.graph else tiny_model()
    faces = finished.prepared.pictures.astype(np.float32)
    want = model.predict_on_batch(model_inputs(faces, spec))
    if flip:
        mirrored = model.predict_on_batch(model_inputs(mirror(faces, spec), spec))
        want = (want + mirrored) / 2
    confusion = np.zeros((3, 3), int)
    np.add.at(confusion, (index.labels, want.argmax(axis=1)), 1)
    np.testing.assert_array_equal(result.scores.confusion, confusion)
    answers = finished(np.arange(0), np.arange(9), tmp_path)
    np.testing.assert_allclose(answers, want, atol=1e-5)
    assert ("graph" in finished.settings["input"]) == (kind == "exported_graph")
