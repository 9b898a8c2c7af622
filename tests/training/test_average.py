import keras
import numpy as np
import pytest

from ferkeras.errors import ModelFileError
from ferkeras.training.average import average_models


def dense(units, value):
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(units)])
    model.set_weights([np.full((2, units), value), np.full(units, value)])
    return model


def test_mean_of_the_weights(tmp_path):
    for value in (1.0, 3.0):
        dense(2, value).save(tmp_path / f"{value}.keras")
    dense(3, 1.0).save(tmp_path / "other.keras")
    model = average_models([tmp_path / "1.0.keras", tmp_path / "3.0.keras"])
    assert all((w == 2.0).all() for w in model.get_weights())
    with pytest.raises(ModelFileError, match=r"other\.keras: other weights"):
        average_models([tmp_path / "1.0.keras", tmp_path / "other.keras"])
