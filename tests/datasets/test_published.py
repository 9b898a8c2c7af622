import importlib

import pytest

from ferkeras.datasets._micro_classes import THREE_OF
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
        ("smic", "HS", 164),
        ("smic", "VIS", 71),
        ("smic", "NIR", 71),
        ("spos", "VIS", 231),
        ("spos", "NIR", 231),
        ("megc2019", ALL, 442),
        ("megc2019", "casme2", 145),
        ("megc2019", "samm", 133),
        ("megc2019", "smic", 164),
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


@pytest.mark.parametrize(
    ("reader", "name", "total"),
    [
        ("casme2", "five", 247),
        ("casme2", "three", 145),
        ("samm", "three", 133),
        ("samm", "five", 136),
        ("samm", "all", 159),
        ("casme3", "three", 773),
        ("casme3", "four", 943),
        ("casme3", "seven", 943),
    ],
)
def test_each_choice_of_classes_adds_up(reader, name, total):
    module = importlib.import_module(f"ferkeras.datasets.{reader}")
    assert module.PUBLISHED.count(ALL, TOTAL, module.CLASSES[name]) == total


@pytest.mark.parametrize("reader", ["samm", "casme3"])
def test_the_three_classes_are_sums_of_the_emotions(reader):
    counts = importlib.import_module(f"ferkeras.datasets.{reader}").PUBLISHED.counts[ALL]
    for name in ("negative", "positive"):
        parts = [
            counts[emotion] for emotion, of in THREE_OF.items() if of == name and emotion in counts
        ]
        assert sum(parts) == counts[name]
