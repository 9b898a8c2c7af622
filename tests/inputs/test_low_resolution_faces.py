"""Faces made small: the paper's degradation, drawn once a recording."""

from __future__ import annotations

import numpy as np
import pytest

from ferkeras.errors import MediaError
from ferkeras.inputs.low_resolution import enlarged, low_resolution
from ferkeras.media import degrade, resample

PICTURES = np.random.default_rng(0).integers(0, 256, (12, 16, 24, 3)).astype(np.uint8)
NAMES = [f"clip{number // 2}" for number in range(12)]


def test_each_picture_is_degraded_with_or_without_the_median():
    small = low_resolution(PICTURES, NAMES, seed=1)
    assert small.shape == (12, 4, 6, 3)
    drawn = []
    for picture, found in zip(PICTURES, small, strict=True):
        ways = [degrade(picture, median_probability=share) for share in (0.0, 1.0)]
        drawn.append([np.array_equal(found, way) for way in ways])
    assert all(sum(one) == 1 for one in drawn)
    assert drawn[::2] == drawn[1::2]  # one draw a recording
    assert 0 < sum(one[1] for one in drawn) < 12


def test_a_draw_does_not_depend_on_other_pictures():
    whole = low_resolution(PICTURES, NAMES, seed=3)
    part = low_resolution(PICTURES[5:7], NAMES[5:7], seed=3)
    np.testing.assert_array_equal(part, whole[5:7])
    assert any((low_resolution(PICTURES, NAMES, seed=n) != whole).any() for n in range(3))


def test_enlarged_again():
    small = low_resolution(PICTURES, NAMES)
    large = enlarged(small)
    np.testing.assert_array_equal(large[3], resample(small[3], 16, 24, "bicubic"))


def test_sides_that_cannot_be_divided():
    with pytest.raises(MediaError, match="scale is 4, but the picture has 15x16 pixels"):
        low_resolution(PICTURES[:, :, :15], NAMES)
