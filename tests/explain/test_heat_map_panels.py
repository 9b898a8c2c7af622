from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
from exported_model import LABELS, crops, tiny_model

from ferkeras.errors import FerkerasError
from ferkeras.explain.heat_map_figure import heat_map_figure
from ferkeras.explain.heat_map_panels import heat_map_panels
from ferkeras.explain.overlay import overlay
from ferkeras.explain.panel import enlarged
from ferkeras.explain.patch_maps import join_patches, mosaic, patch_corners
from ferkeras.layers import OverlappingPatches
from ferkeras.models.mff_cnn.explained_layers import explained_layers


def test_corners_are_where_the_layer_cuts():
    rows, columns = np.mgrid[:20, :16]
    grid = np.stack([rows, columns], axis=-1)[np.newaxis].astype(np.float32)
    cut = np.asarray(OverlappingPatches(8, 4)(grid))[0]
    assert [tuple(patch[0, 0]) for patch in cut] == patch_corners(20, 16, 8, 4)


def test_patches_are_joined_by_their_mean():
    assert (join_patches(np.full((9, 4, 4), 0.3, np.float32), 8, 8, 2) == 1).all()
    heat = np.zeros((9, 4, 4), np.float32)
    heat[0] = 1
    joined = join_patches(heat, 8, 8, 2)
    assert (joined[:2, :2] == 1).all()  # seen by the first patch alone
    assert joined[2, 2] == pytest.approx(1 / 4)  # by four
    assert not joined[4:].any()
    assert not joined[:, 4:].any()
    assert not join_patches(np.zeros((9, 4, 4), np.float32), 8, 8, 2).any()


def test_mosaic_keeps_the_order_of_rows():
    patches = np.arange(6, dtype=np.uint8)[:, None, None, None] * np.ones((2, 3, 3), np.uint8)
    whole = mosaic(patches, 3, gap=1)
    assert whole.shape == (5, 11, 3)
    assert (whole[2] == 255).all()
    assert [int(whole[y, x, 0]) for y in (0, 4) for x in (0, 4, 8)] == [0, 1, 2, 3, 4, 5]


def test_warm_is_red_and_cold_is_blue():
    grey = np.full((10, 20, 3), 128, np.uint8)
    heat = np.zeros((10, 20), np.float32)
    heat[:, 10:] = 0.9
    heat[:, :10] = 0.2
    red, _, blue = overlay(grey, heat).astype(int)[5, [2, 17]].T
    assert blue[0] > red[0] + 40
    assert red[1] > blue[1] + 40
    assert overlay(grey, heat[::2, ::4]).shape == grey.shape
    with pytest.raises(FerkerasError, match=r"in 0\.\.1"):
        overlay(grey, heat * np.nan)
    with pytest.raises(FerkerasError, match=r"in 0\.\.1"):
        overlay(grey, heat * 2)


def test_a_system_gets_a_panel_a_layer_and_two_for_patches():
    model, crop = tiny_model(), crops(1)[0]
    layers = explained_layers(model)
    panels = heat_map_panels(model, crop, 1, layers)
    assert len(panels) == 6
    assert "image2_bn" in panels[0][0]
    assert all(picture.dtype == np.uint8 and picture.ndim == 3 for _, picture in panels)
    plain = enlarged(crop)
    assert plain.shape == (364, 364, 3)  # thirteen times 28
    assert (panels[1][1] != plain).any()
    chances = dict(zip(LABELS, (0.1, 0.7, 0.2), strict=True))
    figure = heat_map_figure("Why $?", [("face", plain), *panels], chances, LABELS[1])
    assert figure.dtype == np.uint8
    assert figure.shape == (740, 1240, 3)
    assert figure.std() > 20


def test_a_map_without_heat_says_so():
    model = tiny_model()
    (layer,) = [one for one in explained_layers(model) if "high" in one.title]
    scores = model.get_layer("image_scores")
    before = scores.get_weights()
    scores.set_weights([np.zeros_like(before[0]), before[1]])
    try:
        ((title, _),) = heat_map_panels(model, crops(1)[0], 0, [layer])
    finally:
        scores.set_weights(before)
    assert "nothing speaks for it" in title


def test_imports_stay_light():
    code = (
        "import sys, ferkeras.explain, ferkeras.explain.grad_cam, ferkeras.cli.explain;"
        "print([name for name in ('tensorflow', 'keras') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
