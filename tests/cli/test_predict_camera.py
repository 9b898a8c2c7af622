import json

import pytest
from clips import clip_model, portrait  # noqa: F401
from exported_model import exported, run  # noqa: F401
from fake_capture import FakeCapture, bgr, cameras  # noqa: F401

import ferkeras.cli
from ferkeras.detect.viola_jones import ViolaJones


def test_faces_are_printed_as_they_come(run, exported, cameras):  # noqa: F811
    cameras[0] = FakeCapture([bgr(portrait())] * 100, fps=50)
    options = ("predict", "--model", exported.folder, "--camera", "0", "--frames", "3")
    code, out, err = run(*options)
    *lines, last = out.splitlines()
    assert (code, err, last) == (0, "", "3 frames, 3 faces")
    assert len(lines) == 3
    assert lines[0].startswith("    0.00 s  ")
    cameras[0] = FakeCapture([bgr(portrait())] * 100, fps=50)
    code, out, _ = run(*options, "--json", "--every", "2")
    *rows, summary = map(json.loads, out.splitlines())
    assert [row["source"] for row in rows] == ["camera 0"] * 3
    assert all(len(row["faces"]) == 1 for row in rows)
    assert rows[1]["frame"] >= 2
    assert (summary["frames"], summary["faces"], summary["source"]) == (3, 3, "camera 0")


def test_movements_of_a_stream(run, clip_model, cameras):  # noqa: F811
    cameras["rtsp://door"] = FakeCapture([bgr(portrait())] * 20, fps=25)
    code, out, _ = run(
        *("predict", "--model", clip_model.folder, "--camera", "rtsp://door"),
        *("--window", "0.4", "--json"),
    )
    (summary,) = map(json.loads, out.splitlines())
    assert code == 0
    assert summary["frames"] == pytest.approx(20, abs=3)
    assert (summary["movements"], summary["detections"]) == (0, 1)


def test_ctrl_c_ends_it_with_its_summary(run, exported, cameras, monkeypatch):  # noqa: F811
    cameras[0] = FakeCapture([bgr(portrait())] * 100, fps=50)
    seen = []

    def detect(self, picture):
        if len(seen) == 2:
            raise KeyboardInterrupt
        seen.append(picture)
        return []

    monkeypatch.setattr(ViolaJones, "detect", detect)
    code, out, _ = run("predict", "--model", exported.folder, "--camera", "0")
    assert (code, out) == (0, "2 frames, 0 faces\n")
    assert cameras[0].released


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ([], "give photos, videos or folders, or else --camera"),
        (["a.png", "--camera", "0"], "give photos, videos or folders, or else --camera"),
        (["a.png", "--frames", "3"], "--frames: is for --camera; leave it out"),
        (["--camera", "0", "--annotate", "out"], "--annotate: a camera has no end"),
        (["--camera", "0", "--window", "1"], "takes pictures, not clips"),
        (["--camera", "5"], "camera 5: cannot be opened (no camera of this number here"),
    ],
)
def test_wrong_options(run, exported, cameras, options, message):  # noqa: F811
    code, out, err = run("predict", "--model", exported.folder, *options)
    assert (code, out) == (2, "")
    assert err.startswith("error: ")
    assert message in err
    assert err.count("\n") == 1


def test_a_missing_package_is_one_line(run, monkeypatch):  # noqa: F811
    def build():
        raise ModuleNotFoundError("No module named 'typer'", name="typer")

    monkeypatch.setattr(ferkeras.cli, "build_app", build)
    code, out, err = run("predict", "a.png")
    assert (code, out) == (2, "")
    assert err == (
        "error: this command needs the package 'typer', which is not installed: "
        "pip install typer rich\n"
    )
