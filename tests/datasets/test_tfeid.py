import shutil

import pytest
from dataset_trees import TFEID_FOLDERS, write_picture, write_tfeid

from ferkeras.datasets import open_index
from ferkeras.datasets.expressions import EIGHT
from ferkeras.datasets.verify import verify
from ferkeras.errors import DatasetError


def reasons(index):
    return {entry.item: entry.reason for entry in index.skipped}


@pytest.mark.parametrize("above", ["", "TFEID High", "dfh_all/dfh_un-rimmed"])
def test_eight_expressions_by_folder(tmp_path, above):
    write_tfeid(tmp_path / above)
    index = open_index(f"tfeid:{tmp_path}")
    assert index.classes == EIGHT
    assert index.table["label"].value_counts().to_dict() == dict.fromkeys(EIGHT, 3)
    assert set(index.table["subject"]) == {"f01", "f02", "m01"}
    assert not index.cropped
    assert not index.skipped
    labels = {
        item.rpartition("/")[2]: label
        for item, label in zip(index.table["item"], index.table["label"], strict=True)
    }
    assert labels["f01_dfh_pg.jpg"] == "surprise"
    assert labels["m01_dfh_dg.jpg"] == "disgust"
    assert index.load(index.table["item"].iat[0]).shape == (8, 6, 3)


def test_neutral_and_contempt_can_be_left_out(tmp_path):
    index = open_index(f"tfeid:{write_tfeid(tmp_path)},neutral=no,contempt=no")
    assert len(index.classes) == 6
    assert len(index) == 18
    assert set(reasons(index).values()) == {
        "neutral is not asked for",
        "contempt is not asked for",
    }


def test_without_class_folders_the_code_in_the_name_counts(tmp_path):
    for code in TFEID_FOLDERS.values():
        write_picture(tmp_path / f"faces/f07_dfh_{code}2.jpg")
    index = open_index(f"tfeid:{tmp_path}")
    assert set(index.table["label"]) == set(EIGHT)


def test_two_intensities_and_views_need_a_choice(tmp_path):
    write_tfeid(tmp_path / "TFEID High")
    write_tfeid(tmp_path / "TFEID Slight", "dfs")
    with pytest.raises(DatasetError, match="of intensity high and slight; add ,intensity=high"):
        open_index(f"tfeid:{tmp_path}")
    slight = open_index(f"tfeid:{tmp_path},intensity=slight")
    assert all("Slight" in item for item in slight.table["item"])
    assert set(reasons(slight).values()) == {"its intensity is high, slight is asked for"}
    assert len(open_index(f"tfeid:{tmp_path},intensity=both")) == 48
    write_tfeid(tmp_path / "45 degrees", "dth")
    with pytest.raises(DatasetError, match="of view frontal and turned"):
        open_index(f"tfeid:{tmp_path},intensity=both")
    turned = open_index(f"tfeid:{tmp_path},intensity=high,view=turned")
    assert len(turned) == 24
    assert all("45 degrees" in item for item in turned.table["item"])


def test_words_of_folders_count_where_names_say_nothing(tmp_path):
    for kind in ("slight", "high"):
        write_picture(tmp_path / kind / "anger" / f"f01_{kind}1.jpg")
    write_picture(tmp_path / "plain/anger/f02_1.jpg")
    index = open_index(f"tfeid:{tmp_path},intensity=high")
    assert list(index.table["item"]) == ["high/anger/f01_high1.jpg"]
    assert reasons(index)["plain/anger/f02_1.jpg"] == (
        "its intensity is unknown, high is asked for"
    )


def test_names_that_say_nothing_or_disagree_are_left_out(tmp_path):
    write_tfeid(tmp_path)
    for name in ("dfh_anger_x/f03_dfh_hg.jpg", "dfh_anger_x/cover.jpg", "other/f03_dfh_x.jpg"):
        write_picture(tmp_path / name)
    (tmp_path / "other/notes.txt").write_text("x")
    index = open_index(f"tfeid:{tmp_path}")
    assert len(index) == 24
    assert reasons(index) == {
        "dfh_anger_x/cover.jpg": "its name does not begin with a person such as f01_",
        "dfh_anger_x/f03_dfh_hg.jpg": "its folder says angry, its name happy",
        "other/f03_dfh_x.jpg": "neither its folder nor its name says the expression",
        "other/notes.txt": "not a picture file",
    }


def test_faults_are_one_clear_line(tmp_path):
    with pytest.raises(DatasetError, match=r"holds no pictures named like f01_dfh_ag\.jpg"):
        open_index(f"tfeid:{tmp_path}")
    with pytest.raises(DatasetError, match="option view=side is not frontal or turned or both"):
        open_index(f"tfeid:{tmp_path},view=side")
    write_tfeid(tmp_path / "dfh_un-rimmed")
    shutil.copytree(tmp_path / "dfh_un-rimmed", tmp_path / "dfh_rimmed")
    with pytest.raises(DatasetError, match="are of one name; give a folder that holds one"):
        open_index(f"tfeid:{tmp_path}")
    assert len(open_index(f"tfeid:{tmp_path / 'dfh_rimmed'}")) == 24


def test_the_total_stands_beside_the_published_one(tmp_path):
    write_tfeid(tmp_path)
    counts = {
        classes: {one.label: one.difference for one in verify(open_index(spec)).counts}
        for classes, spec in (
            ("eight", f"tfeid:{tmp_path}"),
            ("three", f"tfeid:{tmp_path},classes=three"),
        )
    }
    assert counts["eight"]["total"] == 24 - 336
    assert set(counts["three"].values()) == {None}  # no published count of these classes
