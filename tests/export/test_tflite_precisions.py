import dataclasses

import keras
import numpy as np
import pytest
from exported_model import LABELS, SPEC, crops, tiny_model
from graph_model import SPEC as GRAPH_SPEC
from graph_model import graph_model
from tiny_restorer import SPEC as SMALL_SPEC
from tiny_restorer import keras_answer, small_pictures, tiny_generator

from ferkeras.errors import ExportError
from ferkeras.export.export_source import ExportSource
from ferkeras.export.formats import tflite, tflite_fp16, tflite_int8
from ferkeras.export.parity import parity_batches
from ferkeras.runtime import open_model
from ferkeras.runtime.tflite_operators import operators


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """The tiny classifier in the three TFLite formats."""
    folder = tmp_path_factory.mktemp("tflite")
    source = ExportSource(tiny_model(), SPEC, [crops(1), crops(32, seed=1)], LABELS)
    for form in (tflite, tflite_fp16, tflite_int8):
        form.write(source, folder)
    return folder


def contract(path):
    from ai_edge_litert.interpreter import Interpreter

    lite = Interpreter(model_path=str(path))
    sides = [lite.get_input_details(), lite.get_output_details()]
    shown = [
        [(one["name"], one["dtype"], one["shape_signature"].tolist()) for one in side]
        for side in sides
    ]
    return lite.get_signature_list(), shown


def test_every_tflite_file_has_the_same_names_shapes_and_types(files):
    wanted = contract(files / tflite.FILE)
    assert wanted[0]["serving_default"] == {"inputs": ["input"], "outputs": ["probabilities"]}
    for form in (tflite_fp16, tflite_int8):
        assert contract(files / form.FILE) == wanted


@pytest.mark.parametrize(
    ("form", "apart"), [(tflite_fp16, 1e-3), (tflite_int8, 0.05)], ids=["fp16", "int8"]
)
def test_any_batch_answers_near_float(files, form, apart):
    runner = open_model(files / form.FILE)
    for count in (1, 3, 40):
        expected = np.asarray(tiny_model()(crops(count, seed=7), training=False))
        got = runner.predict(crops(count, seed=7))
        np.testing.assert_allclose(got, expected, atol=apart)
        np.testing.assert_allclose(got.sum(axis=1), 1, atol=0.02)
    assert runner.predict(crops(0)).shape == (0, 3)


def test_weights_take_two_bytes_or_one(files):
    source = ExportSource(_dense(), SPEC, [crops(4)], LABELS)
    sizes = []
    for form in (tflite, tflite_fp16, tflite_int8):
        form.write(source, files.parent)
        sizes.append((files.parent / form.FILE).stat().st_size)
    weights = sum(weight.size for weight in source.model.get_weights())
    for size, each in zip(sizes, (4, 2, 1), strict=True):
        assert each * weights < size < each * weights + 6000


def _dense():
    inputs = keras.Input((28, 28, 1))
    x = keras.layers.Dense(100)(keras.layers.Flatten()(inputs))
    return keras.Model(inputs, keras.layers.Dense(3, activation="softmax")(x), name="dense")


def test_nothing_computes_in_float_but_the_borders(files):
    kinds = {(one.name, one.precision): one for one in operators(files / tflite_int8.FILE)}
    floats = [kind for kind in kinds if "float" in kind[1]]
    assert floats == [("DEQUANTIZE", "int8 to float32"), ("QUANTIZE", "float32 to int8")]
    assert all(kinds[kind].count == 1 for kind in floats)
    assert kinds["CONV_2D", "int8"].count == 5
    assert kinds["TOPK_V2", "int32"].count == 2  # the choice by norm, and the sort of its places
    assert all(one.built_in for one in kinds.values())


def test_weights_have_a_step_for_each_channel_and_activations_one(files):
    from ai_edge_litert.interpreter import Interpreter

    lite = Interpreter(model_path=str(files / tflite_int8.FILE))
    kernels = [
        tensor["quantization_parameters"]["scales"].size
        for tensor in lite.get_tensor_details()
        if tensor["dtype"] == np.int8 and tensor["shape"].tolist()[1:] == [3, 3, 4]
    ]
    assert kernels == [6]  # the second convolution of the image branch: 4 channels to 6


