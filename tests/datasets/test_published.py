import importlib

import pytest

from ferkeras.datasets.published import ALL, TOTAL, Published


# Totals as the papers state them, beside the sums of our tables of classes.
@pytest.mark.parametrize(
    ("reader", "split", "total"),
    [
        ("fer2013", "train", 28709),
        ("fer2013", "public_test", 3589),
        ("fer2013", "private_test", 3589),
        ("ckplus", ALL, 327),
        ("jaffe", ALL, 213),
        ("oulu_casia", ALL, 480),
        ("sfew", "train", 958),
        ("sfew", "val", 436),
    ],
)
def test_classes_add_up_to_the_stated_total(reader, split, total):
    published = importlib.import_module(f"ferkeras.datasets.{reader}").PUBLISHED
    classes = tuple(published.counts[split])
    assert published.count(split, TOTAL, classes) == total
    assert published.source


def test_a_total_covers_the_classes_that_are_read():
    published = Published("paper", {ALL: {"a": 2, "b": 3}, "test": {TOTAL: 7}})
    assert published.count(ALL, TOTAL, ("a",)) == 2
    assert published.count(ALL, "c", ("a", "c")) is None
    assert published.count("test", TOTAL, ("a",)) == 7
    assert published.count("test", "a", ("a",)) is None
    assert published.count("other", TOTAL, ("a",)) is None
