"""ESRGAN as one model: what a step does, by hand; precision, accumulation, saving, bad data."""

import h5py
import keras
import numpy as np
import pytest
import tensorflow as tf

from ferkeras.layers import RandomDegradation
from ferkeras.losses import PerceptualLoss
from ferkeras.metrics import PSNR
from ferkeras.models import ESRGAN, ESRGANDiscriminator, ESRGANGenerator
from ferkeras.training.build import dtype_policy

LARGE = np.random.default_rng(0).uniform(0, 255, (4, 32, 32, 3)).astype("float32")
SMALL = np.random.default_rng(1).uniform(0, 255, (4, 8, 8, 3)).astype("float32")

SGD = keras.optimizers.SGD(0.1)


def networks(judge="vgg", seed=1):
    keras.utils.set_random_seed(seed)
    generator = ESRGANGenerator(variant="light", features=6, blocks=1, growth=4)
    shape = (32, 32, 3)
    return generator, judge and ESRGANDiscriminator(shape, variant=judge, features=4)


def compiled(judge="vgg", degradation=None, rate=0.5, **settings):
    model = ESRGAN(*networks(judge), degradation)
    sgd = keras.optimizers.SGD
    given = {"optimizer": sgd(rate), "discriminator_optimizer": judge and sgd(rate)}
    model.compile(**{**given, **settings})
    return model


def values(model):
    return [np.asarray(weight) for weight in model.trainable_variables]


def softplus(x):
    return np.logaddexp(0, x)


def test_reported_losses_are_those_of_the_papers_equations():
    perceptual = PerceptualLoss("conv2_1", weights="random")
    model = compiled(rate=0.0, perceptual_loss=perceptual, metrics=[PSNR()])
    made = np.asarray(model.generator(SMALL), float)
    real, fake = (np.asarray(model.discriminator(x, training=True), float) for x in (LARGE, made))
    logs = model.train_on_batch(SMALL, LARGE, return_dict=True)
    pixel = np.abs(made - LARGE).mean() / 255
    features = np.abs(np.asarray(perceptual.features(LARGE) - perceptual.features(made))).mean()
    to_real, to_fake = real - fake.mean(), fake - real.mean()
    judged = softplus(-to_real).mean() + softplus(to_fake).mean()
    fooled = softplus(to_real).mean() + softplus(-to_fake).mean()
    expected = {
        "pixel": pixel,
        "perceptual": features,
        "adversarial": fooled,
        "discriminator": judged,
        "real_score": real.mean(),
        "made_score": fake.mean(),
        "loss": 1e-2 * pixel + features + 5e-3 * fooled,
        "psnr": np.mean(10 * np.log10(255**2 / ((made - LARGE) ** 2).mean(axis=(1, 2, 3)))),
    }
    assert set(logs) == set(expected)
    for name, value in expected.items():
        np.testing.assert_allclose(logs[name], value, rtol=2e-4, err_msg=name)


@pytest.mark.parametrize("judge", ["vgg", "unet"])
def test_each_network_moves_by_the_gradient_of_its_own_loss_alone(judge):
    model = compiled(judge, pixel_weight=0.7, adversarial_weight=0.3)
    twin = compiled(judge, pixel_weight=0.7, adversarial_weight=0.3)
    generator, discriminator = twin.generator, twin.discriminator
    with tf.GradientTape() as tape:
        made = generator(SMALL, training=True)
        real, fake = discriminator(LARGE, training=True), discriminator(made, training=True)
        far = tf.reduce_mean(fake) - real
        near = tf.reduce_mean(real) - fake
        fooled = tf.reduce_mean(tf.nn.softplus(-far)) + tf.reduce_mean(tf.nn.softplus(near))
        loss = 0.7 * tf.reduce_mean(tf.abs(made - LARGE)) / 255 + 0.3 * fooled
    moves = [tape.gradient(loss, generator.trainable_variables)]
    with tf.GradientTape() as tape:
        real = discriminator(LARGE, training=True)
        fake = discriminator(tf.constant(np.asarray(made)), training=True)
        judged = tf.reduce_mean(tf.nn.softplus(tf.reduce_mean(fake) - real)) + tf.reduce_mean(
            tf.nn.softplus(fake - tf.reduce_mean(real))
        )
    moves.append(tape.gradient(judged, discriminator.trainable_variables))
    before = [values(generator), values(discriminator)]  # spectral normalisation changes kernels
    model.train_on_batch(SMALL, LARGE)
    after = [values(model.generator), values(model.discriminator)]
    for old, new, gradients in zip(before, after, moves, strict=True):
        assert max(np.abs(np.asarray(gradient)).max() for gradient in gradients) > 1e-3
        for a, b, gradient in zip(old, new, gradients, strict=True):
            scale = max(1e-3, np.abs(np.asarray(gradient)).max())
            np.testing.assert_allclose(b, a - 0.5 * np.asarray(gradient), atol=2e-3 * scale)


