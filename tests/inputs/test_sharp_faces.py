"""Faces as sharp squares: cut out, never enlarged, what is left out is listed; the cache."""

import numpy as np
import pytest

from ferkeras.datasets.base import Index
from ferkeras.datasets.synthetic import render
from ferkeras.detect import load_detector
from ferkeras.errors import DatasetError, FerkerasError
from ferkeras.inputs.sharp_faces import sharp_faces
from ferkeras.prepare import prepare
from ferkeras.types import InputSpec, Sample

RNG = np.random.default_rng(0)


def index(pictures, cropped=True):
    samples = [Sample(name, "happy", name[0]) for name in pictures]
    return Index.from_samples("made", samples, ("happy",), pictures.__getitem__, cropped=cropped)


def crops():
    sizes = {"a": (48, 48, 3), "b": (50, 47, 3), "c": (20, 20, 3), "d": (200, 160, 3)}
    return {name: RNG.integers(0, 256, size, np.uint8) for name, size in sizes.items()}


def test_crops_keep_their_size_and_small_ones_are_listed():
    pictures = crops()
    found = sharp_faces(index(pictures), 96, 32, 4)
    assert [face.shape for face in found.pictures] == [(48, 48, 3), (44, 44, 3), (96, 96, 3)]
    np.testing.assert_array_equal(found.pictures[0], pictures["a"])
    np.testing.assert_array_equal(found.rows, [0, 1, 3])
    assert [one.item for one in found.skipped] == ["c"]
    assert found.skipped[0].reason == "the face has 20x20 pixels, at least 32 are needed"


def test_faces_in_whole_pictures():
    pictures = {"a": render(0, 1, "happy", size=256).picture, "b": np.zeros((64, 64, 3), np.uint8)}
    found = sharp_faces(index(pictures, cropped=False), 64, 32, 4, margin=0.1)
    face = load_detector("viola_jones").detect(pictures["a"])[0]
    spec = InputSpec(height=64, width=64, channels=3, margin=0.1)
    np.testing.assert_array_equal(found.pictures[0], prepare(pictures["a"], face, spec))
    assert found.skipped[0].reason == "no face found by viola_jones"


def test_the_cache_gives_the_same_and_knows_other_settings(tmp_path):
    pictures = crops()
    first = sharp_faces(index(pictures), 96, 32, 4, cache=tmp_path)
    again = sharp_faces(index(pictures), 96, 32, 4, cache=tmp_path)
    assert len(list(tmp_path.iterdir())) == 1
    for a, b in zip(first.pictures, again.pictures, strict=True):
        np.testing.assert_array_equal(a, b)
    assert first.skipped == again.skipped
    other = sharp_faces(index(pictures), 96, 16, 4, cache=tmp_path)
    assert len(other.pictures) == 4
    changed = {**pictures, "a": 255 - pictures["a"]}
    other = sharp_faces(index(changed), 96, 32, 4, cache=tmp_path)
    np.testing.assert_array_equal(other.pictures[0], changed["a"])


def test_a_damaged_cache_is_an_error(tmp_path):
    made = index(crops())
    sharp_faces(made, 96, 32, 4, cache=tmp_path)
    (path,) = tmp_path.iterdir()
    np.savez(path, reasons=np.array([""] * 4), sides=np.array([8]), pixels=np.zeros(5, np.uint8))
    with pytest.raises(FerkerasError, match="is no cache of sharp faces; delete it"):
        sharp_faces(made, 96, 32, 4, cache=tmp_path)


def test_nothing_usable_is_an_error():
    with pytest.raises(DatasetError, match="none of 4 pictures could be used; the first: a"):
        sharp_faces(index(crops()), 512, 400, 4)
