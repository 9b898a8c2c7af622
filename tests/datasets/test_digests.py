from __future__ import annotations

import numpy as np
import pytest

from ferkeras.datasets.base import Index, sample_digest
from ferkeras.datasets.digests import digests
from ferkeras.errors import MediaError
from ferkeras.types import Clip, FlowImage, Sample


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


class Frames(list):
    """Frames that note which of them were asked for."""

    def __init__(self, values):
        super().__init__(np.full((4, 4, 3), value, np.uint8) for value in values)
        self.asked = []

    def __getitem__(self, at):
        self.asked.append(at)
        return super().__getitem__(at)


@pytest.mark.parametrize(
    ("places", "wanted"),
    [
        ({"onset": 1, "apex": 3, "offset": 5}, [1, 3]),
        ({"apex": 3}, [0, 3]),
        ({"onset": 2, "offset": 4}, [2, 3, 4]),
        ({}, [0, 1, 2, 3, 4, 5]),
    ],
)
def test_a_clip_loads_the_frames_that_its_input_is_made_of(places, wanted):
    frames = Frames(range(6))
    sample_digest(Clip(frames, **places))
    assert frames.asked == wanted


def test_clips_are_equal_by_the_pixels_that_count():
    def digest(values, **places):
        return sample_digest(Clip(Frames(values), **places))

    known = digest([1, 2, 3, 4], onset=0, apex=2, offset=3)
    assert digest([9, 1, 7, 7, 3], onset=1, apex=4) == known
    assert digest([1, 2, 5, 4], onset=0, apex=2, offset=3) != known
    assert digest([3, 2, 1, 4], onset=0, apex=2, offset=3) != known
    spotted = digest([1, 2, 3], onset=0)
    assert digest([9, 1, 2, 3], onset=1) == spotted
    assert len({spotted, known, digest([1, 2, 3]), digest([1, 2, 3], onset=0, offset=2)}) == 4


def test_flow_images_and_their_apex_frames_count():
    one, two = (np.full((4, 4, 3), value, np.uint8) for value in (1, 2))
    found = {sample_digest(FlowImage(*both)) for both in ((one,), (two,), (one, one), (one, two))}
    assert len(found) == 4
    assert sample_digest(FlowImage(one, two)) == sample_digest(FlowImage(one.copy(), two.copy()))
