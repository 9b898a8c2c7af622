import pytest
from dataset_trees import write_jaffe, write_picture

from ferkeras.datasets import open_index
from ferkeras.datasets.verify import verify
from ferkeras.errors import DatasetError


def test_six_classes_of_ten_subjects(tmp_path):
    index = open_index(f"jaffe:{write_jaffe(tmp_path / 'jaffe')}")
    assert len(index) == 183
    assert index.table["subject"].nunique() == 10
    assert set(index.table["sequence"]) == {None}
    labels = dict(zip(index.table["item"], index.table["label"], strict=True))
    assert labels["KA.AN1.1.tiff"] == "angry"
    assert {entry.reason for entry in index.skipped} == {"neutral is not asked for"}
    assert len(index.skipped) == 30
    assert index.load("KA.AN1.1.tiff").shape == (8, 8, 3)


def test_neutral_is_an_option_and_counts_are_the_published_ones(tmp_path):
    write_jaffe(tmp_path / "jaffe")
    report = verify(open_index(f"jaffe:{tmp_path},neutral=yes"))
    assert report.samples == 213
    assert [count.difference for count in report.counts] == [0] * 8


def test_other_names_are_left_out_with_a_reason(tmp_path):
    for name in ("KA.AN1.39.tiff", "KA.XX1.40.tiff", "cover.png", "README.txt"):
        write_picture(tmp_path / name) if name[-3:] != "txt" else (tmp_path / name).write_text("x")
    index = open_index(f"jaffe:{tmp_path}")
    assert list(index.table["item"]) == ["KA.AN1.39.tiff"]
    assert [entry.item for entry in index.skipped] == ["KA.XX1.40.tiff", "README.txt", "cover.png"]


def test_a_wrong_root_says_what_was_looked_for(tmp_path):
    with pytest.raises(DatasetError, match=r"holds no pictures named like KA\.AN1\.39\.tiff"):
        open_index(f"jaffe:{tmp_path}")
    for folder in ("a", "b"):
        write_picture(tmp_path / folder / "KA.AN1.39.tiff")
    with pytest.raises(DatasetError, match="give one as root"):
        open_index(f"jaffe:{tmp_path}")
