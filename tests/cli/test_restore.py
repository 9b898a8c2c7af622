from __future__ import annotations

import json
import shutil

import cv2
import numpy as np
import pytest
from exported_model import run  # noqa: F401
from PIL import Image
from tiny_restorer import (  # noqa: F401
    exported_restorer,
    keras_answer,
    restorer_folder,
    small_pictures,
)

import ferkeras.runtime.card as card_module
from ferkeras.media import read_image, write_image


@pytest.fixture
def photos(tmp_path):
    folder = tmp_path / "photos"
    folder.mkdir()
    for name, (height, width) in {"a.png": (10, 12), "b.bmp": (3, 5), "dot.png": (1, 1)}.items():
        write_image(folder / name, small_pictures(1, height, width)[0].astype(np.uint8))
    (folder / "notes.txt").write_text("no picture")
    return folder


def test_a_folder_of_pictures(run, restorer_folder, photos, tmp_path):  # noqa: F811
    out = tmp_path / "out"
    code, printed, err = run("restore", photos, "--model", restorer_folder, "--out", out, "--json")
    assert code == 0, err
    values = json.loads(printed)
    assert (values["model"], values["engine"], values["scale"]) == ("esrgan/tiny", "litert", 4)
    assert (values["restored"], values["failed"], values["left_out"]) == (3, 0, 1)
    first = values["results"][0]
    assert first["source"] == str(photos / "a.png")
    assert first["restored"] == str(out / "a.png")
    sizes = [first[name] for name in ("height", "width", "large_height", "large_width")]
    assert sizes == [10, 12, 40, 48]
    assert first["seconds"] > 0
    assert sorted(path.name for path in out.iterdir()) == ["a.png", "b.png", "dot.png"]
    expected = keras_answer(read_image(photos / "a.png")[None])[0]
    assert np.abs(read_image(out / "a.png") - expected).max() < 0.51


def test_the_text_tells_sizes_and_seconds(run, photos, tmp_path):  # noqa: F811
    code, printed, _ = run(
        *("restore", photos / "a.png", photos / "b.bmp", "--model", "bicubic"),
        *("--out", tmp_path / "out", "--tile", "8", "--overlap", "2"),
    )
    assert code == 0
    lines = printed.splitlines()
    assert lines[0].split() == ["picture", "restored", "from", "to", "seconds"]
    assert lines[1].split()[2:4] == ["12x10", "48x40"]
    assert "2 pictures made 4 times larger by bicubic (pillow), 0 failed" in printed


def test_nothing_is_overwritten_unless_asked(run, photos, tmp_path):  # noqa: F811
    out = tmp_path / "out"
    arguments = ("restore", photos / "a.png", "--model", "bicubic", "--out", out)
    out.mkdir()
    (out / "a.png").write_text("mine")
    code, _, err = run(*arguments)
    assert code == 2
    assert f"{out / 'a.png'}: is there already" in err
    assert (out / "a.png").read_text() == "mine"
    assert run(*arguments, "--overwrite")[0] == 0
    assert read_image(out / "a.png").shape == (40, 48, 3)


def test_a_picture_never_becomes_its_own_copy_nor_two_one(run, photos, tmp_path):  # noqa: F811
    before = (photos / "a.png").read_bytes()
    rest = ("--model", "bicubic", "--overwrite", "--out")
    code, _, err = run("restore", photos / "a.png", *rest, photos)
    assert code == 2
    assert "would be replaced by its larger copy" in err
    assert (photos / "a.png").read_bytes() == before
    shutil.copy(photos / "b.bmp", photos / "a.bmp")
    code, _, err = run("restore", photos, *rest, tmp_path / "out")
    assert code == 2
    assert "would both become" in err
    assert not (tmp_path / "out").exists()


def test_all_kinds_of_picture_files(run, restorer_folder, tmp_path):  # noqa: F811
    rgb = small_pictures(1, 6, 8)[0].astype(np.uint8)
    grey = np.ascontiguousarray(rgb[..., 0])
    folder = tmp_path / "kinds"
    folder.mkdir()
    Image.fromarray(rgb).convert("RGBA").save(folder / "alpha.png")
    Image.fromarray(grey).save(folder / "grey.png")
    cv2.imwrite(str(folder / "sixteen.png"), grey.astype(np.uint16) * 257)
    code, _, err = run(
        "restore", folder, "--model", restorer_folder, "--out", tmp_path / "out", "--json"
    )
    assert code == 0, err
    made = {path.stem: read_image(path) for path in (tmp_path / "out").iterdir()}
    assert np.abs(made["alpha"] - keras_answer(rgb[None])[0]).max() < 0.51
    three = np.stack([grey] * 3, axis=-1)
    assert np.abs(made["grey"] - keras_answer(three[None])[0]).max() < 0.51
    np.testing.assert_array_equal(made["sixteen"], made["grey"])


