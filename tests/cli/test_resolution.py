"""``--resolution``: any system under low resolution, on a few synthetic faces."""

import dataclasses
import json

import numpy as np
import pytest
from exported_model import run  # noqa: F401
from fake_restorer import restorers  # noqa: F401

from ferkeras import Recognizer
from ferkeras.cli._experiment import make_recipe
from ferkeras.cli._inputs import parse_input
from ferkeras.cli._resolution import parse_resolution, resolution_settings
from ferkeras.errors import RecipeError
from ferkeras.runtime import read_card
from ferkeras.training.recipe import parse_recipe
from ferkeras.types import ResolutionSpec

PICTURES = "synthetic:subjects=2,frames=1"
CLIPS = "synthetic_clips:subjects=2,fps=100,size=96"
TINY = [
    *("--set", "input.height=24", "--set", "input.width=24", "--set", "model.patches=9"),
    *("--set", "model.keep=16", "--set", "model.image_filters=[[4],[4],[4]]"),
    *("--set", "model.patch_filters=[[4],[4]]", "--set", "model.padding=same"),
    *("--set", "model.mid_units=8", "--epochs", "1", "--batch-size", "16"),
]


def resolution_of(out, first, *path):
    """That of the settings which a report names."""
    (result,) = json.loads(out)["results"]
    place = result["settings"][f"fit.{first}"]
    for name in path:
        place = place[name]
    return place["resolution"]


@pytest.mark.parametrize(
    ("text", "spec"),
    [
        ("32", ResolutionSpec(32, "none")),
        ("32:none", ResolutionSpec(32, "none")),
        ("16:bicubic", ResolutionSpec(16, "bicubic")),
        ("32:esrgan/faces-x4-small", ResolutionSpec(32, "esrgan/faces-x4-small")),
        ("32:C:/runs/a b", ResolutionSpec(32, "C:/runs/a b")),
    ],
)
def test_forms(text, spec):
    assert parse_resolution(text) == spec
    recipe = make_recipe("mff_cnn", None, resolution_settings(text))
    assert recipe.input.resolution == spec
    assert parse_recipe(json.loads(recipe.model_dump_json())) == recipe


@pytest.mark.parametrize("text", ["", "bicubic", "32:", ":bicubic", "32x32", "-1", "3.5"])
def test_other_forms_are_one_line(text):
    with pytest.raises(RecipeError, match=r"--resolution '.*': expected SIDE or SIDE:HOW"):
        parse_resolution(text)


def test_a_side_out_of_range_is_one_line():
    with pytest.raises(RecipeError, match=r"--resolution '4:none': .*side is 4, expected"):
        parse_resolution("4:none")


def test_single_settings_begin_with_the_defaults():
    recipe = make_recipe("htnet", None, ["input.resolution.restore=none"])
    assert recipe.input.resolution == ResolutionSpec(restore="none")
    both = [*resolution_settings("24:bicubic"), "input.resolution.blur=false"]
    assert make_recipe("htnet", None, both).input.resolution == ResolutionSpec(24, blur=False)
    assert make_recipe("htnet", None, ["input.resolution=null"]).input.resolution is None
    spec = parse_input("face_crop:48,resolution.side=24").spec(make_recipe("mff_cnn", None, []))
    assert spec.resolution == ResolutionSpec(24)
    with pytest.raises(RecipeError, match=r"'input\.resolution\.factor': Unexpected keyword"):
        make_recipe("htnet", None, ["input.resolution.factor=4"])
    with pytest.raises(RecipeError, match=r"'input\.resolution.*side is 4, expected"):
        make_recipe("htnet", None, ["input.resolution.side=4"])
    with pytest.raises(RecipeError, match=r"no setting 'input\.graph\.purity'"):
        make_recipe("mff_cnn", None, ["input.graph.purity=0.5"])


def test_mff_cnn_is_trained_kept_and_used_at_low_resolution(run, tmp_path, restorers):  # noqa: F811
    folder, common = tmp_path / "run", ["--data", PICTURES, "--cache", tmp_path / "cache"]
    how = f"32:{restorers.source}"
    code, _, err = run("train", "mff_cnn", *common, "--out", folder, "--resolution", how, *TINY)
    assert code == 0, err
    prepared = len(restorers.seen)
    assert prepared > 0
    card = read_card(folder)
    assert card.input.resolution == ResolutionSpec(32, restorers.source)
    picture = np.random.default_rng(0).integers(0, 256, (64, 64, 3)).astype(np.uint8)
    Recognizer.load(folder).predict(picture, cropped=True)
    assert len(restorers.seen) == prepared + 1
    given = ["evaluate", folder, *common, "--protocol", "kfold:2", "--json"]
    code, out, err = run(*given, "--out", tmp_path / "a")
    assert code == 0, err
    assert len(restorers.seen) == prepared + 1  # the cache has them
    assert resolution_of(out, "input") == card.input.to_dict()["resolution"]
    code, out, err = run(*given, "--out", tmp_path / "b", "--resolution", "32:none")
    assert code == 0, err
    assert len(restorers.seen) == prepared + 1
    assert resolution_of(out, "input")["restore"] == "none"


def test_mff_cnn_is_evaluated_under_low_resolution(run, tmp_path):  # noqa: F811
    code, out, err = run(
        *("evaluate", "mff_cnn", "--data", PICTURES, "--protocol", "subject-kfold:2", *TINY),
        *("--resolution", "32:bicubic", "--out", tmp_path, "--cache", tmp_path, "--json"),
    )
    assert code == 0, err
    assert resolution_of(out, "recipe", "input") == dataclasses.asdict(ResolutionSpec())


def test_htnet_is_evaluated_under_low_resolution(run, tmp_path):  # noqa: F811
    code, out, err = run(
        *("evaluate", "htnet", "--data", CLIPS, "--protocol", "loso", "--epochs", "1"),
        *("--set", "model.hidden_dim=8", "--set", "input.flow.face_size=96"),
        *("--resolution", "32:bicubic", "--out", tmp_path, "--cache", tmp_path, "--json"),
    )
    assert code == 0, err
    assert json.loads(out)["results"][0]["samples"] == 6
    assert resolution_of(out, "recipe", "input") == dataclasses.asdict(ResolutionSpec())


def test_a_restorer_that_is_missing_and_landmarks_are_one_line(run, tmp_path):  # noqa: F811
    given = ["--data", PICTURES, "--out", tmp_path, "--cache", tmp_path]
    code, _, err = run("train", "mff_cnn", *given, *TINY, "--resolution", "32:esrgan/no")
    assert code == 2
    assert err.startswith("error: faces are to be restored by 'esrgan/no': no model file")
    assert err.count("\n") == 1
    code, _, err = run("evaluate", "mff_cnn/fer2013", *given, "--resolution", "32:esrgan/no")
    assert code == 2
    assert "restored by 'esrgan/no'" in err
    code, _, err = run("train", "mff_cnn", *given, "--resolution", "32x32")
    assert code == 2
    assert "expected SIDE or SIDE:HOW" in err
