import numpy as np
import pytest

from ferkeras.detect.point_schemes import scheme_of
from ferkeras.layers import RandomPointAffine

POINTS = np.random.default_rng(0).uniform(60, 190, (40, 5, 2)).astype("float32")
MIRROR = scheme_of(5).mirror.tolist()


def moved(points=POINTS, **settings):
    return np.asarray(RandomPointAffine(seed=3, **settings)(points, training=True))


def test_a_flip_is_the_mirrored_face_with_its_points_renamed():
    left_eye, right_eye, nose, left_mouth, right_mouth = np.moveaxis(POINTS, 1, 0)
    wanted = np.stack([right_eye, left_eye, nose, right_mouth, left_mouth], axis=1)
    wanted = np.stack([255 - wanted[..., 0], wanted[..., 1]], axis=-1)
    np.testing.assert_allclose(moved(mirror=MIRROR, flip=1.0), wanted, atol=1e-4)


def test_half_of_the_faces_are_flipped():
    faces = moved(np.repeat(POINTS, 20, axis=0), mirror=MIRROR, flip=0.5)
    same = np.isclose(faces, np.repeat(POINTS, 20, axis=0), atol=1e-3).all(axis=(1, 2))
    assert 0.42 < same.mean() < 0.58


def test_a_zoom_is_about_the_middle():
    np.testing.assert_allclose(
        moved(scale=(2.0, 2.0)), 127.5 + 2 * (POINTS - 127.5), rtol=1e-5, atol=1e-3
    )


def test_turns_shifts_and_zooms_are_similarities_within_their_limits():
    faces = moved(rotation=20.0, scale=(0.8, 1.3), shift=0.1)
    # solved for each face by complex numbers: q = a p + b
    p, q = (points[..., 0] + 1j * points[..., 1] for points in (POINTS - 127.5, faces - 127.5))
    found = [
        np.linalg.lstsq(np.stack([one, np.ones(5)], 1), other, rcond=None)
        for one, other in zip(p, q, strict=True)
    ]
    factor, offset = np.array([solution[0] for solution in found]).T
    for one, other, a, b in zip(p, q, factor, offset, strict=True):
        np.testing.assert_allclose(a * one + b, other, atol=1e-2)
    degrees = np.degrees(np.angle(factor))
    assert 10 < np.abs(degrees).max() <= 20.01
    assert 0.79 < np.abs(factor).min() < 1 < np.abs(factor).max() < 1.31
    shifts = np.abs([offset.real, offset.imag])
    assert (shifts.max(axis=1) <= 25.51).all()
    assert (shifts.max(axis=1) > 15).all()
    assert len(np.unique(degrees.round(4))) == 40  # each face its own


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"flip": 0.5}, "no mirror="),
        ({"mirror": [1, 2, 0], "flip": 0.5}, "not itself again"),
        ({"mirror": [0, 5], "flip": 0.5}, "not itself again"),
        ({"flip": 2.0, "mirror": MIRROR}, "flip is 2.0, expected a share in 0..1"),
        ({"scale": (1.2, 0.8)}, "smallest <= largest"),
        ({"mirror": [1, 0]}, r"expected \(batch, 2, 2\)"),
    ],
)
def test_wrong_settings(settings, said):
    with pytest.raises(ValueError, match=said):
        moved(**settings)


def test_pictures_are_refused():
    with pytest.raises(ValueError, match=r"expected \(batch, points, 2\)"):
        RandomPointAffine(rotation=5.0)(np.zeros((1, 8, 8, 3), "float32"))
