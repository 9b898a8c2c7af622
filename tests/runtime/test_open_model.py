from __future__ import annotations

import shutil
import subprocess
import sys

import numpy as np
import pytest
from exported_model import crops, exported, tiny_model  # noqa: F401
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ferkeras.errors import ModelFileError
from ferkeras.runtime import ENGINES, open_model

FILES = {engine.name: engine.file for engine in ENGINES}


@pytest.fixture(scope="module")
def runners(exported):  # noqa: F811
    return {name: open_model(exported.folder / file) for name, file in FILES.items()}


@pytest.mark.parametrize("name", FILES)
def test_each_engine_gives_what_keras_gives(runners, name):
    batch = crops(5, seed=3)
    want = tiny_model().predict_on_batch(batch)
    runner = runners[name]
    assert (runner.engine, runner.input_shape, runner.classes) == (name, (28, 28, 1), 3)
    got = runner.predict(batch)
    assert got.dtype == np.float32
    np.testing.assert_allclose(got, want, atol=1e-5)


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    sizes=st.lists(st.integers(0, 9), min_size=1, max_size=4),
    name=st.sampled_from(("litert", "onnx")),
)
def test_any_sequence_of_batch_sizes_gives_each_row_its_own_answer(runners, sizes, name):
    pool = crops(9, seed=4)
    want = tiny_model().predict_on_batch(pool)
    for size in sizes:
        np.testing.assert_allclose(runners[name].predict(pool[:size]), want[:size], atol=1e-5)


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize(
    ("batch", "reason"),
    [
        (np.zeros((2, 28, 28, 3), np.float32), r"shape \(n, 28, 28, 1\), got \(2, 28, 28, 3\)"),
        (np.zeros((28, 28, 1), np.float32), "takes a batch of shape"),
        (np.zeros((2, 28, 28, 1), np.uint8), "takes a float32 array, got uint8"),
        (np.full((1, 28, 28, 1), np.nan, np.float32), "not finite"),
    ],
)
def test_a_batch_that_does_not_fit_is_one_clear_error(runners, name, batch, reason):
    with pytest.raises(ModelFileError, match=reason) as caught:
        runners[name].predict(batch)
    assert "\n" not in str(caught.value)


def test_a_released_folder_runs_its_quickest_file_or_the_one_named(exported, tmp_path):  # noqa: F811
    assert open_model(exported.folder).engine == "litert"
    assert open_model(exported.folder, engine="onnx", threads=1).engine == "onnx"
    assert open_model(exported.folder, engine="tflite", threads=1).engine == "litert"
    some = shutil.copytree(exported.folder, tmp_path / "some")
    (some / "model.tflite").unlink()
    assert open_model(some).engine == "onnx"
    with pytest.raises(ModelFileError, match=r"no such file for engine litert.*card lists it"):
        open_model(some, engine="litert")


def test_highest_saved_model_version_is_run(exported, tmp_path):  # noqa: F811
    for version in ("2", "10"):
        shutil.copytree(exported.folder / "saved_model" / "1", tmp_path / version)
    assert open_model(tmp_path).source.name == "10"


