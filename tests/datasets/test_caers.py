import pytest
from dataset_trees import FER_CLASSES, write_picture

from ferkeras.datasets import open_index
from ferkeras.datasets.expressions import THREE
from ferkeras.datasets.verify import verify
from ferkeras.errors import DatasetError

FOLDERS = {
    "Anger": "angry",
    "Disgust": "disgust",
    "Fear": "fear",
    "Happy": "happy",
    "Neutral": "neutral",
    "Sad": "sad",
    "Surprise": "surprise",
}


def write_caers(root, parts=("train", "test"), count=2):
    for part in parts:
        for name in FOLDERS:
            for number in range(1, count + 1):
                write_picture(root / f"{part}/{name}/{number:04d}.png", (12, 9))
    return root


@pytest.mark.parametrize("above", ["", "CAER-S", "data/CAER-S"])
def test_parts_and_classes(tmp_path, above):
    write_caers(tmp_path / above)
    index = open_index(f"caers:{tmp_path if above != 'data/CAER-S' else tmp_path / 'data'}")
    assert index.name == "caers"
    assert index.classes == FER_CLASSES
    assert not index.cropped
    assert index.table["split"].value_counts().to_dict() == {"train": 14, "test": 14}
    for item, label in zip(index.table["item"], index.table["label"], strict=True):
        assert FOLDERS[item.split("/")[-2]] == label
    assert set(index.table["subject"]) == set(index.table["sequence"]) == {None}
    assert index.load(index.table["item"].iat[0]).shape == (9, 12, 3)
    assert not index.skipped


def test_one_part_alone_and_a_validation_part(tmp_path):
    write_caers(tmp_path, ("train", "Validation"), count=1)
    assert set(open_index(f"caers:{tmp_path}").table["split"]) == {"train", "val"}
    assert set(open_index(f"caers:{tmp_path / 'train'}").table["split"]) == {"train"}


def test_classes_are_mapped(tmp_path):
    index = open_index(f"caers:{write_caers(tmp_path)},classes=three")
    assert index.classes == THREE
    assert index.table["label"].value_counts()["negative"] == 16


def test_what_is_left_out_is_noted(tmp_path):
    write_caers(tmp_path, ("train",), count=1)
    write_picture(tmp_path / "test/0001.png")
    (tmp_path / "train/Sad/0001.avi").write_bytes(b"x")
    (tmp_path / "train/Sad/0002.png").mkdir()
    write_picture(tmp_path / "train/0003.png")
    index = open_index(f"caers:{tmp_path}")
    assert {entry.item: entry.reason for entry in index.skipped} == {
        "test": "a folder without class folders",
        "train/Sad/0001.avi": "not a picture file",
        "train/Sad/0002.png": "a folder among pictures",
        "train/0003.png": "not in a class folder",
    }


def test_equal_frames_of_both_parts_are_found(tmp_path):
    write_picture(tmp_path / "train/Sad/0001.png", seed=1)
    write_picture(tmp_path / "test/Happy/0001.png", seed=1)
    report = verify(open_index(f"caers:{tmp_path}"))
    assert report.duplicates_across_splits == report.label_conflicts == 1


def test_faults_are_one_clear_line(tmp_path):
    with pytest.raises(DatasetError, match="holds no folders such as train/Anger/"):
        open_index(f"caers:{tmp_path}")
    with pytest.raises(DatasetError, match="is not a folder; expected one with"):
        open_index(f"caers:{write_picture(tmp_path / 'a.png')}")
    with pytest.raises(DatasetError, match="unknown option 'frames=1'; known options: none"):
        open_index(f"caers:{tmp_path},frames=1")
    (tmp_path / "test/Sad").mkdir(parents=True)
    with pytest.raises(DatasetError, match="gives no samples"):
        open_index(f"caers:{tmp_path}")
    write_caers(tmp_path / "copy")
    with pytest.raises(DatasetError, match="are both the test part"):
        open_index(f"caers:{tmp_path}")
    write_picture(tmp_path / "copy/train/Contempt/0001.png")
    with pytest.raises(DatasetError, match="Contempt is not one of the classes angry"):
        open_index(f"caers:{tmp_path / 'copy'}")
