import json
import sys

import numpy as np
import pytest
from PIL import Image

from ferkeras.cli import main
from ferkeras.files import read_json

DATA = "synthetic:subjects=1,frames=1,size=40"


@pytest.fixture
def ferkeras(monkeypatch, capsys):
    def call(*words):
        monkeypatch.setattr(sys, "argv", ["ferkeras", "graphs", *map(str, words)])
        with pytest.raises(SystemExit) as exit_status:
            main()
        return exit_status.value.code, capsys.readouterr()

    return call


def test_build_and_check(ferkeras, tmp_path):
    out = tmp_path / "out"
    code, output = ferkeras("build", DATA, "--whole", "--out", out, "--shards", 2, "--json")
    assert code == 0
    summary = json.loads(output.out)
    assert (summary["graphs"], summary["shards"], summary["skipped"]) == (7, 2, [])
    code, output = ferkeras("build", DATA, "--whole", "--out", out, "--shards", 2)
    assert code == 0
    assert "7 graphs in 2 files, 2 of them kept from before" in output.out
    code, output = ferkeras("check", out)
    assert code == 0
    assert output.out == f"{out}: 7 graphs in 2 files, 0 faults\n"
    (out / "synthetic-00001-of-00002.tfrecord").write_bytes(b"")
    code, output = ferkeras("check", out)
    assert code == 1
    assert output.out.startswith("synthetic-00001-of-00002.tfrecord has 0 bytes, ")
    code, output = ferkeras("check", out, "--json")
    assert code == 1
    assert len(json.loads(output.out)["faults"]) == 1


def test_settings_as_they_are_typed(ferkeras, tmp_path):
    words = ["--purity", 0.5, "--tolerance", 10, "--variance", 9.5, "--size", "20x30"]
    code, _ = ferkeras("build", DATA, "--whole", "--out", tmp_path / "a", *words)
    assert code == 0
    settings = read_json(tmp_path / "a/graphs.json")["settings"]
    assert (settings["purity"], settings["tolerance"], settings["variance"]) == (0.5, 10, 9.5)
    spec = settings["spec"]
    assert (spec["height"], spec["width"], spec["channels"]) == (20, 30, 1)
    words = ["--max-nodes", 50, "--colour", "--compat", "official", "--no-edge-features"]
    code, output = ferkeras("build", DATA, "--whole", "--size", 24, "--out", tmp_path / "b", *words)
    assert code == 0, output.err
    settings = read_json(tmp_path / "b/graphs.json")["settings"]
    assert (settings["max_nodes"], settings["compat"]) == (50, "official")
    assert settings["spec"]["channels"] == 3
    schema = (tmp_path / "b/schema.pbtxt").read_text()
    assert schema.count("dtype: DT_FLOAT") == 3  # features and positions of nodes, weights
    schema = (tmp_path / "a/schema.pbtxt").read_text()
    assert schema.count("dtype: DT_FLOAT") == 4
    assert 'description: "row, column, half_width_x' in schema


def test_face_crops_stay_as_they_are(ferkeras, tmp_path):
    root = tmp_path / "[fer]/train/sad"
    root.mkdir(parents=True)
    for number in range(3):
        pixels = np.random.default_rng(number).integers(0, 255, (48, 48)).astype(np.uint8)
        Image.fromarray(pixels).save(root / f"Training_{number}.png")
    (root / "Training_1.png").write_bytes(b"broken")
    words = ["build", f"fer2013:{tmp_path}/[fer]", "--out", tmp_path / "out"]
    code, output = ferkeras(*words)
    assert code == 0
    assert "2 graphs in 1 files" in output.out
    assert "1 pictures left out, listed in graphs.json; the first: train/sad/" in output.out
    about = read_json(tmp_path / "out/graphs.json")
    assert about["settings"]["spec"] is None
    assert about["shards"][0]["file"] == "train-00000-of-00001.tfrecord"
    code, output = ferkeras(*words, "--on-missing", "error")
    assert code == 2
    assert output.err.startswith("error: train/sad/Training_1.png: ")


@pytest.mark.parametrize(
    "words",
    [
        ["--whole", "--purity", "3"],
        ["--whole", "--size", "big"],
        ["--whole", "--size", "20x"],
        ["--whole", "--size", "0"],
        ["--whole", "--shards", "99"],
        ["--whole", "--split", "test"],
        ["--whole", "--jobs", "0"],
        ["--whole", "--on-missing", "drop"],
        ["--detector", "nobody"],
        ["--whole", "more"],
        ["--whole", "--", "--direct_num_workers=2"],
        ["--whole", "--runner", "DirectRunner", "more"],
    ],
)
def test_mistakes_are_one_line(ferkeras, tmp_path, words):
    code, output = ferkeras("build", DATA, "--out", tmp_path / "out", *words)
    assert code == 2
    assert output.err.startswith("error: ")
    assert output.err.count("\n") == 1
    assert not (tmp_path / "out").exists()


def test_no_folder_of_graphs(ferkeras, tmp_path):
    code, output = ferkeras("check", tmp_path)
    assert code == 2
    assert "holds no graphs.json" in output.err
