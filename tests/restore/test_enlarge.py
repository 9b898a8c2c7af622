"""Large pictures tile by tile: the same as at once, and never more than a tile at a time."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tiny_restorer import keras_answer, tiny_generator

from ferkeras.errors import FerkerasError, MediaError, ModelFileError
from ferkeras.models.esrgan.upscale import reach
from ferkeras.restore.enlarge import enlarge, enlarge_in_tiles


class Repeating:
    """Three times larger by repeating pixels; remembers the sizes that it saw."""

    def __init__(self):
        self.seen = []

    def __call__(self, x):
        assert x.dtype == np.float32
        self.seen.append(x.shape)
        return np.repeat(np.repeat(x, 3, axis=1), 3, axis=2)


def thrice(picture):
    return np.kron(picture, np.ones((3, 3, 1), np.uint8))


SIDES = st.integers(1, 40)
TILES = st.tuples(st.integers(1, 20), st.integers(1, 20))


def random_picture(height, width):
    return np.random.default_rng(0).integers(0, 256, (height, width, 3), np.uint8)


@settings(max_examples=60, deadline=None)
@given(SIDES, SIDES, TILES, st.integers(0, 9))
def test_every_pixel_is_there_once_in_its_place(height, width, tile, overlap):
    if min(tile) <= 2 * overlap:
        return
    picture, run = random_picture(height, width), Repeating()
    made = enlarge_in_tiles(run, picture, tile=tile, overlap=overlap)
    np.testing.assert_array_equal(made, thrice(picture))
    assert set(run.seen) == {(1, min(tile[0], height), min(tile[1], width), 3)}


@settings(max_examples=30, deadline=None)
@given(SIDES, SIDES, TILES)
def test_a_network_of_fixed_size_sees_that_size_only(height, width, size):
    picture, run = random_picture(height, width), Repeating()
    made = enlarge_in_tiles(run, picture, tile=size, overlap=(min(size) - 1) // 2, size=size)
    np.testing.assert_array_equal(made, thrice(picture))
    assert set(run.seen) == {(1, *size, 3)}


def test_the_border_is_repeated_where_a_picture_is_too_small():
    seen = []

    def run(x):
        seen.append(x[0])
        return x

    picture = random_picture(3, 5)
    np.testing.assert_array_equal(enlarge(run, picture[None], size=(5, None))[0], picture)
    np.testing.assert_array_equal(seen[0][:3], picture)
    np.testing.assert_array_equal(seen[0][3:], np.stack([picture[2]] * 2))


def test_the_same_as_the_whole_picture_where_tiles_overlap_by_the_reach():
    model = tiny_generator()
    picture = random_picture(70, 57)
    whole = keras_answer(picture[None])[0]
    assert whole.std() > 5
    tile = 2 * reach(model) + 4
    made = enlarge_in_tiles(
        model.predict_on_batch, picture, tile=(tile, tile), overlap=reach(model)
    )
    assert made.dtype == np.uint8
    assert np.abs(made - whole).max() < 0.51  # rounding


def test_with_little_overlap_borders_are_the_same_and_seams_nearly():
    model = tiny_generator()
    picture = random_picture(30, 57)
    whole = keras_answer(picture[None])[0]
    made = enlarge_in_tiles(model.predict_on_batch, picture, tile=(30, 30), overlap=6)
    difference = np.abs(made - whole)
    end = 4 * (30 - reach(model))  # the first tile's last pixel that cannot see its inner edge
    assert difference[:, :end].max() < 0.51
    assert difference[:, -end:].max() < 0.51
    assert np.median(difference) < 0.51


def test_values_are_clipped_and_rounded():
    values = np.array([-3.0, 0.4, 0.6, 254.5, 255.6, 999.0], np.float32).reshape(1, 1, 2, 3)
    np.testing.assert_array_equal(
        enlarge(lambda x: values, np.zeros((1, 1, 2, 3))).ravel(), [0, 0, 1, 254, 255, 255]
    )


@pytest.mark.parametrize(
    ("picture", "arguments", "error", "message"),
    [
        (np.zeros((4, 4)), {}, MediaError, r"got \(4, 4\)"),
        (np.zeros((4, 0, 3)), {}, MediaError, r"got \(4, 0, 3\)"),
        (np.full((4, 4, 3), np.nan), {}, MediaError, "mend or clip them"),
        (np.zeros((4, 4, 3), np.uint16), {}, MediaError, "pixels are uint16"),
        (np.zeros((4, 4, 3)), {"tile": (2.5, 8)}, FerkerasError, "expected whole numbers"),
        (np.zeros((4, 4, 3)), {"overlap": float("nan")}, FerkerasError, "expected whole numbers"),
        (
            np.zeros((4, 4, 3)),
            {"tile": (9, 8), "overlap": 4},
            FerkerasError,
            "tile is 8 and overlap 4",
        ),
        (np.zeros((4, 4, 3)), {"overlap": -1}, FerkerasError, "overlap -1"),
    ],
)
def test_bad_arguments_are_named(picture, arguments, error, message):
    with pytest.raises(error, match=message):
        enlarge_in_tiles(Repeating(), picture, **arguments)


def out_of_memory(x):
    raise MemoryError


@pytest.mark.parametrize(
    ("run", "message"),
    [
        (lambda x: x[:, :1], r"small gives \(1, 1, 4, 3\) for pictures \(1, 4, 4, 3\)"),
        (lambda x: x[:, :3, :3], "whole number of times"),
        (lambda x: x[..., :1], "whole number of times"),
        (lambda x: x[0], "whole number of times"),
        (lambda x: x * np.nan, "not finite; its weights are broken"),
        (out_of_memory, "small fails on 1 pictures of 4x4: MemoryError"),
    ],
)
def test_a_network_that_fails_is_one_clear_line(run, message):
    with pytest.raises(ModelFileError, match=message):
        enlarge(run, np.zeros((1, 4, 4, 3)), name="small")
