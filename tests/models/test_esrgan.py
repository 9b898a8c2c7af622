"""ESRGAN's networks: their sizes, the public program's numbers, its weights, interpolation."""

from pathlib import Path

import keras
import numpy as np
import pytest

from ferkeras.errors import ModelFileError
from ferkeras.models import ESRGANDiscriminator, ESRGANGenerator
from ferkeras.models.esrgan import interpolate_networks
from ferkeras.models.esrgan.convert import from_torch, read_state_dict
from ferkeras.models.esrgan.upscale import reach
from ferkeras.models.esrgan.variants import DISCRIMINATORS, VARIANTS
from ferkeras.types import InputSpec

GOLDEN = Path(__file__).parents[1] / "golden" / "rrdbnet_official_tiny.npz"
TINY = {"features": 16, "blocks": 2, "growth": 8}


def golden_weights():
    return read_state_dict(GOLDEN, prefix="w/")


def new_names(weights):
    """The same weights as the program's successor names them."""
    renamed = {}
    for name, value in weights.items():
        name = name.replace("RRDB_trunk", "body").replace(".RDB", ".rdb").replace("HRconv", "hr")
        name = name.replace("trunk_conv", "conv_body").replace("upconv", "conv_up")
        renamed[name.replace("hr.", "conv_hr.")] = value
    assert len(renamed) == len(weights)
    return renamed


def test_the_papers_generator_has_its_weights_and_reaches_349_pixels():
    model = ESRGANGenerator()
    assert model.count_params() == 16_697_987
    assert reach(model) == 349


def trainable(model):
    return sum(int(np.prod(weight.shape)) for weight in model.trainable_weights)


def test_the_discriminators_have_the_published_weights():
    assert trainable(ESRGANDiscriminator()) == 14_499_401
    assert trainable(ESRGANDiscriminator(variant="unet")) == 4_376_897


@pytest.mark.parametrize(("variant", "billions"), [("paper", 18.36), ("light", 1.84)])
def test_work_from_32x32_to_128x128(variant, billions):
    f, blocks, g, scale, _ = VARIANTS[variant].values()
    assert scale == 4
    dense = sum((f + i * g) * g for i in range(4)) + (f + 4 * g) * f
    small, twice, large = 3 * f + 3 * blocks * dense + f * f, f * f, 2 * f * f + 3 * f
    products = 9 * (small * 32**2 + twice * 64**2 + large * 128**2)
    np.testing.assert_allclose(products / 1e9, billions, atol=5e-3)


def test_light_has_at_most_1_5_million_weights():
    assert ESRGANGenerator(variant="light").count_params() == 1_478_755


@pytest.mark.parametrize("rename", [dict, new_names])
def test_pictures_of_the_public_program(rename):
    golden = np.load(GOLDEN)
    model = from_torch(rename(golden_weights()), **TINY)
    answer = np.asarray(model(255 * golden["x"]))
    np.testing.assert_allclose(answer / 255, golden["y"], atol=1e-5)
    assert np.abs(golden["y"]).max() > 0.05


def test_a_small_generator_has_the_number_of_weights_of_its_state_dict():
    size = sum(value.size for value in golden_weights().values())
    assert ESRGANGenerator(**TINY).count_params() == size


def test_state_dicts_that_do_not_fit_are_named():
    weights = golden_weights()
    with pytest.raises(ModelFileError, match=r"'HRconv\.bias' is missing"):
        from_torch({k: v for k, v in weights.items() if k != "HRconv.bias"}, **TINY)
    renamed = new_names(weights)
    del renamed["body.1.rdb3.conv5.bias"]
    with pytest.raises(ModelFileError, match=r"'body\.1\.rdb3\.conv5\.bias' is missing"):
        from_torch(renamed, **TINY)
    with pytest.raises(ModelFileError, match=r"left over, 'RRDB_trunk\.1.*such as features=64"):
        from_torch(weights, **{**TINY, "blocks": 1})
    with pytest.raises(ModelFileError, match=r"shape \(16, 3, 3, 3\), expected \(8, 3, 3, 3\)"):
        from_torch(weights, **{**TINY, "features": 8})
    with pytest.raises(ModelFileError, match="got str; a file is read with read_state_dict"):
        from_torch("RRDB_ESRGAN_x4.pth", **TINY)
    with pytest.raises(ValueError, match='have upsampling="nearest"'):
        from_torch(weights, **TINY, upsampling="pixel_shuffle")


def test_a_pytorch_file_with_averaged_weights(tmp_path):
    torch = pytest.importorskip("torch")
    path = tmp_path / "ESRGAN_x4.pth"
    weights = {k: torch.from_numpy(v) for k, v in new_names(golden_weights()).items()}
    spoilt = {name: 0 * value for name, value in weights.items()}
    torch.save({"params": spoilt, "params_ema": weights}, path)
    golden = np.load(GOLDEN)
    answer = np.asarray(from_torch(read_state_dict(path), **TINY)(255 * golden["x"]))
    np.testing.assert_allclose(answer / 255, golden["y"], atol=1e-5)


@pytest.mark.parametrize("scale", [1, 2, 4, 8])
@pytest.mark.parametrize("upsampling", ["nearest", "pixel_shuffle"])
def test_scales(scale, upsampling):
    model = ESRGANGenerator((6, 5, 1), features=4, blocks=1, scale=scale, upsampling=upsampling)
    assert model.output_shape == (None, 6 * scale, 5 * scale, 1)
    assert model(np.zeros((2, 6, 5, 1))).shape == (2, 6 * scale, 5 * scale, 1)


