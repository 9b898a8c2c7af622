import cv2
import numpy as np
import pytest

from ferkeras.layers import RandomFlow


def channels(flow):
    """u, v and strain of a flow, on a fixed scale around 127.5."""
    across, down = (np.gradient(flow[..., part], axis=(1, 0)) for part in (0, 1))
    strain = np.sqrt(across[0] ** 2 + down[1] ** 2 + 0.5 * (across[1] + down[0]) ** 2)
    return np.stack([127.5 + 9 * flow[..., 0], 127.5 + 9 * flow[..., 1], 200 * strain], -1)


def movement():
    """A smooth texture before and after a smooth movement, and the flow between them."""
    random = np.random.default_rng(0)
    first = cv2.GaussianBlur(random.uniform(0, 255, (64, 64)).astype("f4"), (0, 0), 2.0)
    y, x = np.mgrid[:64, :64].astype("f4")
    bump = np.exp(-((x - 20) ** 2 + (y - 36) ** 2) / 150)
    flow = np.stack([1.5 * bump, -0.7 * bump], -1).astype("f4")
    second = cv2.remap(first, x - flow[..., 0], y - flow[..., 1], cv2.INTER_CUBIC)
    return first, second


def farneback(first, second):
    as_bytes = [np.clip(p, 0, 255).astype(np.uint8) for p in (first, second)]
    return cv2.calcOpticalFlowFarneback(*as_bytes, None, 0.5, 3, 13, 10, 5, 1.1, 0)


def test_mirrored_flow_is_the_flow_of_the_mirrored_pictures():
    first, second = movement()
    plain = channels(farneback(first, second))
    mirrored = channels(farneback(first[:, ::-1], second[:, ::-1]))
    found = np.asarray(RandomFlow(flip=1.0)(plain[None].astype("f4"), training=True))[0]
    assert np.abs(plain[:, ::-1] - mirrored).max() > 10  # pixels alone are not enough
    inner = slice(8, -8)  # at the borders Farneback itself does not treat left and right alike
    np.testing.assert_allclose(found[inner, inner], mirrored[inner, inner], atol=0.5)


def test_gain_keeps_rest_where_it_is_and_differs_between_samples():
    batch = np.full((40, 4, 4, 3), (127.5, 137.5, 20.0), "float32")
    found = np.asarray(RandomFlow(flip=0.0, gain=0.4, seed=1)(batch, training=True))
    np.testing.assert_array_equal(found[..., 0], 127.5)
    gains = (found[:, 0, 0, 1] - 127.5) / 10
    assert (gains >= 0.6).all()
    assert (gains <= 1.4).all()
    assert gains.std() > 0.1
    np.testing.assert_allclose(found[:, 0, 0, 2] / 20, gains, rtol=1e-5)


@pytest.mark.parametrize("wrong", [{"flip": 1.1}, {"gain": 1.0}])
def test_shares_out_of_range(wrong):
    with pytest.raises(ValueError, match=next(iter(wrong))):
        RandomFlow(**wrong)


def test_other_channels_are_an_error():
    with pytest.raises(ValueError, match="3 channels"):
        RandomFlow()(np.zeros((1, 4, 4, 2), "float32"))
