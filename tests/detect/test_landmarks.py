import re
import subprocess
import sys
import types

import numpy as np
import pytest
from landmark_files import MEAN, lbf, lines
from scipy.spatial import Delaunay

from ferkeras.datasets.synthetic_clips import render_clip
from ferkeras.detect.landmarks import load_landmarks
from ferkeras.errors import FaceError
from ferkeras.types import Face

PICTURE = np.full((120, 160, 3), 90, np.uint8)
FACE = Face((30.0, 20.0, 80.0, 80.0), detector="viola_jones")


def aam(path):
    """An AAM of a flat grey texture, which cannot move anything: its points stay where they are."""
    mean = render_clip(0, 0, "positive", size=200).landmarks[0]
    mean = (mean - mean.mean(0)).astype(np.float32)
    base = mean - mean.min(0) + 2
    wide, high = np.ceil(base.max(0) + 1).astype(int).tolist()
    mesh = Delaunay(mean)
    pixels = np.stack(np.meshgrid(np.arange(wide), np.arange(high)), -1).reshape(-1, 2)
    triangle = mesh.find_simplex(pixels + mean.min(0) - 2)
    middles = base[mesh.simplices].mean(1).astype(int)
    filled = [
        np.vstack([middles[number], pixels[triangle == number]])
        for number in range(len(mesh.simplices))
    ]
    x, y = mean.T
    zero, one = np.zeros(68), np.ones(68)
    similar = np.stack([np.r_[x, y], np.r_[-y, x], np.r_[one, zero], np.r_[zero, one]], 1)
    basis = np.linalg.qr(np.column_stack([similar, np.r_[x * x, y]]))[0].astype(np.float32)
    # numbered by columns; the inner places do not touch the texture's border
    outer = [x * high + y for x in range(60, 80) for y in range(60, 80)]
    inner = [x * high + y for x in range(62, 78) for y in range(62, 78)]
    grey, few = np.full((400, 1), 90, np.float32), np.full((256, 1), 90, np.float32)

    def flow(values):
        return "[ " + ", ".join(map(repr, np.ravel(values).tolist())) + " ]\n"

    path.write_text(
        "%YAML:1.0\n---\n"
        + f"AAM_tri: {flow(mesh.simplices)}scales: [ 1. ]\ns0: {flow(mean)}"
        + lines("S", basis[:, 4:])
        + lines("Q", basis[:, :4])
        + f"scale0_max_m: 1\nscale0_resolution: [ 0, 0, {wide}, {high} ]\nscale0_textureIdx:\n"
        + "".join(f"   - {flow(places)}" for places in filled)
        + f"scale0_base_shape: {flow(base)}"
        + lines("scale0_A", grey * 0)
        + lines("scale0_A0", grey)
        + lines("scale0_AA", few * 0)
        + lines("scale0_AA0", few)
        + f"scale0_ind1: {flow(outer)}scale0_ind2: {flow(inner)}"
    )
    return path, mean


def test_lbf_starts_from_the_mean_shape_in_the_box(tmp_path):
    model = load_landmarks(lbf(tmp_path / "lbf.yaml"))
    assert (model.name, model.count) == ("facemark_lbf", 68)
    points = model.find(PICTURE, FACE)
    assert (points.shape, points.dtype) == ((68, 2), np.float32)
    assert np.abs(points - (MEAN * 40 + (70, 60))).max() < 1e-4
    over = Face((-25.0, -20.0, 60.0, 60.0))  # a box over the border
    assert np.abs(model.find(PICTURE, over) - (MEAN * 30 + (5, 10))).max() < 1e-4


def test_lbf_sees_the_picture(tmp_path):
    model = load_landmarks(str(lbf(tmp_path / "lbf.yaml", step=(0.1, -0.2), dark=0.05)))
    ramp = np.tile(np.arange(160, dtype=np.uint8)[:, None], (120, 1, 3))
    lighter_right = model.find(ramp, FACE)
    lighter_left = model.find(np.ascontiguousarray(ramp[:, ::-1]), FACE)
    assert np.abs(lighter_left - ((MEAN + np.array([0.1, -0.2])) * 40 + (70, 60))).max() < 1e-3
    assert np.abs(lighter_right - lighter_left - (2, 0)).max() < 1e-3


def test_colours_are_rgb(tmp_path):
    # red is lighter than blue in luma; with the channels swapped it would be darker
    model = load_landmarks(lbf(tmp_path / "lbf.yaml", dark=0.05))
    picture = np.zeros((120, 160, 3), np.uint8)
    x = np.arange(160)
    picture[..., 0], picture[..., 2] = x, 255 - x
    moved = model.find(picture, FACE) - (MEAN * 40 + (70, 60))
    assert np.abs(moved - (2, 0)).max() < 1e-3


def test_a_face_that_is_not_in_the_picture(tmp_path):
    model = load_landmarks(lbf(tmp_path / "lbf.yaml"))
    for box in ((200.0, 20.0, 50.0, 50.0), (20.0, -90.0, 50.0, 50.0), (10.0, 10.0, 0.6, 0.6)):
        with pytest.raises(FaceError, match="is not in the picture 160x120"):
            model.find(PICTURE, Face(box))


