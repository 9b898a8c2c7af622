import numpy as np
import pytest
import skimage.data
from scipy import ndimage
from skimage.measure import block_reduce

from ferkeras.errors import MediaError
from ferkeras.media import degrade, resample

FACE = skimage.data.astronaut()[20:164, 160:288]  # uint8, 144x128
OFF = {"gaussian": 0, "median": 0}


def keys(x):
    """The cubic kernel of Keys 1981, Eq. 15."""
    x = abs(x)
    if x < 1:
        return 1.5 * x**3 - 2.5 * x**2 + 1
    return -0.5 * x**3 + 2.5 * x**2 - 4 * x + 2 if x < 2 else 0.0


def stretched_cubic(row, after):
    """A row of pixels made shorter, pixel after pixel."""
    factor = len(row) / after
    made = []
    for i in range(after):
        centre = (i + 0.5) * factor
        weights = [keys((j + 0.5 - centre) / factor) for j in range(len(row))]
        made.append(np.dot(weights, row) / sum(weights))
    return np.array(made)


@pytest.mark.parametrize("scale", [2, 4])
def test_area_is_the_mean_of_squares(scale):
    small = degrade(FACE.astype("float32"), scale=scale, **OFF)
    np.testing.assert_allclose(small, block_reduce(FACE, (scale, scale, 1), np.mean), atol=1e-3)


def test_area_of_a_size_that_is_no_multiple_is_the_mean_of_what_is_covered():
    fine = np.kron(FACE[:30, :25].astype("float64"), np.ones((4, 4, 1)))  # 120x100
    small = resample(FACE[:30, :25].astype("float32"), 12, 20)
    np.testing.assert_allclose(small, block_reduce(fine, (10, 5, 1), np.mean), atol=1e-3)


@pytest.mark.parametrize(("before", "after"), [(32, 8), (24, 9), (10, 10)])
def test_bicubic_is_the_stretched_kernel_of_keys(before, after):
    row = FACE[60, :before, 1].astype("float64")
    picture = np.repeat(row[None, :, None], 3, axis=0).astype("float32")
    made = resample(picture, 3, after, "bicubic")
    expected = np.clip(stretched_cubic(row, after), 0, 255)
    np.testing.assert_allclose(made[..., 0], np.tile(expected, (3, 1)), atol=1e-3)


@pytest.mark.parametrize(("size", "kernel"), [(3, [1, 2, 1]), (5, [1, 4, 6, 4, 1])])
def test_gaussian_against_scipy(size, kernel):
    made = degrade(FACE.astype("float32"), scale=1, gaussian=size, median=0)
    expected = FACE.astype("float64")
    for axis in (0, 1):
        weights = np.array(kernel) / sum(kernel)
        expected = ndimage.convolve1d(expected, weights, axis=axis, mode="mirror")
    np.testing.assert_allclose(made, expected, atol=1e-3)


@pytest.mark.parametrize("size", [3, 5])
def test_median_against_scipy(size):
    made = degrade(FACE, scale=1, gaussian=0, median=size, median_probability=1.0)
    expected = ndimage.median_filter(FACE, size=(size, size, 1), mode="nearest")
    np.testing.assert_array_equal(made, expected)


def test_steps_in_the_papers_order_rounded_once():
    high = resample(FACE, 128, 128)
    low = degrade(high, median_probability=1.0, seed=0)
    assert low.shape == (32, 32, 3)
    assert low.dtype == np.uint8
    expected = block_reduce(high, (4, 4, 1), np.mean)
    for axis in (0, 1):
        expected = ndimage.convolve1d(expected, [0.25, 0.5, 0.25], axis=axis, mode="mirror")
    expected = ndimage.median_filter(expected, size=(3, 3, 1), mode="nearest")
    assert np.abs(low - expected).max() <= 0.501


def test_a_probability_is_kept_and_a_seed_repeats():
    small = FACE[:12, :12]
    plain, filtered = (
        degrade(small, scale=1, gaussian=0, median_probability=share) for share in (0.0, 1.0)
    )
    made = [degrade(small, scale=1, gaussian=0, median_probability=0.3, seed=s) for s in range(300)]
    changed = np.array([np.array_equal(one, filtered) for one in made])
    assert all(np.array_equal(one, plain) for one in np.array(made)[~changed])
    assert 0.2 < changed.mean() < 0.4
    again = degrade(small, scale=1, gaussian=0, median_probability=0.3, seed=7)
    np.testing.assert_array_equal(again, made[7])


def test_one_channel_keeps_its_axis():
    grey = FACE[..., :1]
    for method in ("area", "bicubic"):
        assert degrade(grey, method=method, median_probability=1.0).shape == (36, 32, 1)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"scale": 5}, "scale is 5, but the picture has 128x144 pixels"),
        ({"scale": 0}, "scale is 0"),
        ({"method": "nearest"}, "method is 'nearest'"),
        ({"gaussian": 2}, "gaussian is 2"),
        ({"median": 9}, "median 9"),
        ({"gaussian_probability": -1.0}, "expected 0..1"),
    ],
)
def test_bad_settings_are_named(arguments, message):
    with pytest.raises(MediaError, match=message):
        degrade(FACE, **arguments)


@pytest.mark.parametrize(
    ("picture", "message"),
    [
        (FACE[..., 0], r"got \(144, 128\)"),
        (FACE.astype("int32"), "pixels are int32"),
        (FACE * 2.0, r"pixels lie in 0\.\.5\d\d, expected 0\.\.255"),
        (np.full((4, 4, 3), np.nan), "pixels lie in nan"),
        (np.zeros((0, 4, 3), np.uint8), r"got \(0, 4, 3\)"),
    ],
)
def test_what_is_no_picture_is_named(picture, message):
    with pytest.raises(MediaError, match=message):
        degrade(picture)


def test_no_size_is_named():
    with pytest.raises(MediaError, match="a picture of 0x5 pixels"):
        resample(FACE, 0, 5)
