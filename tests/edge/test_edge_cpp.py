"""The C++ program of docs/edge.md, built against the library in ai-edge-litert, beside Python."""

import shutil
import subprocess
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

from ferkeras.runtime import find_model, open_model

SOURCE = Path(__file__).parents[2] / "docs" / "edge" / "classify.cc"
LIBRARY = Path(find_spec("ai_edge_litert").origin).parent

pytestmark = pytest.mark.skipif(
    not shutil.which("g++") or not (LIBRARY / "libLiteRt.so").is_file(),
    reason="no g++, or no libLiteRt.so in ai-edge-litert",
)


@pytest.fixture(scope="module")
def program(tmp_path_factory):
    made = tmp_path_factory.mktemp("cpp") / "classify"
    command = [
        *("g++", "-std=c++17", "-Wall", "-Werror", str(SOURCE), "-o", str(made)),
        *(f"-L{LIBRARY}", "-lLiteRt", f"-Wl,-rpath,{LIBRARY}", "-Wl,--allow-shlib-undefined"),
    ]
    subprocess.run(command, check=True)
    return made


@pytest.mark.parametrize("tag", ["mff_cnn/fer2013", "ssgnn/fer2013"])
def test_it_gives_what_python_gives(program, tag, tmp_path):
    folder, side = find_model(tag), 48
    crop = np.random.default_rng(0).integers(0, 256, (side, side)).astype(np.uint8)
    (tmp_path / "crop.raw").write_bytes(crop.tobytes())
    files = [folder / "model.tflite", folder / "labels.txt", tmp_path / "crop.raw", str(side)]
    done = subprocess.run([program, *files], capture_output=True, text=True, check=True)
    found = [line.split() for line in done.stdout.splitlines()]
    wanted = open_model(folder / "model.tflite").predict(crop[None, ..., None].astype(np.float32))
    assert [name for name, _ in found] == (folder / "labels.txt").read_text().split()
    assert [float(value) for _, value in found] == pytest.approx(wanted[0].tolist(), abs=2e-6)


def test_a_wrong_file_is_one_line(program, tmp_path):
    labels = find_model("mff_cnn/fer2013") / "labels.txt"
    (tmp_path / "crop.raw").write_bytes(bytes(48 * 48))
    (tmp_path / "model.tflite").write_bytes(b"no model")
    files = [tmp_path / "model.tflite", labels, tmp_path / "crop.raw", "48"]
    done = subprocess.run([program, *files], capture_output=True, text=True)
    assert done.returncode == 1
    assert "model.tflite: LiteRT says" in done.stderr
    done = subprocess.run([program, *files[:3], "47"], capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (2, "")
    assert "has 2304 bytes, expected 47 x 47" in done.stderr
