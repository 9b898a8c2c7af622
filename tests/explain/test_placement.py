"""Cells against the middle of what they really see."""

from __future__ import annotations

import keras
import numpy as np
import pytest
import tensorflow as tf
from hypothesis import given, settings
from hypothesis import strategies as st
from keras import layers

from ferkeras.explain.placement import Placement, enlarge, find_placement
from ferkeras.models import MFFCNN

SIDE = (61, 50)
ones = {"kernel_initializer": "ones"}


def make(kind, size, stride, padding):
    if kind == "pool":
        return layers.AveragePooling2D(size, stride, padding=padding)
    if kind == "dilated":
        return layers.Conv2D(1, size, padding=padding, dilation_rate=2, **ones)
    return layers.Conv2D(1, size, stride, padding=padding, **ones)


@settings(max_examples=12, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["conv", "pool", "dilated"]),
            st.integers(1, 4),
            st.integers(1, 2),
            st.sampled_from(["valid", "same"]),
        ),
        min_size=1,
        max_size=3,
    )
)
def test_a_cell_is_placed_in_the_middle_of_what_it_sees(stack):
    inputs = keras.Input((*SIDE, 1))
    x = inputs
    for step in stack:
        x = make(*step)(x)
    placement = find_placement(x)
    assert placement.size == SIDE
    cell = [x.shape[axis + 1] // 2 for axis in (0, 1)]
    picture = tf.ones((1, *SIDE, 1))
    with tf.GradientTape() as tape:
        tape.watch(picture)
        value = keras.Model(inputs, x)(picture)[0, cell[0], cell[1], 0]
    seen = np.asarray(tape.gradient(value, picture), np.float64)[0, :, :, 0]
    for axis in (0, 1):
        middle = np.average(np.arange(SIDE[axis]), weights=seen.sum(axis=1 - axis))
        guess = placement.start[axis] + placement.step[axis] * cell[axis]
        assert guess == pytest.approx(middle, abs=1e-3)


def test_mff_cnn_by_hand():
    """Six unpadded 3x3 convolutions and three pools: a cell sees 36 pixels, eight further each."""
    model = MFFCNN()
    image = find_placement(model.get_layer("image3_pool").output)
    assert image == Placement((60, 60), (17.5, 17.5), (8.0, 8.0))
    patch = find_placement(model.get_layer("patch2_pool").output)
    assert patch == Placement((24, 24), (7.5, 7.5), (4.0, 4.0))


def test_enlarging_is_linear_between_middles_and_constant_outside():
    heat = np.array([[[1.0, 3.0]], [[0.0, 4.0]]], np.float32)  # two rows of 1x2 cells
    large = enlarge(heat, Placement((2, 7), (0.5, 1.5), (2.0, 4.0)))
    line = np.array([1, 1, 1.25, 1.75, 2.25, 2.75, 3])
    np.testing.assert_allclose(large, [[line] * 2, [(line - 1) * 2] * 2], atol=1e-6)
