import json
import shutil
from collections import Counter

import numpy as np
import pytest
from dataset_trees import write_fer2013, write_picture
from hypothesis import given, settings
from hypothesis import strategies as st

from ferkeras.datasets import Index, open_index
from ferkeras.datasets.verify import verify
from ferkeras.errors import MediaError
from ferkeras.types import Clip, Sample


@pytest.fixture
def copy(tmp_path):
    """A small FER2013 with one picture in two parts, one twice in a part, one broken."""
    root = write_fer2013(tmp_path)
    shutil.copy(root / "train/sad/Training_0.jpg", root / "test/fear/PublicTest_7.jpg")
    shutil.copy(root / "train/happy/Training_0.jpg", root / "train/happy/Training_8.jpg")
    (root / "train/angry/Training_9.jpg").write_bytes(b"not a picture")
    write_picture(root / "train/angry/Training_10.jpg", (50, 48))
    return root


def test_faults_of_a_copy_are_found(copy):
    report = verify(open_index(f"fer2013:{copy}"))
    assert report.samples == 46
    assert report.sizes == {"48x48": 44, "50x48": 1}
    assert report.other_size == 1
    assert [entry.item for entry in report.unreadable] == ["train/angry/Training_9.jpg"]
    assert {group.items: (group.labels, group.splits) for group in report.duplicates} == {
        ("test/fear/PublicTest_7.jpg", "train/sad/Training_0.jpg"): (
            ("fear", "sad"),
            ("public_test", "train"),
        ),
        ("train/happy/Training_0.jpg", "train/happy/Training_8.jpg"): (
            ("happy", "happy"),
            ("train", "train"),
        ),
    }
    assert report.duplicates_across_splits == 1
    assert report.label_conflicts == 1
    assert report.copies == 2


def test_counts_stand_beside_the_published_ones(copy):
    shutil.rmtree(copy / "train/disgust")
    report = verify(open_index(f"fer2013:{copy}"))
    counts = {(count.split, count.label): count for count in report.counts}
    assert counts["train", "angry"].pictures == 4
    assert counts["train", "angry"].difference == 4 - 3995
    assert counts["train", "disgust"].pictures == 0
    assert counts["train", "total"].published == 28709
    assert counts["public_test", "total"].published == 3589
    assert counts["private_test", "total"].difference == 14 - 3589
    assert report.missing_splits == ()
    train_only = verify(open_index(f"fer2013:{copy / 'train'}"))
    assert train_only.missing_splits == ("public_test", "private_test")


def test_the_report_is_plain_json(copy):
    report = verify(open_index(f"fer2013:{copy}"))
    values = json.loads(json.dumps(report.to_dict()))
    assert values["duplicates_across_splits"] == 1
    assert values["unreadable"][0]["item"] == "train/angry/Training_9.jpg"
    assert values["counts"][0]["published"] == 3995


def test_progress_adds_up(copy):
    seen = []
    verify(open_index(f"fer2013:{copy}"), seen.append)
    assert sum(seen) == 46


@settings(max_examples=30, deadline=None)
@given(
    rows=st.lists(
        st.tuples(st.integers(0, 3), st.sampled_from("ab"), st.sampled_from(["x", "y", None])),
        min_size=1,
        max_size=30,
    )
)
def test_duplicates_agree_with_counting(rows):
    samples = [Sample(str(n), label, split=split) for n, (_, label, split) in enumerate(rows)]
    pictures = {str(n): np.full((2, 2, 3), value, np.uint8) for n, (value, _, _) in enumerate(rows)}
    report = verify(Index.from_samples("mine", samples, "ab", pictures.__getitem__))
    counted = Counter(value for value, _, _ in rows)
    assert report.copies == len(rows) - len(counted)
    splits = {value: {split for v, _, split in rows if v == value} for value in counted}
    labels = {value: {label for v, label, _ in rows if v == value} for value in counted}
    assert report.duplicates_across_splits == sum(len(found) > 1 for found in splits.values())
    assert report.label_conflicts == sum(len(found) > 1 for found in labels.values())
    assert sum(count.pictures for count in report.counts if count.label == "total") == len(rows)
    assert report.source == ""


def test_every_frame_of_a_clip_is_decoded_and_progress_is_fine():
    asked, seen = [], []

    class Frames(list):
        def __getitem__(self, at):
            asked.append(at)
            if at == 3:
                raise MediaError("frame 3 is damaged")
            return super().__getitem__(at)

    clips = {
        "good": Clip([np.zeros((4, 6, 3), np.uint8)] * 3, onset=0, apex=1),
        "bad": Clip(Frames([np.zeros((4, 6, 3), np.uint8)] * 5), onset=0, apex=1),
    }
    samples = [Sample(item, "a", dataset=of) for item, of in (("good", "one"), ("bad", "two"))]
    index = Index.from_samples("mine", samples, "a", clips.__getitem__)
    report = verify(index, seen.append)
    assert [(one.item, one.reason) for one in report.unreadable] == [("bad", "frame 3 is damaged")]
    assert report.sizes == {"6x4": 1}
    assert seen == [1, 1]
    parts = {count.split: count.pictures for count in report.counts if count.label == "total"}
    assert parts == {"all": 2, "one": 1, "two": 1}
