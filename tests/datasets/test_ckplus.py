import tempfile
from pathlib import Path

import pytest
from dataset_trees import write_ckplus, write_ckplus_folders, write_picture
from hypothesis import given, settings
from hypothesis import strategies as st

from ferkeras.datasets import open_index
from ferkeras.errors import DatasetError

CODES = {1: "angry", 3: "disgust", 4: "fear", 5: "happy", 6: "sad", 7: "surprise"}
SEQUENCES = {f"S{code:03d}/001": code for code in CODES} | {"S002/001": 2, "S010/005": None}


def items(index):
    return {(row.item, row.label) for row in index.table.itertuples()}


def test_original_tree_gives_the_last_three_frames_of_labelled_sequences(tmp_path):
    index = open_index(f"ckplus:{write_ckplus(tmp_path, SEQUENCES)}")
    assert index.classes == ("angry", "disgust", "fear", "happy", "sad", "surprise")
    assert not index.cropped
    assert items(index) == {
        (f"cohn-kanade-images/S{code:03d}/001/S{code:03d}_001_{frame:08d}.png", label)
        for code, label in CODES.items()
        for frame in (3, 4, 5)
    }
    row = index.table.iloc[0]
    assert (row["subject"], row["sequence"], row["split"]) == ("S001", "S001_001", None)
    assert {entry.item: entry.reason for entry in index.skipped} == {
        "cohn-kanade-images/S002/001": "contempt is not asked for",
        "cohn-kanade-images/S010/005": "no emotion label",
    }


def test_contempt_and_neutral_are_options(tmp_path):
    write_ckplus(tmp_path, SEQUENCES)
    index = open_index(f"ckplus:{tmp_path},contempt=yes,neutral=yes,frames=1")
    assert len(index.classes) == 8
    counts = index.table["label"].value_counts().to_dict()
    assert counts.pop("neutral") == 7
    assert counts == dict.fromkeys([*CODES.values(), "contempt"], 1)
    neutral = index.table[index.table["label"] == "neutral"]["item"]
    assert all(item.endswith("_00000001.png") for item in neutral)


@settings(max_examples=10, deadline=None)
@given(frames=st.integers(1, 12), count=st.integers(1, 12))
def test_any_number_of_last_frames(frames, count):
    with tempfile.TemporaryDirectory() as folder:
        root = write_ckplus(Path(folder), {"S005/001": 3, "S011/002": 5}, frames)
        if count > frames:
            with pytest.raises(DatasetError, match=f"{frames} frames, {count} are needed"):
                open_index(f"ckplus:{root},frames={count}")
            return
        index = open_index(f"ckplus:{root},frames={count}")
        for _, rows in index.table.groupby("sequence"):
            numbers = sorted(int(item[-12:-4]) for item in rows["item"])
            assert numbers == list(range(frames - count + 1, frames + 1))


def test_tree_may_lie_in_folders_of_its_archives(tmp_path):
    write_ckplus(tmp_path / "all", {"S005/001": 3})
    (tmp_path / "extended-cohn-kanade-images").mkdir()
    (tmp_path / "Emotion_labels").mkdir()
    images = tmp_path / "extended-cohn-kanade-images/cohn-kanade-images"
    (tmp_path / "all/cohn-kanade-images").rename(images)
    (tmp_path / "all/Emotion").rename(tmp_path / "Emotion_labels/Emotion")
    index = open_index(f"ckplus:{tmp_path}")
    assert len(index) == 3
    assert index.load(index.table["item"].iat[0]).shape == (8, 8, 3)


def test_bad_labels_and_names_are_left_out_with_a_reason(tmp_path):
    write_ckplus(tmp_path, {"S005/001": 3, "S006/001": 9, "S007/001": 1, "S008/001": 1})
    (tmp_path / "Emotion/S007/001/S007_001_00000005_emotion.txt").write_text("glad")
    (tmp_path / "Emotion/S008/001/other_emotion.txt").write_text("1")
    (tmp_path / "Emotion/S099/001").mkdir(parents=True)
    (tmp_path / "Emotion/S099/001/S099_001_00000005_emotion.txt").write_text("1")
    write_picture(tmp_path / "cohn-kanade-images/S005/001/cover.png")
    index = open_index(f"ckplus:{tmp_path}")
    assert len(index) == 3
    reasons = {Path(entry.item).parts[1]: entry.reason for entry in index.skipped}
    assert "name is not like" in reasons["S005"]
    assert "'9.0000000e+00' is not one of 0..7" in reasons["S006"]
    assert "'glad' is not one of 0..7" in reasons["S007"]
    assert reasons["S008"] == "several emotion labels"
    assert reasons["S099"] == "a label without pictures"


def test_class_folders_take_subject_and_sequence_from_the_name(tmp_path):
    root = write_ckplus_folders(
        tmp_path, {"S010_004": "anger", "S010_006": "sadness", "S130_009": "contempt"}
    )
    index = open_index(f"ckplus:{root}")
    assert index.cropped
    assert len(index) == 6
    assert set(index.table["subject"]) == {"S010"}
    assert dict(zip(index.table["sequence"], index.table["label"], strict=True)) == {
        "S010_004": "angry",
        "S010_006": "sad",
    }
    assert [entry.reason for entry in index.skipped] == ["contempt is not asked for (3 pictures)"]
    assert len(open_index(f"ckplus:{root},contempt=yes,frames=1")) == 3


def test_class_folders_have_no_neutral_frames(tmp_path):
    root = write_ckplus_folders(tmp_path, {"S010_004": "anger"})
    with pytest.raises(DatasetError, match="neutral=yes needs the original tree"):
        open_index(f"ckplus:{root},neutral=yes")
    write_picture(root / "neutral/S010_004_00000001.png")
    index = open_index(f"ckplus:{root},neutral=yes")
    assert index.table["label"].value_counts().to_dict() == {"angry": 3, "neutral": 1}


@pytest.mark.parametrize("option", ["frames=0", "frames=x", "contempt=maybe", "classes=7"])
def test_a_bad_option_is_one_clear_line(tmp_path, option):
    with pytest.raises(DatasetError, match=option):
        open_index(f"ckplus:{write_ckplus(tmp_path, {'S005/001': 3})},{option}")


def test_a_wrong_root_says_what_was_looked_for(tmp_path):
    with pytest.raises(DatasetError, match="holds no cohn-kanade-images/ and Emotion/"):
        open_index(f"ckplus:{tmp_path}")
    write_ckplus(tmp_path, {"S005/001": None})
    with pytest.raises(DatasetError, match="holds no cohn-kanade-images/ and Emotion/"):
        open_index(f"ckplus:{tmp_path}")
