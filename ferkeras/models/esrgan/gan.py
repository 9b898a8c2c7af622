"""ESRGAN as one Keras model: a generator, trained for small errors or against a discriminator."""

from __future__ import annotations

from typing import Any

import keras
from keras import ops

from ferkeras.losses.relativistic_average_loss import RelativisticAverageLoss
from ferkeras.models.esrgan._compiled import CompiledPair

_OURS = ("generator", "discriminator", "degradation")


@keras.saving.register_keras_serializable("ferkeras")
class ESRGAN(CompiledPair):
    """A generator with what trains it: Wang et al. 2018 (ESRGAN, ECCV workshops), section 3.

    Without a discriminator: the PSNR stage, ``pixel_weight * mean |x - y|``. With one, Eq. 3: ::

        generator:      perceptual_weight L_percep + adversarial_weight L_G + pixel_weight L_1
        discriminator:  L_D,     both L_G and L_D of `ferkeras.losses.RelativisticAverageLoss`

    Each step makes pictures once, then updates the generator by the first and the discriminator by
    the second, with its own optimizer; no gradient of one reaches the other network. (What layers
    of the discriminator change by themselves when they are used in training, averages of batch
    normalisation and kernels of spectral normalisation, they change in both.) The discriminator
    sees real and made pictures as two batches, as in the public program, so that its batch
    normalisation does not mix them.

    Args:
        generator: `ESRGANGenerator`, or another model from small to large pictures.
        discriminator: `ESRGANDiscriminator`, or another model from large pictures to scores; None
            for the PSNR stage.
        degradation: makes small pictures of large ones, such as
            `ferkeras.layers.RandomDegradation`; None: the data holds both.

    Call: small pictures ``(batch, height, width, channels)``, RGB, 0..255 -> what the generator
    gives. ``fit`` and ``evaluate`` take large pictures alone where there is a degradation, else
    ``(small, large)``; both 0..255. What ``fit`` reports: ``loss`` (the generator's), its parts
    ``pixel``, ``perceptual``, ``adversarial`` before their weights, ``discriminator`` (L_D),
    ``real_score`` and ``made_score`` (means before the sigmoid).

    Gradient checkpointing: build the generator in `keras.RematScope`, see
    `ferkeras.models.esrgan.checkpointing`. Gradient accumulation and a moving average of the
    generator's weights: ``gradient_accumulation_steps`` and ``use_ema`` of the optimizers.

    Raises:
        ValueError: data without the pictures that are needed, see ``fit``.
        RuntimeError: trained on another backend than TensorFlow, whose gradient tape this takes.

    Example:
        >>> model = ESRGAN(ESRGANGenerator(variant="light"), ESRGANDiscriminator(),
        ...                ferkeras.layers.RandomDegradation(seed=0))
        >>> model.compile("adam", "adam", perceptual_loss=PerceptualLoss(), metrics=[PSNR()])
        >>> model.fit(faces, batch_size=16)     # float32 (n, 128, 128, 3), 0..255
    """

    def __init__(
        self,
        generator: keras.Model,
        discriminator: keras.Model | None = None,
        degradation: keras.layers.Layer | None = None,
        name: str = "esrgan",
        **kwargs: Any,
    ) -> None:
        super().__init__(name=name, **kwargs)
        self.generator = generator
        self.discriminator = discriminator
        self.degradation = degradation
        self._generator_loss = RelativisticAverageLoss("generator")
        self._discriminator_loss = RelativisticAverageLoss("discriminator")
        self.build()

    def build(self, input_shape: Any = None) -> None:
        """Nothing is left to build: both networks come built."""

    def call(self, inputs: Any, training: bool = False) -> Any:
        """Enlarge the pictures."""
        return self.generator(inputs, training=training)

    def train_step(self, data: Any) -> dict[str, Any]:
        """One update of the generator, and of the discriminator where there is one."""
        if keras.backend.backend() != "tensorflow":
            raise RuntimeError(
                f"ESRGAN is trained on TensorFlow; KERAS_BACKEND is {keras.backend.backend()}. "
                "Its networks run on every backend"
            )
        import tensorflow as tf

        own: Any = self.optimizer
        small, large = self._pair(data, training=True)
        with tf.GradientTape() as tape:
            made = self.generator(small, training=True)
            loss, parts = self._generator_losses(large, made)
            scaled = own.scale_loss(loss)
        weights = self.generator.trainable_variables
        own.apply(tape.gradient(scaled, weights), weights)
        if self.discriminator is not None:
            made = ops.stop_gradient(made)
            with tf.GradientTape() as tape:
                real_score, made_score = self._scores(large, made)
                judged = self._discriminator_loss(real_score, made_score)
                scaled = self.discriminator_optimizer.scale_loss(judged)
            weights = self.discriminator.trainable_variables
            self.discriminator_optimizer.apply(tape.gradient(scaled, weights), weights)
            parts |= {
                "discriminator": judged,
                "real_score": ops.mean(real_score),
                "made_score": ops.mean(made_score),
            }
        return self._report(small, large, made, {"loss": loss, **parts})

    def test_step(self, data: Any) -> dict[str, Any]:
        """The generator's loss by pixels, and the metrics; nothing is drawn at random."""
        small, large = self._pair(data, training=False)
        made = self.generator(small, training=False)
        pixel, weight = _pixel_loss(large, made), self.losses_setting.pixel_weight
        return self._report(small, large, made, {"loss": weight * pixel, "pixel": pixel})

    def _generator_losses(self, large: Any, made: Any) -> tuple[Any, dict[str, Any]]:
        setting, parts = self.losses_setting, {"pixel": _pixel_loss(large, made)}
        loss = setting.pixel_weight * parts["pixel"]
        if setting.perceptual_loss is not None:
            parts["perceptual"] = setting.perceptual_loss(large, made)
            loss = loss + setting.perceptual_weight * parts["perceptual"]
        if self.discriminator is not None:
            parts["adversarial"] = self._generator_loss(*self._scores(large, made))
            loss = loss + setting.adversarial_weight * parts["adversarial"]
        return loss, parts

    def _scores(self, large: Any, made: Any) -> tuple[Any, Any]:
        assert self.discriminator is not None
        return tuple(self.discriminator(one, training=True) for one in (large, made))

    def _pair(self, data: Any, training: bool) -> tuple[Any, Any]:
        """Small and large pictures of a batch, float32."""
        x, y, weight = keras.utils.unpack_x_y_sample_weight(data)
        if weight is not None:
            raise ValueError("ESRGAN takes no sample weights")
        if self.degradation is None:
            if y is None:
                raise ValueError(
                    "ESRGAN without a degradation is trained on (small, large) pictures; large "
                    "ones alone came"
                )
            return ops.cast(x, "float32"), ops.cast(y, "float32")
        if y is not None:
            raise ValueError(
                "ESRGAN with a degradation makes the small pictures itself; give large ones alone"
            )
        large = ops.cast(x, "float32")
        return ops.stop_gradient(self.degradation(large, training=training)), large

    def get_config(self) -> dict[str, Any]:
        """The parts."""
        parts = {name: getattr(self, name) for name in _OURS}
        serialize = keras.saving.serialize_keras_object
        found = {name: part and serialize(part) for name, part in parts.items()}
        return {**super().get_config(), **found}

    @classmethod
    def from_config(cls, config: dict[str, Any], custom_objects: Any = None) -> ESRGAN:
        """Inverse of `get_config`."""
        again = keras.saving.deserialize_keras_object
        parts = {
            name: config[name] and again(config[name], custom_objects=custom_objects)
            for name in _OURS
        }
        return cls(**{**config, **parts})


def _pixel_loss(large: Any, made: Any) -> Any:
    """Mean of ``|x - y|``, values 0..1."""
    return ops.mean(ops.abs(large - made)) / 255.0
