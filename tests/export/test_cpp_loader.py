"""An exported SavedModel in C++, without Python, by the loader that TensorFlow Serving uses."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest
import tensorflow as tf
from exported_model import crops, exported, tiny_model  # noqa: F401

SOURCE = Path(__file__).with_name("run_saved_model.cc")


@pytest.fixture(scope="module")
def program(tmp_path_factory):
    """`SOURCE`, linked with the libraries of the installed TensorFlow."""
    compiler, library = shutil.which("g++"), Path(tf.sysconfig.get_lib())
    if compiler is None:
        pytest.skip("no g++ here to compile a C++ program")
    if not list(library.glob("libtensorflow_cc.so.2")):
        pytest.skip(f"this TensorFlow brings no libtensorflow_cc.so.2 ({library})")
    target = tmp_path_factory.mktemp("cpp") / "run_saved_model"
    libraries = [f"-l:{name}.so.2" for name in ("libtensorflow_cc", "libtensorflow_framework")]
    command = [
        *(compiler, "-w", "-O0", str(SOURCE), "-o", str(target)),
        *tf.sysconfig.get_compile_flags(),
        *(f"-L{library}", f"-Wl,-rpath,{library}", "-Wl,--no-as-needed", *libraries),
    ]
    built = subprocess.run(command, capture_output=True, text=True)
    assert built.returncode == 0, built.stderr[-3000:]
    return target


@pytest.fixture
def run(program, exported):  # noqa: F811
    def call(*words):
        folder = exported.folder / "saved_model" / "1"
        words = [program, folder, *words]
        return subprocess.run([*map(str, words)], capture_output=True, text=True)

    return call


def values(done):
    assert done.returncode == 0, done.stderr
    lines = [line.split() for line in done.stdout.splitlines()]
    return {name: np.float32(numbers) for name, *numbers in lines}


def test_floats_give_what_keras_gives(run, tmp_path):
    batch = crops(3, seed=8)
    batch.tofile(tmp_path / "batch")
    got = values(run("serving_default", "input", "floats", tmp_path / "batch", 3, 28, 28, 1))
    wanted = tiny_model().predict_on_batch(batch).ravel()
    assert set(got) == {"probabilities", "scores"}
    np.testing.assert_allclose(got["probabilities"], wanted, atol=1e-5)
    np.testing.assert_array_equal(got["scores"], got["probabilities"])


def test_files_give_what_keras_gives_and_what_is_none_is_named(run, tmp_path):
    batch = crops(2, seed=9)
    pictures = [tmp_path / f"{at}.png" for at in range(2)]
    for path, picture in zip(pictures, np.rint(batch).astype(np.uint8), strict=True):
        path.write_bytes(tf.io.encode_png(picture).numpy())
    got = values(run("serving_bytes", "input_bytes", "files", *pictures))["probabilities"]
    wanted = tiny_model().predict_on_batch(np.rint(batch)).ravel()
    np.testing.assert_allclose(got, wanted, atol=1e-5)
    (tmp_path / "text").write_bytes(b"hello")
    done = run("serving_bytes", "input_bytes", "files", pictures[0], tmp_path / "text")
    assert done.returncode == 1
    assert "input_bytes: picture 1 is no picture, it begins with the bytes [104 101" in done.stderr


def test_a_shape_that_does_not_fit_and_an_empty_batch_are_named(run, tmp_path):
    np.zeros(2 * 32 * 32, np.float32).tofile(tmp_path / "batch")
    done = run("serving_default", "input", "floats", tmp_path / "batch", 2, 32, 32, 1)
    assert done.returncode == 1
    assert "[2,32,32,1] is not compatible with expected shape [?,28,28,1]" in done.stderr
    (tmp_path / "batch").write_bytes(b"")
    done = run("serving_default", "input", "floats", tmp_path / "batch", 0, 28, 28, 1)
    assert done.returncode == 1
    assert "the batch is empty; send one sample or more" in done.stderr
