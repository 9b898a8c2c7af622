"""An evaluation's outcome: predictions pooled over folds, and everything a report states."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ferkeras.datasets.base import Skipped
from ferkeras.evaluation.fold_result import FoldResult
from ferkeras.evaluation.intervals import Interval, accuracy_interval
from ferkeras.evaluation.leakage import Overlap, summarise
from ferkeras.evaluation.scores import Scores, confusion_matrix
from ferkeras.files import plain


@dataclass(frozen=True)
class EvaluationResult:
    """Outcome of `ferkeras.evaluation.evaluate` or `merge`.

    Attributes:
        data: name of the data set.
        source: how it was asked for, with its options: ``"synthetic:subjects=20,frames=2"``.
        protocol: the protocol's name, such as ``"subject-kfold:10"``.
        description: the protocol in one line.
        classes: class names, in the order of the probabilities' columns.
        folds: finished folds, in the protocol's order.
        missing: names of folds that are not finished; with any, all scores are partial.
        overlaps: for each of the protocol's folds, what stood on both sides when it was trained.
        dropped: for each fold, how many training copies of test pictures were taken out.
        accepted: kinds of overlap that the protocol or the user accepted by name.
        subject_independent: True or False; None = unknown.
        remark: what must be printed beside every number, else "".
        picked_on_test: each fold's epoch was picked on its test part: all scores are optimistic,
            and `last_epoch_scores` are those of the last epoch of the same training.
        notes: handled oddities, one sentence each.
        skipped: items that stand in no score or training, with reasons.
        settings: everything that must be equal for folds to be pooled.
        command: the command line, or "".
        date: when the evaluation was begun, ISO 8601, UTC.
        versions: packages that the folds ran with.
    """

    data: str
    source: str
    protocol: str
    description: str
    classes: tuple[str, ...]
    folds: tuple[FoldResult, ...]
    missing: tuple[str, ...]
    overlaps: tuple[tuple[Overlap, ...], ...]
    dropped: tuple[int, ...]
    accepted: tuple[str, ...]
    subject_independent: bool | None
    remark: str
    picked_on_test: bool
    notes: tuple[str, ...]
    skipped: tuple[Skipped, ...]
    settings: dict[str, Any]
    command: str
    date: str
    versions: dict[str, str]

    @functools.cached_property
    def table(self) -> pd.DataFrame:
        """One row a tested sample: fold, row, item, subject, dataset, label, predicted, last.

        ``predicted`` and ``last`` (by the last epoch) are -1 where there is no prediction.
        """
        parts = [
            pd.DataFrame(
                {
                    "fold": fold.name,
                    "row": fold.rows,
                    "item": fold.items,
                    "subject": np.array(fold.subjects, dtype=object),
                    "dataset": np.array(fold.datasets, dtype=object),
                    "label": fold.labels,
                    "predicted": fold.predicted,
                    "last": fold.predicted_last,
                }
            )
            for fold in self.folds
        ]
        table = pd.concat(parts, ignore_index=True)
        for name in ("subject", "dataset"):
            table[name] = table[name].astype(object).where(table[name].notna(), None)
        return table

    @property
    def scored(self) -> pd.DataFrame:
        """The rows of `table` that have a prediction."""
        return self.table[self.table["predicted"] >= 0]

    @functools.cached_property
    def scores(self) -> Scores:
        """Scores of the predictions of all folds together."""
        return self._scores(self.scored)

    @functools.cached_property
    def last_epoch_scores(self) -> Scores | None:
        """What `scores` would be had the last epoch counted; None where it did."""
        return self._scores(self.scored, "last") if self.picked_on_test else None

    @functools.cached_property
    def branch_scores(self) -> dict[str, Scores]:
        """Scores of each branch alone of the same trained models, all folds together.

        Folds without any prediction do not count. Empty where the model has no branches, or where
        a fold lacks one that others have: see `without_branches`.
        """
        answered = [fold for fold in self.folds if self._answered(fold)]
        if not answered or self.without_branches:
            return {}
        found = {}
        for name in answered[0].branches:
            labels = np.concatenate([fold.labels for fold in answered])
            answers = np.concatenate([fold.predicted_by(name) for fold in answered])
            seen = answers >= 0
            matrix = confusion_matrix(labels[seen], answers[seen], len(self.classes))
            found[name] = Scores(matrix)
        return found

    @property
    def without_branches(self) -> tuple[str, ...]:
        """Names of the folds that have predictions, but lack those of a branch others have."""
        answered = [fold for fold in self.folds if self._answered(fold)]
        known = {name for fold in answered for name in fold.branches}
        return tuple(fold.name for fold in answered if known - set(fold.branches))

    @functools.cached_property
    def fold_spread(self) -> tuple[float, float] | None:
        """Mean and standard deviation (n - 1) of the folds' accuracies, as papers print them.

        Folds without a prediction do not count; None where fewer than two are left. Folds differ
        in size, so the mean is not the pooled accuracy.
        """
        found = [self.fold_scores(fold).accuracy for fold in self.folds if self._answered(fold)]
        if len(found) < 2:
            return None
        return float(np.mean(found)), float(np.std(found, ddof=1))

    @staticmethod
    def _answered(fold: FoldResult) -> bool:
        return bool((fold.predicted >= 0).any())

    def per_dataset(self, column: str = "predicted") -> dict[str, tuple[int, Scores]]:
        """Of a composite: data set -> its subjects and the scores of its samples, over all folds.

        Args:
            column: ``"predicted"``, or ``"last"`` for the last epoch's.

        Empty where the table names no data sets. A class that a data set lacks stands in none of
        its means, unless it was predicted there: see `Scores`.
        """
        known = self.scored[self.scored["dataset"].notna()]
        return {
            str(name): (rows["subject"].nunique(), self._scores(rows, column))
            for name, rows in known.groupby("dataset")
        }

    def _scores(self, rows: pd.DataFrame, column: str = "predicted") -> Scores:
        return Scores(confusion_matrix(rows["label"], rows[column], len(self.classes)))

    @functools.cached_property
    def interval(self) -> Interval | None:
        """95 % interval of the accuracy; None without predictions."""
        return accuracy_interval(self._right, list(self.scored["subject"]))

    @property
    def _right(self) -> NDArray[np.bool_]:
        return np.asarray(self.scored["label"] == self.scored["predicted"])

    def fold_scores(self, fold: FoldResult) -> Scores:
        """Scores of one fold alone."""
        seen = fold.predicted >= 0
        return Scores(confusion_matrix(fold.labels[seen], fold.predicted[seen], len(self.classes)))

    def per_subject(self) -> pd.DataFrame:
        """Columns subject, samples, right, accuracy; worst first; known subjects only."""
        rows = self.scored.assign(right=self._right)
        rows = rows[rows["subject"].notna()]
        groups = rows.groupby("subject")["right"]
        table = groups.agg(samples="size", right="sum", accuracy="mean").reset_index()
        return table.sort_values(["accuracy", "subject"], ignore_index=True)

    @property
    def leakage(self) -> list[str]:
        """One line for each kind of overlap, over all folds, and what was taken out."""
        lines = summarise(self.overlaps)
        if self.remark.startswith("finished model"):
            lines.insert(
                0,
                "the model's own training data: not measured; what follows compares the "
                "protocol's two parts",
            )
        if any(self.dropped):
            lines.append(
                f"dropped: {sum(self.dropped)} training copies of test pictures were taken out"
            )
        return lines

    def to_dict(self) -> dict[str, Any]:
        """The JSON twin of the report: plain values; undefined numbers are None."""
        scores, interval = self.scores, self.interval
        numbers = {
            **scores.summary(),
            "accuracy_interval": vars(interval) if interval else None,
            "fold_accuracy": dict(zip(("mean", "deviation"), self.fold_spread, strict=True))
            if self.fold_spread
            else None,
        }
        per_class = zip(
            self.classes, scores.support, scores.precision, scores.recall, scores.f1, strict=True
        )
        value = {
            "data": self.data,
            "source": self.source,
            "protocol": self.protocol,
            "description": self.description,
            "subject_independent": self.subject_independent,
            "remark": self.remark,
            "picked_on_test": self.picked_on_test,
            "last_epoch": self.last_epoch_scores.summary() if self.last_epoch_scores else None,
            "samples": len(self.scored),
            "without_prediction": len(self.table) - len(self.scored),
            **numbers,
            "classes": self.classes,
            "absent_classes": [self.classes[number] for number in scores.absent],
            "confusion": scores.confusion,
            "per_class": [
                dict(zip(("label", "support", "precision", "recall", "f1"), row, strict=True))
                for row in per_class
            ],
            "branches": {name: one.summary() for name, one in self.branch_scores.items()},
            "per_dataset": [
                {"dataset": name, "samples": int(one.support.sum()), "subjects": people}
                | one.summary()
                | {"absent_classes": [self.classes[number] for number in one.absent]}
                for name, (people, one) in self.per_dataset().items()
            ],
            "per_subject": self.per_subject().to_dict("records"),
            "leakage": self.leakage,
            "accepted_leaks": self.accepted,
            "dropped_training_copies": sum(self.dropped),
            "missing_folds": self.missing,
            "folds": [
                {
                    "name": fold.name,
                    "train_rows": fold.train_rows,
                    "test_rows": len(fold.rows),
                    "accuracy": self.fold_scores(fold).accuracy,
                    "seconds": fold.seconds,
                    "history": fold.history,
                }
                for fold in self.folds
            ],
            "notes": self.notes,
            "skipped": [vars(skip) for skip in self.skipped],
            "settings": self.settings,
            "command": self.command,
            "date": self.date,
            "versions": self.versions,
        }
        return dict(plain(value))


def late_notes(result: EvaluationResult) -> list[str]:
    """What only the predictions can tell: classes, rows, folds and versions that stand out."""
    notes = []
    if result.missing:
        total = len(result.missing) + len(result.folds)
        notes.append(f"partial: {len(result.missing)} of {total} folds are not finished")
    for number in result.scores.absent:
        notes.append(
            f"class {result.classes[number]!r} has no test sample: it has no recall, and UAR is "
            "the mean of the other classes"
        )
    lost = len(result.table) - len(result.scored)
    if lost:
        least = float(np.trace(result.scores.confusion)) / len(result.table)
        notes.append(
            f"{lost} of {len(result.table)} test samples were skipped and have no prediction: "
            f"they stand in no score (counted as wrong, accuracy would be {least:.1%})"
        )
    bare = result.without_branches
    if bare:
        some = ", ".join(bare[:5]) + (", ..." if len(bare) > 5 else "")
        notes.append(
            f"no scores of the branches alone: {len(bare)} of {len(result.folds)} folds lack "
            f"their answers ({some}); delete the folders of those folds and run again"
        )
    for package, version in result.versions.items():
        if ", " in version:
            notes.append(f"folds ran with different versions of {package}: {version}")
    return notes
