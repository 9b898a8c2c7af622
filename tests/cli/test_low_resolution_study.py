"""The study of low resolution as a user types it."""

from __future__ import annotations

import json
import sys
import types

import numpy as np
import pytest
from exported_model import run  # noqa: F401

from ferkeras.cli._low_resolution_pictures import pictures_of
from ferkeras.cli._restorers import load_restorers, restored, restorer_lines
from ferkeras.datasets import open_index
from ferkeras.errors import DatasetError, FerkerasError, RecipeError
from ferkeras.media import read_image

DATA = "synthetic:subjects=4,frames=1"
SMALL = [f"input.{side}=32" for side in ("height", "width")] + ["model.filters=[4,4,4]"]
QUICK = [word for one in SMALL for word in ("--set", one)] + ["--epochs", "1", "--json"]


class Nearest:
    """A restorer that repeats each pixel."""

    name = "esrgan/nearest"
    card = types.SimpleNamespace(trained_on="synthetic: 3 samples")
    times = 4

    def restore_batch(self, small):
        return small.repeat(self.times, axis=1).repeat(self.times, axis=2)


@pytest.fixture
def restorers(monkeypatch):
    module = types.ModuleType("ferkeras.restore")
    module.Restorer = types.SimpleNamespace(load=lambda name: Nearest())
    monkeypatch.setitem(sys.modules, "ferkeras.restore", module)


@pytest.mark.usefixtures("restorers")
def test_every_version_under_the_same_folds(run, tmp_path):  # noqa: F811
    words = (
        *("study", "low-resolution", "--data", DATA, "--restorer", "esrgan/nearest"),
        *("--protocol", "subject-kfold:2", "--out", tmp_path, "--cache", tmp_path / "c", *QUICK),
    )
    code, out, err = run(*words)
    assert code == 0, err
    found = json.loads(out)
    assert [(row["pictures"], row["model"]) for row in found["rows"]] == [
        (pictures, model)
        for pictures in ("HR 32x32", "LR 8x8", "bicubic x4", "esrgan/nearest x4")
        for model in ("CNN", "CNN + SVM")
    ]
    assert [row["psnr"] is None for row in found["rows"]] == [True] * 4 + [False] * 4
    assert found["rows"][4]["ssim"] > found["rows"][6]["ssim"]  # bicubic, pixels repeated
    assert 0 < found["rows"][4]["mse"] < 0.05
    assert all(row["from"] <= row["accuracy"] <= row["to"] for row in found["rows"])
    assert all(" of 2 folds" in row["svm"] for row in found["rows"][1::2])
    said = "\n".join(found["lines"])
    assert "the card names synthetic, so people of this data may be among them" in said
    assert "subject-kfold:2: subjects: no subject on both sides of any of 2 folds" in said
    assert read_image(tmp_path / "grid.png").shape[2] == 3
    page = (tmp_path / "low_resolution.html").read_text()
    assert page.count("<img") == 2
    assert (tmp_path / "low_resolution.csv").read_text().count("\n") == 9
    folds = tmp_path / "subject-kfold-2" / "HR 32x32"
    one = np.load(folds / "cnn" / "folds" / "fold-01" / "prediction.npz")["rows"]
    assert (np.load(folds / "svm/folds/fold-01/prediction.npz")["rows"] == one).all()

    again, _, err = run(*words)  # everything is finished: nothing is trained
    assert again == 0
    assert "epoch" not in err


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--set", "input.height=30"], "both sides must be multiples of 4"),
        (["--set", "input.channels=1"], "takes face crops in RGB"),
        (["--set", "select=oracle-epoch"], "the last epoch counts"),
        (["--protocol", "subject-kfold:9"], "9 folds need as many subjects"),
        (["--protocol", "random-split:80/30"], "100 together"),
        (["--restorer", "a/b"], "--restorer none goes with no other"),
    ],
)
def test_mistakes_are_found_before_anything_is_trained(run, tmp_path, words, message):  # noqa: F811
    code, _, err = run(
        *("study", "low-resolution", "--data", DATA, "--restorer", "none", *words),
        *("--out", tmp_path / "out", "--cache", tmp_path / "c"),
    )
    assert code == 2
    assert message in err
    assert err.count("\n") == 1
    assert not (tmp_path / "out").exists()


def test_clips_give_their_apex_frames_and_pictures_stay():
    clips = open_index("synthetic_clips:subjects=2,classes=3,size=64")
    index = pictures_of(clips)
    assert index.source.endswith("(pictures=apex)")
    assert len(index) == len(clips)
    pictures = open_index(DATA)
    assert pictures_of(pictures) is pictures


def test_data_of_which_nothing_can_be_read():
    def load(item):
        raise DatasetError("gone")

    index = open_index(DATA)
    broken = type(index)("lost", index.table, index.classes, load)
    with pytest.raises(DatasetError, match="lost: none of its 28 samples can be read"):
        pictures_of(broken)


def test_restorers_by_name():
    assert load_restorers(["none"]) == []
    with pytest.raises(RecipeError, match="goes with no other"):
        load_restorers(["none", "esrgan/x"])
    (line,) = restorer_lines([Nearest()], types.SimpleNamespace(name="casme2"))
    assert line.endswith("whether people of this data are among them is unknown")


def test_a_restorer_of_another_scale_is_an_error(monkeypatch):
    small = np.random.default_rng(0).integers(0, 256, (40, 4, 4, 3)).astype(np.uint8)
    made = restored(Nearest(), small, (40, 16, 16, 3))
    np.testing.assert_array_equal(made[:, ::4, ::4], small)
    monkeypatch.setattr(Nearest, "times", 2)
    with pytest.raises(FerkerasError, match=r"made uint8 \(32, 8, 8, 3\) of \(32, 4, 4, 3\)"):
        restored(Nearest(), small, (40, 16, 16, 3))
