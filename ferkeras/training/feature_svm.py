"""A support vector machine on the features of a trained network, its settings by inner folds."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import softmax
from sklearn.base import clone
from sklearn.metrics import f1_score
from sklearn.model_selection import ParameterGrid, StratifiedGroupKFold
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC

from ferkeras.errors import DatasetError

COSTS = (0.01, 0.1, 1.0, 10.0, 100.0)
"""C. The simplest machines come first: of equal scores the first setting is taken."""
WIDTHS = (0.1, 1.0, 10.0)
"""gamma of the rbf kernel, times the number of features."""

_Split = tuple[NDArray[np.int64], NDArray[np.int64]]


@dataclass(frozen=True)
class FeatureSVM:
    """A fitted machine.

    Attributes:
        pipeline: scikit-learn's ``StandardScaler`` (``"scaler"``) and ``SVC`` (``"svc"``), classes
            weighed by the inverse of their share.
        setting: its kernel, C and gamma.
        inner_folds: how many inner folds chose the setting; 0: too few people or classes, so that
            scikit-learn's own C=1 and gamma by the number of features were taken.
        inner_uf1: UF1 of all inner folds' answers together, by that setting; NaN without any.
    """

    pipeline: Pipeline
    setting: dict[str, Any]
    inner_folds: int
    inner_uf1: float

    @property
    def known(self) -> NDArray[np.int64]:
        """Class numbers that it was trained on, ascending."""
        return np.asarray(self.pipeline["svc"].classes_, dtype=np.int64)

    def scores(self, features: NDArray[Any]) -> NDArray[np.float64]:
        """scikit-learn's decision values ``(samples, known classes)``; the largest is the answer.

        Votes of the machines of each pair of classes, and less than half a vote by their margins.
        """
        found = self.pipeline.decision_function(np.asarray(features, np.float64))
        if found.ndim == 2:
            return np.asarray(found)
        # scikit-learn gives one number for two classes: here in the form of several.
        share = found / (3 * (np.abs(found) + 1))
        second = (found > 0).astype(float)
        return np.stack([1 - second - share, second + share], axis=1)

    def probabilities(self, features: NDArray[Any], classes: int) -> NDArray[np.float32]:
        """Softmax of `scores`, float32 ``(samples, classes)``; 0 for a class without training rows.

        They sum to one and rank the classes; they are not calibrated, so 0.6 does not mean that
        six of ten such answers are right.
        """
        answers = np.zeros((len(features), classes), np.float32)
        if len(features):
            answers[:, self.known] = softmax(self.scores(features), axis=1)
        return answers


def fit_feature_svm(
    features: ArrayLike,
    labels: ArrayLike,
    groups: ArrayLike,
    *,
    folds: int = 5,
    seed: int = 0,
) -> FeatureSVM:
    """Scale the features, choose kernel, C and gamma by inner folds, and fit on all samples.

    A setting is scored by UF1 (macro F1) of all inner folds' answers together. Where a network gave
    the features and has seen these very people, features of its training are surer than those of
    new people, so the inner score is too high; it only ranks the settings.

    Args:
        features: ``(samples, features)``, of training people only.
        labels: ``(samples,)`` class numbers.
        groups: ``(samples,)``, equal for samples that are never parted, see
            `ferkeras.training.kept_together`.
        folds: how many inner folds, if there are so many groups.
        seed: of the inner folds.

    Raises:
        DatasetError: features that are not finite, arrays of other shapes, or a single class.
    """
    x, y, names = np.asarray(features, np.float64), np.asarray(labels), np.asarray(groups)
    if x.ndim != 2 or not x.shape[1] or y.shape != (len(x),) or names.shape != (len(x),):
        raise DatasetError(
            f"an SVM takes features (samples, features) and one label and group a sample, got "
            f"{x.shape}, {y.shape} and {names.shape}"
        )
    if not np.isfinite(x).all():
        raise DatasetError("features of the network are not finite; its training went astray")
    if len(np.unique(y)) < 2:
        raise DatasetError(f"an SVM needs samples of two classes, all {len(y)} are of one")
    blank = Pipeline(
        [("scaler", StandardScaler()), ("svc", SVC(class_weight="balanced", break_ties=True))]
    )
    inner = inner_folds(y, names, folds, seed)
    best, highest = {"kernel": "rbf", "C": 1.0, "gamma": 1.0 / x.shape[1]}, float("nan")
    if inner:
        for setting in _settings(x.shape[1]):
            score = _inner_score(_with(blank, setting), x, y, inner)
            if not score <= highest:  # also true of the first one, where that is NaN
                best, highest = setting, score
    return FeatureSVM(_with(blank, best).fit(x, y), best, len(inner), highest)


def inner_folds(
    labels: NDArray[Any], groups: NDArray[Any], folds: int, seed: int = 0
) -> list[_Split]:
    """Positions to train and to test on; groups are kept together, classes spread evenly.

    Fewer than ``folds`` where there are fewer groups or samples of a class; none where no part is
    left with two classes to train on.
    """
    count = min(folds, len(np.unique(groups)), int(np.unique(labels, return_counts=True)[1].max()))
    if count < 2:
        return []
    splitter = StratifiedGroupKFold(count, shuffle=True, random_state=seed)
    with warnings.catch_warnings():
        # Rare classes are expected: they are absent from some of the parts.
        warnings.filterwarnings("ignore", message="The least populated class")
        found = list(splitter.split(np.zeros(len(labels)), labels, groups))
    return [(a, b) for a, b in found if len(b) and len(np.unique(labels[a])) > 1]


def _settings(size: int) -> Sequence[dict[str, Any]]:
    return [
        *ParameterGrid({"kernel": ["linear"], "C": COSTS}),
        *ParameterGrid({"kernel": ["rbf"], "C": COSTS, "gamma": [w / size for w in WIDTHS]}),
    ]


def _with(blank: Pipeline, setting: dict[str, Any]) -> Pipeline:
    return clone(blank).set_params(**{f"svc__{name}": value for name, value in setting.items()})


def _inner_score(
    pipeline: Pipeline, x: NDArray[Any], y: NDArray[Any], inner: Sequence[_Split]
) -> float:
    answers = np.concatenate([pipeline.fit(x[a], y[a]).predict(x[b]) for a, b in inner])
    true = np.concatenate([y[b] for _, b in inner])
    return float(
        f1_score(true, answers, average="macro", labels=np.unique(true), zero_division=0.0)
    )
