"""`import ferkeras` must stay light; its time is measured in benchmarks/import_time.py."""

import subprocess
import sys

import pytest

import ferkeras

HEAVY = {"tensorflow", "keras", "cv2", "numpy", "pandas", "PIL", "ai_edge_litert", "onnxruntime"}


@pytest.mark.parametrize(
    ("statement", "may_load"),
    [
        ("import ferkeras; dir(ferkeras)", set()),
        ("from ferkeras import Recognizer", {"numpy", "cv2", "PIL"}),
        ("from ferkeras import Restorer", {"numpy", "cv2", "PIL"}),
        ("from ferkeras.cli import build_app; build_app()", {"numpy"}),
    ],
)
def test_what_an_import_loads(statement, may_load):
    code = f"{statement}\nimport sys\nprint(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    modules = set(done.stdout.split())
    assert "ferkeras" in modules
    assert modules & HEAVY <= may_load


def test_every_public_name_can_be_reached():
    assert all(getattr(ferkeras, name) for name in ferkeras.__all__)
    assert set(dir(ferkeras)) == set(ferkeras.__all__)
