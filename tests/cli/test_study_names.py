"""Short names of data sets and folders, and inputs as they are typed."""

import pytest

from ferkeras.cli._data_names import data_names
from ferkeras.cli._inputs import parse_input
from ferkeras.cli._study_choices import folder_name
from ferkeras.errors import RecipeError
from ferkeras.training import load_recipe


@pytest.mark.parametrize(
    ("typed", "names"),
    [
        (["smic:/a,part=HS", "smic:/a,part=VIS"], ["smic part=HS", "smic part=VIS"]),
        (["fer2013:/a/one", "fer2013:/a/two"], ["fer2013 one", "fer2013 two"]),
        (["fer2013:/a/x", "fer2013:/b/x"], ["fer2013:/a/x", "fer2013:/b/x"]),
        (["synthetic", "jaffe:/j,classes=six+tfeid:/t"], ["synthetic", "jaffe classes=six+tfeid"]),
    ],
)
def test_names_are_short_and_no_two_alike(typed, names):
    assert data_names(typed) == names


def test_folder_names_are_safe_and_different():
    assert "/" not in folder_name("fer2013:/a/x")
    assert folder_name("a/b") != folder_name("a:b")
    long = folder_name("x" * 400)
    assert len(long) < 200
    assert long != folder_name("x" * 399 + "y")


def test_an_input_changes_what_is_typed_and_nothing_else():
    recipe = load_recipe("ssgnn")
    typed = parse_input("face_crop:96x80,margin=0.1,model.nodes=0.2")
    spec = typed.spec(recipe)
    assert (spec.height, spec.width, spec.margin) == (96, 80, 0.1)
    assert (spec.channels, spec.detector) == (recipe.input.channels, recipe.input.detector)
    assert typed.settings == ["model.nodes=0.2"]
    whole = parse_input("whole:64")
    assert whole.whole
    assert whole.spec(recipe).kind == "face_crop"
    assert parse_input("landmarks,points=5").spec(recipe).shape == (5, 2)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "expected kind"),
        ("face_crop:big", "expected kind"),
        ("photo:48", "no kind 'photo'; known: "),
        ("face_crop:48,colour=1", "no setting 'colour'"),
        ("face_crop:48,height=32", "height is given twice"),
        ("face_crop:48,margin=wide", "margin"),
        ("face_crop:48,channels=2", "channels"),
    ],
)
def test_wrong_inputs_are_named(text, message):
    with pytest.raises(RecipeError) as error:
        parse_input(text).spec(load_recipe("ssgnn"))
    assert message in str(error.value)
