"""``ferkeras train esrgan``: from faces to a run folder, and options that mean nothing for it."""

import json

import pytest
from exported_model import run  # noqa: F401

_SETTINGS = {
    **{"generator.features": 6, "generator.blocks": 1, "generator.growth": 4, "size": 64},
    **{"discriminator.features": 4, "psnr.epochs": 2, "gan.epochs": 1, "held_out": 0.3},
}
TINY = [part for name, value in _SETTINGS.items() for part in ("--set", f"{name}={value}")]
DATA = "synthetic:subjects=3,frames=1,size=160"


def test_a_run_folder_with_model_card_and_curves(run, tmp_path):  # noqa: F811
    out = tmp_path / "run"
    command = ["train", "esrgan", "--data", f"{DATA}+synthetic:subjects=2,seed=9,frames=1,size=160"]
    cache = tmp_path / "cache"
    code, printed, err = run(*command, "--out", out, *TINY, "--cache", cache, "--json")
    assert code == 0, err
    answer = json.loads(printed)
    # Somebody else of the other part has the name of who is watched; nobody knows that.
    assert (answer["training_faces"], answer["watched_faces"]) == (14, 14)
    assert answer["data"] == [
        f"{DATA}: 7 faces to train on, 7 of 1 people kept apart, 7 more pictures of these left out",
        "synthetic:subjects=2,seed=9,frames=1,size=160: 7 faces to train on, 7 of 1 people kept "
        "apart",
    ]
    assert answer["last"]["stage"] == "gan"
    card = json.loads((out / "card.json").read_text(encoding="utf-8"))
    assert card["scale"] == 4
    assert card["scores"]["watched faces PSNR (dB)"] == round(answer["last"]["psnr"], 4)
    assert "labels" not in card
    curves = (out / "curves.svg").read_text(encoding="utf-8")
    assert curves.count("<svg") == 1
    assert "relativistic losses" in curves


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--select", "last"], "--select is not for esrgan, which has two stages and no classes"),
        (["--epochs", "3"], "--set psnr.epochs=20"),
        (["--learning-rate", "0"], "--learning-rate is not for esrgan"),
        (["--on-missing", "error"], "--on-missing is not for esrgan"),
        (["--set", "system=htnet"], "--set 'system=htnet': the system is what stands before"),
        (["--resolution", "32"], "--resolution is not for esrgan"),
        (["--variant", "huge"], "no recipe 'huge'; known: light, paper"),
        (["--set", "psnr.epochs=0"], "recipe setting 'psnr.epochs'"),
        (["--split", "train"], "--split train: synthetic has no such part; it has: none"),
    ],
)
def test_options_that_do_not_do_are_one_line(run, options, message, tmp_path):  # noqa: F811
    code, _, err = run("train", "esrgan", "--data", DATA, "--out", tmp_path / "run", *options)
    assert code == 2
    assert message in err
    assert err.count("\n") == 1
