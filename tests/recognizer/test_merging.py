import dataclasses
import itertools
from types import SimpleNamespace

import numpy as np
from clips import moving_face

from ferkeras.recognizer import ClipResult
from ferkeras.recognizer.merging import Merging, is_way_back


def seen(onset, apex, offset, motion):
    return ClipResult(
        source="a",
        fps=100.0,
        frames=50,
        onset=onset,
        apex=apex,
        offset=offset,
        spotted=True,
        onset_estimated=True,
        box=(0.0, 0.0, 9.0, 9.0),
        faces_seen=1,
        label="x",
        probabilities={"x": 1.0},
        motion=motion,
        seconds={},
    )


def merged(sightings):
    """Sightings as ``(first frame of the next window, sighting)``, as a stream gives them."""
    merging, found = Merging(), []
    for begins, one in sightings:
        merging.add(one)
        found += merging.ready(begins)
    return [(one.onset, one.motion) for one in [*found, *merging.ready(None)]]


def test_apart_in_time_both_are_given_at_once():
    merging = Merging()
    merging.add(seen(5, 10, 20, 1.0))
    assert [one.onset for one in merging.ready(25)] == [5]
    merging.add(seen(30, 40, 50, 1.0))
    assert list(merging.ready(49)) == []  # a window from 49 on may see it too
    assert [one.onset for one in merging.ready(50)] == [30]


def test_of_overlapping_sightings_the_much_stronger_one_counts():
    assert merged([(25, seen(5, 20, 30, 1.0)), (50, seen(25, 40, 50, 2.0))]) == [(25, 2.0)]
    assert merged([(25, seen(5, 20, 30, 2.0)), (50, seen(25, 40, 50, 1.0))]) == [(5, 2.0)]


def motion_between(first, last):
    """As much of a `ClipMotion` as is looked at: the faces at onset and apex."""
    return SimpleNamespace(onset_face=first, apex_face=last)


def test_the_way_back_to_rest_is_no_movement_of_its_own():
    rest, apex, rest_again, apex_again = moving_face(np.array([0.0, 1, 0, 1]))
    before = dataclasses.replace(seen(5, 20, 30, 1.0), analysis=motion_between(rest, apex))
    back = dataclasses.replace(seen(22, 35, 40, 1.0), analysis=motion_between(apex, rest_again))
    again = dataclasses.replace(seen(24, 36, 44, 1.0), analysis=motion_between(rest, apex_again))
    same = dataclasses.replace(seen(6, 21, 30, 1.0), analysis=motion_between(rest, apex_again))
    assert is_way_back(before, back)
    assert not is_way_back(before, again)
    assert not is_way_back(before, same)
    assert not is_way_back(back, before)  # earlier in time


def test_a_face_that_never_rests_does_not_fill_the_memory():
    merging, given = Merging(), []
    for number in range(200):
        merging.add(seen(25 * number, 25 * number + 20, 25 * number + 40, 1 + number % 3 / 10))
        given += merging.ready(25 * (number + 1))
        assert len(merging.held) <= 8
    given += merging.ready(None)
    assert len(given) >= 60
    for earlier, later in itertools.pairwise(given):
        assert earlier.offset <= later.onset
