import subprocess
import sys

import pytest
from exported_model import exported  # noqa: F401

from ferkeras.errors import ModelFileError
from ferkeras.runtime.tflite_operators import OperatorUse, operator_text, operators


def test_operators_are_those_that_the_interpreter_runs(exported):  # noqa: F811
    from ai_edge_litert.interpreter import Interpreter

    path = exported.folder / "model.tflite"
    lite = Interpreter(model_path=str(path), experimental_op_resolver_type=_plain())
    names = [one["op_name"] for one in lite._get_ops_details()]
    uses = operators(path)
    counts = {name: sum(one.count for one in uses if one.name == name) for name in names}
    assert counts == {name: names.count(name) for name in names}
    assert sum(counts.values()) == sum(one.count for one in uses)
    kinds = {(one.name, one.precision, one.built_in) for one in uses}
    assert {("CONV_2D", "float32", True), ("SHAPE", "int32", True)} <= kinds
    assert all(one.for_card()["count"] == one.count for one in uses)


def _plain():
    from ai_edge_litert.interpreter import OpResolverType

    return OpResolverType.BUILTIN_WITHOUT_DEFAULT_DELEGATES


def test_an_operator_that_is_not_built_in_has_its_own_name(tmp_path):
    import tensorflow as tf

    @tf.function(input_signature=[tf.TensorSpec((None, 4), tf.float32)])
    def serve(x):
        return tf.roll(x, 1, 1) + tf.cast(x > 0, tf.float32)

    converter = tf.lite.TFLiteConverter.from_concrete_functions([serve.get_concrete_function()])
    converter.target_spec.supported_ops = [
        tf.lite.OpsSet.TFLITE_BUILTINS,
        tf.lite.OpsSet.SELECT_TF_OPS,
    ]
    (tmp_path / "select.tflite").write_bytes(converter.convert())
    uses = operators(tmp_path / "select.tflite")
    assert uses == [
        OperatorUse("ADD", 1, "float32", True),
        OperatorUse("CAST", 1, "bool to float32", True),
        OperatorUse("FlexRoll", 1, "float32", False),
        OperatorUse("GREATER", 1, "float32 to bool", True),
    ]
    assert operator_text(uses).splitlines() == [
        "operator  count  numbers",
        "ADD           1  float32",
        "CAST          1  bool to float32",
        "FlexRoll      1  float32          not built in",
        "GREATER       1  float32 to bool",
    ]


def test_it_needs_no_tensorflow(exported):  # noqa: F811
    code = (
        "import sys; from ferkeras.runtime.tflite_operators import operators; "
        f"operators({str(exported.folder / 'model.tflite')!r}); print('tensorflow' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_files_that_are_none(tmp_path, exported):  # noqa: F811
    (tmp_path / "text.tflite").write_text("not at all a model")
    content = (exported.folder / "model.tflite").read_bytes()
    (tmp_path / "cut.tflite").write_bytes(content[: len(content) // 2])
    for name, reason in (
        ("none.tflite", "none.tflite: no such TFLite file"),
        ("text.tflite", "text.tflite: not a TFLite file"),
        ("cut.tflite", "cut.tflite: a damaged TFLite file"),
    ):
        with pytest.raises(ModelFileError, match=reason):
            operators(tmp_path / name)
