"""Landmarks are places in 0..255 with fractions: half precision must not round them."""

import keras
import numpy as np
import pytest

from ferkeras.models.ssgnn import SSGNN


@pytest.mark.parametrize("policy", ["mixed_bfloat16", "mixed_float16"])
@pytest.mark.parametrize("settings", [{}, {"chebyshev_order": 3}])
def test_half_precision_sees_small_movements_of_landmarks(policy, settings):
    positions = np.random.default_rng(1).uniform(20, 230, (12, 2)).astype("float32")
    positions[3] = 200.0
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy(policy)
    try:
        model = SSGNN((12, 2), 3, positions=positions, neighbours=3, **settings)
    finally:
        keras.config.set_dtype_policy(before)
    there = np.repeat(positions[None], 2, axis=0)
    there[1, 3] += 0.05
    for name in ("scale", "spatial_conv1"):
        inner = keras.Model(model.input, model.get_layer(name).output)
        one, other = np.asarray(inner(there))
        assert np.abs(one - other).max() > 1e-5
    scaled = np.asarray(keras.Model(model.input, model.get_layer("scale").output)(there))
    np.testing.assert_allclose(scaled, there / 127.5 - 1, atol=1e-6)
