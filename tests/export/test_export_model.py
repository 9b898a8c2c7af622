import dataclasses
import hashlib

import keras
import numpy as np
import pytest
from exported_model import LABELS, SPEC, crops, exported, tiny_model  # noqa: F401

from ferkeras.errors import ExportError, ModelFileError
from ferkeras.export import export_model
from ferkeras.export.float32 import float32_model
from ferkeras.export.limits import Limits
from ferkeras.export.parity import check_parity
from ferkeras.models import MFFCNN
from ferkeras.models.weight_counts import weight_counts
from ferkeras.runtime import open_model, read_card


def test_every_file_agrees_with_keras_and_stands_in_the_card(exported):  # noqa: F811
    folder = exported.folder
    assert [p.name for p in folder.parent.iterdir()] == ["tiny"]  # nothing half-made is left
    assert {p.file for p in exported.parity} == {
        *("model.keras", "model.tflite", "model.onnx", "saved_model"),
    }
    for one in exported.parity:
        assert one.max_abs_difference < 1e-5
        assert (one.samples, one.top1_agreement) == (40, 1.0)
    card = read_card(folder)
    assert card == exported.card
    assert (card.system, card.tag, card.labels, card.input) == ("mff_cnn", "tiny", LABELS, SPEC)
    assert card.parameters == weight_counts(tiny_model()).trained
    assert card.not_for == "anything"
    assert (folder / "labels.txt").read_text().split() == list(LABELS)
    on_disk = {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()}
    assert on_disk == {*card.files, "card.json"}
    content = (folder / "model.onnx").read_bytes()
    assert card.files["model.onnx"] == hashlib.sha256(content).hexdigest()


def test_names_types_and_ops_that_other_programs_rely_on(exported):  # noqa: F811
    import onnx
    import tensorflow as tf
    from ai_edge_litert.interpreter import Interpreter

    folder = exported.folder
    loaded = tf.saved_model.load(str(folder / "saved_model" / "1"))
    signature = loaded.signatures["serving_default"]
    assert signature.structured_input_signature[1] == {
        "input": tf.TensorSpec((None, 28, 28, 1), tf.float32, name="input")
    }
    assert signature.structured_outputs["probabilities"].shape.as_list() == [None, 3]

    lite = Interpreter(model_path=str(folder / "model.tflite"))
    assert lite.get_signature_list() == {
        "serving_default": {"inputs": ["input"], "outputs": ["probabilities"]}
    }
    ops = {op["op_name"] for op in lite._get_ops_details()}
    assert "TOPK_V2" in ops
    assert not [op for op in ops if op.startswith("Flex") or op == "CUSTOM" or op == "VAR_HANDLE"]

    graph = onnx.load(folder / "model.onnx")
    assert [(o.domain, o.version) for o in graph.opset_import if not o.domain] == [("", 17)]
    for side, name in ((graph.graph.input, "input"), (graph.graph.output, "probabilities")):
        assert [value.name for value in side] == [name]
        assert side[0].type.tensor_type.shape.dim[0].dim_param == "batch"


def test_a_model_trained_in_mixed_precision_is_exported_in_float32(tmp_path):
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy("mixed_bfloat16")
    try:
        mixed = MFFCNN(
            (28, 28, 1),
            3,
            variant="wide",
            keep=9,
            patch_filters=((2,),),
            image_filters=((4,), (4,), (4,)),
            branch_outputs=True,
        )
    finally:
        keras.config.set_dtype_policy(before)
    assert mixed.get_layer("image1_conv1").compute_dtype == "bfloat16"
    result = export_model(mixed, SPEC, LABELS, tmp_path / "m", samples=crops(3), formats=["tflite"])
    assert result.parity[-1].max_abs_difference < 1e-5
    low = mixed.predict_on_batch(crops(3))["probabilities"]
    np.testing.assert_allclose(open_model(tmp_path / "m").predict(crops(3)), low, atol=0.05)
    twin = float32_model(mixed)
    assert {layer.compute_dtype for layer in twin._flatten_layers()} == {"float32"}
    assert twin.output_shape == (None, 3)


def test_a_file_that_differs_is_an_error_and_leaves_nothing(tmp_path, monkeypatch):
    import ferkeras.export.formats.onnx as onnx_export

    def another_model(source, folder):
        other = keras.models.clone_model(source.model)
        write(dataclasses.replace(source, model=other), folder)

    write = onnx_export.write
    monkeypatch.setattr(onnx_export, "write", another_model)
    with pytest.raises(ExportError, match=r"model.onnx differs from Keras by .* on 4 samples"):
        export_model(tiny_model(), SPEC, LABELS, tmp_path / "m", samples=crops(4), formats=["onnx"])
    assert list(tmp_path.iterdir()) == []


