import numpy as np
import pytest
import skimage.data
from hypothesis import given, settings
from hypothesis import strategies as st
from skimage.color import rgb2ycbcr
from skimage.metrics import peak_signal_noise_ratio, structural_similarity

from ferkeras.metrics import PSNR, SSIM

rng = np.random.default_rng(0)
FACE = skimage.data.astronaut()[20:148, 160:288].astype("float32")
TRUE = np.stack([FACE, FACE[:, ::-1] * 0.5, 255 - FACE])
NOISE = rng.normal(0, 1, TRUE.shape) * np.array([3, 12, 40])[:, None, None, None]
MADE = np.clip(TRUE + NOISE, 0, 255).astype("float32")


def score(metric, true=TRUE, made=MADE):
    metric.update_state(true, made)
    return float(metric.result())


def prepared(pictures, luminance, crop):
    if crop:
        pictures = pictures[:, crop:-crop, crop:-crop]
    return rgb2ycbcr(pictures / 255.0)[..., :1] if luminance else pictures.astype("float64")


def similarity(true, made, data_range=255):
    return structural_similarity(
        true,
        made,
        gaussian_weights=True,
        sigma=1.5,
        use_sample_covariance=False,
        data_range=data_range,
        channel_axis=-1,
    )


@pytest.mark.parametrize("luminance", [False, True])
@pytest.mark.parametrize("crop", [0, 4])
def test_against_scikit_image(luminance, crop):
    true, made = (prepared(part, luminance, crop) for part in (TRUE, MADE))
    pairs = list(zip(true, made, strict=True))
    psnr = np.mean([peak_signal_noise_ratio(*pair, data_range=255) for pair in pairs])
    options = {"luminance": luminance, "crop": crop}
    np.testing.assert_allclose(score(PSNR(**options)), psnr, rtol=1e-5)
    ssim = np.mean([similarity(*pair) for pair in pairs])
    np.testing.assert_allclose(score(SSIM(**options)), ssim, atol=1e-5)


def test_values_from_0_to_1():
    pairs = list(zip(TRUE / 255.0, MADE / 255.0, strict=True))
    psnr = np.mean([peak_signal_noise_ratio(*pair, data_range=1) for pair in pairs])
    np.testing.assert_allclose(score(PSNR(1.0), TRUE / 255, MADE / 255), psnr, rtol=1e-5)
    ssim = np.mean([similarity(*pair, data_range=1) for pair in pairs])
    np.testing.assert_allclose(score(SSIM(1.0), TRUE / 255, MADE / 255), ssim, atol=1e-5)
    luma = score(PSNR(1.0, luminance=True), TRUE / 255, MADE / 255)
    np.testing.assert_allclose(luma, score(PSNR(luminance=True)), rtol=1e-4)


@settings(max_examples=15, deadline=None)
@given(st.integers(11, 20), st.integers(11, 20), st.sampled_from([1, 3]), st.integers(0, 9))
def test_ssim_of_any_size_and_number_of_channels(height, width, channels, seed):
    random = np.random.default_rng(seed)
    true, made = random.uniform(0, 255, (2, 2, height, width, channels)).astype("float32")
    expected = np.mean([similarity(*p) for p in zip(true, made, strict=True)])
    np.testing.assert_allclose(score(SSIM(), true, made), expected, atol=1e-5)


def test_the_papers_mean_squared_error_is_30_63_decibels():
    true = np.full((1, 8, 8, 3), 100, "float32")
    made = true + 255 * np.sqrt(np.float32(0.000865))
    np.testing.assert_allclose(score(PSNR(), true, made), 30.63, atol=5e-3)


def test_psnr_averages_pictures_not_errors():
    errors = ((TRUE - MADE) / 255.0) ** 2
    of_mean = -10 * np.log10(errors.mean())
    mean_of = -10 * np.log10(errors.mean(axis=(1, 2, 3))).mean()
    assert mean_of > of_mean + 3
    np.testing.assert_allclose(score(PSNR()), mean_of, rtol=1e-5)


def test_equal_pictures():
    assert score(PSNR(), TRUE, TRUE) == float("inf")
    np.testing.assert_allclose(score(SSIM(), TRUE, TRUE), 1, atol=1e-6)


def test_as_metrics_of_a_compiled_model():
    import keras

    inputs = keras.Input((16, 16, 3))
    model = keras.Model(inputs, keras.layers.Rescaling(0.9)(inputs))
    model.compile(loss="mae", metrics=[PSNR(), SSIM()])
    x = TRUE[:, :16, :16]
    found = model.evaluate(x, x, verbose=0, return_dict=True)
    np.testing.assert_allclose(found["psnr"], score(PSNR(), x, x * np.float32(0.9)), rtol=1e-4)
    np.testing.assert_allclose(found["ssim"], score(SSIM(), x, x * np.float32(0.9)), rtol=1e-4)


@pytest.mark.parametrize(
    ("metric", "shapes", "message"),
    [
        (PSNR(), ((2, 8, 8, 3), (2, 8, 7, 3)), "two batches"),
        (PSNR(), ((8, 8, 3), (8, 8, 3)), "two batches"),
        (PSNR(crop=4), ((2, 8, 9, 3), (2, 8, 9, 3)), "a crop of 4 leaves nothing"),
        (PSNR(luminance=True), ((2, 8, 8, 1), (2, 8, 8, 1)), "luminance is of RGB"),
        (SSIM(), ((2, 10, 12, 3), (2, 10, 12, 3)), "11x11 are needed"),
    ],
)
def test_bad_pictures_are_named(metric, shapes, message):
    with pytest.raises(ValueError, match=message):
        metric.update_state(*(np.zeros(shape, "float32") for shape in shapes))


def test_bad_arguments_are_named():
    with pytest.raises(ValueError, match="crop is -1"):
        PSNR(crop=-1)
    with pytest.raises(ValueError, match="max_value is 0"):
        SSIM(max_value=0)
