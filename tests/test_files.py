from __future__ import annotations

import numpy as np
import pytest

from ferkeras import files
from ferkeras.errors import FerkerasError


def test_a_broken_write_leaves_the_old_file_whole(tmp_path, monkeypatch):
    path = tmp_path / "a.json"
    files.write_json(path, {"old": 1})

    def broken(handle):
        raise OSError("disk full")

    monkeypatch.setattr("os.fsync", broken)
    with pytest.raises(OSError, match="disk full"):
        files.write_json(path, {"new": 2})
    assert files.read_json(path) == {"old": 1}
    assert [found.name for found in tmp_path.iterdir()] == ["a.json"]


def test_json_of_numpy_values(tmp_path):
    path = tmp_path / "deep/a.json"
    values = {"a": np.float32(0.5), "b": np.arange(2), "c": (np.nan, np.inf), 4: {"x"}, "p": path}
    files.write_json(path, values)
    assert files.read_json(path) == {
        "a": 0.5, "b": [0, 1], "c": [None, "inf"], "4": ["x"], "p": str(path),
    }  # fmt: skip


def test_arrays_and_damage(tmp_path):
    path = tmp_path / "a.npz"
    files.write_arrays(path, rows=np.arange(3))
    assert files.read_arrays(path)["rows"].tolist() == [0, 1, 2]
    path.write_bytes(path.read_bytes()[:40])
    with pytest.raises(FerkerasError, match=r"a\.npz cannot be read"):
        files.read_arrays(path)
    with pytest.raises(FerkerasError, match="cannot be read as JSON"):
        files.read_json(tmp_path / "missing.json")
