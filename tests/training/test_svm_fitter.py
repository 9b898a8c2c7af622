"""The SVM of a fold sees the features of this fold's training rows, and no others."""

from __future__ import annotations

import json

import numpy as np
import pytest

from ferkeras.datasets.base import Index, Skipped
from ferkeras.errors import FerkerasError
from ferkeras.evaluation import evaluate
from ferkeras.inputs.prepared import Prepared
from ferkeras.training import load_recipe, svm_fitter
from ferkeras.training.feature_svm import fit_feature_svm
from ferkeras.training.fold_fitter import FoldFitter
from ferkeras.training.svm_fitter import FeatureKeeper, SVMFitter
from ferkeras.types import Sample

CLASSES = ("anger", "joy")
LOST = 5


@pytest.fixture(scope="module")
def data():
    """Six people with two pictures of each class; one picture has no face."""
    rng = np.random.default_rng(0)
    samples, pictures = [], []
    for person in range(6):
        for number in range(4):
            samples.append(Sample(f"{person}-{number}", CLASSES[number % 2], subject=f"s{person}"))
            pictures.append(rng.integers(0, 60, (16, 16, 3)) + 150 * (number % 2))
    index = Index.from_samples(
        "toy", samples, CLASSES, lambda item: pictures[0].astype(np.uint8), cropped=True
    )
    rows = np.delete(np.arange(24), LOST)
    kept = np.stack(pictures)[rows].astype(np.uint8)
    return index, Prepared(kept, rows, (Skipped(samples[LOST].item, "no face"),))


def test_two_evaluations_one_after_the_other(data, tmp_path, monkeypatch):
    index, prepared = data
    recipe = load_recipe(
        "micro_cnn",
        epochs=2,
        batch_size=8,
        input={"height": 16, "width": 16, "channels": 3},
        model={"filters": [4, 4, 4], "hidden_units": [8, 6]},
    )
    keeper = FeatureKeeper(FoldFitter(recipe, index, prepared, keep_models=False), "features")
    options = {"allow": ("duplicates",)}
    network = evaluate(index, "subject-kfold:2", keeper, tmp_path / "cnn", **options)
    seen = []

    def recorded(features, labels, groups, **more):
        seen.append((features, labels, groups))
        return fit_feature_svm(features, labels, groups, **more)

    monkeypatch.setattr(svm_fitter, "fit_feature_svm", recorded)
    fit = SVMFitter(index, tmp_path / "cnn")
    result = evaluate(index, "subject-kfold:2", fit, tmp_path / "svm", **options)
    assert len(result.scored) == len(network.scored) == 23
    assert [one.reason for one in result.skipped] == ["no face"]
    for (features, labels, groups), fold in zip(seen, result.folds, strict=True):
        train = np.setdiff1d(np.arange(24), [*fold.rows, LOST])
        stored = np.load(tmp_path / "cnn" / "folds" / fold.name / "features.npz")
        place = [stored["rows"].tolist().index(row) for row in train]
        np.testing.assert_array_equal(features, stored["features"][place])
        np.testing.assert_array_equal(labels, index.labels[train])
        assert set(groups) == {f"subject {who}" for who in index.table["subject"].iloc[train]}
        assert not {name.split(" ")[1] for name in groups} & set(fold.subjects)
        chosen = json.loads((tmp_path / "svm" / "folds" / fold.name / "svm.json").read_text())
        assert chosen["kept_together_by"] == ["subject"]
        assert stored["features"].shape == (23, 6)


def test_without_the_networks_fold(data, tmp_path):
    with pytest.raises(FerkerasError, match=r"features\.npz is missing: .* delete .* and run"):
        evaluate(
            data[0], "loso", SVMFitter(data[0], tmp_path / "no"), tmp_path, allow=["duplicates"]
        )
