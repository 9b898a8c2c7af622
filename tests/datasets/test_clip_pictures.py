import pickle

import numpy as np
import pytest
from dataset_trees import write_jaffe
from hypothesis import given, settings
from hypothesis import strategies as st
from micro_trees import items, reasons, write_casme2, write_smic

from ferkeras.datasets import Index, clip_pictures, open_index
from ferkeras.datasets.verify import verify
from ferkeras.errors import DatasetError
from ferkeras.types import Clip, Sample


def index_of(clip):
    sample = Sample("c", "happy", "s1")
    return Index.from_samples("some", [sample], ("happy",), lambda item: clip)


def clip_of(count, onset=None, apex=None, offset=None):
    frames = np.arange(count, dtype=np.uint8)[:, None, None, None].repeat(3, axis=3)
    return Clip(frames, onset=onset, apex=apex, offset=offset)


def places(index):
    return [int(item.partition("#")[2]) for item in index.table["item"]]


@settings(max_examples=50, deadline=None)
@given(
    bounds=st.lists(st.integers(0, 30), min_size=2, max_size=2, unique=True).map(sorted),
    count=st.integers(1, 40),
)
def test_frames_are_spread_from_onset_to_offset(bounds, count):
    onset, offset = bounds
    index = clip_pictures(index_of(clip_of(31, onset, None, offset)), str(count))
    found = places(index)
    assert len(found) == min(count, offset - onset + 1)
    assert found == sorted(set(found))
    if count > 1:
        assert (found[0], found[-1]) == (onset, offset)
        steps = np.diff(found)
        assert steps.max() - steps.min() <= 1  # as even as whole frames can be
    else:
        assert abs(found[0] - (onset + offset) / 2) <= 0.5
    assert [int(index.load(item)[0, 0, 0]) for item in index.table["item"]] == found


def test_all_frames_of_clips_without_onset_and_offset():
    assert places(clip_pictures(index_of(clip_of(4)), "all")) == [0, 1, 2, 3]
    assert places(clip_pictures(index_of(clip_of(6, 1, 2, 4)), "all")) == [1, 2, 3, 4]


def test_apex_frames_of_casme2(tmp_path):
    index = open_index(f"casme2:{write_casme2(tmp_path)},pictures=apex,classes=three")
    assert items(index) == {
        "sub01/EP02_01f#2": "positive",
        "sub01/EP19_05f#2": "negative",
        "sub02/EP13_04#3": "surprise",
        "sub26/EP18_51#1": "negative",
    }
    assert list(index.table["sequence"]) == [item[:-2] for item in index.table["item"]]
    assert list(index.table["subject"]) == ["sub01", "sub01", "sub02", "sub26"]
    assert reasons(index)["sub02/EP01_11f"].startswith("its apex is not annotated")
    clips = open_index(f"casme2:{tmp_path},classes=three")
    load = pickle.loads(pickle.dumps(index.load))
    np.testing.assert_array_equal(load("sub01/EP02_01f#2"), clips.load("sub01/EP02_01f").frames[2])
    report = verify(index)
    assert (report.kind, report.samples, report.sequences) == ("pictures", 4, 4)


def test_pictures_and_frames_of_clips_are_mixed(tmp_path):
    write_jaffe(tmp_path / "jaffe")
    write_casme2(tmp_path / "casme2")
    write_smic(tmp_path / "smic")
    index = open_index(
        f"jaffe:{tmp_path}/jaffe,classes=six+casme2:{tmp_path}/casme2,classes=six,pictures=all"
        f"+smic:{tmp_path}/smic,pictures=2,classes=six"
    )
    assert index.table["dataset"].value_counts().to_dict() == {
        "jaffe": 183,
        "casme2": 5 + 4 + 5 + 4,  # onset to offset of happiness, disgust, surprise, sadness
        "smic": 4,
    }
    assert {index.load(item).ndim for item in index.table["item"]} == {3}


def test_faults_are_one_clear_line(tmp_path):
    write_jaffe(tmp_path / "jaffe")
    write_smic(tmp_path / "smic")
    with pytest.raises(DatasetError, match="jaffe holds pictures; option pictures= takes frames"):
        open_index(f"jaffe:{tmp_path}/jaffe,pictures=apex")
    for wrong in ("0", "first", "-1", ""):
        with pytest.raises(DatasetError, match=f"option pictures={wrong} is not apex, all or a"):
            open_index(f"smic:{tmp_path}/smic,pictures={wrong}")
    with pytest.raises(DatasetError, match="smic: no clip gives a picture; its apex is not annot"):
        open_index(f"smic:{tmp_path}/smic,pictures=apex")
    with pytest.raises(DatasetError, match="option 'pictures' is given twice"):
        open_index(f"smic:{tmp_path}/smic,pictures=1,pictures=2")
    index = clip_pictures(index_of(clip_of(3)), "1")
    for wrong in ("c", "c#3", "#1", "c#x"):
        with pytest.raises(DatasetError, match="is not a frame of a clip"):
            index.load(wrong)
