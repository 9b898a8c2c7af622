from __future__ import annotations

import json

import pytest

import ferkeras
import ferkeras.runtime.card as card_module
from ferkeras.errors import FerkerasError, ModelFileError
from ferkeras.runtime.card import ModelCard, find_model, read_card, write_card
from ferkeras.types import InputSpec

CARD = ModelCard(
    system="mff_cnn",
    tag="t1",
    input=InputSpec(height=48, width=48, margin=0.1),
    labels=("anger", "fear"),
    scores={"accuracy": 0.5},
    commands={"accuracy": "ferkeras evaluate ..."},
    confusion=((3, 1), (2, 4)),
    parity={"model.onnx": {"max_abs_difference": 1e-7}},
    files={"model.onnx": "00"},
    not_for="decisions about people",
)


RESTORER = ModelCard("esrgan", "t2", InputSpec(height=32, width=32, channels=3), scale=4)


@pytest.mark.parametrize("card", [CARD, RESTORER])
def test_a_card_comes_back_as_it_was(tmp_path, card):
    write_card(tmp_path, card)
    assert read_card(tmp_path) == card
    assert CARD.version == ferkeras.__version__
    assert [path.name for path in tmp_path.iterdir()] == ["card.json"]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"colour": 1}, r"unknown fields \['colour'\]"),
        ({"labels": []}, "empty or not distinct"),
        ({"labels": ["a", "a"]}, "empty or not distinct"),
        ({"confusion": [[1, 2]]}, "not 2x2"),
        ({"input": {"kind": "face_crop", "size": 3}}, "InputSpec has no field 'size'"),
        ({"input": 3}, "damaged card"),
        ({"files": ["model.keras"]}, "files .* are not names"),
        ({"labels": [1, 2]}, "labels .* are not names"),
        ({"labels": "ab"}, "labels 'ab' are not names"),
    ],
)
def test_a_wrong_field_is_named(tmp_path, change, reason):
    write_card(tmp_path, CARD)
    values = json.loads((tmp_path / "card.json").read_text())
    (tmp_path / "card.json").write_text(json.dumps({**values, **change}))
    with pytest.raises(ModelFileError, match=reason):
        read_card(tmp_path)


def test_classifiers_have_labels_and_restorers_a_scale():
    assert {"labels", "confusion", "scale"} & set(CARD.to_dict()) == {"labels", "confusion"}
    assert {"labels", "confusion", "scale"} & set(RESTORER.to_dict()) == {"scale"}


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"scale": 0}, "scale is 0"),
        ({"scale": 2.5}, r"scale is 2\.5"),
        ({"scale": True}, "scale is True"),
        ({"labels": ["anger"]}, "gives pictures, and also labels"),
        ({"confusion": [[1]]}, "gives pictures, and also labels"),
        ({"scale": None}, "labels .* are empty"),
    ],
)
def test_a_wrong_field_of_a_restorer_is_named(tmp_path, change, reason):
    write_card(tmp_path, RESTORER)
    values = json.loads((tmp_path / "card.json").read_text())
    (tmp_path / "card.json").write_text(json.dumps({**values, **change}))
    with pytest.raises(ModelFileError, match=reason):
        read_card(tmp_path)


@pytest.mark.parametrize("content", ["", "{", "[]", '{"system": "x"}'])
def test_a_damaged_card_is_one_line(tmp_path, content):
    (tmp_path / "card.json").write_text(content)
    with pytest.raises(ModelFileError, match="damaged card") as caught:
        read_card(tmp_path)
    assert "\n" not in str(caught.value)


def test_find_model_takes_paths_and_released_tags(tmp_path, monkeypatch):
    package = tmp_path / "site" / "ferkeras"
    for root, tag in ((package.parent, "checkout"), (package, "wheel")):
        folder = root / "saved_models" / "mff_cnn" / tag
        folder.mkdir(parents=True)
        write_card(folder, CARD)
    monkeypatch.setattr(card_module, "_PACKAGE", package)
    assert find_model(tmp_path) == tmp_path
    for tag in ("checkout", "wheel"):
        assert find_model(f"mff_cnn/{tag}").name == tag
        assert find_model(f"mff_cnn/{tag}/card.json").is_file()
    with pytest.raises(FerkerasError, match="released here: mff_cnn/checkout, mff_cnn/wheel"):
        find_model("mff_cnn/other")
