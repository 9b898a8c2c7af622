"""Random crops: each picture in each pass, the same for the same seed and pass."""

import numpy as np
import pytest

from ferkeras.errors import DatasetError
from ferkeras.inputs.patches import patch_batches, patch_steps

SIDES = (12, 8, 20, 8, 9)


def marked():
    """Pictures whose pixels say picture, row and column."""
    return [
        np.stack([np.full((s, s), n), *np.meshgrid(np.arange(s), np.arange(s))], -1).astype("uint8")
        for n, s in enumerate(SIDES)
    ]


def crops(**settings):
    settings = {"batch_size": 3, "seed": 4, **settings}
    return [np.asarray(batch) for batch in patch_batches(marked(), 8, **settings)]


def test_each_picture_is_cropped_once_a_pass_and_the_last_batch_is_filled_up():
    batches = crops(flip=False)
    assert patch_steps(5, 3) == len(batches) == 2
    every = np.concatenate(batches)
    assert every.shape == (6, 8, 8, 3)
    assert every.dtype == np.uint8
    numbers = every[:, 0, 0, 0].tolist()
    assert sorted(numbers[:5]) == [0, 1, 2, 3, 4]
    assert numbers[5] == numbers[0]
    for crop in every:
        number, left, top = crop[0, 0]
        np.testing.assert_array_equal(crop, marked()[number][top : top + 8, left : left + 8])


def test_several_crops_of_each_picture():
    every = np.concatenate(crops(per_picture=3))
    assert len(every) == 15
    assert np.bincount(every[:, 0, 0, 0]).tolist() == [3] * 5


def test_half_are_mirrored_and_mirroring_changes_no_place():
    plain = np.concatenate(crops(epochs=40, flip=False))
    mirrored = np.concatenate(crops(epochs=40))
    same = (plain == mirrored).all(axis=(1, 2, 3))
    turned = (plain[:, :, ::-1] == mirrored).all(axis=(1, 2, 3))
    assert (same | turned).all()
    assert 0.3 < turned.mean() < 0.7


def test_a_pass_is_the_same_whatever_ran_before():
    whole = crops(epochs=3)
    for a, b in zip(whole[4:], crops(first_epoch=2), strict=True):
        np.testing.assert_array_equal(a, b)
    assert any((a != b).any() for a, b in zip(whole[:2], whole[2:4], strict=True))
    assert any((a != b).any() for a, b in zip(whole[:2], crops(seed=5), strict=True))


def test_pictures_that_do_not_do_are_named():
    with pytest.raises(DatasetError, match="no pictures"):
        patch_batches([], 8, 2)
    with pytest.raises(DatasetError, match=r"of \(8, 8, 3\) is too small for crops of 12x12"):
        patch_batches(marked(), 12, 2)