def test_a_changed_file_is_not_run(exported, tmp_path):  # noqa: F811
    folder = shutil.copytree(exported.folder, tmp_path / "changed")
    content = bytearray((folder / "model.tflite").read_bytes())
    content[len(content) // 2] ^= 1
    (folder / "model.tflite").write_bytes(content)
    with pytest.raises(ModelFileError, match=r"differs from its SHA-256 in card.json"):
        open_model(folder)
    (folder / "saved_model" / "1" / "variables" / "variables.index").unlink()
    with pytest.raises(ModelFileError, match=r"variables.index: is missing"):
        open_model(folder, engine="saved_model")


@pytest.mark.parametrize("file", [name for name in FILES.values() if name != "saved_model"])
@pytest.mark.parametrize("damage", ["half", "text", "empty"])
def test_damaged_files_give_one_line(exported, tmp_path, file, damage):  # noqa: F811
    content = (exported.folder / file).read_bytes()
    bad = {"half": content[: len(content) // 2], "text": b"hello", "empty": b""}[damage]
    (tmp_path / file).write_bytes(bad)
    with pytest.raises(ModelFileError, match="not a usable") as caught:
        open_model(tmp_path / file)
    assert "\n" not in str(caught.value)


def test_a_damaged_saved_model_gives_one_line(tmp_path):
    (tmp_path / "saved_model.pb").write_bytes(b"hello")
    with pytest.raises(ModelFileError, match="not a usable SavedModel"):
        open_model(tmp_path)


def test_what_is_no_model_is_named(exported, tmp_path):  # noqa: F811
    (tmp_path / "model.h5").write_bytes(b"x")
    (tmp_path / "empty").mkdir()
    for path, engine, reason in (
        (tmp_path / "none.keras", None, "no such model file"),
        (tmp_path / "model.h5", None, "no engine runs a file ending in '.h5'"),
        (tmp_path / "empty", None, "a folder without saved_model.pb"),
        (exported.folder / "model.onnx", "litert", "is run by engine onnx, not by litert"),
        (exported.folder, "torch", "no engine 'torch'; known: litert, onnx, keras, saved_model"),
    ):
        with pytest.raises(ModelFileError, match=reason):
            open_model(path, engine=engine)
    with pytest.raises(ModelFileError, match="threads cannot be set for engine keras"):
        open_model(exported.folder / "model.keras", threads=1)


def test_tflite_and_onnx_need_neither_tensorflow_nor_keras(exported):  # noqa: F811
    code = (
        "import sys, numpy as np\n"
        "from ferkeras.runtime import open_model\n"
        "for engine in ('litert', 'onnx'):\n"
        "    runner = open_model(sys.argv[1], engine=engine)\n"
        "    print(runner.predict(np.ones((1, 28, 28, 1), np.float32)).shape)\n"
        "assert not {'tensorflow', 'keras', 'cv2'} & set(sys.modules)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(exported.folder)], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout == "(1, 3)\n(1, 3)\n"


def test_models_of_another_form_are_refused(tmp_path):
    import keras

    flat = keras.Sequential([keras.Input((8,)), keras.layers.Dense(2)])
    flat.save(tmp_path / "flat.keras")
    with pytest.raises(ModelFileError, match=r"input has shape \(None, 8\)"):
        open_model(tmp_path / "flat.keras")
    fixed = keras.Sequential(
        [keras.Input(batch_shape=(4, 8, 8, 1)), keras.layers.Flatten(), keras.layers.Dense(2)]
    )
    fixed.save(tmp_path / "fixed.keras")
    with pytest.raises(ModelFileError, match="fixed to batches of 4"):
        open_model(tmp_path / "fixed.keras")


@pytest.mark.parametrize(("file", "other"), [("model.tflite", "onnx"), ("model.onnx", "keras")])
def test_a_file_under_another_name(exported, tmp_path, file, other):  # noqa: F811
    swapped = shutil.copy(exported.folder / file, tmp_path / f"swapped.{other}")
    with pytest.raises(ModelFileError, match="not a usable"):
        open_model(swapped)


@pytest.mark.parametrize("file", ["model.tflite", "model.onnx"])
@pytest.mark.parametrize("left_out", [1000, 4000, 10_000])
def test_a_file_that_ends_too_early(exported, tmp_path, file, left_out):  # noqa: F811
    content = (exported.folder / file).read_bytes()
    (tmp_path / file).write_bytes(content[:-left_out])
    with pytest.raises(ModelFileError, match=r"not a usable|cannot run it") as caught:
        open_model(tmp_path / file).predict(crops(1))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("name", FILES)
def test_an_engine_that_fails_is_named(runners, name, monkeypatch):
    def fail(batch):
        raise RuntimeError("node 4 (RESHAPE)\nfailed to invoke")

    monkeypatch.setattr(runners[name], "_run", fail)
    with pytest.raises(ModelFileError, match=rf"{name} cannot run it \(node 4 \(RESHAPE\)\)"):
        runners[name].predict(crops(1))


@pytest.mark.parametrize("name", FILES)
def test_a_batch_of_none_has_no_probabilities(runners, name):
    assert runners[name].predict(crops(1)[:0]).shape == (0, 3)
