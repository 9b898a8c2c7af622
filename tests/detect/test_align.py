import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst
from skimage.transform import SimilarityTransform, warp

from ferkeras.detect.align import TEMPLATE, align, similarity
from ferkeras.errors import FaceError
from ferkeras.types import Face

POINTS = npst.arrays(np.float64, (5, 2), elements=st.integers(-500, 500).map(float))


def face(landmarks):
    return Face((10.0, 10.0, 30.0, 30.0), landmarks=np.asarray(landmarks, np.float32))


def smooth_picture(height, width):
    """Colours that change slowly, so that interpolation hardly matters."""
    y, x = np.mgrid[:height, :width]
    waves = [np.sin(x / 9) + np.cos(y / 11), np.sin((x + y) / 13), np.cos(x / 15 - y / 12)]
    return np.round(127 + 60 * np.dstack(waves)).astype(np.uint8)


@given(POINTS, POINTS)
def test_least_squares_agrees_with_scikit_image(source, target):
    centred = source - source.mean(axis=0)
    if np.linalg.svd(centred, compute_uv=False)[1] < 1:  # on a line it has no one answer
        return
    covariance = (target - target.mean(axis=0)).T @ centred
    if np.subtract(*np.linalg.svd(covariance, compute_uv=False)) < 1:
        return
    oracle = SimilarityTransform.from_estimate(source, target)
    assert similarity(source, target) == pytest.approx(oracle.params[:2], abs=1e-6)


@given(st.floats(0.2, 5), st.floats(-3, 3), st.floats(-99, 99))
def test_a_similarity_is_found_again(scale, angle, shift):
    wanted = SimilarityTransform(scale=scale, rotation=angle, translation=(shift, -shift))
    assert similarity(TEMPLATE * 40, wanted(TEMPLATE * 40)) == pytest.approx(
        wanted.params[:2], abs=1e-8
    )


@pytest.mark.parametrize("scale", [0.7, 1.3, 4.0])
@pytest.mark.parametrize("angle", [0.0, 0.5, -2.5])
def test_pixels_agree_with_scikit_image(scale, angle):
    picture = smooth_picture(240, 300)
    # where the points of a 48x48 result lie in the picture
    inverse = SimilarityTransform(scale=scale, rotation=angle) + SimilarityTransform(
        translation=np.array([150, 120])
        - SimilarityTransform(scale=scale, rotation=angle)([[24, 24]])[0]
    )
    result = align(picture, face(inverse(TEMPLATE * 48 - 0.5)), 48, 48)
    oracle = warp(picture, inverse, output_shape=(48, 48), order=1, mode="edge")
    difference = abs(result - oracle * 255)[2:-2, 2:-2]
    assert difference.mean() < 3
    assert result.shape == (48, 48, 3)


def test_a_margin_shows_more_and_keeps_the_centre():
    landmarks = TEMPLATE * 40 + 80
    picture = smooth_picture(200, 200)
    plain = align(picture, face(landmarks), 40, 40)
    wide = align(picture, face(landmarks), 80, 80, margin=0.5)
    assert abs(wide[20:60, 20:60].astype(int) - plain).max() <= 2
    tall = align(picture, face(landmarks), 60, 40)
    assert abs(tall[10:50].astype(int) - plain).max() <= 2


def test_much_larger_faces_are_averaged_not_sampled():
    stripes = np.zeros((2000, 2000, 3), np.uint8)
    stripes[:, ::2] = 200
    result = align(stripes, face(TEMPLATE * 1600 + 200), 40, 40)
    assert result[5:-5, 5:-5] == pytest.approx(100, abs=6)


def test_over_the_border_the_edge_is_repeated():
    picture = np.full((50, 50, 3), 77, np.uint8)
    assert (align(picture, face(TEMPLATE * 60 - 20), 32, 32) == 77).all()


def test_a_very_wide_picture():
    picture = np.full((40, 40000, 3), 5, np.uint8)
    assert (align(picture, face(TEMPLATE * 30 + [39000, 4]), 24, 24) == 5).all()


@pytest.mark.parametrize(
    ("landmarks", "message"),
    [
        (np.full((5, 2), 20), "all landmarks lie in one place"),
        (np.full((5, 2), np.nan), "NaN"),
        (TEMPLATE * 30 + 500, "outside the picture of 60x50"),
        ((TEMPLATE - TEMPLATE.mean(axis=0)) * 1e6 + 25, "too far apart"),
    ],
)
def test_landmarks_that_show_no_face(landmarks, message):
    with pytest.raises(FaceError, match=message):
        align(smooth_picture(50, 60), face(landmarks), 24, 24)


def test_a_face_without_landmarks_names_a_detector_that_gives_them():
    with pytest.raises(FaceError, match="'viola_jones' gives none, 'mtcnn' does"):
        align(smooth_picture(50, 60), Face((1, 1, 9, 9), detector="viola_jones"), 24, 24)


def test_the_template_is_upright_and_symmetrical():
    mirrored = TEMPLATE[[1, 0, 2, 4, 3]] * [-1, 1] + [1, 0]
    assert pytest.approx(mirrored) == TEMPLATE
    assert cv2.isContourConvex(np.float32(TEMPLATE[[0, 1, 4, 3]]))
