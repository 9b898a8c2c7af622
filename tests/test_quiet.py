import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from exported_model import exported  # noqa: F401

from ferkeras._quiet import info_held_back, stderr_held_back


def test_notes_at_start_are_shown_only_if_it_fails(monkeypatch, capfd):
    monkeypatch.delitem(sys.modules, "tensorflow", raising=False)
    with stderr_held_back():
        os.write(2, b"a note from C++\n")
    assert capfd.readouterr() == ("", "")

    def fail():
        with stderr_held_back():
            os.write(2, b"why it failed\n")
            raise ImportError

    with pytest.raises(ImportError):
        fail()
    os.write(2, b"shown again\n")
    assert capfd.readouterr().err == "why it failed\nshown again\n"


def test_lines_of_information_are_held_back_and_no_others(capfd):
    with info_held_back():
        os.write(2, b"INFO: a delegate was made\nERROR: one op is missing\n")
    assert capfd.readouterr().err == "ERROR: one op is missing\n"

    def fail():
        with info_held_back():
            os.write(2, b"INFO: why it failed\n")
            raise ImportError

    with pytest.raises(ImportError):
        fail()
    assert capfd.readouterr().err == "INFO: why it failed\n"


def test_blocks_of_several_threads_give_standard_error_back(capfd):
    def work(number):
        with info_held_back():
            os.write(2, b"INFO: a note\n")
            time.sleep(0.002)
            os.write(2, b"%d\n" % number)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, range(24)))
    os.write(2, b"at the end\n")
    lines = capfd.readouterr().err.splitlines()
    assert lines[-1] == "at the end"
    assert sorted(map(int, lines[:-1])) == list(range(24))


def test_a_program_without_standard_error(monkeypatch):
    def closed(number):
        raise OSError(9, "Bad file descriptor")

    monkeypatch.setattr(os, "dup", closed)
    monkeypatch.setattr(sys, "stderr", None)
    with info_held_back():
        pass


PROGRAM = """
import sys
from pathlib import Path
import numpy as np
from ferkeras.runtime import open_model
for name in sys.argv[1:]:
    runner = open_model(Path(name))
    runner.predict(np.zeros((1, *runner.input_shape), np.float32))
"""


@pytest.mark.parametrize("names", [["model.tflite"], ["model.keras", "saved_model"]])
def test_models_open_and_run_without_a_note(exported, names):  # noqa: F811
    words = [sys.executable, "-W", "ignore", "-c", PROGRAM]
    words += [str(exported.folder / name) for name in names]
    done = subprocess.run(words, capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == ("", "")
