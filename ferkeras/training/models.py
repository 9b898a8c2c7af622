"""Compiled models that are built once and handed out as new for every fold."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from ferkeras.training.build import LARGE, final_model, model_up_to, training_model
from ferkeras.training.recipe import Recipe

_OWN = "_probabilities"  # ends the name of the layer in which a branch answers


class TrainingModels:
    """The two forms of a recipe's model: for training (compiled), and for use.

    Building and tracing take seconds, a fold of a small data set hardly more. Both forms are kept,
    and each fold starts from the first weights, the first state of the optimizer and its own
    number of steps in an epoch: the result is that of a new model. Of a large network no copy of
    the first state is kept, as it would cost three times the network: it is built anew.

    Args:
        recipe: all settings.
        classes: number of classes.
    """

    def __init__(self, recipe: Recipe, classes: int) -> None:
        self.recipe, self.classes = recipe, classes
        self._training: keras.Model | None = None
        self._final: keras.Model | None = None
        self._branches: keras.Model | None = None
        self._parts: dict[str, keras.Model] = {}
        self._first: list[NDArray[Any]] = []

    def training(self, steps_per_epoch: int) -> keras.Model:
        """The compiled model as new; takes back the one that was handed out before."""
        if self._training is None or not self._first:
            self._training = None  # free it before the next one is built
            self._training = training_model(self.recipe, self.classes, steps_per_epoch)
            if self._training.count_params() <= LARGE:
                self._first = [np.asarray(variable) for variable in self._variables()]
        else:
            for variable, value in zip(self._variables(), self._first, strict=True):
                variable.assign(value)
        optimizer = getattr(self._training.optimizer, "inner_optimizer", self._training.optimizer)
        optimizer.schedule.steps_per_epoch.assign(float(steps_per_epoch))
        self._training.stop_training = False
        return self._training

    def final(self, weights: Sequence[NDArray[np.float32]]) -> keras.Model:
        """The float32 model with these weights; takes back the one that was handed out before."""
        if self._final is None:
            self._final = final_model(self.recipe, list(weights), self.classes)
        else:
            self._final.set_weights(list(weights))
        return self._final

    def branches(self) -> keras.Model | None:
        """The last `final` model with its branches' own probabilities; None where it has one."""
        if self._branches is None and self._final is not None:
            found = {
                layer.name.removesuffix(_OWN): layer.output
                for layer in self._final.layers
                if layer.name.endswith(_OWN)
            }
            if len(found) > 1:
                self._branches = keras.Model(self._final.input, found)
        return self._branches

    def up_to(self, layer: str) -> keras.Model | None:
        """The last `final` model as far as a layer's output; None where there is none yet.

        Raises:
            RecipeError: it has no layer of that name.
        """
        if self._final is None:
            return None
        if layer not in self._parts:
            self._parts[layer] = model_up_to(self._final, layer)
        return self._parts[layer]

    def _variables(self) -> list[keras.Variable]:
        assert self._training is not None
        return [*self._training.variables, *self._training.optimizer.variables]
