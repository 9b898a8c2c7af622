import numpy as np
import pytest

from ferkeras.inputs import Augmentation, batches

RNG = np.random.default_rng(0)
PICTURES = RNG.integers(0, 255, (22, 16, 16, 3), dtype=np.uint8)
TARGETS = np.eye(22, dtype=np.float32)
EVERYTHING = Augmentation(
    flip=0.5,
    rotation=10,
    scale=(0.5, 1.5),
    shift=0.1,
    brightness=0.2,
    contrast=0.2,
    noise=5.0,
    erase=0.5,
    hsv=0.3,
    flow_flip=0.5,
    flow_gain=0.3,
)


def one_pass(epoch=0, **options):
    data = batches(PICTURES, TARGETS, 8, first_epoch=epoch, **options)
    return [tuple(np.asarray(part) for part in batch) for batch in data]


def test_every_picture_comes_once_with_its_own_target():
    found = one_pass()
    assert [len(x) for x, _ in found] == [8, 8, 6]
    rows = np.concatenate([y for _, y in found]).argmax(1)
    assert sorted(rows) == list(range(22))
    np.testing.assert_array_equal(np.concatenate([x for x, _ in found]), PICTURES[rows])


def test_order_and_augmentation_depend_on_seed_and_epoch_alone():
    first = one_pass(epoch=3, seed=7, augmentation=EVERYTHING)
    again = one_pass(epoch=3, seed=7, augmentation=EVERYTHING)
    for (x, y), (x2, y2) in zip(first, again, strict=True):
        np.testing.assert_array_equal(x, x2)
        np.testing.assert_array_equal(y, y2)
    for other in (one_pass(4, seed=7), one_pass(3, seed=8)):
        assert not np.array_equal(other[0][1], first[0][1])


def test_several_passes_are_those_of_their_epochs():
    whole = one_pass(2, epochs=3, seed=7, augmentation=EVERYTHING)
    parts = [
        batch for epoch in (2, 3, 4) for batch in one_pass(epoch, seed=7, augmentation=EVERYTHING)
    ]
    assert len(whole) == 9
    for (x, y), (x2, y2) in zip(whole, parts, strict=True):
        np.testing.assert_array_equal(x, x2)
        np.testing.assert_array_equal(y, y2)


def test_augmented_pictures_stay_in_range_and_differ():
    x, y = one_pass(augmentation=EVERYTHING)[0]
    assert x.min() >= 0
    assert x.max() <= 255
    assert np.abs(x - PICTURES[y.argmax(1)]).mean() > 5


def test_equal_pictures_of_a_batch_are_changed_differently():
    same = np.repeat(PICTURES[:1], 6, axis=0)
    data = batches(same, TARGETS[:6], 6, augmentation=Augmentation(rotation=10))
    x = np.asarray(next(iter(data))[0])
    assert len(np.unique(x.reshape(6, -1), axis=0)) == 6


def test_hsv_needs_colour():
    with pytest.raises(ValueError, match="hsv needs RGB"):
        next(iter(batches(PICTURES[..., :1], TARGETS, 8, augmentation=Augmentation(hsv=0.5))))


def test_weights_travel_with_their_pictures():
    weights = np.arange(22, dtype=np.float32)
    data = batches(PICTURES, TARGETS, 8, weights=weights)
    for _, y, w in data:
        np.testing.assert_array_equal(np.asarray(y).argmax(1), w)


def test_mixup_mixes_picture_and_target_by_the_same_share():
    flat = np.arange(22, dtype=np.uint8)[:, None, None, None] * np.ones((1, 4, 4, 1), np.uint8)
    augmentation = Augmentation(mixup=0.4)
    for x, y in batches(flat, TARGETS, 11, augmentation=augmentation):
        y = np.asarray(y)
        np.testing.assert_allclose(y.sum(axis=1), 1, rtol=1e-5)
        np.testing.assert_allclose(np.asarray(x)[:, 0, 0, 0], y @ np.arange(22), atol=1e-3)
        assert 0.5 <= y.max(axis=1).min() < 0.999
        assert (np.count_nonzero(y > 1e-6, axis=1) <= 2).all()
