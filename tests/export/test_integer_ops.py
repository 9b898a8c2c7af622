import keras
import numpy as np
import pytest
from exported_model import LABELS, SPEC, crops
from keras import ops

from ferkeras.errors import ExportError
from ferkeras.export._integer_ops import integer_ops
from ferkeras.export._integer_topk import choose_in_integers
from ferkeras.export._tflite_file import drop_notes, packed
from ferkeras.export.export_source import ExportSource
from ferkeras.export.formats import tflite_int8
from ferkeras.runtime import open_model
from ferkeras.runtime.tflite_operators import objects, operators


@pytest.mark.parametrize("axis", [-1, (1, 2)])
@pytest.mark.parametrize("plain", [False, True])
def test_layer_normalisation_against_its_equation(axis, plain):
    rng = np.random.default_rng(0)
    x = rng.normal(3, 2, (2, 5, 4, 6)).astype(np.float32)
    layer = keras.layers.LayerNormalization(axis=axis, center=not plain, scale=not plain)
    layer.build(x.shape)
    if not plain:
        layer.set_weights([rng.normal(size=one.shape) for one in layer.get_weights()])
    mean, variance = x.mean(axis, keepdims=True), x.var(axis, keepdims=True)
    expected = (x - mean) / np.sqrt(variance + layer.epsilon)
    if not plain:
        shape = (1, 1, 1, 6) if axis == -1 else (1, 5, 4, 1)
        gamma, beta = (one.reshape(shape) for one in layer.get_weights())
        expected = expected * gamma + beta
    with integer_ops():
        got = np.asarray(layer(x))
    np.testing.assert_allclose(got, expected, atol=1e-5)


@pytest.mark.filterwarnings("ignore:(?s).*rms_scaling=True., which is deprecated")
def test_rms_normalisation_is_left_as_it_is():
    layer = keras.layers.LayerNormalization(rms_scaling=True)
    x = np.random.default_rng(0).normal(size=(2, 7)).astype(np.float32)
    expected = np.asarray(layer(x))
    with integer_ops():
        np.testing.assert_array_equal(np.asarray(layer(x)), expected)


def test_taking_rows_and_squares_against_numpy():
    rng = np.random.default_rng(0)
    x = rng.normal(size=(3, 8, 5)).astype(np.float32)
    rows = rng.integers(0, 8, (3, 4, 1))
    columns = rng.integers(0, 5, (3, 8, 2))
    with integer_ops():
        taken = np.asarray(ops.take_along_axis(x, rows, axis=1))
        other = np.asarray(ops.take_along_axis(x, columns, axis=2))
        square = np.asarray(ops.square(x))
    np.testing.assert_array_equal(taken, np.take_along_axis(x, rows, axis=1))
    np.testing.assert_array_equal(other, np.take_along_axis(x, columns, axis=2))
    np.testing.assert_array_equal(square, x * x)


def test_keras_is_itself_again_after_the_block():
    from keras.src import backend

    def places():
        return (
            keras.layers.LayerNormalization.call,
            backend.numpy.square,
            backend.numpy.take_along_axis,
        )

    def fail():
        with integer_ops():
            assert not set(before) & set(places())
            raise RuntimeError("stop")

    before = places()
    with pytest.raises(RuntimeError, match="stop"):
        fail()
    assert places() == before


def _choosing(kind):
    """A network that sorts its 8 features, by their size or by the norm of 4 numbers each."""
    inputs = keras.Input((28, 28, 1))
    x = keras.layers.Rescaling(1 / 127.5, -1.0)(keras.layers.Flatten()(inputs))
    keras.utils.set_random_seed(3)
    x = keras.layers.Dense(32 if kind == "norm" else 8, use_bias=False)(x)
    scores = ops.sum(ops.square(ops.reshape(x, (-1, 8, 4))), axis=-1) if kind == "norm" else x
    values, places = ops.top_k(scores, 3)
    numbers = values if kind == "values" else ops.cast(places, "float32") / 8.0
    return keras.Model(inputs, keras.layers.Softmax()(numbers), name=kind)


def _written(kind, tmp_path):
    source = ExportSource(_choosing(kind), SPEC, [crops(60)], LABELS)
    tflite_int8.write(source, tmp_path)


@pytest.mark.parametrize("kind", ["size", "norm"])
def test_a_choice_by_size_is_made_of_integers(kind, monkeypatch):
    """The places go out as numbers, which is no integer network: only the choice is looked at."""
    found = []
    monkeypatch.setattr(tflite_int8, "float_operators", lambda model: found.append(model) or ["X"])
    with pytest.raises(ExportError, match="X would stay in float"):
        _written(kind, None)
    kinds = {(one.name, one.precision) for one in _uses(found[0])}
    wanted = {"size": "int8", "norm": "int32"}[kind]
    assert ("TOPK_V2", wanted) in kinds
    assert ("TOPK_V2", "float32") not in kinds
    if kind == "norm":
        assert {("CAST", "int8 to int32"), ("SUB", "int32"), ("MUL", "int32")} <= kinds


def _uses(model):
    from ferkeras.runtime import tflite_operators

    return list(tflite_operators.each_operator(model))


@pytest.mark.parametrize("kind", ["size", "norm"])
def test_it_finds_the_largest(kind, tmp_path, monkeypatch):
    monkeypatch.setattr(tflite_int8, "float_operators", lambda model: [])
    _written(kind, tmp_path)
    pictures = crops(60, seed=4)
    got = open_model(tmp_path / tflite_int8.FILE).predict(pictures)
    expected = np.asarray(_choosing(kind)(pictures, training=False))
    same = (np.abs(got - expected) < 0.02).all(axis=1)
    assert same.mean() > 0.85  # others have two that are nearly as large


def test_values_that_go_on_are_integers_by_the_converter(tmp_path):
    _written("values", tmp_path)
    path = tmp_path / tflite_int8.FILE
    assert [one.precision for one in operators(path) if one.name == "TOPK_V2"] == ["int8"]
    expected = np.asarray(_choosing("values")(crops(60), training=False))
    np.testing.assert_allclose(open_model(path).predict(crops(60)), expected, atol=0.02)


def test_a_packed_file_is_the_same_file_smaller_and_aligned(tmp_path, exported_bytes):
    from ai_edge_litert import schema_py_generated as schema

    model = objects(exported_bytes)
    drop_notes(model)
    choose_in_integers(model)  # there is nothing to change
    content = packed(model)
    assert len(content) < len(exported_bytes)
    (tmp_path / "small.tflite").write_bytes(content)
    (tmp_path / "large.tflite").write_bytes(exported_bytes)
    assert operators(tmp_path / "small.tflite") == operators(tmp_path / "large.tflite")
    small, large = (open_model(tmp_path / f"{name}.tflite") for name in ("small", "large"))
    np.testing.assert_array_equal(small.predict(crops(5)), large.predict(crops(5)))
    read = schema.Model.GetRootAs(content, 0)
    buffers = [read.Buffers(number) for number in range(read.BuffersLength())]
    starts = [one._tab.Vector(one._tab.Offset(4)) for one in buffers if one.DataLength()]
    assert starts
    assert all(start % 16 == 0 for start in starts)


@pytest.fixture
def exported_bytes():
    """A plain float file as the converter writes it."""
    from ferkeras.export.formats._tflite import converted

    inputs = keras.Input((28, 28, 1))
    x = keras.layers.Conv2D(4, 3, activation="relu")(inputs)
    x = keras.layers.GlobalAveragePooling2D()(x)
    return converted(keras.Model(inputs, keras.layers.Dense(3, activation="softmax")(x)), "tflite")
