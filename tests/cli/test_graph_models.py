"""CS-GBSBF as a user types it: train, evaluate, export, predict, explain."""

import json

import pytest
from exported_model import run  # noqa: F401

from ferkeras.datasets.synthetic import render
from ferkeras.media import read_image, write_image

DATA = "synthetic:subjects=4,frames=2,classes=6"
TINY = [
    *("--variant", "small", "--set", "input.height=24", "--set", "input.width=24"),
    *("--set", "model.embedding=12", "--set", "model.components=3"),
    *("--set", "model.component_units=6", "--set", "model.hidden_units=6"),
    *("--set", "model.graph_filters=[6]", "--epochs", "1", "--batch-size", "16"),
]


@pytest.fixture(scope="module")
def cache(tmp_path_factory):
    return tmp_path_factory.mktemp("cache")


def test_from_training_to_an_explained_photo(run, cache, tmp_path):  # noqa: F811
    folder, tflite = tmp_path / "run", tmp_path / "out" / "model.tflite"
    code, _, err = run(
        *("train", "cs_gbsbf", "--data", DATA, "--out", folder, "--cache", cache, "--json"),
        *("--set", "r_drop=0.6", *TINY),
    )
    assert code == 0, err
    card = json.loads((folder / "card.json").read_text())
    assert card["input"]["graph"]["variance"] == 200.0
    code, out, err = run(
        *("export", folder, "--out", tmp_path / "out", "--verify", DATA, "--crops", "6", "--json"),
    )
    assert code == 0, err
    found = {one["file"]: one["max_abs_difference"] for one in json.loads(out)["files"]}
    assert found.keys() == {"model.keras", "saved_model", "model.tflite", "model.onnx"}
    assert max(found.values()) < 1e-5
    code, out, err = run(
        *("evaluate", tmp_path / "out", "--data", DATA, "--protocol", "subject-kfold:2", "--flip"),
        *("--out", tmp_path / "score", "--cache", cache, "--json"),
    )
    assert code == 0, err
    write_image(tmp_path / "face.png", render(0, 1, "happy", size=120).picture)
    code, out, err = run("predict", tmp_path / "face.png", "--cropped", "--model", tflite, "--json")
    assert code == 0, err
    (result,) = json.loads(out)["results"]
    assert sum(result["faces"][0]["probabilities"].values()) == pytest.approx(1, abs=1e-4)
    code, out, err = run(
        *("explain", tmp_path / "face.png", "--cropped", "--model", tmp_path / "out"),
        *("--out", tmp_path / "shown", "--json"),
    )
    assert code == 0, err
    (picture,) = (tmp_path / "shown").glob("*.png")
    assert read_image(picture).shape[1] > 1000


def test_ablation_of_table_2(run, cache, tmp_path):  # noqa: F811
    code, out, err = run(
        *("study", "ablation", "cs_gbsbf", "--data", DATA, "--protocol", "subject-kfold:2"),
        *("--grid", "model.guidance=false,true", "--grid", "loss.arguments.weight=0.0,0.1"),
        *("--out", tmp_path, "--cache", cache, "--json", *TINY[:-2]),
    )
    assert code == 0, err
    assert len(json.loads(out)["rows"]) == 4


def test_a_model_without_graph_and_an_input_with_one(run, cache, tmp_path):  # noqa: F811
    code, _, err = run(
        *("train", "cs_gbsbf", "--data", DATA, "--out", tmp_path / "a", "--cache", cache),
        *("--set", "model.graph_stream=false", *TINY),
    )
    assert code == 2
    assert "takes a picture alone" in err
    assert err.count("\n") == 1
