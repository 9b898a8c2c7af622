"""What holds for every layer that changes a batch at random."""

import math

import keras
import numpy as np
import pytest

from ferkeras.layers import RandomAffine, RandomFlow, RandomPointAffine

STRONG = {
    RandomAffine: ({"rotation": 20.0, "shift": 0.2}, (8, 8, 3)),
    RandomFlow: ({"gain": 0.5}, (8, 8, 3)),
    RandomPointAffine: ({"rotation": 20.0, "shift": 0.2}, (5, 2)),
}


def values(shape):
    return np.random.default_rng(0).uniform(60, 190, (3, *shape)).astype("float32")


@pytest.mark.parametrize("kind", STRONG)
def test_a_seed_generator_is_saved_with_the_layer(kind, tmp_path):
    settings, shape = STRONG[kind]
    layer = kind(**settings, seed=keras.random.SeedGenerator(7))
    keras.Sequential([keras.Input(shape), layer]).save(tmp_path / "model.keras")
    again = keras.saving.load_model(tmp_path / "model.keras").layers[-1]
    assert isinstance(again.seed, keras.random.SeedGenerator)
    wanted = kind(**settings, seed=7)(values(shape), training=True)
    np.testing.assert_array_equal(again(values(shape), training=True), wanted)


NUMBERS = [
    *((RandomAffine, name) for name in ("flip", "rotation", "scale", "shift")),
    *((RandomFlow, name) for name in ("flip", "gain")),
    *((RandomPointAffine, name) for name in ("flip", "rotation", "scale", "shift", "side")),
]


@pytest.mark.parametrize(("kind", "name"), NUMBERS)
@pytest.mark.parametrize("value", [math.nan, math.inf, "much", None])
def test_settings_that_are_no_finite_numbers(kind, name, value):
    given = (1.0, value) if name == "scale" else value
    with pytest.raises(ValueError, match=rf"^{name} is .*, expected [^\n]*$"):
        kind(**{name: given})


@pytest.mark.parametrize("kind", [RandomAffine, RandomPointAffine])
@pytest.mark.parametrize("scale", [(1,), (1, 1, 1), (), 2.0, None, (0.0, 1.0)])
def test_a_scale_that_is_no_pair(kind, scale):
    with pytest.raises(ValueError, match=r"^scale is .*expected \(smallest, largest\)"):
        kind(scale=scale)


@pytest.mark.parametrize("kind", STRONG)
def test_half_precision_does_not_round_what_passes(kind):
    settings, shape = STRONG[kind]
    layer = kind(**settings, seed=1, dtype="mixed_bfloat16")
    given = keras.Input(shape)
    model = keras.Model(given, layer(given))
    assert model.output.dtype == "float32"
    np.testing.assert_array_equal(model(values(shape)), values(shape))
    exact = kind(**settings, seed=1)(values(shape), training=True)
    mixed = kind(**settings, seed=1, dtype="mixed_bfloat16")(values(shape), training=True)
    np.testing.assert_array_equal(mixed, exact)
