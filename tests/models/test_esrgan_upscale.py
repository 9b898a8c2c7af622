"""Large pictures tile by tile: the same as at once, and never more than a tile at a time."""

import keras
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ferkeras.models import ESRGANGenerator
from ferkeras.models.esrgan import upscale
from ferkeras.models.esrgan.upscale import reach


class Repeating:
    """Three times larger by repeating pixels; remembers the sizes that it saw."""

    def __init__(self):
        self.seen = []

    def predict_on_batch(self, x):
        self.seen.append(x.shape)
        return np.repeat(np.repeat(x, 3, axis=1), 3, axis=2)


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 40), st.integers(1, 40), st.integers(1, 20), st.integers(0, 9))
def test_every_pixel_is_there_once_in_its_place(height, width, tile, overlap):
    if tile <= 2 * overlap:
        return
    picture = np.random.default_rng(0).integers(0, 256, (height, width, 3), np.uint8)
    model = Repeating()
    made = upscale(model, picture, tile=tile, overlap=overlap)
    np.testing.assert_array_equal(made, np.kron(picture, np.ones((3, 3, 1), np.uint8)))
    assert set(model.seen) == {(1, min(tile, height), min(tile, width), 3)}


def generator(**changes):
    keras.utils.set_random_seed(1)
    model = ESRGANGenerator(**{"features": 6, "blocks": 1, "growth": 3, **changes})
    rng = np.random.default_rng(2)
    model.set_weights([rng.normal(0, 0.15, w.shape) for w in model.get_weights()])
    return model


def test_the_same_as_the_whole_picture_where_tiles_overlap_by_the_reach():
    model = generator()
    picture = np.random.default_rng(0).integers(0, 256, (70, 57, 3), np.uint8)
    whole = np.asarray(model(picture[None].astype("float32")))[0]
    assert whole.std() > 5
    expected = np.clip(whole, 0, 255)
    made = upscale(model, picture, tile=2 * reach(model) + 4, overlap=reach(model))
    assert made.dtype == np.uint8
    assert np.abs(made - expected).max() < 0.51  # rounding


def test_with_little_overlap_borders_are_the_same_and_seams_nearly():
    model = generator()
    picture = np.random.default_rng(0).integers(0, 256, (30, 57, 3), np.uint8)
    whole = np.clip(np.asarray(model(picture[None].astype("float32")))[0], 0, 255)
    difference = np.abs(upscale(model, picture, tile=30, overlap=6) - whole)
    end = 4 * (30 - reach(model))  # the first tile's last pixel that cannot see its inner edge
    assert difference[:, :end].max() < 0.51
    assert difference[:, -end:].max() < 0.51
    assert np.median(difference) < 0.51


@pytest.mark.parametrize("scale", [1, 2, 4, 8])
@pytest.mark.parametrize("upsampling", ["nearest", "pixel_shuffle"])
def test_reach_is_how_far_a_changed_pixel_is_seen(scale, upsampling):
    model = generator(scale=scale, upsampling=upsampling, features=2, growth=1)
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
        (np.zeros((4, 0, 3)), {}, r"got \(4, 0, 3\)"),
        (np.zeros((4, 4, 3)), {"tile": 8, "overlap": 4}, "tile is 8 and overlap 4"),
        (np.zeros((4, 4, 3)), {"overlap": -1}, "overlap -1"),
    ],
)
def test_bad_arguments_are_named(picture, arguments, message):
    with pytest.raises(ValueError, match=message):
        upscale(Repeating(), picture, **arguments)
