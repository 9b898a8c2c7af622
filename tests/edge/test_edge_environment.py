import importlib.util
import subprocess
import sys
from pathlib import Path

import pytest

import ferkeras

ABSENT = (
    *("tensorflow", "keras", "pandas", "scipy", "sklearn", "skimage", "numba", "matplotlib"),
    *("onnx", "onnxruntime", "pydantic", "typer", "rich"),
)


@pytest.mark.parametrize("name", ABSENT)
def test_is_not_here(name):
    assert importlib.util.find_spec(name) is None


def test_the_installed_wheel_is_tested():
    assert Path(ferkeras.__file__).is_relative_to(sys.prefix)


def test_the_program_says_what_it_needs():
    program = Path(sys.executable).with_name("ferkeras")
    done = subprocess.run([program, "predict", "a.png"], capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        "error: this command needs the package 'typer', which is not installed: "
        "pip install typer rich\n"
    )