@pytest.mark.parametrize("judge", ["vgg", "unet"])
def test_a_still_network_is_not_moved_by_the_others_step(judge):
    for still, moving in (("generator", "discriminator"), ("discriminator", "generator")):
        rates = {"optimizer": 0.5, "discriminator_optimizer": 0.5}
        rates["optimizer" if still == "generator" else "discriminator_optimizer"] = 0.0
        sgd = {name: keras.optimizers.SGD(rate) for name, rate in rates.items()}
        model = compiled(judge, **sgd)
        if judge == "unet":  # in training its layers divide their kernels by themselves
            for layer in model.discriminator.layers:
                if isinstance(layer, keras.layers.SpectralNormalization):
                    layer.power_iterations = 0
                    layer.normalized_weights = lambda layer=layer: (layer.vector_u, layer.kernel)
        kept = {name: values(getattr(model, name)) for name in (still, moving)}
        model.train_on_batch(SMALL, LARGE)
        for a, b in zip(kept[still], values(getattr(model, still)), strict=True):
            np.testing.assert_array_equal(a, b)
        changed = zip(kept[moving], values(getattr(model, moving)), strict=True)
        assert any(np.abs(a - b).max() > 0 for a, b in changed)


def test_the_psnr_stage_learns_by_pixels_alone():
    model = compiled(None, optimizer="adam", metrics=[PSNR()])
    history = model.fit(SMALL, LARGE, batch_size=2, epochs=3, verbose=0).history
    assert set(history) == {"loss", "pixel", "psnr"}
    assert history["loss"] == history["pixel"]
    assert history["psnr"][-1] > history["psnr"][0]
    scores = model.evaluate(SMALL, LARGE, verbose=0, return_dict=True)
    made = model.predict(SMALL, verbose=0)
    np.testing.assert_allclose(scores["loss"], np.abs(made - LARGE).mean() / 255, rtol=1e-5)


def test_small_pictures_are_made_on_the_fly():
    model = compiled(degradation=RandomDegradation(seed=0))
    logs = model.train_on_batch(LARGE.astype("uint8"), return_dict=True)
    assert all(np.isfinite(value) for value in logs.values())
    assert set(model.evaluate(LARGE, verbose=0, return_dict=True)) == {"loss", "pixel"}


@pytest.mark.parametrize("accumulate", [None, 2])
def test_loss_scaling_skips_a_step_and_halves_the_scale_of_each_network_alone(accumulate):
    with dtype_policy("mixed_float16"):
        sgd = keras.optimizers.SGD(0.5, gradient_accumulation_steps=accumulate)
        scaling = keras.optimizers.LossScaleOptimizer
        model = compiled(
            "unet",
            optimizer=scaling(sgd, initial_scale=2.0**60),
            discriminator_optimizer=keras.optimizers.SGD(0.5),
        )
    assert [type(one) for one in model.optimizers] == [scaling, scaling]
    kept = [values(model.generator), values(model.discriminator)]
    model.train_on_batch(SMALL, LARGE)
    assert float(model.optimizer.dynamic_scale) == 2.0**59
    assert float(model.discriminator_optimizer.dynamic_scale) == 2.0**15
    for a, b in zip(kept[0], values(model.generator), strict=True):
        np.testing.assert_array_equal(a, b)
    moved = zip(kept[1], values(model.discriminator), strict=True)
    assert any(np.abs(a - b).max() > 0 for a, b in moved)


@pytest.mark.parametrize("policy", ["mixed_float16", "mixed_bfloat16"])
def test_mixed_precision_learns(policy):
    with dtype_policy(policy):
        model = compiled("unet", optimizer=keras.optimizers.Adam(3e-3), pixel_weight=1.0)
        logs = [model.train_on_batch(SMALL, LARGE, return_dict=True) for _ in range(8)]
    assert all(np.isfinite(value) for row in logs for value in row.values())
    assert logs[-1]["pixel"] < logs[0]["pixel"]


