from __future__ import annotations

import numpy as np
import pytest

from ferkeras.datasets.base import Index
from ferkeras.datasets.digests import digests
from ferkeras.errors import MediaError
from ferkeras.types import Sample


@pytest.fixture
def pictures():
    """Two equal pictures, one other, one that cannot be read."""
    grey = np.full((4, 4, 3), 7, np.uint8)
    return {"a": grey, "b": grey.copy(), "c": grey + 1}


@pytest.fixture
def small(pictures):
    def load(item):
        if item not in pictures:
            raise MediaError(f"{item}: picture is truncated")
        return pictures[item]

    return Index.from_samples("small", [Sample(item, "x") for item in "abcd"], ("x",), load)


def test_equal_pixels_equal_digest_and_unreadable_is_listed(small):
    found = digests(small)
    assert found.values[0] == found.values[1] != found.values[2]
    assert found.values[3] is None
    assert [(skip.item, skip.reason) for skip in found.unreadable] == [
        ("d", "d: picture is truncated")
    ]


def test_fingerprint_follows_the_pixels(small, pictures):
    before = digests(small).fingerprint
    assert digests(small).fingerprint == before
    pictures["c"] = pictures["c"] + 1
    assert digests(small).fingerprint != before
