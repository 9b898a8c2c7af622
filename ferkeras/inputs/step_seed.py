"""Random numbers that depend on (seed, epoch, step) alone."""

from __future__ import annotations

from typing import Any

import keras
from keras import ops


class StepSeed(keras.random.SeedGenerator):
    """A seed source without hidden state, for Keras' random layers inside `tf.data`.

    The usual generator counts its draws in a variable: what a batch gets then depends on how
    many were drawn before it, and on the order in which parallel workers ran. Here each draw is
    a function of the seed given to `begin` and of its place in the chain of layers, so a run that
    is interrupted and resumed sees the same augmented pictures as one that was not.
    """

    def __init__(self) -> None:
        super().__init__(seed=0, name="step_seed")
        self._base: Any = None
        self._drawn = 0

    def begin(self, base: Any) -> None:
        """Start a batch; ``base`` is an integer tensor ``(2,)``."""
        self._base = base
        self._drawn = 0

    def next(self, ordered: bool = True) -> Any:
        """Seed of the next draw of this batch, ``(2,)``."""
        self._drawn += 1
        place = ops.convert_to_tensor([0, self._drawn * 7919], dtype=self._base.dtype)
        return self._base + place