def test_accumulated_gradients_are_the_mean_of_the_steps():
    whole = compiled(None)
    whole.train_on_batch(SMALL, LARGE)
    parts = compiled(None, optimizer=keras.optimizers.SGD(0.5, gradient_accumulation_steps=2))
    for rows in (slice(0, 2), slice(2, 4)):
        parts.train_on_batch(SMALL[rows], LARGE[rows])
    for a, b in zip(values(whole.generator), values(parts.generator), strict=True):
        np.testing.assert_allclose(a, b, atol=1e-5)


def test_gradient_checkpointing_changes_no_gradient():
    plain = compiled(None)
    with keras.RematScope("list_of_layers", layer_names=["rrdb1"]):
        spared = compiled(None)
        spared.train_on_batch(SMALL, LARGE)
    plain.train_on_batch(SMALL, LARGE)
    for a, b in zip(values(plain.generator), values(spared.generator), strict=True):
        np.testing.assert_allclose(a, b, atol=1e-5)


def test_a_saved_model_goes_on_where_it_was(tmp_path):
    adam = keras.optimizers.Adam
    model = compiled(
        degradation=RandomDegradation(median_probability=1.0),
        optimizer=adam(1e-3, use_ema=True),
        discriminator_optimizer=adam(1e-3),
        perceptual_loss=PerceptualLoss("conv1_2", weights="random"),
        perceptual_weight=0.4,
        metrics=[PSNR()],
    )
    model.train_on_batch(LARGE)
    model.save(tmp_path / "model.keras")
    again = keras.saving.load_model(tmp_path / "model.keras")
    assert again.losses_setting.perceptual_weight == 0.4
    for a, b in zip(model.optimizers, again.optimizers, strict=True):
        for one, other in zip(a.variables, b.variables, strict=True):
            np.testing.assert_array_equal(one, other)
    model.reset_metrics()
    logs = [one.train_on_batch(LARGE, return_dict=True) for one in (model, again)]
    for name, value in logs[0].items():
        np.testing.assert_allclose(logs[1][name], value, rtol=1e-3, err_msg=name)
    names = []
    model.save_weights(tmp_path / "model.weights.h5")
    with h5py.File(tmp_path / "model.weights.h5") as file:
        file.visit(names.append)
    assert any("discriminator" in name for name in names)
    assert not any("perceptual" in name or "vgg" in name for name in names)


@pytest.mark.parametrize(
    ("degradation", "data", "message"),
    [
        (None, (LARGE,), "is trained on .small, large. pictures; large ones alone came"),
        (RandomDegradation(), (SMALL, LARGE), "makes the small pictures itself"),
        (None, (SMALL, LARGE, np.ones(4)), "takes no sample weights"),
    ],
)
def test_data_that_does_not_fit_is_named(degradation, data, message):
    model = compiled(None, degradation, run_eagerly=True)
    with pytest.raises(ValueError, match=message):
        model.train_on_batch(*data)


@pytest.mark.parametrize(
    ("judge", "settings", "message"),
    [
        ("vgg", {"discriminator_optimizer": None}, "has a discriminator but no discriminator_opt"),
        (None, {"discriminator_optimizer": "adam"}, "has a discriminator_optimizer but no disc"),
        (None, {"pixel_weight": "a"}, "pixel_weight is 'a'"),
        ("vgg", dict.fromkeys(("optimizer", "discriminator_optimizer"), SGD), "have one optimizer"),
        (None, {"pixel_weight": -1.0}, r"pixel_weight is -1\.0"),
        ("vgg", {"adversarial_weight": float("nan")}, "adversarial_weight is nan"),
    ],
)
def test_bad_settings_are_named(judge, settings, message):
    with pytest.raises(ValueError, match=message):
        compiled(judge, **settings)


def test_other_backends_are_told_in_one_line(monkeypatch):
    model = compiled(None, run_eagerly=True)
    monkeypatch.setattr(keras.backend, "backend", lambda: "jax")
    with pytest.raises(RuntimeError, match="is trained on TensorFlow; KERAS_BACKEND is jax"):
        model.train_step((SMALL, LARGE))
