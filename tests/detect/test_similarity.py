import numpy as np
import pytest
from skimage.transform import SimilarityTransform

from ferkeras.detect._robust_similarity import robust_similarity
from ferkeras.detect.similarity import after, inverse, moved, scale_of, similarity

FIRST = SimilarityTransform(scale=1.3, rotation=0.4, translation=(5, -7))
SECOND = SimilarityTransform(scale=0.6, rotation=-1.1, translation=(-2, 30))
POINTS = np.random.default_rng(0).uniform(0, 100, (60, 2))


def test_maps_agree_with_scikit_image():
    assert moved(POINTS, FIRST.params[:2]) == pytest.approx(FIRST(POINTS))
    assert inverse(FIRST.params[:2]) == pytest.approx(FIRST.inverse.params[:2])
    assert after(SECOND.params[:2], FIRST.params[:2]) == pytest.approx((FIRST + SECOND).params[:2])
    assert scale_of(FIRST.params[:2]) == pytest.approx(1.3)


def test_weights_count_as_repeated_points():
    target = FIRST(POINTS) + np.random.default_rng(1).normal(0, 3, POINTS.shape)
    times = np.random.default_rng(2).integers(0, 4, len(POINTS))
    repeated = np.repeat(POINTS, times, axis=0), np.repeat(target, times, axis=0)
    oracle = SimilarityTransform.from_estimate(*repeated).params[:2]
    assert similarity(POINTS, target, times) == pytest.approx(oracle)


def test_a_third_of_wrong_pairs_does_not_count():
    target = FIRST(POINTS) + np.random.default_rng(1).normal(0, 0.05, POINTS.shape)
    target[::3] += np.random.default_rng(2).uniform(5, 40, (20, 2))
    matrix, agree = robust_similarity(POINTS.astype(np.float32), target.astype(np.float32))
    assert abs(moved(POINTS, matrix) - FIRST(POINTS)).max() < 0.06
    assert agree == 40


def test_pairs_off_by_tenths_of_a_pixel_do_not_pull():
    target = FIRST(POINTS) + np.random.default_rng(1).normal(0, 0.02, POINTS.shape)
    target[:15, 1] += 0.6
    matrix, _ = robust_similarity(POINTS.astype(np.float32), target.astype(np.float32))
    plain = similarity(POINTS, target)
    assert abs(moved(POINTS, matrix) - FIRST(POINTS)).max() < 0.04
    assert abs(moved(POINTS, plain) - FIRST(POINTS)).max() > 0.1


@pytest.mark.parametrize("count", [0, 1, 2])
def test_too_few_pairs_agree_on_nothing(count):
    some = POINTS[:count].astype(np.float32)
    matrix, agree = robust_similarity(some, some + 3)
    assert agree == 0
    assert np.array_equal(matrix, np.eye(2, 3))


def test_points_in_one_place_agree_on_nothing():
    one = np.full((12, 2), 5.0, np.float32)
    assert robust_similarity(one, one + 1)[1] == 0
