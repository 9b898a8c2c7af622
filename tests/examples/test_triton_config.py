"""The configurations in examples/triton, against Triton's own protobuf and the ONNX files.

Skipped where tritonclient is not; scripts/test_servers installs it into an environment of its own.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnxruntime
import pytest
from google.protobuf import text_format

from ferkeras.runtime import read_card

pytest.importorskip("tritonclient")
ROOT = Path(__file__).parents[2]
MODELS = {"mff_cnn": "mff_cnn/fer2013", "cs_gbsbf": "cs_gbsbf/fer2013-small"}
TYPES = {"TYPE_FP32": "tensor(float)", "TYPE_INT32": "tensor(int32)"}


def read(name):
    from tritonclient.grpc import model_config_pb2

    text = (ROOT / "examples" / "triton" / name / "config.pbtxt").read_text(encoding="utf-8")
    return text_format.Parse(text, model_config_pb2.ModelConfig()), model_config_pb2


def test_each_folder_is_one_of_these():
    folders = {file.parent.name for file in (ROOT / "examples" / "triton").glob("*/config.pbtxt")}
    assert folders == MODELS.keys()


@pytest.mark.parametrize("name", MODELS)
def test_names_types_and_sizes_are_those_of_the_onnx_file(name):
    config, pb2 = read(name)
    folder = ROOT / "saved_models" / MODELS[name]
    session = onnxruntime.InferenceSession(folder / "model.onnx")
    assert (config.name, config.backend) == (name, "onnxruntime")
    assert config.max_batch_size > 1
    assert config.HasField("dynamic_batching")
    for said, real in (
        (config.input, session.get_inputs()),
        (config.output, session.get_outputs()),
    ):
        open_sizes = [[n if isinstance(n, int) else -1 for n in one.shape] for one in real]
        assert {one.name: [-1, *one.dims] for one in said} == {
            one.name: sizes for one, sizes in zip(real, open_sizes, strict=True)
        }
        assert {one.name: TYPES[pb2.DataType.Name(one.data_type)] for one in said} == {
            one.name: one.type for one in real
        }
    (output,) = config.output
    labels = (folder / output.label_filename).read_text(encoding="utf-8").split()
    assert tuple(labels) == read_card(folder).labels
    assert list(output.dims) == [len(labels)]


def test_what_the_model_is_warmed_by_can_be_run():
    config, _ = read("mff_cnn")
    session = onnxruntime.InferenceSession(ROOT / "saved_models" / MODELS["mff_cnn"] / "model.onnx")
    (warmup,) = config.model_warmup
    feeds = {
        name: np.zeros((warmup.batch_size, *given.dims), np.float32)
        for name, given in warmup.inputs.items()
    }
    assert session.run(None, feeds)[0].shape == (1, 7)
