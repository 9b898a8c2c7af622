"""`Recognizer` over a model that takes a picture and its graph."""

from __future__ import annotations

import json
import shutil

import numpy as np
import pytest
from exported_model import crops
from graph_model import SPEC, exported_graph, graph_model  # noqa: F401

from ferkeras import Recognizer
from ferkeras.datasets import open_index
from ferkeras.detect import load_detector
from ferkeras.errors import ModelFileError
from ferkeras.prepare import model_inputs, prepare


@pytest.mark.parametrize("engine", ["litert", "onnx", "keras", "saved_model"])
def test_rendered_faces_go_through_the_same_steps_as_training(exported_graph, engine):  # noqa: F811
    index = open_index("synthetic:subjects=1,sequences=1,frames=1,size=128")
    recognizer = Recognizer.load(exported_graph.folder, engine=engine)
    seen = 0
    for item in index.table["item"]:
        picture = index.load(item)
        faces = load_detector("viola_jones").detect(picture)
        (result,) = recognizer.predict(picture)
        assert [face.box for face in result.faces] == [face.box for face in faces]
        for got, face in zip(result.faces, faces, strict=True):
            batch = model_inputs(prepare(picture, face, SPEC)[np.newaxis], SPEC)
            (want,) = graph_model().predict_on_batch(batch)
            np.testing.assert_allclose(list(got.probabilities.values()), want, atol=1e-5)
            seen += 1
    assert seen >= 3


def test_a_crop_is_taken_whole(exported_graph):  # noqa: F811
    crop = crops(1, seed=8).round()
    (result,) = Recognizer.load(exported_graph.folder).predict(
        crop[0, ..., 0].astype(np.uint8), cropped=True
    )
    want = graph_model().predict_on_batch(model_inputs(crop, SPEC))[0]
    (face,) = result.faces
    np.testing.assert_allclose(list(face.probabilities.values()), want, atol=1e-5)


def test_a_card_of_another_graph_is_refused(exported_graph, tmp_path):  # noqa: F811
    for name, change, reason in (
        ("colour", {"channels": 3, "colour": True}, r"nodes \(any, 10\).*nodes \(any, 13\)"),
        ("none", None, r"takes image .* its card says \(28, 28, 1\)"),
    ):
        folder = shutil.copytree(exported_graph.folder, tmp_path / name)
        card = json.loads((folder / "card.json").read_text())
        if change is None:
            del card["input"]["graph"]
        else:
            card["input"]["channels"] = change["channels"]
            card["input"]["graph"]["colour"] = change["colour"]
        (folder / "card.json").write_text(json.dumps(card))
        with pytest.raises(ModelFileError, match=reason):
            Recognizer.load(folder)
