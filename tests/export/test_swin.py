"""Ops of keras-hub's Swin that TFLite or ONNX do not have: rolls, exact GELU, tables as tensors."""

import keras
import numpy as np
import pytest

from ferkeras.export._slices import roll, rolls_as_slices
from ferkeras.export.export_source import ExportSource
from ferkeras.export.formats import onnx, tflite
from ferkeras.export.frozen import frozen_function
from ferkeras.runtime import open_model
from ferkeras.types import InputSpec

SPEC = InputSpec(height=56, width=56, channels=3)


@pytest.mark.parametrize(
    ("shift", "axis"),
    [(2, 1), (-3, 0), ((1, -2), (1, 2)), (1, (0, 2)), (7, 2), (0, 1), (5, None)],
)
def test_roll_is_numpys(shift, axis):
    x = np.arange(60, dtype="float32").reshape(3, 4, 5)
    np.testing.assert_array_equal(roll(x, shift, axis), np.roll(x, shift, axis))


def test_keras_rolls_as_before_after_the_block():
    before = keras.src.backend.numpy.roll
    with rolls_as_slices():
        assert keras.src.backend.numpy.roll is roll
    with pytest.raises(IndexError), rolls_as_slices():
        keras.ops.roll(np.zeros((2, 2), "float32"), 1, axis=5)
    assert keras.src.backend.numpy.roll is before


def test_a_small_swin_runs_in_tflite_and_onnx(tmp_path):
    hub = pytest.importorskip("keras_hub")
    keras.utils.set_random_seed(0)
    inputs = keras.Input((56, 56, 3), name="input")
    tokens = hub.models.SwinTransformerBackbone(
        (56, 56, 3), embed_dim=8, depths=(2, 2), num_heads=(2, 2), window_size=7
    )(inputs)
    pooled = keras.layers.GlobalAveragePooling1D()(tokens)
    model = keras.Model(inputs, keras.layers.Dense(3, activation="softmax")(pooled), name="swin")
    traced = frozen_function(model).get_concrete_function()
    assert [one.name for one in traced.inputs] == ["input:0"]
    x = np.random.default_rng(0).uniform(0, 1, (3, 56, 56, 3)).astype("float32")
    for module in (onnx, tflite):
        module.write(ExportSource(model, SPEC, []), tmp_path)
        answer = open_model(tmp_path / module.FILE).predict(x)
        np.testing.assert_allclose(answer, model(x), atol=1e-5)
