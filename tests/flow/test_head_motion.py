import numpy as np
import pytest
from moving_face import bump, similarity_field

from ferkeras.errors import FlowError
from ferkeras.flow import remove_head_motion

HEAD = similarity_field(120, (1.7, -0.6), 0.01, -0.015)


def test_a_similarity_alone_leaves_nothing():
    left = remove_head_motion(HEAD)
    assert left.dtype == np.float32
    np.testing.assert_allclose(left, 0, atol=1e-3)


def test_wide_pictures():
    left = remove_head_motion(HEAD[:50])
    assert left.shape == (50, 120, 2)
    np.testing.assert_allclose(left, 0, atol=1e-3)


def test_the_movement_of_a_part_stays_as_it_is():
    smile = bump(120, (85, 88), (2.0, -1.5), 11) + bump(120, (38, 86), (-1.5, -1.5), 11)
    found = remove_head_motion(HEAD + smile)
    assert np.abs(found - smile).max() < 0.08
    # least squares, which the smile pulls, as a reference
    y, x = np.mgrid[:120, :120] - 59.5
    one, none = np.ones_like(x), np.zeros_like(x)
    rows = np.concatenate(
        [
            np.stack([one, none, x, -y], -1).reshape(-1, 4),
            np.stack([none, one, y, x], -1).reshape(-1, 4),
        ]
    )
    both = (HEAD + smile).transpose(2, 0, 1).ravel().astype(float)
    plain = both - rows @ np.linalg.lstsq(rows, both, rcond=None)[0]
    pulled = np.abs(plain.reshape(2, 120, 120).transpose(1, 2, 0) - smile).max()
    assert pulled > 3 * np.abs(found - smile).max()


def test_noise_and_wrong_vectors_do_not_pull():
    random = np.random.default_rng(0)
    noisy = HEAD + random.normal(0, 0.2, HEAD.shape).astype(np.float32)
    wrong = random.random((120, 120)) < 0.2
    noisy[wrong] += np.float32([5, 3])
    left = remove_head_motion(noisy)
    assert np.abs(np.median(left[~wrong], axis=0)).max() < 0.05
    slope = np.polyfit(np.arange(120), np.median(left[..., 0], axis=0), 1)[0]
    assert abs(slope) < 1e-3


@pytest.mark.parametrize("shape", [(1, 1, 2), (1, 5, 2), (3, 3, 2)])
def test_tiny_flows(shape):
    np.testing.assert_allclose(remove_head_motion(np.full(shape, 2.5, np.float32)), 0, atol=1e-4)


def test_what_is_wrong_is_named():
    with pytest.raises(FlowError, match="flow has shape"):
        remove_head_motion(np.zeros((4, 4, 3), np.float32))
