"""What the spotters are made of, against SciPy and scikit-image."""

import numpy as np
import pytest
from scipy.ndimage import gaussian_filter1d
from scipy.signal import find_peaks
from skimage.feature import local_binary_pattern

from ferkeras.flow.spotters._local_binary_pattern import uniform_patterns
from ferkeras.flow.spotters._peaks import peaks
from ferkeras.flow.spotters._smoothing import smooth


@pytest.mark.parametrize(("points", "radius"), [(8, 1), (8, 2), (12, 3), (5, 2)])
@pytest.mark.parametrize("levels", [2, 5, 4096])
def test_patterns_are_scikit_image_s(points, radius, levels):
    picture = np.random.default_rng(0).integers(0, levels, (41, 29)).astype(np.uint16)
    wanted = local_binary_pattern(picture, points, radius, "uniform")[
        radius:-radius, radius:-radius
    ]
    found = uniform_patterns(picture, points, radius)
    assert found.shape == (41 - 2 * radius, 29 - 2 * radius)
    np.testing.assert_array_equal(found, wanted)


def test_patterns_of_level_and_sloping_pictures_are_scikit_image_s():
    down, across = np.indices((40, 40))
    for picture in (np.full((40, 40), 777), 3 * down + across, down // 3 * 50, (down ^ across) * 7):
        grey = picture.astype(np.uint16)
        wanted = local_binary_pattern(grey, 8, 2, "uniform")[2:-2, 2:-2]
        np.testing.assert_array_equal(uniform_patterns(grey, 8, 2), wanted)


@pytest.mark.parametrize(("shape", "share"), [((60, 3, 4), 0.04), ((2, 5), 0.5), ((300,), 0.04)])
def test_smoothing_is_scipy_s(shape, share):
    values = np.random.default_rng(1).uniform(0, 255, shape).astype(np.float32)
    wanted = gaussian_filter1d(values, min(share * shape[0], 5.0), axis=0, mode="nearest")
    assert smooth(values, share) == pytest.approx(wanted, abs=2e-5)
    assert smooth(values, share).dtype == np.float32


def test_peaks_are_scipy_s_where_it_finds_any():
    random = np.random.default_rng(2)
    seen = 0
    for length in (2, 3, 4, 7, 30, 200):
        for levels in (3, 6, 1000):
            for _ in range(40):
                curve = random.integers(0, levels, length).astype(np.float32)
                spread = float(curve.max() - curve.min())
                wanted = find_peaks(curve, prominence=0.15 * spread)[0] if spread else []
                if not len(wanted):
                    wanted = [1 + np.argmax(curve[1:])]
                seen += len(wanted)
                np.testing.assert_array_equal(peaks(curve), wanted)
    assert seen > 1000
