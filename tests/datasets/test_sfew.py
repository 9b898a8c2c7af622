import pytest
from dataset_trees import write_picture, write_sfew

from ferkeras.datasets import open_index
from ferkeras.datasets.verify import verify
from ferkeras.errors import DatasetError


def test_parts_and_films(tmp_path):
    index = open_index(f"sfew:{write_sfew(tmp_path)}")
    assert index.table["split"].value_counts().to_dict() == {"train": 21, "val": 21}
    assert set(index.table["sequence"]) == {"Airheads", "About_a_Boy", "21"}
    assert set(index.table["subject"]) == {None}
    assert not index.cropped
    assert "Train/Angry/Airheads_000519240_00000005.png" in set(index.table["item"])


def test_aligned_faces_may_lie_within_the_parts(tmp_path):
    for part in ("Train", "Val"):
        write_picture(tmp_path / f"{part}/{part}_Aligned_Faces/Happy/Juno_001234567_00000001.png")
    index = open_index(f"sfew:{tmp_path}")
    assert index.cropped
    assert list(index.table["split"]) == ["train", "val"]


def test_two_kinds_need_a_choice(tmp_path):
    write_sfew(tmp_path)
    write_sfew(tmp_path, "_Aligned_Faces", films=("Juno",))
    with pytest.raises(DatasetError, match="add ,cropped=no or ,cropped=yes"):
        open_index(f"sfew:{tmp_path}")
    assert len(open_index(f"sfew:{tmp_path},cropped=no")) == 42
    crops = open_index(f"sfew:{tmp_path},cropped=yes")
    assert set(crops.table["sequence"]) == {"Juno"}


def test_unlabelled_test_pictures_are_counted_not_used(tmp_path):
    write_sfew(tmp_path)
    write_picture(tmp_path / "Test/0001.png")
    index = open_index(f"sfew:{tmp_path}")
    assert [(entry.item, entry.reason) for entry in index.skipped] == [
        ("Test/0001.png", "its label is not published")
    ]
    totals = {count.split: count for count in verify(index).counts if count.label == "total"}
    assert totals["train"].difference == 21 - 958
    assert totals["test"].pictures == 0


def test_a_name_without_a_film_has_no_sequence(tmp_path):
    write_picture(tmp_path / "Train/Sad/17.png")
    assert open_index(f"sfew:{tmp_path}").table["sequence"].iat[0] is None


def test_faults_are_one_clear_line(tmp_path):
    with pytest.raises(DatasetError, match="holds no folders such as Train/Angry/"):
        open_index(f"sfew:{tmp_path}")
    write_sfew(tmp_path, "_Aligned_Faces")
    write_picture(tmp_path / "Val_Aligned_Faces_new/Sad/Juno_001234567_00000001.png")
    with pytest.raises(DatasetError, match="are both the val part"):
        open_index(f"sfew:{tmp_path}")
    write_picture(tmp_path / "Train_Aligned_Faces/Bored/a.png")
    with pytest.raises(DatasetError, match="both the val part"):
        open_index(f"sfew:{tmp_path}")
    with pytest.raises(DatasetError, match="Bored is not one of the classes"):
        open_index(f"fer2013:{tmp_path / 'Train_Aligned_Faces'}")
