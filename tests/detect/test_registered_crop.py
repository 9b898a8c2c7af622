import numpy as np
import pytest
from scipy import ndimage
from skimage.transform import SimilarityTransform

from ferkeras.detect.registered_crop import warp_window


def waves(x, y):
    """Three colours as closed forms, so that any place between pixels is known."""
    fields = [
        np.sin(x / 2.5 + y / 9),
        np.cos(x / 7 - y / 3.5),
        np.sin((x + y) / 5) * np.cos(y / 11),
    ]
    return 127 + 100 * np.stack(fields, axis=-1)


def picture(height=200, width=240):
    y, x = np.mgrid[:height, :width].astype(float)
    return np.rint(waves(x, y)).astype(np.uint8)


def window(scale, angle, middle=(120.3, 99.7), size=64):
    """From pixels of the picture to a window whose middle shows ``middle``."""
    turn = SimilarityTransform(scale=scale, rotation=angle)
    shift = (size - 1) / 2 - turn([middle])[0]
    return (turn + SimilarityTransform(translation=shift)).params[:2]


def places(matrix, size):
    """Where a window's pixels lie in the picture."""
    y, x = np.mgrid[:size, :size].astype(float)
    back = SimilarityTransform(np.vstack([matrix, [0, 0, 1]])).inverse
    return back(np.stack([x.ravel(), y.ravel()], axis=-1)).T.reshape(2, size, size)


@pytest.mark.parametrize("scale", [0.97, 1.0, 1.7, 3.0])
@pytest.mark.parametrize("angle", [0.0, 0.3, -2.0])
def test_agrees_with_the_closed_form(scale, angle):
    matrix = window(scale, angle)
    expected = waves(*places(matrix, 64))
    assert abs(warp_window(picture(), matrix, 64) - expected).max() < 3.5
    assert np.sqrt(((warp_window(picture(), matrix, 64) - expected) ** 2).mean()) < 1.2


@pytest.mark.parametrize("period", [6.0, 10.0])
def test_shift_is_exact_to_a_hundredth_of_a_pixel(period):
    x = np.arange(240.0)
    row = np.rint(127 + 100 * np.cos(2 * np.pi * x / period)).astype(np.uint8)
    stripes = np.repeat(np.tile(row, (40, 1))[..., None], 3, axis=2)
    wave = np.exp(-2j * np.pi * np.arange(120) / period)
    for shift in np.arange(0, 1, 1 / 64) + 0.003:
        matrix = np.array([[1.0, 0.0, -40 - shift], [0.0, 1.0, -5.3]])
        seen = warp_window(stripes, matrix, 20, 120)[10, :, 1].astype(float) - 127
        phase = np.angle((seen * wave).sum() * np.exp(-2j * np.pi * 40 / period))
        assert phase * period / (2 * np.pi) == pytest.approx(shift, abs=0.01)


@pytest.mark.parametrize("scale", [0.15, 0.3, 0.45, 0.6, 0.8])
def test_smaller_is_smoothed_by_the_stated_gaussian(scale):
    pixels = np.random.default_rng(0).integers(0, 256, (300, 320, 3)).astype(np.uint8)
    matrix = window(scale, 0.2, (160, 150), 32)
    seen = warp_window(pixels, matrix, 32).astype(float)
    sigma = 0.5 * np.sqrt(scale**-2 - 1)
    smooth = ndimage.gaussian_filter(pixels.astype(float), (sigma, sigma, 0))
    x, y = places(matrix, 32)
    expected = np.dstack(
        [ndimage.map_coordinates(smooth[..., c], [y, x], order=3) for c in range(3)]
    )
    inside = (x > 10) & (x < 309) & (y > 10) & (y < 289)
    assert inside.mean() > 0.3
    assert np.corrcoef(seen[inside].ravel(), expected[inside].ravel())[0, 1] > 0.96
    assert seen[inside].std() == pytest.approx(expected[inside].std(), rel=0.15)
    assert seen[inside].mean() == pytest.approx(expected[inside].mean(), abs=1)


def test_stripes_too_fine_for_the_window_become_their_mean():
    stripes = np.zeros((900, 900, 3), np.uint8)
    stripes[:, ::2] = 200
    seen = warp_window(stripes, window(0.1, 0.0, (450, 450), 40), 40)
    assert seen == pytest.approx(100, abs=3)


def test_over_the_border_the_edge_is_repeated():
    ramp = np.tile(np.arange(50, dtype=np.uint8)[:, None, None] * 5, (1, 60, 3))
    seen = warp_window(ramp, np.array([[1.0, 0.0, 100.0], [0.0, 1.0, 20.0]]), 90)
    expected = np.clip(np.arange(90) - 20, 0, 49) * 5
    assert abs(seen[:, :, 0].astype(int) - expected[:, None]).max() <= 3  # beside the corner: rings
    outside = warp_window(ramp, np.array([[1.0, 0.0, -500.0], [0.0, 1.0, -500.0]]), 8)
    assert (outside == 245).all()


def test_grey_is_luma_and_sides_may_differ():
    matrix = window(0.8, 0.4)
    colour = warp_window(picture(), matrix, 50, 70)
    assert colour.shape == (50, 70, 3)
    grey = warp_window(picture(), matrix, 50, 70, grey=True)
    assert grey == pytest.approx(colour @ [0.299, 0.587, 0.114], abs=2)


def test_a_picture_wider_than_a_warp_of_opencv_takes():
    wide = np.full((40, 40000, 3), 9, np.uint8)
    assert (warp_window(wide, window(1.0, 0.1, (39000, 20), 24), 24) == 9).all()


def test_the_window_of_the_whole_picture_is_the_picture():
    assert abs(warp_window(picture(), np.eye(2, 3), 200, 240).astype(int) - picture()).max() == 0
