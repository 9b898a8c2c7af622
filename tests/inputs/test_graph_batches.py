"""Pictures and their graphs in one batch: they belong together, whatever was changed."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from ferkeras.datasets.synthetic import render
from ferkeras.inputs import Augmentation, batches
from ferkeras.inputs.graph_batches import in_windows_of_size, node_counts
from ferkeras.prepare import model_inputs, prepare
from ferkeras.types import GraphSpec, InputSpec

SPEC = InputSpec(height=32, width=32, channels=1, graph=GraphSpec())


@pytest.fixture(scope="module")
def faces():
    made = [render(0, s, "happy", size=100).picture[20:80, 20:80] for s in range(12)]
    return np.stack([prepare(one, None, SPEC) for one in made]).astype(np.uint8)


def read(faces, size=5, **changes):
    targets = np.eye(len(faces), dtype="float32")
    return [
        (keras.tree.map_structure(np.asarray, inputs), np.asarray(target))
        for inputs, target in batches(faces, targets, size, spec=SPEC, **changes)
    ]


def same(one, other):
    assert one.keys() == other.keys()
    for name in one:
        np.testing.assert_array_equal(one[name], other[name])


def test_every_picture_comes_with_its_own_graph(faces):
    seen = []
    for inputs, target in read(faces):
        rows = target.argmax(1)
        np.testing.assert_array_equal(inputs["image"], faces[rows].astype("float32"))
        same(inputs, model_inputs(faces[rows], SPEC))
        seen += rows.tolist()
    assert sorted(seen) == list(range(len(faces)))


@pytest.mark.parametrize(
    "change", [{"flip": 1.0}, {"rotation": 20.0}, {"scale": (0.7, 0.8)}, {"shift": 0.2}]
)
def test_graphs_are_those_of_the_changed_pictures(faces, change):
    moved = 0
    for inputs, target in read(faces, augmentation=Augmentation(**change)):
        same(inputs, model_inputs(inputs["image"], SPEC))
        moved += (inputs["image"] != faces[target.argmax(1)]).any()
    assert moved


def test_a_flip_moves_pictures_and_balls_alike(faces):
    """The share of the picture's balls left of the middle becomes that on the right."""
    lopsided = faces.copy()
    lopsided[:, :, :16] = 90  # one flat half: few large balls
    for inputs, _ in read(lopsided, augmentation=Augmentation(flip=1.0)):
        real = inputs["nodes"][..., 0] >= 0
        right = (inputs["nodes"][..., 1] > 15.5) & real
        assert (right.sum(1) < 0.3 * real.sum(1)).all()
        assert (inputs["image"][:, :, 16:] == 90).all()


def test_mixed_pictures_have_the_graph_of_the_mixture(faces):
    for inputs, _ in read(faces, augmentation=Augmentation(mixup=1.0)):
        same(inputs, model_inputs(inputs["image"], SPEC))


def test_two_passes_of_one_number_are_equal_to_the_bit(faces):
    settings = Augmentation(flip=0.5, rotation=9.0, noise=3.0)
    long = read(faces, augmentation=settings, epochs=3, seed=4)
    again = read(faces, augmentation=settings, first_epoch=2, seed=4)
    assert len(long) == 9
    for (one, _), (other, _) in zip(long[6:], again, strict=True):
        same(one, other)


def test_batches_hold_pictures_of_like_size():
    sizes = np.random.default_rng(0).permutation(4000).astype("int64")
    rows = tf.random.experimental.stateless_shuffle(tf.range(3990, dtype=tf.int64), seed=[1, 2])
    order = np.asarray(in_windows_of_size(rows, tf.constant(sizes), 100, tf.constant([3, 4])))
    assert sorted(order.tolist()) == list(range(3990))
    spread = [np.ptp(sizes[order[at : at + 100]]) for at in range(0, 3900, 100)]
    # Of 4000. A window of 4 batches holds about a quarter of all sizes in each, and the noise.
    assert np.median(spread) < 1600
    means = [sizes[order[at : at + 100]].mean() for at in range(0, 3900, 100)]
    assert abs(np.corrcoef(means, np.arange(39))[0, 1]) < 0.5  # the batches themselves are shuffled


def orders(count, size, passes):
    sizes = tf.constant(np.random.default_rng(1).integers(100, 900, count))
    for number in range(passes):
        key = tf.constant([5, number], tf.int64)
        rows = tf.random.experimental.stateless_shuffle(tf.range(count, dtype=tf.int64), seed=key)
        yield np.asarray(in_windows_of_size(rows, sizes, size, key + 1))


@pytest.mark.parametrize(("count", "size"), [(100, 16), (900, 32), (5000, 16)])
def test_pictures_meet_others_in_each_pass(count, size):
    """How many pairs of a batch were together in the pass before: hardly more than by chance."""
    before = None
    for order in orders(count, size, 4):
        assert sorted(order.tolist()) == list(range(count))
        batch = np.empty(count, int)
        batch[order] = np.arange(count) // size
        pairs = batch[:, None] == batch[None]
        if before is not None:
            again = ((pairs & before).sum() - count) / (pairs.sum() - count)
            assert again < 0.15 + size / count
        before = pairs


def test_the_last_smaller_batch_is_another_one_of_all_sizes_in_each_pass():
    last = [frozenset(order[-4:].tolist()) for order in orders(100, 16, 6)]
    assert len(set(last)) == 6
    sizes = np.random.default_rng(1).integers(100, 900, 100)
    chosen = np.array([sizes[list(rows)].mean() for rows in last])
    assert 300 < chosen.mean() < 700


@pytest.mark.parametrize(("count", "size"), [(1, 1), (1, 8), (7, 8), (8, 8), (9, 8), (17, 16)])
def test_small_numbers_of_rows(count, size):
    for order in orders(count, size, 2):
        assert sorted(order.tolist()) == list(range(count))


def test_few_nodes_only_pad(faces):
    """With pictures of very different sizes the bucketed order needs far fewer rows."""
    flat = np.full((200, 32, 32, 1), 100, np.uint8)
    rough = np.random.default_rng(0).integers(0, 256, (200, 32, 32, 1)).astype(np.uint8)
    mixed = np.concatenate([flat, rough])
    real = node_counts(mixed, SPEC.graph).sum()
    rows = sum(inputs["nodes"].shape[0] * inputs["nodes"].shape[1] for inputs, _ in read(mixed, 10))
    assert rows < 1.3 * real
