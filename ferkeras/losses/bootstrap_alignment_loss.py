"""Train a classifier whose components are weighed by how well each of them recognises alone."""

from __future__ import annotations

from typing import Any

import keras
from keras import ops


@keras.saving.register_keras_serializable("ferkeras")
class BootstrapAlignmentLoss(keras.losses.Loss):
    """``CE(t, p) + weight KL(P || W)``: Liu et al. 2025 (CS-GBSBF), Eq. 8 to 10.

    p are the probabilities of the fused feature, W the fusion's weights of K components, and
    ``P = softmax_k a_k`` with a_k = 1 where component k alone names the sample's class, else 0.
    The accuracies a_k carry no gradient: the second term moves W (and what W is made of) only.

    With ``compat="official"`` the second term is as in the authors' program: a_k is the accuracy
    over the batch, W goes through a softmax once more (Q), and ``KL(P || Q) + KL(Q || P)`` is
    summed over the batch instead of averaged. There a sample's loss depends on its batch.

    Args:
        weight: lambda, 0 or more; the paper's is 0.1. 0 leaves the cross-entropy alone.
        label_smoothing: share of the target spread evenly over the classes, in [0, 1).
        compat: None, or ``"official"``.

    ``y_true``: ``(batch, classes)``, one-hot or soft targets. ``y_pred``: ``(batch, 1 + K,
    classes + 1)``; row 0 holds p (its last column counts for nothing), row k the probabilities of
    component k and, in the last column, W_k. Computed in float32.

    Raises:
        ValueError: a setting out of range, or shapes that do not fit together.
    """

    def __init__(
        self,
        weight: float = 0.1,
        label_smoothing: float = 0.0,
        compat: str | None = None,
        reduction: str = "sum_over_batch_size",
        name: str = "bootstrap_alignment_loss",
        dtype: Any = "float32",
    ) -> None:
        super().__init__(name=name, reduction=reduction, dtype=dtype)
        if not 0.0 <= label_smoothing < 1.0:
            raise ValueError(f"label_smoothing is {label_smoothing}, expected 0 <= value < 1")
        if not 0.0 <= weight < float("inf"):
            raise ValueError(f"weight is {weight}, expected a finite number of 0 or more")
        if compat not in (None, "official"):
            raise ValueError(f"compat is {compat!r}, expected None or 'official'")
        self.weight = float(weight)
        self.label_smoothing = label_smoothing
        self.compat = compat

    def call(self, y_true: Any, y_pred: Any) -> Any:
        """Loss of each sample, ``(batch,)``."""
        classes = y_true.shape[-1]
        if len(y_pred.shape) != 3 or y_pred.shape[2] != classes + 1 or y_pred.shape[1] == 1:
            raise ValueError(
                f"{self.name}: expected predictions (batch, 1 + components, {classes + 1}) for "
                f"{classes} classes, got {tuple(y_pred.shape)}"
            )
        target = ops.cast(y_true, y_pred.dtype)
        smooth = target * (1.0 - self.label_smoothing) + self.label_smoothing / classes
        cross_entropy = -ops.sum(smooth * _log(self.probabilities(y_pred)), axis=-1)
        named = ops.argmax(y_pred[:, 1:, :-1], axis=-1)
        right = named == ops.expand_dims(ops.argmax(target, axis=-1), 1)
        right = ops.cast(right, y_pred.dtype)
        return cross_entropy + self.weight * self._alignment(right, y_pred[:, 1:, -1])

    def _alignment(self, right: Any, fusion: Any) -> Any:
        """The second term of each sample; ``right`` and ``fusion`` are ``(batch, K)``."""
        if self.compat is None:
            wanted = ops.softmax(right, axis=-1)
            return _divergence(wanted, fusion)
        wanted = ops.softmax(ops.mean(right, axis=0, keepdims=True), axis=-1)
        given = ops.softmax(fusion, axis=-1)
        both = _divergence(wanted, given) + _divergence(given, wanted)
        return both * ops.cast(ops.shape(fusion)[0], fusion.dtype)  # the mean of it is the sum

    def probabilities(self, y_pred: Any) -> Any:
        """p, ``(batch, classes)``."""
        return y_pred[:, 0, :-1]

    def get_config(self) -> dict[str, Any]:
        """Constructor arguments."""
        return {
            **super().get_config(),
            "weight": self.weight,
            "label_smoothing": self.label_smoothing,
            "compat": self.compat,
        }


def _log(shares: Any) -> Any:
    return ops.log(ops.maximum(shares, keras.config.epsilon()))


def _divergence(first: Any, second: Any) -> Any:
    """Kullback-Leibler divergence of the second distribution from the first, last axis."""
    return ops.sum(first * (_log(first) - _log(second)), axis=-1)
