"""An SVM on the features of each fold's own network: two evaluations, one after the other.

The network's leaves the features of its training and test rows in each fold's folder; the SVM's, on
the same folds, reads them. So a fold's SVM sees the features of a network that was trained on this
fold's training rows and on no others.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ferkeras.datasets.base import Index
from ferkeras.errors import FerkerasError
from ferkeras.files import read_arrays, read_json, write_arrays, write_json
from ferkeras.training.epoch_end import predict
from ferkeras.training.feature_svm import COSTS, WIDTHS, fit_feature_svm
from ferkeras.training.fold_fitter import FoldFitter, Rows
from ferkeras.training.kept_together import kept_together

FEATURES, SVM, SKIPPED = "features.npz", "svm.json", "skipped.json"


@dataclass(frozen=True)
class FeatureKeeper:
    """The `fit` of a network that also leaves ``features.npz`` in the fold's folder.

    Attributes:
        fit: trains and predicts.
        layer: name of the layer whose output is kept.
    """

    fit: FoldFitter
    layer: str

    def __call__(self, train: Rows, test: Rows, folder: Path) -> NDArray[np.float32]:
        """Train, predict, keep the features of all usable rows of both parts.

        Raises:
            RecipeError: the network has no such layer; else as `FoldFitter`.
        """
        answers = self.fit(train, test, folder)
        rows = np.concatenate([train, test])
        rows = rows[np.isin(rows, self.fit.prepared.rows)]
        features = np.zeros((0, 0), np.float32)
        if np.isfinite(answers).any():  # else nothing was trained
            model = self.fit.models.up_to(self.layer)
            features = predict(model, self.fit.select(rows)[0], self.fit.recipe.input)
            features = features.reshape(len(rows), -1)
        write_arrays(folder / FEATURES, rows=rows[: len(features)], features=features)
        return answers


@dataclass(frozen=True)
class SVMFitter:
    """The `fit` of the SVM.

    Attributes:
        index: the data set.
        network: output folder of the network's evaluation of the same folds, by `FeatureKeeper`.
        seed: of the inner folds.

    Leaves the chosen setting in ``svm.json``, and what the network's fold left out in
    ``skipped.json``.
    """

    index: Index
    network: Path
    seed: int = 0

    @property
    def settings(self) -> dict[str, Any]:
        """For the report, and for going on."""
        return {
            "svm": {"C": COSTS, "gamma times features": WIDTHS, "seed": self.seed},
        }

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "index": self.index.without_loader()}

    def __call__(self, train: Rows, test: Rows, folder: Path) -> NDArray[np.float32]:
        """Fit on the training rows' features, with inner folds over their people; predict.

        Raises:
            FerkerasError: the network's fold is not there.
        """
        source = self.network / "folds" / folder.name
        if not (source / FEATURES).is_file():
            raise FerkerasError(
                f"{source / FEATURES} is missing: the features of this fold's network; delete "
                f"{self.network} and run again"
            )
        kept = read_arrays(source / FEATURES)
        place = np.full(len(self.index), -1)
        place[kept["rows"]] = np.arange(len(kept["rows"]))
        answers = np.full((len(test), len(self.index.classes)), np.nan, np.float32)
        usable, rows = test[place[test] >= 0], train[place[train] >= 0]
        if len(usable):
            groups = kept_together(self.index.table.iloc[rows])
            svm = fit_feature_svm(
                kept["features"][place[rows]], self.index.labels[rows], groups, seed=self.seed
            )
            tested = kept["features"][place[usable]]
            answers[place[test] >= 0] = svm.probabilities(tested, len(self.index.classes))
            chosen = {
                **svm.setting,
                "inner_folds": svm.inner_folds,
                "inner_uf1": svm.inner_uf1,
                "kept_together_by": sorted({name.split(" ")[0] for name in groups.tolist()}),
            }
            write_json(folder / SVM, chosen)
        write_json(folder / SKIPPED, read_json(source / SKIPPED))
        return answers
