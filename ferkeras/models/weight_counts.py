"""How many numbers of a model are trained, and how many are fixed."""

from __future__ import annotations

import math
from typing import NamedTuple

import keras


class WeightCounts(NamedTuple):
    """Numbers of a model, told apart as the summary of Keras does.

    Attributes:
        trained: "trainable params" there: what papers call a model's parameters.
        fixed: "non-trainable params" there, which no gradient changes: neighbour tables, an
            eigenbasis, places of nodes, moving averages of a normalisation, frozen layers.
    """

    trained: int
    fixed: int


def weight_counts(model: keras.Model) -> WeightCounts:
    """Count the numbers in the weights of a built model; together they are `count_params`."""
    return WeightCounts(_size(model.trainable_weights), _size(model.non_trainable_weights))


def _size(weights: list[keras.Variable]) -> int:
    return sum(math.prod(weight.shape) for weight in weights)
