from __future__ import annotations

import json

import numpy as np
import pytest
import skimage.data
from exported_model import LABELS, exported, run  # noqa: F401

from ferkeras.media import write_image


@pytest.fixture
def photos(tmp_path):
    folder = tmp_path / "photos"
    folder.mkdir()
    write_image(folder / "astronaut.png", skimage.data.astronaut())
    write_image(folder / "wall.png", np.full((90, 90, 3), 99, np.uint8))
    (folder / "notes.txt").write_text("no picture")
    return folder


def test_a_folder_is_recognised_and_annotated(run, exported, photos, tmp_path):  # noqa: F811
    code, out, _ = run(
        *("predict", photos, "--model", exported.folder),
        *("--annotate", tmp_path / "out", "--json"),
    )
    assert code == 0
    values = json.loads(out)
    assert (values["model"], values["engine"]) == ("mff_cnn/tiny", "litert")
    assert (values["pictures"], values["faces"], values["without_face"]) == (2, 1, 1)
    assert (values["failed"], values["left_out"]) == (0, 1)
    astronaut, wall = values["results"]
    assert astronaut["source"] == str(photos / "astronaut.png")
    assert set(astronaut["faces"][0]["probabilities"]) == set(LABELS)
    assert sum(astronaut["faces"][0]["probabilities"].values()) == pytest.approx(1, abs=1e-5)
    assert wall["faces"] == []
    assert astronaut["annotated"] == str(tmp_path / "out" / "astronaut.png")
    assert len(list((tmp_path / "out").iterdir())) == 2


def test_bad_files_are_listed_counted_and_give_status_one(run, exported, photos):  # noqa: F811
    (photos / "broken.jpg").write_bytes(b"\xff\xd8\xff\xe0 no more")
    (photos / "empty").mkdir()
    inputs = (
        photos / "astronaut.png",
        photos / "broken.jpg",
        photos / "none.png",
        photos / "empty",
    )
    code, out, _ = run("predict", *inputs, "--model", exported.folder)
    assert code == 1
    failed = [line for line in out.splitlines() if line.startswith("failed: ")]
    assert len(failed) == 3
    assert any("broken.jpg" in line for line in failed)
    assert "1 pictures or frames, 1 faces, 0 without a face, 3 failed" in out
    assert "Traceback" not in out


def test_an_unknown_model_is_one_line_and_status_two(run, photos):  # noqa: F811
    code, out, err = run("predict", photos, "--model", "mff_cnn/nothing")
    assert (code, out) == (2, "")
    assert err.startswith("error: no model file and no released model 'mff_cnn/nothing'")
    assert err.count("\n") == 1
