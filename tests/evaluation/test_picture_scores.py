"""PSNR, SSIM and MSE of each picture, against scikit-image."""

from __future__ import annotations

import math

import numpy as np
import pytest
import skimage.data
from skimage.color import rgb2ycbcr
from skimage.metrics import mean_squared_error, peak_signal_noise_ratio, structural_similarity

from ferkeras.errors import FerkerasError
from ferkeras.evaluation import picture_scores as module
from ferkeras.evaluation.picture_scores import picture_scores

rng = np.random.default_rng(0)
FACE = skimage.data.astronaut()[60:108, 200:240]
TRUE = np.stack([FACE, FACE[:, ::-1] // 2, 255 - FACE, FACE // 3])
NOISE = rng.normal(0, 1, TRUE.shape) * np.array([2, 9, 30, 60])[:, None, None, None]
MADE = np.clip(TRUE + NOISE, 0, 255).astype(np.uint8)


@pytest.mark.parametrize("luminance", [False, True])
@pytest.mark.parametrize("crop", [0, 4])
def test_each_picture_as_scikit_image_has_it(luminance, crop, monkeypatch):
    monkeypatch.setattr(module, "_BATCH", 3)  # so that the last batch is a smaller one
    found = picture_scores(TRUE, MADE, luminance=luminance, crop=crop)

    def compared(picture):
        picture = picture[crop:-crop, crop:-crop] if crop else picture
        return (rgb2ycbcr(picture)[..., :1] if luminance else picture.astype(float)) / 255

    pairs = [(compared(a), compared(b)) for a, b in zip(TRUE, MADE, strict=True)]
    psnr = [peak_signal_noise_ratio(*pair, data_range=1) for pair in pairs]
    ssim = [
        structural_similarity(
            *pair,
            gaussian_weights=True,
            sigma=1.5,
            use_sample_covariance=False,
            data_range=1,
            channel_axis=-1,
        )
        for pair in pairs
    ]
    np.testing.assert_allclose(found.psnr, psnr, rtol=1e-5)
    np.testing.assert_allclose(found.ssim, ssim, atol=1e-5)
    np.testing.assert_allclose(found.mse, [mean_squared_error(*pair) for pair in pairs], rtol=1e-4)
    assert found.identical == 0
    assert found.mean()["psnr"] == pytest.approx(np.mean(psnr), rel=1e-5)


def test_identical_pictures_are_counted_and_stand_in_no_mean():
    made = MADE.copy()
    made[1] = TRUE[1]
    found = picture_scores(TRUE, made)
    assert found.identical == 1
    assert math.isinf(found.psnr[1])
    assert (found.ssim[1], found.mse[1]) == (pytest.approx(1), 0)
    others = picture_scores(np.delete(TRUE, 1, 0), np.delete(MADE, 1, 0))
    assert found.mean()["psnr"] == pytest.approx(others.mean()["psnr"])
    assert math.isinf(picture_scores(TRUE, TRUE).mean()["psnr"])


@pytest.mark.parametrize(
    ("true", "made", "options", "message"),
    [
        (TRUE / 255, MADE, {}, "the true pictures are float64, expected uint8"),
        (TRUE, [1], {}, "the made pictures are list, expected uint8"),
        (TRUE, MADE[:2], {}, r"\(4, 48, 40, 3\) and the made ones \(2, 48, 40, 3\)"),
        (TRUE[:0], MADE[:0], {}, "at least one of each"),
        (TRUE[:, :9], MADE[:, :9], {}, r"pictures of \(9, 40\) pixels; 11x11 are needed"),
        (TRUE, MADE, {"crop": 20}, "a crop of 20 leaves nothing"),
        (TRUE[..., :1], MADE[..., :1], {"luminance": True}, "luminance is of RGB pictures"),
    ],
)
def test_what_cannot_be_compared(true, made, options, message):
    with pytest.raises(FerkerasError, match=message):
        picture_scores(true, made, **options)
