import io
import re
from contextlib import redirect_stdout

import keras
import numpy as np

from ferkeras.models.ssgnn import SSGNN
from ferkeras.models.weight_counts import weight_counts
from ferkeras.training import load_recipe
from ferkeras.training.build import count_parameters

SETTINGS = {"nodes": 30, "neighbours": 4, "modes": 20, "multipliers": "smooth"}


def shown_by_keras(model, kind):
    text = io.StringIO()
    with redirect_stdout(text):
        model.summary()
    return int(re.search(rf" {kind} params: ([\d,]+)", text.getvalue()).group(1).replace(",", ""))


def test_trained_and_fixed_are_those_of_the_summary():
    found = weight_counts(SSGNN((9, 8, 1), 3, **SETTINGS))
    assert found.trained == shown_by_keras(SSGNN((9, 8, 1), 3, **SETTINGS), "Trainable")
    assert found.fixed == shown_by_keras(SSGNN((9, 8, 1), 3, **SETTINGS), "Non-trainable")


def test_the_tables_of_a_graph_are_fixed():
    model = SSGNN((9, 8, 1), 3, **SETTINGS)
    basis = model.get_layer("spectral_conv").basis
    assert basis.shape == (30, 20)
    assert weight_counts(model).fixed > 30 * 20
    assert sum(weight_counts(model)) == model.count_params()


def test_moving_averages_are_fixed():
    model = keras.Sequential([keras.Input((5,)), keras.layers.BatchNormalization()])
    assert weight_counts(model) == (10, 10)


def test_a_recipe_counts_what_is_trained():
    recipe = load_recipe("ssgnn", "landmarks5")
    model = SSGNN(recipe.input.shape, 4, variant=recipe.variant, **recipe.model)
    trained = sum(np.prod(weight.shape) for weight in model.trainable_weights)
    assert count_parameters(recipe, 4) == trained < model.count_params()
