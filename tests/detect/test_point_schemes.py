import numpy as np
import pytest

from ferkeras.detect.point_schemes import scheme_of, schemes
from ferkeras.errors import FaceError
from ferkeras.types import LANDMARK_NAMES

# The groups of the 68 points of 300-W, as published: first and last number.
GROUPS = {
    "jaw": (0, 16),
    "left_brow": (17, 21),
    "right_brow": (22, 26),
    "nose_bridge": (27, 30),
    "nostrils": (31, 35),
    "left_eye": (36, 41),
    "right_eye": (42, 47),
    "outer_lips": (48, 59),
    "inner_lips": (60, 67),
}


@pytest.mark.parametrize("points", [5, 68])
def test_mirrored_twice_is_the_same(points):
    mirror = scheme_of(points).mirror
    assert np.array_equal(mirror[mirror], np.arange(points))


@pytest.mark.parametrize("points", [5, 68])
def test_the_standard_face_is_its_own_mirror_image(points):
    scheme = scheme_of(points)
    turned = scheme.positions[scheme.mirror] * (-1, 1) + (255, 0)
    np.testing.assert_allclose(turned, scheme.positions, atol=1e-3)
    assert 0 <= scheme.positions.min() < scheme.positions.max() <= 255
    assert len(np.unique(scheme.positions, axis=0)) == points


def test_groups_of_68_change_sides_and_those_in_the_middle_stay():
    scheme = scheme_of(68)
    assert scheme.name == "ibug68"
    for name, (first, last) in GROUPS.items():
        numbers = np.arange(first, last + 1)
        assert all(scheme.names[n].startswith(f"{name}_") for n in numbers)
        other = name.replace("left", "RIGHT").replace("right", "left").replace("RIGHT", "right")
        first, last = GROUPS[other]
        assert set(scheme.mirror[numbers]) == set(range(first, last + 1))
    # the outer corners of the eyes, the inner ones, the corners of the mouth
    pairs = {36: 45, 39: 42, 48: 54, 60: 64, 17: 26, 0: 16}
    assert {n: int(scheme.mirror[n]) for n in pairs} == pairs
    middle = (8, 27, 28, 29, 30, 33, 51, 57, 62, 66)
    assert np.flatnonzero(scheme.mirror == np.arange(68)).tolist() == list(middle)


def test_the_standard_face_is_a_face():
    points = scheme_of(68).positions
    x, y = points.T
    brows, eyes, nose, mouth = y[17:27], y[36:48], y[30:36], y[48:68]
    assert brows.max() < eyes.min() < eyes.max() < nose.min() < nose.max() < mouth.min()
    assert mouth.max() < y[8] == y.max()
    assert x[0] == x.min()
    assert x[16] == x.max()
    assert (np.diff(x[:17]) > 0).all()  # the jaw goes from left to right


def test_the_five_points_are_those_of_the_same_face():
    five, points = scheme_of(5), scheme_of(68).positions
    assert five.names == LANDMARK_NAMES
    groups = (slice(36, 42), slice(42, 48), slice(30, 31), slice(48, 49), slice(54, 55))
    np.testing.assert_allclose(
        five.positions, [points[group].mean(0) for group in groups], atol=1e-3
    )


def test_other_numbers_are_told():
    assert sorted(schemes()) == [5, 68]
    with pytest.raises(FaceError, match=r"no scheme of 29 .*5 \(mtcnn5\) or 68 \(ibug68\)"):
        scheme_of(29)
