"""What ONNX Runtime says of a broken file becomes one line, and nothing is printed."""

from __future__ import annotations

import numpy as np
import onnx
import pytest
from exported_model import crops, exported  # noqa: F401

from ferkeras.errors import ModelFileError
from ferkeras.runtime.onnx import load


def written(path, body):
    text = "g (float[batch, 4, 4, 1] input) => (float[batch, 3] probabilities)\n" + body
    graph = onnx.parser.parse_graph(text)
    opset = [onnx.helper.make_opsetid("", 17)]
    onnx.save(onnx.helper.make_model(graph, opset_imports=opset, ir_version=8), path)
    return path


def test_a_file_that_opens_and_cannot_be_run(tmp_path, capfd):
    body = "<int64[2] size = {-1, 7}, float[7, 3] w> { x = Reshape(input, size) "
    weights = ", ".join(["0.5"] * 21)
    body = body.replace("w>", f"w = {{{weights}}}>")
    runner = load(written(tmp_path / "a.onnx", body + "probabilities = MatMul(x, w) }"), None)
    with pytest.raises(ModelFileError, match=r"a\.onnx: onnx cannot run it \(.+\); damaged"):
        runner.predict(np.zeros((1, 4, 4, 1), np.float32))
    assert capfd.readouterr() == ("", "")


def test_a_name_that_is_no_text(exported, tmp_path, capfd):  # noqa: F811
    content = (exported.folder / "model.onnx").read_bytes()
    path = tmp_path / "a.onnx"
    path.write_bytes(content.replace(b"Conv", b"\xe2\xe2nv"))
    with pytest.raises(ModelFileError, match=r"a\.onnx: not a usable ONNX file"):
        load(path, None)
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("kept", [0, 1, 100, 0.5, 0.99])
def test_a_file_cut_short(exported, tmp_path, kept, capfd):  # noqa: F811
    content = (exported.folder / "model.onnx").read_bytes()
    path = tmp_path / "a.onnx"
    path.write_bytes(content[: int(kept * len(content)) if kept < 1 else kept])
    with pytest.raises(ModelFileError, match=r"a\.onnx: "):
        load(path, None).predict(crops(1))
    assert capfd.readouterr() == ("", "")
