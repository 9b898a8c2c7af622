import numpy as np
import pytest

from ferkeras.layers import OverlappingPatches


def test_patches_are_the_windows_of_the_picture():
    x = np.random.default_rng(0).random((2, 60, 60, 3)).astype("float32")
    windows = np.lib.stride_tricks.sliding_window_view(x, (24, 24), axis=(1, 2))[:, ::12, ::12]
    expected = windows.transpose(0, 1, 2, 4, 5, 3).reshape(2, 16, 24, 24, 3)
    np.testing.assert_array_equal(OverlappingPatches(24, 12)(x), expected)


def test_paper_sizes_fulfil_equation_2():
    shape = OverlappingPatches(24, 12).compute_output_shape((None, 60, 60, 1))
    assert shape == (None, 16, 24, 24, 1)
    assert 24 * (16**0.5 + 1) == 2 * 60


@pytest.mark.parametrize(("side", "size"), [(61, 24), (20, 24), (65, 24)])
def test_patches_that_do_not_cover_are_an_error(side, size):
    with pytest.raises(ValueError, match="do not cover"):
        OverlappingPatches(size, 12)(np.zeros((1, side, side, 1), "float32"))
