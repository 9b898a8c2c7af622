"""Keras' Adam and AdamW with one operation for each weight."""

from __future__ import annotations

from typing import Any

import keras
import tensorflow as tf


class FusedAdam(keras.optimizers.Adam):
    """`keras.optimizers.Adam` whose update of a weight is TensorFlow's own fused operation.

    Keras writes the update (Kingma and Ba 2015, Algorithm 1) as a dozen operations. For a small
    network starting them costs more than the arithmetic; for a large one each of their results is
    as big as the weight. The fused operation changes weight and moments in place, in one pass,
    with the same formula.
    """

    def update_step(self, gradient: Any, variable: Any, learning_rate: Any) -> None:
        """Update one weight and its two moments."""
        if not fused_update(self, gradient, variable, learning_rate):
            super().update_step(gradient, variable, learning_rate)


class FusedAdamW(keras.optimizers.AdamW):
    """`keras.optimizers.AdamW` with the update of `FusedAdam`."""

    def update_step(self, gradient: Any, variable: Any, learning_rate: Any) -> None:
        """Update one weight and its two moments; Keras takes the weight decay off before."""
        if not fused_update(self, gradient, variable, learning_rate):
            super().update_step(gradient, variable, learning_rate)


def fused_update(
    optimizer: keras.optimizers.Adam, gradient: Any, variable: Any, learning_rate: Any
) -> bool:
    """Do the fused update; False where it does not apply: other backends, several replicas, rows.

    Args:
        optimizer: holds the moments and their decay rates.
        gradient: of the loss by the weight.
        variable: the weight, a Keras or a TensorFlow variable.
        learning_rate: a scalar.
    """
    dense = isinstance(gradient, tf.Tensor)
    if keras.backend.backend() != "tensorflow" or tf.distribute.has_strategy() or not dense:
        return False
    place = optimizer._get_variable_index(variable)
    dtype = variable.dtype
    step = tf.cast(optimizer.iterations, dtype) + 1  # where gradients accumulate, no variable
    betas = [tf.cast(beta, dtype) for beta in (optimizer.beta_1, optimizer.beta_2)]
    tf.raw_ops.ResourceApplyAdam(
        var=_handle(variable),
        m=_handle(optimizer._momentums[place]),
        v=_handle(optimizer._velocities[place]),
        beta1_power=tf.pow(betas[0], step),
        beta2_power=tf.pow(betas[1], step),
        lr=tf.cast(learning_rate, dtype),
        beta1=betas[0],
        beta2=betas[1],
        epsilon=tf.cast(optimizer.epsilon, dtype),
        grad=tf.cast(gradient, dtype),
    )
    return True


def _handle(variable: Any) -> Any:
    return (variable.value if isinstance(variable, keras.Variable) else variable).handle