def test_aam_is_started_on_the_face(tmp_path):
    path, mean = aam(tmp_path / "aam.yaml")
    model = load_landmarks(path)
    assert (model.name, model.count) == ("facemark_aam", 68)
    clip = render_clip(0, 0, "positive", size=200)
    shown = clip.landmarks[0] * 0.5 + (20, 10)  # half as large, elsewhere
    groups = (slice(36, 42), slice(42, 48), slice(30, 31), slice(48, 49), slice(54, 55))
    five = np.array([shown[group].mean(0) for group in groups], np.float32)
    points = model.find(PICTURE, Face((20.0, 10.0, 100.0, 100.0), landmarks=five))
    assert np.abs(points - shown).max() < 0.1
    # by the box alone: at its usual place in it
    points = model.find(PICTURE, FACE)
    eyes = points[36:48].mean(0)
    assert np.abs(eyes - (70, 20 + 0.386 * 80)).max() < 8
    assert np.ptp(mean[:, 0]) * 0.2 < np.ptp(points[:, 0]) < 100


def test_loading_says_nothing(tmp_path):
    lbf(tmp_path / "lbf.yaml")
    aam(tmp_path / "aam.yaml")
    code = (
        "from ferkeras.detect.landmarks import load_landmarks\n"
        "for name in ('lbf', 'aam'): load_landmarks(f'{name}.yaml')\nprint('done')"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=tmp_path
    )
    assert (done.stdout, done.stderr) == ("done\n", "")


class FakeDlib(types.ModuleType):
    """As dlib 19: the points lie on the box's diagonal; a file that is not b"trees" is refused."""

    def __init__(self):
        super().__init__("dlib")
        self.seen = []

    @staticmethod
    def rectangle(left, top, right, bottom):
        assert all(isinstance(side, int) for side in (left, top, right, bottom))
        return left, top, right, bottom

    def shape_predictor(self, path):
        with open(path, "rb") as file:
            if file.read() != b"trees":
                raise RuntimeError("Unexpected version found while deserializing")

        def predict(picture, box):
            assert picture.dtype == np.uint8
            assert picture.flags.c_contiguous
            self.seen.append(picture)
            left, top, right, bottom = box
            points = [
                types.SimpleNamespace(
                    x=left + (right - left) * n // 67, y=top + (bottom - top) * n // 67
                )
                for n in range(68)
            ]
            return types.SimpleNamespace(parts=lambda: points, num_parts=68)

        return predict


def test_dlib(tmp_path, monkeypatch):
    fake = FakeDlib()
    monkeypatch.setitem(sys.modules, "dlib", fake)
    (tmp_path / "a.dat").write_bytes(b"trees")
    model = load_landmarks(tmp_path / "a.dat")
    assert (model.name, model.count) == ("dlib", 68)
    points = model.find(PICTURE, FACE)
    assert (points.shape, points.dtype) == ((68, 2), np.float32)
    assert (points[0].tolist(), points[-1].tolist()) == ([30, 20], [109, 99])  # its last pixels
    assert np.array_equal(fake.seen[-1], PICTURE)
    (tmp_path / "b.dat").write_bytes(b"something else")
    with pytest.raises(FaceError, match=r"b\.dat is no shape predictor that dlib can read: Unexp"):
        load_landmarks(tmp_path / "b.dat")


def test_without_dlib(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "dlib", None)
    (tmp_path / "a.dat").write_bytes(b"trees")
    with pytest.raises(
        FaceError, match=r"a\.dat needs the package dlib: install 'ferkeras\[dlib\]'"
    ):
        load_landmarks(tmp_path / "a.dat")


def test_the_five_points_of_mtcnn():
    model = load_landmarks("mtcnn")
    assert (model.name, model.count) == ("mtcnn", 5)
    five = np.arange(10, dtype=np.float32).reshape(5, 2)
    assert np.array_equal(model.find(PICTURE, Face((0, 0, 9, 9), landmarks=five)), five)
    with pytest.raises(FaceError, match="'viola_jones' gives no landmarks"):
        model.find(PICTURE, FACE)


def test_without_a_file_the_choices_are_named(tmp_path):
    with pytest.raises(FaceError, match=r"facemark .*dlib's .*\(\.dat\).*landmarks='mtcnn'"):
        load_landmarks(None)
    with pytest.raises(FaceError, match="there is no such landmark model file"):
        load_landmarks(tmp_path / "lbfmodel.yaml")
    (tmp_path / "other.yaml").write_text("%YAML:1.0\n---\na: 1\n")
    with pytest.raises(FaceError, match=r"other\.yaml is no landmark model"):
        load_landmarks(tmp_path / "other.yaml")


def test_damaged_files(tmp_path):
    whole = lbf(tmp_path / "lbf.yaml").read_text()
    for number, text in enumerate(
        (
            whole[: len(whole) // 2],  # no weights
            whole.split("weights_0")[0],
            whole[:-40],  # within the last matrix
            whole.replace("regressor_meanshape", "regressor_meansharp"),
            whole.replace("stages_n: 1", "stages_n: many"),
            re.sub(r"regressor_meanshape.*?\]", "regressor_meanshape: 0", whole, flags=re.S),
        )
    ):
        path = tmp_path / f"damaged{number}.yaml"
        path.write_text(text)
        with pytest.raises(FaceError, match=path.name) as caught:
            load_landmarks(path)
        assert "\n" not in str(caught.value)
    whole = aam(tmp_path / "aam.yaml")[0].read_text()
    for text in (whole[: len(whole) // 2], whole.replace("s0: [ ", "s0: [ 1., "), whole[:40]):
        (tmp_path / "aam.yaml").write_text(text)
        with pytest.raises(FaceError, match=r"aam\.yaml"):
            load_landmarks(tmp_path / "aam.yaml")
