"""Exported files run alone, in a process without ferkeras."""

import shutil
import subprocess
import sys

import numpy as np
import pytest
from exported_model import crops, exported, tiny_model  # noqa: F401
from graph_model import SPEC as GRAPH_SPEC
from graph_model import exported_graph, graph_model  # noqa: F401

from ferkeras.errors import ExportError
from ferkeras.export import alone
from ferkeras.export.isolated import run_isolated
from ferkeras.export.parity import parity_batches

FILES = {"saved_model": "saved_model", "litert": "model.tflite", "onnx": "model.onnx"}


@pytest.mark.parametrize("engine", sorted(FILES))
def test_answers_and_times_of_one_input(engine, exported):  # noqa: F811
    batches = [crops(1), crops(5)]
    ran = run_isolated(exported.folder / FILES[engine], engine, batches)
    for batch, answer in zip(batches, ran.outputs, strict=True):
        np.testing.assert_allclose(answer, tiny_model()(batch), atol=1e-5)
    assert ran.milliseconds.keys() == {1, 32}
    assert 0 < ran.milliseconds[1] < ran.milliseconds[32]
    assert ran.threads >= 1
    assert ran.load_seconds > 0


@pytest.mark.parametrize("engine", ["litert", "onnx"])
def test_answers_of_named_inputs_of_open_sizes(engine, exported_graph):  # noqa: F811
    batches = parity_batches(crops(4), GRAPH_SPEC)
    ran = run_isolated(exported_graph.folder / FILES[engine], engine, batches)
    for batch, answer in zip(batches, ran.outputs, strict=True):
        np.testing.assert_allclose(answer, graph_model()(batch), atol=1e-5)


@pytest.mark.parametrize("engine", sorted(FILES))
def test_a_damaged_file_is_named(engine, exported, tmp_path):  # noqa: F811
    copy = tmp_path / FILES[engine]
    if engine == "saved_model":
        shutil.copytree(exported.folder / FILES[engine], copy)
        damaged = copy / "1" / "saved_model.pb"
    else:
        shutil.copy(exported.folder / FILES[engine], copy)
        damaged = copy
    damaged.write_bytes(damaged.read_bytes()[:100])
    with pytest.raises(ExportError, match=f"{copy.name}: {engine} alone cannot run it"):
        run_isolated(copy, engine, [crops(1)])


@pytest.mark.parametrize("engine", sorted(FILES))
def test_ferkeras_cannot_be_imported_there(engine):
    program = (
        f"import sys; sys.path.insert(0, {str(alone.__file__.rpartition('/')[0])!r})\n"
        f"import alone\nsys.meta_path.insert(0, alone.Blocked(alone.BLOCKED[{engine!r}]))\n"
        "for name in ('ferkeras', 'ferkeras.layers', 'tensorflow'):\n"
        "    try:\n        __import__(name)\n        print(name)\n"
        "    except ModuleNotFoundError: pass\n"
    )
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert ended.stdout.split() == (["tensorflow"] if engine == "saved_model" else [])
