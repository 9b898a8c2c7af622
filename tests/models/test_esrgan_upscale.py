"""`upscale` is tiling over a Keras model (see tests/restore); how far a generator looks."""

import keras
import numpy as np
import pytest
from tiny_restorer import keras_answer, tiny_generator

from ferkeras.models import ESRGANGenerator
from ferkeras.models.esrgan import upscale
from ferkeras.models.esrgan.upscale import reach


def test_a_picture_of_any_size_in_tiles():
    picture = np.random.default_rng(0).integers(0, 256, (70, 57, 3), np.uint8)
    model = tiny_generator()
    made = upscale(model, picture, tile=2 * reach(model) + 4, overlap=reach(model))
    assert made.dtype == np.uint8
    assert np.abs(made - keras_answer(picture[None])[0]).max() < 0.51


def generator(**changes):
    keras.utils.set_random_seed(1)
    return ESRGANGenerator(**{"features": 2, "blocks": 1, "growth": 1, **changes})


@pytest.mark.parametrize("scale", [1, 2, 4, 8])
@pytest.mark.parametrize("upsampling", ["nearest", "pixel_shuffle"])
def test_reach_is_how_far_a_changed_pixel_is_seen(scale, upsampling):
    model = generator(scale=scale, upsampling=upsampling)
    # With nothing negative, no change is lost on its way.
    model.set_weights([np.full_like(w, 0.3 if w.ndim > 1 else 0.0) for w in model.get_weights()])
    x = np.zeros((1, 45, 3, 3), "float32")
    x[0, 22, 1] = 100
    changed = np.asarray(model(x))[0].max(axis=(1, 2)) > 0
    rows = np.flatnonzero(changed) // scale
    seen = max(22 - rows.min(), rows.max() - 22)
    assert reach(model) - 1 <= seen <= reach(model)


@pytest.mark.parametrize(
    ("picture", "arguments", "message"),
    [
        (np.zeros((4, 4)), {}, r"got \(4, 4\)"),
        (np.zeros((4, 4, 3)), {"tile": 8, "overlap": 4}, "tile is 8 and overlap 4"),
    ],
)
def test_bad_arguments_are_value_errors(picture, arguments, message):
    with pytest.raises(ValueError, match=message):
        upscale(generator(), picture, **arguments)
