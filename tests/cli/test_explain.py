from __future__ import annotations

import json

import numpy as np
import pytest
import skimage.data
from exported_model import LABELS, SPEC, crops, exported, run  # noqa: F401

from ferkeras.export import export_model
from ferkeras.media import read_image, write_image
from ferkeras.models import SPEGNN, SSGNN
from ferkeras.types import InputSpec


@pytest.fixture
def photo(tmp_path):
    path = tmp_path / "photos" / "astronaut.png"
    write_image(path, skimage.data.astronaut())
    return path


def test_each_face_gets_a_picture(run, exported, photo, tmp_path):  # noqa: F811
    wall = photo.with_name("wall.png")
    write_image(wall, np.full((90, 90, 3), 99, np.uint8))
    code, out, _ = run(
        *("explain", photo, wall, "--model", exported.folder),
        *("--out", tmp_path / "out", "--label", LABELS[1], "--json"),
    )
    assert code == 0
    values = json.loads(out)
    assert (values["model"], values["faces"], values["failed"]) == ("mff_cnn/tiny", 1, 0)
    assert values["layers"][0]["layer"] == "image2_bn"
    (face,) = values["results"][0]["faces"]
    assert values["results"][1]["faces"] == []
    assert face["explained"] == LABELS[1]
    assert face["label"] in LABELS
    assert face["picture"] == str(tmp_path / "out" / "astronaut-face1.png")
    assert read_image(face["picture"]).std() > 20
    assert len(list((tmp_path / "out").iterdir())) == 1


def test_a_photo_that_cannot_be_read_is_told_and_gives_status_one(
    run,  # noqa: F811
    exported,  # noqa: F811
    photo,
    tmp_path,
):
    broken = photo.with_name("broken.jpg")
    broken.write_bytes(b"\xff\xd8\xff\xe0 no more")
    inputs = (broken, photo.with_name("clip.mp4"), photo, photo)
    code, out, _ = run(
        "explain", *inputs, "--cropped", "--model", exported.folder, "--out", tmp_path
    )
    assert code == 1
    lines = out.splitlines()
    assert lines[0].startswith("failed: ")
    assert "broken.jpg" in lines[0]
    assert lines[1].endswith("clip.mp4: is a video; give a photo")
    assert str(tmp_path / "astronaut-face1.png") in lines[2]
    assert str(tmp_path / "astronaut-2-face1.png") in lines[3]


def test_an_unknown_class_is_one_line_and_status_two(run, exported, photo, tmp_path):  # noqa: F811
    code, out, err = run(
        *("explain", photo, "--model", exported.folder),
        *("--out", tmp_path, "--label", "hungry"),
    )
    assert (code, out) == (2, "")
    assert err.startswith("error: no class 'hungry' in ")
    assert err.rstrip().endswith("it has anger, happiness, surprise")


def test_the_nodes_of_a_graph_network_are_drawn(run, photo, tmp_path):  # noqa: F811
    model = SSGNN((28, 28, 1), len(LABELS), nodes=90, neighbours=4, branch_outputs=True)
    folder = tmp_path / "ssgnn" / "tiny"
    export_model(model, SPEC, LABELS, folder, samples=crops(2), formats=())
    code, out, _ = run("explain", photo, "--model", folder, "--out", tmp_path / "out", "--json")
    assert code == 0
    values = json.loads(out)
    assert [layer["learned"] for layer in values["layers"]] == [True] * 2 + [False] * 4
    assert values["layers"][2]["layer"] == "nodes"
    (face,) = values["results"][0]["faces"]
    assert read_image(face["picture"]).shape == (740, 1240, 3)


def test_landmarks_are_drawn_on_the_face(run, photo, tmp_path):  # noqa: F811
    model = SPEGNN((5, 2), len(LABELS), neighbours=2)
    spec = InputSpec(kind="landmarks", detector="mtcnn", landmarks="mtcnn", margin=0.15)
    folder = tmp_path / "ssgnn" / "points"
    points = np.random.default_rng(0).uniform(0, 255, (2, 5, 2)).astype(np.float32)
    export_model(model, spec, LABELS, folder, samples=points, formats=())
    for number, extra in enumerate(([], ["--cropped"])):
        out = tmp_path / f"out{number}"
        code, _, err = run("explain", photo, "--model", folder, "--out", out, *extra)
        assert (code, err) == (0, "")
        assert read_image(out / "astronaut-face1.png").shape == (400, 1550, 3)


def test_a_system_without_pictures_says_so(run, photo, tmp_path):  # noqa: F811
    code, _, err = run("explain", photo, "--model", "htnet/synthetic", "--out", tmp_path)
    assert code == 2
    assert err.startswith("error: system htnet has no heat maps or nodes to draw")
