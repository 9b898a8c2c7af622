from __future__ import annotations

import json

from exported_model import exported, run  # noqa: F401


def test_publish_says_where_the_version_is(run, exported, tmp_path):  # noqa: F811
    words = ("publish", exported.folder, "--repository", tmp_path, "--name", "faces")
    code, out, err = run(*words, "--json")
    assert code == 0, err
    folder = tmp_path / "faces" / "1"
    assert json.loads(out) == {
        "name": "faces",
        "version": 1,
        "folder": str(folder),
        "repository": str(tmp_path),
    }
    assert (folder / "saved_model.pb").is_file()
    code, out, _ = run(*words, "--version", 7)
    assert code == 0
    assert "version 7 of faces" in " ".join(out.split())
    code, _, err = run(*words, "--version", 7)
    assert code == 2
    assert "is there already" in err


def test_a_released_model_is_published_by_its_tag(run, tmp_path):  # noqa: F811
    code, out, err = run("publish", "htnet/synthetic", "--repository", tmp_path, "--json")
    assert code == 0, err
    assert json.loads(out)["name"] == "htnet-synthetic"
    assert "htnet-synthetic" in (tmp_path / "models.config").read_text()
