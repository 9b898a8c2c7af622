"""Restorers compared with bicubic: means per face, gains, intervals over people."""

import numpy as np
import pytest
from skimage.metrics import peak_signal_noise_ratio, structural_similarity

from ferkeras.datasets.synthetic import render
from ferkeras.evaluation.restoration import compare_restorers
from ferkeras.media import degrade, resample

FACES = [render(0, who, "happy", size=size).picture for who in range(3) for size in (48, 64)]
PEOPLE = [f"s{who}" for who in range(3) for _ in range(2)]


def nearest(small):
    return np.kron(small, np.ones((1, 4, 4, 1), np.uint8))


def test_means_and_gains_are_those_of_scikit_image():
    bicubic, other = compare_restorers(FACES, PEOPLE, {"nearest": nearest}, seed=5)
    psnr, ssim, mse = ({"nearest": [], "bicubic": []} for _ in range(3))
    for place, face in enumerate(FACES):
        draw = np.random.SeedSequence([5, place]).generate_state(1)[0]
        small = degrade(face, seed=int(draw))
        made = {
            "nearest": nearest(small[None])[0],
            "bicubic": resample(small, *face.shape[:2], "bicubic"),
        }
        for name, picture in made.items():
            psnr[name].append(peak_signal_noise_ratio(face, picture))
            options = {"gaussian_weights": True, "sigma": 1.5, "use_sample_covariance": False}
            ssim[name].append(structural_similarity(face, picture, channel_axis=2, **options))
            mse[name].append(np.mean((face / 255.0 - picture / 255.0) ** 2))
    for row in (bicubic, other):
        assert row.faces == 6
        np.testing.assert_allclose(row.psnr, np.mean(psnr[row.name]), rtol=1e-4)
        np.testing.assert_allclose(row.ssim, np.mean(ssim[row.name]), rtol=2e-3)
        np.testing.assert_allclose(row.mse, np.mean(mse[row.name]), rtol=1e-3)
    gains = np.subtract(psnr["nearest"], psnr["bicubic"])
    np.testing.assert_allclose(other.gain, gains.mean(), atol=1e-3)
    by_person = gains.reshape(3, 2).mean(axis=1)
    assert by_person.min() - 1e-3 <= other.gain_low <= other.gain <= other.gain_high
    assert other.gain_high <= by_person.max() + 1e-3
    assert (bicubic.gain, bicubic.gain_low, bicubic.gain_high) == (0, 0, 0)


def test_of_one_person_there_is_no_interval():
    _, row = compare_restorers(FACES[:2], PEOPLE[:2], {"nearest": nearest})
    assert np.isnan(row.gain_low)
    assert np.isfinite(row.gain)


def test_faces_that_are_not_blurred():
    row, _ = compare_restorers(FACES[:1], PEOPLE[:1], {"nearest": nearest}, blur=False)
    small = degrade(FACES[0], gaussian=0, median=0)
    made = resample(small, *FACES[0].shape[:2], "bicubic")
    np.testing.assert_allclose(row.psnr, peak_signal_noise_ratio(FACES[0], made), rtol=1e-4)


@pytest.mark.parametrize("seed", [0, 1])
def test_the_same_seed_gives_the_same(seed):
    first, second = (compare_restorers(FACES, PEOPLE, {"n": nearest}, seed=seed) for _ in range(2))
    assert first == second