def test_nan_is_a_difference(exported):  # noqa: F811
    expected = np.full((4, 3), np.nan, np.float32)
    with pytest.raises(ExportError, match="by nan"):
        check_parity(exported.folder / "model.onnx", [crops(4)], expected, Limits())


def _with(operation):
    inputs = keras.Input((28, 28, 1))
    x = keras.layers.Flatten()(operation(inputs / 300))
    return keras.Model(inputs, keras.layers.Dense(3, activation="softmax")(x), name="odd")


@pytest.mark.parametrize(
    ("operation", "form", "reason"),
    [
        (keras.ops.erfinv, "tflite", "odd: TFLite has no built-in op for Erfinv"),
        (keras.ops.erfinv, "onnx", "odd: ONNX has no op for Erfinv"),
    ],
)
def test_an_op_without_equivalent_is_named(tmp_path, operation, form, reason):
    with pytest.raises(ExportError, match=reason):
        export_model(
            _with(operation), SPEC, LABELS, tmp_path / "m", samples=crops(2), formats=[form]
        )
    assert list(tmp_path.iterdir()) == []


def test_what_does_not_fit_is_refused_before_anything_is_written(tmp_path):
    def attempt(**change):
        arguments = {"spec": SPEC, "labels": LABELS, "out": tmp_path / "m", "samples": crops(2)}
        export_model(tiny_model(), **{**arguments, **change})

    (tmp_path / "there").mkdir()
    for change, reason in (
        ({"labels": ("a", "b")}, r"gives \(3,\) values, there are 2 labels"),
        ({"samples": crops(2)[:0]}, "at least one float32"),
        ({"samples": crops(2)[..., 0]}, "at least one float32"),
        ({"samples": crops(2) + 1}, "outside 0..255"),
        ({"formats": ["coreml"]}, "no export format 'coreml'; known: onnx, saved_model, tflite"),
        ({"out": tmp_path / "there"}, "is there already"),
    ):
        with pytest.raises(ExportError, match=reason):
            attempt(**change)
    assert [p.name for p in tmp_path.iterdir()] == ["there"]


def test_overwrite_replaces_the_whole_folder(tmp_path):
    (tmp_path / "m").mkdir()
    (tmp_path / "m" / "old.txt").write_text("old")
    given = (tiny_model(), SPEC, LABELS, tmp_path / "m")
    with pytest.raises(ExportError, match="no exported model"):
        export_model(*given, samples=crops(1), formats=(), overwrite=True)
    assert (tmp_path / "m" / "old.txt").read_text() == "old"
    (tmp_path / "m" / "card.json").write_text("{}")
    export_model(*given, samples=crops(1), formats=(), overwrite=True)
    assert sorted(p.name for p in (tmp_path / "m").iterdir()) == [
        *("card.json", "labels.txt", "model.keras", "parity.md"),
    ]


def test_answers_that_are_not_finite_are_refused(tmp_path):
    model = keras.models.clone_model(tiny_model())
    model.set_weights([np.full_like(one, np.nan) for one in model.get_weights()])
    with pytest.raises(ExportError, match="gives values that are not finite"):
        export_model(model, SPEC, LABELS, tmp_path / "m", samples=crops(2), formats=["tflite-int8"])
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_came_meanwhile_stays(tmp_path, monkeypatch):
    import ferkeras.export.formats.onnx as onnx_export

    def slow(source, folder):
        (tmp_path / "m").mkdir()
        write(source, folder)

    write = onnx_export.write
    monkeypatch.setattr(onnx_export, "write", slow)
    with pytest.raises(ExportError, match="came into being meanwhile"):
        export_model(
            *(tiny_model(), SPEC, LABELS, tmp_path / "m"),
            **{"samples": crops(2), "formats": ["onnx"], "isolated": False},
        )
    assert [one.name for one in tmp_path.iterdir()] == ["m"]
    assert list((tmp_path / "m").iterdir()) == []


@pytest.mark.parametrize("label", ["", " ", "a\nb", "a\r", " a", "\u2028x", "a\x00"])
def test_labels_are_lines(tmp_path, label):
    labels = [label, *LABELS[1:]]
    with pytest.raises(ModelFileError, match="is empty, or holds a line break"):
        export_model(
            *(tiny_model(), SPEC, labels, tmp_path / "m"),
            **{"samples": crops(2), "formats": [], "isolated": False},
        )
    assert list(tmp_path.iterdir()) == []
