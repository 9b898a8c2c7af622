import cv2
import low_faces
import numpy as np
import pytest
import skimage.data
from fake_restorer import restorers  # noqa: F401

from ferkeras.detect.align import TEMPLATE, align
from ferkeras.detect.crop import crop
from ferkeras.prepare import prepare, prepare_sample
from ferkeras.types import Face, InputSpec, ResolutionSpec

ASTRONAUT = skimage.data.astronaut()
FACE = Face((174.0, 65.0, 100.0, 100.0), landmarks=TEMPLATE * 100 + [174, 65])
CROP = ASTRONAUT[:256, 100:356]


def low(restore="bicubic", side=32, height=60, width=60, channels=3, **settings):
    more = {name: settings.pop(name) for name in ("blur", "seed") if name in settings}
    resolution = ResolutionSpec(side, restore, **more)
    return InputSpec(
        height=height, width=width, channels=channels, resolution=resolution, **settings
    )


def median_drawn(picture, spec):
    """Which of the two small faces of the oracle was made; it is one of them to the bit."""
    plain = InputSpec(height=spec.height, width=spec.width, channels=3)
    array = prepare(picture, None, spec)
    one, other = (
        prepare(low_faces.small(low_faces.sharp(picture, 32), median=median), None, plain)
        for median in (False, True)
    )
    assert not np.array_equal(one, other)
    drawn = np.array_equal(array, other)
    assert drawn or np.array_equal(array, one)
    return drawn


def test_small_faces_are_the_papers_to_the_bit_and_half_of_them_see_the_median():
    random = np.random.default_rng(0)
    places = random.integers(0, 380, (40, 2))
    pictures = [ASTRONAUT[y : y + 130, x : x + 130] for y, x in places]
    drawn = [median_drawn(one, low("none", height=32, width=32)) for one in pictures]
    assert 10 < sum(drawn) < 30
    other = [median_drawn(one, low("none", height=32, width=32, seed=1)) for one in pictures]
    assert drawn != other
    again = [median_drawn(one.copy(), low("none", height=32, width=32)) for one in pictures[::-1]]
    assert again[::-1] == drawn


@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("side", [32, 16])
def test_bicubic_pixel_by_pixel(channels, side):
    array = prepare(CROP, None, low(side=side, channels=channels, blur=False))
    small = low_faces.small(low_faces.sharp(CROP, side), blur=False)
    large = low_faces.keys(small, (4 * side, 4 * side))
    if channels == 1:
        large = cv2.cvtColor(large, cv2.COLOR_RGB2GRAY)
    method = cv2.INTER_AREA if 4 * side > 60 else cv2.INTER_CUBIC
    expected = cv2.resize(large, (60, 60), interpolation=method).reshape(60, 60, channels)
    assert np.abs(array - expected).max() <= 1  # ties of a half
    assert (array != expected).mean() < 0.001
    assert array.dtype == np.float32


def test_none_is_stretched_as_any_small_face_is():
    array = prepare(CROP, None, low("none", blur=False))
    small = low_faces.small(low_faces.sharp(CROP, 32), blur=False)
    assert np.array_equal(array, prepare(small, None, InputSpec(channels=3)))


def test_a_restorer_gets_the_small_face_in_colour_and_gives_the_large_one(restorers):  # noqa: F811
    array = prepare(CROP, None, low(restorers.source, height=128, width=128, channels=1))
    (seen,) = restorers.seen
    small = [low_faces.small(low_faces.sharp(CROP, 32), median=median) for median in (False, True)]
    assert any(np.array_equal(seen, one) for one in small)
    large = (seen // 2).repeat(4, axis=0).repeat(4, axis=1)
    assert np.array_equal(array[..., 0], cv2.cvtColor(large, cv2.COLOR_RGB2GRAY))


def test_a_face_in_a_picture_is_cut_out_first():
    spec = low(margin=0.25)
    part = crop(ASTRONAUT, FACE.box, 0.25)
    assert np.array_equal(prepare(ASTRONAUT, FACE, spec), prepare(part, None, low()))


def test_an_aligned_face_is_the_sharp_picture_at_once():
    spec = low("none", align=True, margin=0.1, blur=False, height=32, width=32)
    sharp = align(ASTRONAUT, FACE, 128, 128, 0.1)
    assert np.array_equal(prepare(ASTRONAUT, FACE, spec), low_faces.small(sharp, blur=False))


def test_the_shape_of_the_model_is_kept():
    spec = low("none", height=48, width=40, side=20, blur=False)
    part = crop(ASTRONAUT, FACE.box, aspect=40 / 48)
    assert part.shape == (120, 100, 3)
    small = low_faces.small(low_faces.sharp(part, 24, 20), blur=False)
    expected = cv2.resize(small, (40, 48), interpolation=cv2.INTER_CUBIC)
    assert np.array_equal(prepare(ASTRONAUT, FACE, spec), expected)


def test_a_face_of_that_size_keeps_its_pixels_and_smaller_ones_are_taken():
    tiny = ASTRONAUT[100:132, 200:232]
    spec = low("none", height=32, width=32, blur=False)
    assert np.array_equal(prepare(tiny, None, spec), tiny)
    for side in (1, 5, 31):
        array = prepare(tiny[:side, :side], None, low())
        assert array.shape == (60, 60, 3)
        assert array.min() >= 0
        assert array.max() <= 255


def test_grey_crops_stay_grey_and_samples_go_the_same_way():
    grey = np.dstack([CROP[..., 0]] * 3)
    array = prepare_sample(grey, low(), None, cropped=True)
    assert np.array_equal(array[..., 0], array[..., 2])
    assert np.array_equal(array, prepare(grey, None, low()))