def test_bad_files_are_listed_counted_and_give_status_one(run, photos, tmp_path):  # noqa: F811
    (photos / "broken.jpg").write_bytes(b"\xff\xd8\xff\xe0 no more")
    frames = [Image.new("L", (4, 4), level) for level in (0, 90)]
    frames[0].save(photos / "moving.gif", save_all=True, append_images=frames[1:])
    (photos / "empty").mkdir()
    inputs = [photos / name for name in ("a.png", "broken.jpg", "moving.gif", "none.png", "empty")]
    code, printed, _ = run("restore", *inputs, "--model", "bicubic", "--out", tmp_path / "out")
    assert code == 1
    failed = [line for line in printed.splitlines() if line.startswith("failed: ")]
    assert len(failed) == 4
    assert any("moving.gif: is a video" in line for line in failed)
    assert any("empty: no picture in this folder" in line for line in failed)
    assert "1 pictures made 4 times larger by bicubic (pillow), 4 failed" in printed
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["a.png"]


def test_without_a_model_the_released_one_is_taken(
    run,  # noqa: F811
    restorer_folder,  # noqa: F811
    photos,
    tmp_path,
    monkeypatch,
):
    monkeypatch.setattr(card_module, "_PACKAGE", tmp_path / "ferkeras")
    arguments = ("restore", photos / "a.png", "--out", tmp_path / "out")
    code, _, err = run(*arguments)
    assert code == 2
    assert "no released model 'esrgan/faces-x4-small'" in err
    assert "'bicubic'" in err
    assert err.count("\n") == 1
    shutil.copytree(restorer_folder, tmp_path / "saved_models" / "esrgan" / "faces-x4-small")
    assert run(*arguments)[0] == 0


def test_tiles_that_do_not_fit_are_one_line(run, photos, tmp_path):  # noqa: F811
    code, _, err = run(
        *("restore", photos / "a.png", "--model", "bicubic", "--out", tmp_path / "out"),
        *("--tile", "8", "--overlap", "4"),
    )
    assert code == 2
    assert "error: tile is 8 and overlap 4" in err


def test_a_restorer_is_exported_anew(run, restorer_folder, tmp_path):  # noqa: F811
    (tmp_path / "about.json").write_text('{"scores": {"PSNR": 30.5}}')
    code, printed, err = run(
        *("export", restorer_folder, "--out", tmp_path / "new", "--to", "onnx", "--tag", "new"),
        *("--verify", "synthetic:subjects=1,frames=1", "--crops", "3"),
        *("--about", tmp_path / "about.json", "--json"),
    )
    assert code == 0, err
    values = json.loads(printed)
    assert [one["file"] for one in values["files"]] == ["model.keras", "model.onnx"]
    assert all(one["max_abs_difference"] < 1e-3 for one in values["files"])
    assert values["tolerance"] == 0.05
    card = values["card"]
    assert (card["tag"], card["scale"], card["not_for"]) == ("new", 4, "anything")
    assert card["scores"] == {"PSNR": 30.5}
    assert "labels" not in card
    assert not (tmp_path / "new" / "labels.txt").exists()
    (tmp_path / "about.json").write_text('{"confusion": [[1]]}')
    code, _, err = run(
        *("export", restorer_folder, "--out", tmp_path / "x", "--to", "onnx"),
        *("--verify", "synthetic:subjects=1,frames=1", "--about", tmp_path / "about.json"),
    )
    assert code == 2
    assert "no card field 'confusion'" in err


def test_the_table_of_an_export_is_in_grey_levels(run, restorer_folder, tmp_path):  # noqa: F811
    code, printed, err = run(
        *("export", restorer_folder, "--out", tmp_path / "new", "--to", ""),
        *("--verify", "synthetic:subjects=1,frames=1", "--crops", "1"),
    )
    assert code == 0, err
    assert "grey levels of difference" in printed
    assert "same label" not in printed
