import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst
from PIL import Image
from skimage.util import img_as_ubyte

from ferkeras.errors import MediaError
from ferkeras.media import as_picture

SIDES = st.integers(1, 5)
SHAPES = st.one_of(
    st.tuples(SIDES, SIDES),
    st.tuples(SIDES, SIDES, st.just(1)),
    st.tuples(SIDES, SIDES, st.just(3)),
)


@given(npst.arrays(st.sampled_from([np.uint8, np.uint16]), SHAPES))
def test_integers_keep_their_brightness(array):
    picture = as_picture(array)
    assert picture.dtype == np.uint8
    assert picture.shape == (*array.shape[:2], 3)
    wanted = np.round(array / np.iinfo(array.dtype).max * 255)
    assert np.array_equal(picture, np.broadcast_to(np.atleast_3d(wanted), picture.shape))


@given(npst.arrays(np.float64, SHAPES, elements=st.floats(0, 1)))
def test_floats_agree_with_scikit_image(array):
    difference = as_picture(array).astype(int) - np.atleast_3d(img_as_ubyte(array))
    assert abs(difference).max() <= 1


def test_colour_is_kept_and_rgb_is_not_copied():
    red = np.zeros((2, 3, 3), np.uint8)
    red[..., 0] = 200
    assert as_picture(red) is red


def test_big_endian_16_bit():
    assert as_picture(np.full((1, 1), 65535, ">u2")).max() == 255


@given(npst.arrays(np.uint8, (2, 3, 4)))
def test_alpha_is_laid_on_white_as_pillow_does(rgba):
    white = Image.new("RGBA", (3, 2), "white")
    wanted = np.asarray(Image.alpha_composite(white, Image.fromarray(rgba)).convert("RGB"))
    assert abs(as_picture(rgba).astype(int) - wanted).max() <= 1


@pytest.mark.parametrize(
    ("array", "message"),
    [
        (np.zeros((4, 4, 2), np.uint8), r"shape \(4, 4, 2\) is not a picture"),
        (np.zeros(5, np.uint8), "is not a picture"),
        (np.zeros((2, 4, 4, 3), np.uint8), "is not a picture"),
        (np.zeros((3, 8, 9), np.uint8), "channels first"),
        (np.zeros((0, 4, 3), np.uint8), "no pixels"),
        (np.zeros((0, 0)), "no pixels"),
        (np.full((2, 2), np.nan), "4 of 4 pixel values are NaN"),
        (np.full((2, 2, 3), np.inf, np.float32), "NaN or infinite"),
        (np.full((2, 2), 128.0), r"0\.\.1; divide"),
        (np.full((2, 2), -0.1), r"0\.\.1; divide"),
        (np.zeros((2, 2), np.int64), "pixels are int64"),
        (np.zeros((2, 2), bool), "pixels are bool"),
        (np.full((2, 2), None), "pixels are object"),
        ([[1, 2], [3]], "not an array of pixels"),
    ],
)
def test_what_is_not_a_picture_gives_one_line(array, message):
    with pytest.raises(MediaError, match=message) as caught:
        as_picture(array, "clip frame 7")
    assert str(caught.value).startswith("clip frame 7: ")
    assert "\n" not in str(caught.value)
