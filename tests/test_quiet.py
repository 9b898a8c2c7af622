import os
import sys

import pytest

from ferkeras._quiet import stderr_held_back


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
