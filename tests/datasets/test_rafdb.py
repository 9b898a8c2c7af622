import pytest
from dataset_trees import write_picture, write_rafdb

from ferkeras.datasets import open_index
from ferkeras.datasets.verify import verify
from ferkeras.errors import DatasetError

LABELS = ("surprise", "fear", "disgust", "happy", "sad", "angry", "neutral")  # numbers 1..7
LINES = [f"train_{number:05d}.jpg {number}" for number in range(1, 8)] + ["test_0001.jpg 5"]
LIST = "EmoLabel/list_patition_label.txt"


def reasons(index):
    return {entry.item: entry.reason for entry in index.skipped}


@pytest.mark.parametrize("above", ["", "basic", "RAF-DB/basic"])
def test_list_and_aligned_faces(tmp_path, above):
    write_rafdb(tmp_path / above, LINES)
    index = open_index(f"rafdb:{tmp_path if above != 'RAF-DB/basic' else tmp_path / 'RAF-DB'}")
    assert index.cropped
    assert index.classes == tuple(sorted(LABELS))
    rows = {row.item.rpartition("/")[2]: (row.label, row.split) for row in index.table.itertuples()}
    assert rows == {
        f"train_{number:05d}_aligned.jpg": (label, "train")
        for number, label in enumerate(LABELS, 1)
    } | {"test_0001_aligned.jpg": ("sad", "test")}
    assert set(index.table["subject"]) == {None}
    assert not index.skipped
    assert index.load(index.table["item"].iat[0]).shape == (10, 10, 3)


def test_original_pictures_are_an_option(tmp_path):
    write_rafdb(tmp_path, LINES)
    with pytest.raises(DatasetError, match=r"no folder .*Image/original; unpack original.zip"):
        open_index(f"rafdb:{tmp_path},cropped=no")
    write_rafdb(tmp_path, LINES, "original", "")
    index = open_index(f"rafdb:{tmp_path},cropped=no")
    assert not index.cropped
    assert "Image/original/test_0001.jpg" in set(index.table["item"])


def test_what_cannot_be_used_is_counted_with_its_line(tmp_path):
    bad = [
        "train_00001.jpg 5",
        "",
        "train_00002.jpg 8",
        "train_00003.jpg",
        "holiday.jpg 2",
        "train_00004.jpg 4",
        "train_00001.jpg 6",
    ]
    write_rafdb(tmp_path, bad)
    (tmp_path / "Image/aligned/train_00004_aligned.jpg").unlink()
    write_picture(tmp_path / "Image/aligned/train_00009_aligned.jpg")
    (tmp_path / "Image/aligned/README.txt").write_text("x")
    index = open_index(f"rafdb:{tmp_path}")
    assert list(index.table["label"]) == ["sad"]
    assert reasons(index) == {
        f"{LIST}, line 3": "label '8' of train_00002 is not one of 1..7",
        f"{LIST}, line 4": "'train_00003.jpg' is not like train_00001.jpg 5",
        f"{LIST}, line 5": "'holiday.jpg 2' is not like train_00001.jpg 5",
        f"{LIST}, line 6": "no picture train_00004_aligned.jpg in Image/aligned",
        f"{LIST}, line 7": "train_00001 stands in line 1 already",
        "Image/aligned/README.txt": "not a picture file",
        "Image/aligned/holiday_aligned.jpg": "no line of the list names it",
        "Image/aligned/train_00003_aligned.jpg": "no line of the list names it",
        "Image/aligned/train_00009_aligned.jpg": "no line of the list names it",
    }


def test_a_list_without_a_usable_line_says_why(tmp_path):
    write_rafdb(tmp_path, ["train_00001.jpg 0"])
    with pytest.raises(DatasetError, match=r"gives no samples; 1 left out, such as .*label '0'"):
        open_index(f"rafdb:{tmp_path}")


def test_numbered_folders_of_the_common_copy(tmp_path):
    for part in ("train", "test"):
        for number in range(1, 8):
            write_picture(tmp_path / f"DATASET/{part}/{number}/{part}_{number}_aligned.jpg")
    write_picture(tmp_path / "DATASET/test/other/test_9_aligned.jpg")
    index = open_index(f"rafdb:{tmp_path}")
    labels = dict(zip(index.table["item"], index.table["label"], strict=True))
    assert len(labels) == 14
    assert labels["DATASET/train/4/train_4_aligned.jpg"] == "happy"
    assert index.table["split"].value_counts().to_dict() == {"train": 7, "test": 7}
    assert reasons(index) == {"DATASET/test/other": "its name is not one of 1..7"}
    with pytest.raises(DatasetError, match="cropped=no needs the release"):
        open_index(f"rafdb:{tmp_path},cropped=no")


def test_wrong_roots_are_one_clear_line(tmp_path):
    with pytest.raises(DatasetError, match=r"holds no EmoLabel/list_patition_label\.txt"):
        open_index(f"rafdb:{tmp_path}")
    with pytest.raises(DatasetError, match="is not a folder; expected one with EmoLabel"):
        open_index(f"rafdb:{tmp_path / 'nowhere'}")
    write_rafdb(tmp_path / "compound", ["train_00001.jpg 5"])
    for root in (tmp_path, tmp_path / "compound"):
        with pytest.raises(DatasetError, match="holds no EmoLabel"):
            open_index(f"rafdb:{root}")
    write_rafdb(tmp_path / "basic", LINES)
    assert len(open_index(f"rafdb:{tmp_path}")) == len(LINES)
    write_rafdb(tmp_path / "copy", LINES)
    with pytest.raises(DatasetError, match="are both lists; give one's folder"):
        open_index(f"rafdb:{tmp_path}")


def test_counts_stand_beside_the_published_ones(tmp_path):
    write_rafdb(tmp_path, LINES)
    totals = {
        count.split: (count.pictures, count.difference)
        for count in verify(open_index(f"rafdb:{tmp_path}")).counts
        if count.label == "total"
    }
    assert totals == {"train": (7, 7 - 12271), "test": (1, 1 - 3068)}
