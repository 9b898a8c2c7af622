"""A trained support vector machine of several classes as a layer."""

from __future__ import annotations

import itertools
from typing import Any

import keras
from keras import ops

from ferkeras.layers._checks import check_count, check_positive

KERNELS = ("linear", "rbf")


@keras.saving.register_keras_serializable("ferkeras")
class SupportVectorClassifier(keras.layers.Layer):
    """Scores of the classes, one machine for each pair of them: LIBSVM, Chang and Lin 2011.

    ``z = (x - mean) / deviation``; the margin of the pair (i, j), i < j, is
    ``sum_s a_s,ij K(v_s, z) + b_ij`` over the support vectors v_s with ``K = <v, z>`` (linear) or
    ``exp(-gamma |v - z|^2)`` (rbf). A class gets a vote for each margin in its favour, i where the
    margin is 0 or more, and less than half a vote more or less by the sum m of its margins,
    ``m / (3 (|m| + 1))``: scikit-learn's ``decision_function`` of a ``StandardScaler`` and an
    ``SVC``, also with two classes, where that gives one number. The largest score is the answer of
    an ``SVC`` with ``break_ties=True``.

    The scores are no probabilities. Computed in float32 whatever the inputs and the dtype policy
    are. `ferkeras.training.svm_model` fills the weights.

    Args:
        classes: how many, 2 or more.
        support: how many support vectors, of all pairs together.
        kernel: ``"linear"`` or ``"rbf"``.
        gamma: of the rbf kernel.

    Input shape: ``(batch, features)``.
    Output shape: ``(batch, classes)``, float32.

    Raises:
        ValueError: an unknown kernel, a number out of range, or inputs of another shape.
    """

    def __init__(
        self, classes: int, support: int, kernel: str = "rbf", gamma: float = 1.0, **kwargs: Any
    ) -> None:
        kwargs.setdefault("dtype", "float32")
        super().__init__(autocast=False, **kwargs)
        check_count("classes", classes)
        check_count("support", support)
        check_positive("gamma", gamma)
        if classes < 2:
            raise ValueError(f"classes is {classes}, expected 2 or more")
        if kernel not in KERNELS:
            raise ValueError(f"kernel is {kernel!r}, expected one of {KERNELS}")
        self.classes = classes
        self.support = support
        self.kernel = kernel
        self.gamma = gamma

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        """Make the weights."""
        size = input_shape[-1]
        if len(input_shape) != 2 or size is None:
            raise ValueError(
                f"{self.name}: expected (batch, features) of a known size, got {tuple(input_shape)}"
            )
        pairs = self.classes * (self.classes - 1) // 2

        def weight(name: str, shape: tuple[int, ...], initializer: str) -> Any:
            return self.add_weight(
                shape=shape, initializer=initializer, name=name, dtype="float32", autocast=False
            )

        self.mean = weight("mean", (size,), "zeros")
        self.deviation = weight("deviation", (size,), "ones")
        self.vectors = weight("vectors", (self.support, size), "random_normal")
        self.coefficients = weight("coefficients", (self.support, pairs), "random_normal")
        self.intercepts = weight("intercepts", (pairs,), "zeros")

    def call(self, inputs: Any) -> Any:
        """Votes and margins of the classes."""
        z = (ops.cast(inputs, "float32") - self.mean) / self.deviation
        near = ops.matmul(z, ops.transpose(self.vectors))
        if self.kernel == "rbf":
            squares = ops.sum(z * z, axis=1, keepdims=True) - 2.0 * near
            squares = squares + ops.sum(self.vectors * self.vectors, axis=1)
            near = ops.exp(-self.gamma * ops.maximum(squares, 0.0))
        margins = ops.matmul(near, self.coefficients) + self.intercepts
        won = ops.cast(margins >= 0, "float32")
        pairs = list(itertools.combinations(range(self.classes), 2))
        first, second = (
            ops.one_hot([pair[end] for pair in pairs], self.classes, dtype="float32")
            for end in (0, 1)
        )
        votes = ops.matmul(won, first) + ops.matmul(1.0 - won, second)
        total = ops.matmul(margins, first - second)
        return votes + total / (3.0 * (ops.abs(total) + 1.0))

    def compute_output_shape(self, input_shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
        """``(batch, classes)``."""
        return (input_shape[0], self.classes)

    def get_config(self) -> dict[str, Any]:
        """Constructor arguments."""
        return {
            **super().get_config(),
            "classes": self.classes,
            "support": self.support,
            "kernel": self.kernel,
            "gamma": self.gamma,
        }
