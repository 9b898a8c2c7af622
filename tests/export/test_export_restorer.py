import dataclasses

import keras
import numpy as np
import pytest
from exported_model import LABELS, crops, tiny_model
from tiny_restorer import (  # noqa: F401
    SPEC,
    exported_restorer,
    keras_answer,
    small_pictures,
    tiny_generator,
)

from ferkeras.errors import ExportError
from ferkeras.export import export_model, export_restorer
from ferkeras.export.limits import Limits
from ferkeras.export.picture_parity import check_picture_parity, picture_batches
from ferkeras.models import ESRGANGenerator
from ferkeras.runtime import open_model, read_card


def test_every_file_agrees_with_keras_and_stands_in_the_card(exported_restorer):  # noqa: F811
    folder = exported_restorer.folder
    assert [one.file for one in exported_restorer.parity] == [
        *("model.keras", "saved_model", "model.tflite", "model.onnx"),
    ]
    for one in exported_restorer.parity:
        assert one.max_abs_difference < 1e-3  # grey levels
        assert one.relative_difference < 1e-6
        assert one.samples == 5  # four, and one of another size
    card = read_card(folder)
    assert card == exported_restorer.card
    assert (card.system, card.tag, card.scale, card.labels, card.input) == (
        *("esrgan", "tiny", 4, ()),
        SPEC,
    )
    assert card.parameters == tiny_generator().count_params()
    assert card.parity["model.onnx"].keys() == {
        *("max_abs_difference", "relative_difference", "samples", "psnr", "megabytes"),
        *("milliseconds_batch_1", "milliseconds_batch_32", "threads"),
    }
    on_disk = {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()}
    assert on_disk == {*card.files, "card.json"}
    assert "labels.txt" not in on_disk


def test_names_types_and_ops_that_other_programs_rely_on(exported_restorer):  # noqa: F811
    import onnx
    import tensorflow as tf
    from ai_edge_litert.interpreter import Interpreter

    folder = exported_restorer.folder
    loaded = tf.saved_model.load(str(folder / "saved_model" / "1"))
    signature = loaded.signatures["serving_default"]
    assert signature.structured_input_signature[1] == {
        "input": tf.TensorSpec((None, None, None, 3), tf.float32, name="input")
    }
    outputs = signature.structured_outputs
    assert {name: spec.shape.as_list() for name, spec in outputs.items()} == {
        "picture": [None, None, None, 3]
    }
    lite = Interpreter(model_path=str(folder / "model.tflite"))
    assert lite.get_signature_list() == {
        "serving_default": {"inputs": ["input"], "outputs": ["picture"]}
    }
    ops = {op["op_name"] for op in lite._get_ops_details()}
    assert "CONV_2D" in ops
    assert not [op for op in ops if op.startswith("Flex") or op == "CUSTOM"]
    graph = onnx.load(folder / "model.onnx").graph
    for side, name, prefix in ((graph.input, "input", ""), (graph.output, "picture", "large_")):
        assert [value.name for value in side] == [name]
        sizes = side[0].type.tensor_type.shape.dim
        wanted = ["batch", f"{prefix}height", f"{prefix}width"]
        assert [size.dim_param for size in sizes[:3]] == wanted
        assert sizes[3].dim_value == 3


@pytest.mark.parametrize("upsampling", ["nearest", "pixel_shuffle"])
def test_a_model_trained_in_mixed_precision_is_exported_in_float32(tmp_path, upsampling):
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy("mixed_bfloat16")
    try:
        mixed = ESRGANGenerator(features=4, blocks=1, growth=2, upsampling=upsampling)
    finally:
        keras.config.set_dtype_policy(before)
    samples = small_pictures(1)
    result = export_restorer(mixed, SPEC, tmp_path / "m", samples=samples, formats=["tflite"])
    assert result.parity[-1].max_abs_difference < 1e-3
    low = np.asarray(mixed(samples))
    np.testing.assert_allclose(open_model(tmp_path / "m").predict(samples), low, atol=8)


def test_two_sizes_are_compared_where_sides_are_free():
    samples = small_pictures(12)
    assert [one.shape for one in picture_batches(samples, (None, None))] == [
        *((1, 10, 12, 3), (8, 10, 12, 3), (3, 10, 12, 3)),
        (1, 15, 15, 3),
    ]
    assert [one.shape for one in picture_batches(samples[:1], (10, None))] == [
        *((1, 10, 12, 3), (1, 10, 15, 3)),
    ]
    assert [one.shape for one in picture_batches(samples[:1], (10, 12))] == [(1, 10, 12, 3)]


def test_a_file_that_differs_is_an_error_and_leaves_nothing(tmp_path, monkeypatch):
    import ferkeras.export.formats.onnx as onnx_export

    def another_model(source, folder):
        other = keras.models.clone_model(source.model)
        write(dataclasses.replace(source, model=other), folder)

    write = onnx_export.write
    monkeypatch.setattr(onnx_export, "write", another_model)
    arguments = {"samples": small_pictures(1), "formats": ["onnx"]}
    with pytest.raises(ExportError, match=r"model.onnx differs from Keras by .* on pictures"):
        export_restorer(tiny_generator(), SPEC, tmp_path / "m", **arguments)
    assert list(tmp_path.iterdir()) == []


def test_the_difference_is_the_largest_of_all_batches(exported_restorer):  # noqa: F811
    batches = picture_batches(small_pictures(1), (None, None))
    expected = [np.asarray(tiny_generator()(batch)) for batch in batches]
    largest = max(np.abs(one).max() for one in expected)
    expected[1] = expected[1] + np.float32(0.03)
    path = exported_restorer.folder / "model.onnx"
    found = check_picture_parity(path, batches, expected, Limits(grey_levels=0.05))
    np.testing.assert_allclose(found.max_abs_difference, 0.03, atol=1e-3)
    np.testing.assert_allclose(found.relative_difference, 0.03 / largest, rtol=0.05)
    with pytest.raises(ExportError, match=r"by 3\..e-02 on pictures of 15x15"):
        check_picture_parity(path, batches, expected, Limits(grey_levels=0.02))
    expected[0] = np.full_like(expected[0], np.nan)
    with pytest.raises(ExportError, match="by nan"):
        check_picture_parity(path, batches, expected, Limits())


def test_what_does_not_fit_is_refused_before_anything_is_written(tmp_path):
    (tmp_path / "there").mkdir()
    arguments = {"model": tiny_generator(), "spec": SPEC, "out": tmp_path / "m"}
    odd = keras.Sequential([keras.Input((None, None, 3)), keras.layers.Conv2D(3, 3)], name="odd")
    for change, reason in (
        ({"model": tiny_model()}, "classifiers are exported by export_model"),
        ({"model": odd}, "odd: makes 8x10 of 10x12, expected the same whole number"),
        ({"samples": small_pictures(1)[:0]}, "at least one float32"),
        ({"samples": small_pictures(1)[..., :1]}, "at least one float32"),
        ({"samples": small_pictures(1) + 1}, "outside 0..255"),
        ({"formats": ["coreml"]}, "no export format 'coreml'"),
        ({"out": tmp_path / "there"}, "is there already"),
    ):
        with pytest.raises(ExportError, match=reason):
            export_restorer(**{**arguments, "samples": small_pictures(1), **change})
    with pytest.raises(ExportError, match=r"takes \(None, None, 3\), its InputSpec says"):
        export_model(tiny_generator(), SPEC, LABELS, tmp_path / "m", samples=crops(1))
    assert [p.name for p in tmp_path.iterdir()] == ["there"]
