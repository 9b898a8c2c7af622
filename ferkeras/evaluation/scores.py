"""Scores from one pooled confusion matrix.

Over several folds the counts are summed first and the scores are taken from the sums; a mean of
the folds' F1 would be another, biased number (Forman & Scholz 2010, "Apples-to-apples in
cross-validation studies"; See et al. 2019, MEGC, fix the pooled form for UF1 and UAR).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ferkeras.errors import FerkerasError

Counts = NDArray[np.int64]
Values = NDArray[np.float64]


def confusion_matrix(truth: ArrayLike, predicted: ArrayLike, classes: int) -> Counts:
    """Counts ``(classes, classes)``: rows are the truth, columns the prediction.

    Args:
        truth, predicted: class numbers 0..classes-1, ``(samples,)``.
        classes: number of classes.

    Raises:
        FerkerasError: different lengths, or a number out of range.
    """
    rows, columns = np.asarray(truth, dtype=np.int64), np.asarray(predicted, dtype=np.int64)
    if rows.shape != columns.shape or rows.ndim != 1:
        raise FerkerasError(
            f"truth {rows.shape} and prediction {columns.shape} must be lists of one length"
        )
    both = np.concatenate([rows, columns])
    if len(both) and (both.min() < 0 or both.max() >= classes):
        raise FerkerasError(
            f"class numbers reach from {both.min()} to {both.max()}, expected 0..{classes - 1}"
        )
    counts = np.bincount(rows * classes + columns, minlength=classes * classes)
    return counts.reshape(classes, classes).astype(np.int64)


@dataclass(frozen=True)
class Scores:
    """Scores of one confusion matrix (counts, rows = truth).

    With TP, FP and FN of each class: recall = TP / (TP + FN), precision = TP / (TP + FP),
    F1 = 2 TP / (2 TP + FP + FN). NaN where the denominator is zero.
    """

    confusion: Counts

    @property
    def support(self) -> Counts:
        """True samples of each class, ``(classes,)``."""
        return np.asarray(self.confusion.sum(axis=1))

    @property
    def absent(self) -> tuple[int, ...]:
        """Classes without a sample in the truth: without recall, and not in UAR."""
        return tuple(np.flatnonzero(self.support == 0).tolist())

    @property
    def recall(self) -> Values:
        """``(classes,)``, 0..1; NaN for absent classes."""
        return _ratio(np.diag(self.confusion), self.support)

    @property
    def precision(self) -> Values:
        """``(classes,)``, 0..1; NaN for classes that were never predicted."""
        return _ratio(np.diag(self.confusion), self.confusion.sum(axis=0))

    @property
    def f1(self) -> Values:
        """``(classes,)``, 0..1; NaN for classes neither in the truth nor predicted."""
        return _ratio(2 * np.diag(self.confusion), self.support + self.confusion.sum(axis=0))

    @property
    def accuracy(self) -> float:
        """Share of right predictions, 0..1; NaN without samples."""
        return float(_ratio(np.trace(self.confusion), self.confusion.sum()))

    @property
    def uf1(self) -> float:
        """Unweighted F1: mean of `f1` over classes in the truth or in the predictions.

        An absent class that was predicted counts with F1 = 0. Equal to scikit-learn's
        ``f1_score(average="macro")``.
        """
        return _mean(self.f1)

    @property
    def uar(self) -> float:
        """Unweighted average recall: mean of `recall` over classes in the truth.

        Equal to scikit-learn's ``balanced_accuracy_score``.
        """
        return _mean(self.recall)

    def summary(self) -> dict[str, float]:
        """Accuracy, UF1 and UAR by name."""
        return {"accuracy": self.accuracy, "uf1": self.uf1, "uar": self.uar}


def _ratio(part: ArrayLike, whole: ArrayLike) -> Values:
    part, whole = np.asarray(part, dtype=float), np.asarray(whole, dtype=float)
    ratio = np.full_like(whole, np.nan)
    np.divide(part, whole, out=ratio, where=whole > 0)
    return ratio


def _mean(values: Values) -> float:
    known = values[~np.isnan(values)]
    return float(known.mean()) if len(known) else float("nan")