def test_the_range_of_the_pictures_is_exact(files):
    from ai_edge_litert.interpreter import Interpreter

    lite = Interpreter(model_path=str(files / tflite_int8.FILE))
    quantised = next(one for one in lite._get_ops_details() if one["op_name"] == "QUANTIZE")
    place = quantised["outputs"][0]
    tensor = next(one for one in lite.get_tensor_details() if one["index"] == place)
    scale, zero = tensor["quantization"]
    steps = (np.arange(256) / scale + zero).round()
    assert len(set(steps.clip(-128, 127))) == 256  # each grey level has its own number


def test_a_graph_that_stays_in_float_is_an_error_that_names_its_operators(tmp_path):
    source = ExportSource(graph_model(), GRAPH_SPEC, parity_batches(crops(5), GRAPH_SPEC), LABELS)
    with pytest.raises(ExportError, match=r"tiny_graph: .*UNSORTED_SEGMENT_SUM.* stay in float"):
        tflite_int8.write(source, tmp_path)
    assert list(tmp_path.iterdir()) == []
    tflite_fp16.write(source, tmp_path)
    runner = open_model(tmp_path / tflite_fp16.FILE)
    for batch in source.batches:
        expected = np.asarray(graph_model()(batch, training=False))
        np.testing.assert_allclose(runner.predict(batch), expected, atol=2e-3)


def test_pictures_of_any_size(tmp_path):
    batches = [small_pictures(1), small_pictures(4, seed=1), small_pictures(2, 13, 9)]
    source = ExportSource(tiny_generator(), SMALL_SPEC, batches)
    for form, apart in ((tflite_fp16, 0.5), (tflite_int8, 12)):
        form.write(source, tmp_path)
        runner = open_model(tmp_path / form.FILE)
        for height, width in ((10, 12), (7, 16)):
            small = small_pictures(3, height, width, seed=5)
            got = np.clip(runner.predict(small), 0, 255)
            assert got.shape == (3, 4 * height, 4 * width, 3)
            assert np.abs(got - keras_answer(small)).mean() < apart


@pytest.mark.parametrize(
    ("batches", "reason"),
    [
        ([], "mff_cnn: no samples to calibrate on"),
        ([crops(0)], "mff_cnn: no samples to calibrate on"),
        ([crops(2)[:, :-1]], r"calibration samples are input float32 \(2, 27, 28, 1\); it takes"),
        ([crops(2).astype(np.uint8)], r"calibration samples are input uint8"),
        ([{"image": crops(2)}], r"calibration samples are image float32"),
        ([crops(2) * np.nan], "goes from nan to nan, which shows no range"),
        ([crops(2) * 0 + 7], "goes from 7 to 7, which shows no range"),
    ],
    ids=["none", "empty", "shape", "type", "name", "nan", "grey"],
)
def test_calibration_data_that_will_not_do(tmp_path, batches, reason):
    source = ExportSource(tiny_model(), SPEC, batches, LABELS)
    with pytest.raises(ExportError, match=reason):
        tflite_int8.write(source, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_calibration_sets_the_ranges(tmp_path):
    source = ExportSource(tiny_model(), SPEC, [crops(32) / 8], LABELS)  # far too dark
    tflite_int8.write(source, tmp_path)
    dark = open_model(tmp_path / tflite_int8.FILE)
    expected = np.asarray(tiny_model()(crops(32), training=False))
    wrong = np.abs(dark.predict(crops(32)) - expected).max()
    tflite_int8.write(dataclasses.replace(source, batches=[crops(32)]), tmp_path)
    right = np.abs(open_model(tmp_path / tflite_int8.FILE).predict(crops(32)) - expected).max()
    assert right < wrong / 2


def test_the_model_itself_is_not_changed(tmp_path):
    before = [weight.copy() for weight in tiny_model().get_weights()]
    tflite_int8.write(ExportSource(tiny_model(), SPEC, [crops(4)], LABELS), tmp_path)
    for was, now in zip(before, tiny_model().get_weights(), strict=True):
        np.testing.assert_array_equal(was, now)