def test_the_unet_scores_each_pixel_and_stays_near_what_it_sees():
    keras.utils.set_random_seed(1)
    model = ESRGANDiscriminator(variant="unet", features=4)
    x = np.random.default_rng(0).uniform(0, 255, (1, 96, 32, 3)).astype("float32")
    before = np.asarray(model(x))
    assert before.shape == (1, 96, 32, 1)
    x[:, :8] = 255 - x[:, :8]
    changed = np.abs(np.asarray(model(x)) - before).max(axis=(0, 2, 3)) > 0
    assert changed[:16].all()
    assert not changed[72:].any()


def test_spectral_normalisation_bounds_the_largest_singular_value():
    model = ESRGANDiscriminator(variant="unet", features=4)
    x = np.random.default_rng(0).uniform(0, 255, (1, 16, 16, 3)).astype("float32")
    for _ in range(30):
        model(x, training=True)
    for name in ("level2_conv", "head_conv1"):
        kernel = np.asarray(model.get_layer(f"{name}_spectral").layer.kernel)
        norm = np.linalg.svd(kernel.reshape(-1, kernel.shape[-1]), compute_uv=False)[0]
        np.testing.assert_allclose(norm, 1, rtol=0.02)


@pytest.mark.parametrize(
    ("builder", "arguments", "message"),
    [
        (ESRGANGenerator, {"variant": "huge"}, "no variant 'huge' of ESRGAN; known: paper, light"),
        (ESRGANGenerator, {"scale": 3}, "scale is 3"),
        (ESRGANGenerator, {"blocks": 0}, "blocks is 0"),
        (ESRGANGenerator, {"input_shape": (8, 8)}, "height, width, channels"),
        (ESRGANGenerator, {"blocks": 1, "upsampling": "cubic"}, "method is 'cubic'"),
        (ESRGANDiscriminator, {"variant": "gan"}, "no variant 'gan' of the discriminator"),
        (ESRGANDiscriminator, {"input_shape": (128, 120, 3)}, "both sides multiples of 32$"),
        (ESRGANDiscriminator, {"input_shape": (None, 128, 3)}, "both sides multiples of 32$"),
        (
            ESRGANDiscriminator,
            {"variant": "unet", "input_shape": (None, 12, 3)},
            "both sides multiples of 8 or None$",
        ),
        (ESRGANDiscriminator, {"features": 1.5}, "features is 1.5"),
    ],
)
def test_bad_arguments_are_named(builder, arguments, message):
    with pytest.raises(ValueError, match=message):
        builder(**arguments)


def test_variants_name_the_same_settings():
    for variants in (VARIANTS, DISCRIMINATORS):
        assert len({tuple(sorted(setting)) for setting in variants.values()}) == 1


def tiny(seed, **changes):
    keras.utils.set_random_seed(seed)
    return ESRGANGenerator(**{**TINY, "blocks": 1, **changes})


def test_interpolated_networks():
    first, second = tiny(1), tiny(2)
    kept = [weight.copy() for weight in first.get_weights()]
    between = interpolate_networks(first, second, 0.8)
    for a, b, c in zip(kept, second.get_weights(), between.get_weights(), strict=True):
        np.testing.assert_allclose(c, 0.2 * a + 0.8 * b, rtol=1e-5, atol=1e-7)
    x = np.random.default_rng(0).uniform(0, 255, (1, 6, 6, 3)).astype("float32")
    for share, end in ((0.0, first), (1.0, second)):
        np.testing.assert_array_equal(interpolate_networks(first, second, share)(x), end(x))
    for before, after in zip(kept, first.get_weights(), strict=True):
        np.testing.assert_array_equal(before, after)


def test_networks_that_cannot_be_interpolated_are_named():
    with pytest.raises(ValueError, match=r"share is 1\.5"):
        interpolate_networks(tiny(1), tiny(2), 1.5)
    with pytest.raises(ValueError, match="differ in structure"):
        interpolate_networks(tiny(1), tiny(2, blocks=2), 0.5)
    with pytest.raises(ValueError, match="differ in structure"):
        interpolate_networks(tiny(1), keras.Sequential([keras.Input((2,))]), 0.5)


@pytest.mark.parametrize("upsampling", ["nearest", "pixel_shuffle"])
def test_exported_files_of_built_in_ops_equal_keras(upsampling, tmp_path):
    import onnxruntime
    from ai_edge_litert.interpreter import Interpreter

    from ferkeras.export.export_source import ExportSource
    from ferkeras.export.formats import onnx, tflite

    model = tiny(1, input_shape=(8, 12, 3), upsampling=upsampling)
    x = np.random.default_rng(0).uniform(0, 255, (2, 8, 12, 3)).astype("float32")
    expected = np.asarray(model(x))
    for kind in (onnx, tflite):
        kind.write(ExportSource(model, InputSpec(channels=3), []), tmp_path)
    session = onnxruntime.InferenceSession(str(tmp_path / onnx.FILE))
    runner = Interpreter(str(tmp_path / tflite.FILE)).get_signature_runner("serving_default")
    for answer in (session.run(None, {"input": x})[0], *runner(input=x).values()):
        np.testing.assert_allclose(answer, expected, atol=1e-5 * 255)
