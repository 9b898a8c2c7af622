"""Train a recipe on some rows of an index and predict others: the `fit` of an evaluation."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from ferkeras._quiet import start_tensorflow
from ferkeras.datasets.base import Index
from ferkeras.errors import DatasetError, RecipeError
from ferkeras.files import write_arrays
from ferkeras.inputs.prepared import Prepared
from ferkeras.models.weight_counts import weight_counts
from ferkeras.training import checkpoint
from ferkeras.training.epoch_end import predict, predict_all
from ferkeras.training.fitting import FitResult, fit
from ferkeras.training.kept_together import kept_together
from ferkeras.training.models import TrainingModels
from ferkeras.training.recipe import Recipe
from ferkeras.training.run_folder import write_run_card

Rows = NDArray[np.int64]
_GRACE = 30.0  # seconds: many folds take less, and a killed one begins anew


class FoldFitter:
    """Trains one model for each fold.

    Args:
        recipe: all settings.
        index: the data set.
        prepared: its pictures, see `ferkeras.inputs.prepare_index`.
        inner_validation: share of each fold's training people (or recordings, or pictures, where
            those are unknown) that is kept from training to choose the epoch, for
            ``recipe.select="best-validation"``; 0 with ``"last"``.
        callbacks: ``name of the fold -> Keras callbacks``.
        keep_models: leave each fold's ``model.keras`` in its folder.

    Call with (train rows, test rows, folder); returns probabilities ``(test rows, classes)``, NaN
    for a test row without a usable face, which is listed in ``folder/skipped.json``. With
    ``select="oracle-epoch"`` the last epoch's answers go into ``folder/last_epoch.npz``. What each
    branch of a model with several answers alone goes into ``folder/branches.npz``.

    It can be pickled, to train in another process; there it has no callbacks.
    """

    def __init__(
        self,
        recipe: Recipe,
        index: Index,
        prepared: Prepared,
        *,
        inner_validation: float = 0.0,
        callbacks: Callable[[str], list[keras.callbacks.Callback]] = lambda name: [],
        keep_models: bool = True,
    ) -> None:
        self.recipe = recipe
        self.index = index
        self.prepared = prepared
        self.inner_validation = inner_validation
        self.callbacks = callbacks
        self.keep_models = keep_models
        self.models = TrainingModels(recipe, len(index.classes))
        self._place = np.full(len(index), -1, dtype=np.int64)
        self._place[prepared.rows] = np.arange(len(prepared.rows))

    def __getstate__(self) -> dict[str, Any]:
        """What another process needs: neither compiled models nor callbacks, nor the loader."""
        index = self.index.without_loader()
        return {**self.__dict__, "index": index, "models": None, "callbacks": None}

    def __setstate__(self, state: dict[str, Any]) -> None:
        start_tensorflow()
        self.__dict__.update(state)
        self.models = TrainingModels(self.recipe, len(self.index.classes))
        self.callbacks = lambda name: []

    def __call__(self, train: Rows, test: Rows, folder: Path) -> NDArray[np.float32]:
        """Train on ``train``, predict ``test``.

        With ``select="oracle-epoch"`` the test rows themselves choose the epoch.

        Raises:
            RecipeError: ``select`` and the share of inner validation do not go together.
        """
        if (self.recipe.select == "best-validation") != (self.inner_validation > 0):
            raise RecipeError(
                f"select={self.recipe.select!r} and an inner validation share of "
                f"{self.inner_validation} do not go together: best-validation needs a share above "
                "0, the others need none"
            )
        answers = np.full((len(test), len(self.index.classes)), np.nan, dtype=np.float32)
        usable = self._place[test] >= 0
        if usable.any():  # else there is nothing to train for
            oracle = self.recipe.select == "oracle-epoch"
            train, held_out = (train, test) if oracle else self._inner_split(train)
            result = self.train(train, folder, validation=held_out, grace=_GRACE)
            answers[usable] = predict(result.model, self.select(test)[0], self.recipe.input)
            self._write_branches(self.select(test)[0], usable, folder)
            if result.last_answers is not None:
                last = np.full_like(answers, np.nan)
                last[usable] = result.last_answers
                write_arrays(folder / "last_epoch.npz", probabilities=last)
        self._write_skipped(test[~usable], folder)
        (folder / checkpoint.FILE_NAME).unlink(missing_ok=True)  # three times the model's size
        return answers

    def train(
        self, rows: Rows, folder: Path, validation: Rows | None = None, grace: float = 0.0
    ) -> FitResult:
        """Train on these rows; ``validation`` rows are watched after each epoch.

        No checkpoint is written in the first ``grace`` seconds.

        Raises:
            DatasetError: fewer than two classes, or no picture, are left in the rows.
        """
        pictures, labels = self.select(rows)
        present = np.unique(labels)
        if len(present) < 2:
            raise DatasetError(
                f"{self.index.name}: {len(pictures)} usable training pictures of "
                f"{len(present)} class(es); training needs at least two classes"
            )
        watched = None if validation is None else self.select(validation)
        if watched is not None and not len(watched[0]):
            raise DatasetError(
                f"{self.index.name}: no usable picture in the part that chooses the epoch"
            )
        result = fit(
            self.recipe,
            pictures,
            labels,
            self.index.classes,
            folder,
            validation=watched,
            callbacks=self.callbacks(folder.name),
            models=self.models,
            grace=grace,
            keep_model=self.keep_models,
        )
        if self.keep_models:
            oracle = self.recipe.select == "oracle-epoch"
            write_run_card(
                folder,
                self.recipe,
                self.index.classes,
                weight_counts(result.model).trained,
                f"{self.index.name}: {len(pictures)} samples"
                + ("; optimistic: epoch picked on the test part" if oracle else ""),
            )
        return result

    def select(self, rows: Rows) -> tuple[NDArray[Any], NDArray[np.int64]]:
        """Pictures and label numbers of those rows that have a usable face, in the rows' order."""
        rows = rows[self._place[rows] >= 0]
        return self.prepared.pictures[self._place[rows]], self.index.labels[rows]

    def _inner_split(self, rows: Rows) -> tuple[Rows, Rows | None]:
        if not self.inner_validation:
            return rows, None
        names = kept_together(self.index.table.iloc[rows])
        distinct = np.unique(names)
        drawn = np.random.default_rng(self.recipe.seed).permutation(distinct)
        count = max(1, round(self.inner_validation * len(distinct)))
        if count >= len(distinct):
            raise DatasetError(
                f"{self.index.name}: {len(distinct)} people, recordings or pictures in the "
                "training part are too few to keep some for validation"
            )
        held_out = np.isin(names, drawn[:count])
        return self._without_copies(rows[~held_out], rows[held_out]), rows[held_out]

    def _without_copies(self, rows: Rows, held_out: Rows) -> Rows:
        """The rows whose prepared picture is not also that of a held-out row."""
        seen = {picture.tobytes() for picture in self.select(held_out)[0]}
        place = self._place[rows]
        copies = [p >= 0 and self.prepared.pictures[p].tobytes() in seen for p in place]
        return rows[~np.array(copies, dtype=bool)]

    def _write_branches(
        self, pictures: NDArray[Any], usable: NDArray[np.bool_], folder: Path
    ) -> None:
        """Leave what each branch answers alone in ``branches.npz``, where there are several."""
        model = self.models.branches()
        if model is None:
            return
        found = {}
        for name, values in predict_all(model, pictures, self.recipe.input).items():
            found[name] = np.full((len(usable), len(self.index.classes)), np.nan, np.float32)
            found[name][usable] = values
        write_arrays(folder / "branches.npz", **found)

    def _write_skipped(self, rows: Rows, folder: Path) -> None:
        reasons = {one.item: one.reason for one in self.prepared.skipped}
        items = [str(item) for item in self.index.table["item"].iloc[rows]]
        listed: list[dict[str, Any]] = [{"item": i, "reason": reasons[i]} for i in items]
        (folder / "skipped.json").write_text(json.dumps(listed), encoding="utf-8")
