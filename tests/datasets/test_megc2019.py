from collections import Counter

import pytest
from micro_trees import MEGC_LIST, items, reasons, write_megc, write_samm

from ferkeras.datasets import open_index
from ferkeras.datasets.verify import verify
from ferkeras.errors import DatasetError

LIST = "combined_3class_gt.csv"


def test_the_list_says_which_samples_and_labels(tmp_path):
    index = open_index(f"megc2019:{write_megc(tmp_path)}")
    assert index.name == "megc2019"
    assert index.classes == ("negative", "positive", "surprise")
    assert len(index) == len(MEGC_LIST)
    assert Counter(index.labels.tolist()) == Counter(row[3] for row in MEGC_LIST)
    assert items(index)["samm/006/006_1_2"] == "negative"
    assert items(index)["smic/s12/s12_sur_01"] == "surprise"
    assert set(index.table["subject"]) == {
        "casme2-sub01", "casme2-sub02", "samm-006", "samm-011", "smic-s01", "smic-s12",
    }  # fmt: skip
    assert list(dict.fromkeys(index.table["dataset"])) == ["casme2", "samm", "smic"]
    assert set(index.table["split"]) == {None}
    assert index.load("casme2/sub01/EP02_01f").apex == 2
    left_out = reasons(index)
    assert left_out["casme2/sub26/EP18_50"] == "not in the list"  # others
    assert left_out["casme2/sub26/EP18_51"] == "not in the list"  # sadness
    assert left_out["samm/011/011_3_1"] == "not in the list"


def test_the_list_of_htnet_is_the_same(tmp_path):
    write_megc(tmp_path, None)
    rows = [(row[0], str(row[1]).zfill(3), row[2], row[3], "", "x.jpg") for row in MEGC_LIST]
    lines = [",".join(map(str, row)) for row in rows]
    head = "dataset,sub,filename_o,label,apex,imagename"
    (tmp_path / "combined_3_class2_for_optical_flow.csv").write_text("\n".join([head, *lines]))
    index = open_index(f"megc2019:{tmp_path},list=combined_3_class2_for_optical_flow.csv")
    assert len(index) == len(MEGC_LIST)


def test_the_list_may_have_headings_and_names(tmp_path):
    names = ["negative", "positive", "surprise"]
    rows = [(*row[:3], names[row[3]]) for row in MEGC_LIST]
    write_megc(tmp_path, rows, ("Dataset", "Subject", "Filename", "Label"))
    assert len(open_index(f"megc2019:{tmp_path}")) == len(MEGC_LIST)


def test_the_label_of_the_list_counts(tmp_path):
    rows = [("casme2", "sub01", "EP02_01f", 2), *MEGC_LIST[1:]]
    index = open_index(f"megc2019:{write_megc(tmp_path, rows)}")
    assert items(index)["casme2/sub01/EP02_01f"] == "surprise"


def test_without_the_list_the_readers_choose(tmp_path):
    write_megc(tmp_path, None)
    index = open_index(f"megc2019:{tmp_path}")
    assert set(items(index)) - {"casme2/sub26/EP18_51"} == {
        "casme2/sub01/EP02_01f", "casme2/sub01/EP19_05f", "casme2/sub02/EP01_11f",
        "casme2/sub02/EP13_04", "samm/006/006_1_2", "samm/006/006_3_5", "samm/011/011_2_7",
        "smic/s01/s01_ne_01", "smic/s01/s01_ne_02", "smic/s01/s01_po_01", "smic/s12/s12_sur_01",
    }  # fmt: skip
    assert items(index)["casme2/sub26/EP18_51"] == "negative"  # sadness, not in the challenge
    assert "the readers' own three classes are taken" in reasons(index)[LIST]


def test_rows_that_cannot_be_used_are_counted(tmp_path):
    rows = [
        *MEGC_LIST,
        ("mmew", "s1", "clip", 0),
        ("samm", "anna", "006_1_2", 0),
        ("samm", 6, "006_3_5", 5),
        ("samm", 6, "006_9_9", 0),
        ("samm", 6, "006_3_5", 1),
    ]
    left_out = reasons(open_index(f"megc2019:{write_megc(tmp_path, rows)}"))
    assert left_out[f"{LIST}, row 12"] == "data set 'mmew' is not one of casme2, samm, smic"
    assert left_out[f"{LIST}, row 13"] == "subject 'anna' is not like sub01, 006 or s01"
    assert "label '5' is not 0, 1, 2" in left_out[f"{LIST}, row 14"]
    assert left_out["samm/006/006_9_9"] == "in the list, but its reader gives no such clip"
    assert "twice, with two labels" in left_out[f"{LIST}, row 16"]


def test_folders_are_found_or_given(tmp_path):
    write_megc(tmp_path)
    write_samm(tmp_path / "old SAMM")
    with pytest.raises(DatasetError, match=r"both .* named like samm; .* ,samm=<folder>"):
        open_index(f"megc2019:{tmp_path}")
    assert len(open_index(f"megc2019:{tmp_path},samm={tmp_path}/SAMM,gaps=keep")) == len(MEGC_LIST)
    assert len(open_index(f"megc2019:{tmp_path},samm=old SAMM")) == len(MEGC_LIST)
    (tmp_path / "SMIC").rename(tmp_path / "other")
    with pytest.raises(DatasetError, match="named like smic; say which one: ,smic=<folder>"):
        open_index(f"megc2019:{tmp_path},samm=SAMM")


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "is empty"),
        ("dataset,subject,label\nsamm,6,0", "has no column 'filename'"),
        ("a,b,c,d\n", "names no sample; .*row 1: data set 'a' is not one of"),
        (
            "casme2,1,EP0,0\nsamm,6,006_1_2,0\n",
            "none of the 1 clips .* for casme2 is there, such as",
        ),
        ("samm,6,006_1_2,0\n", "the list names no clip of casme2"),
    ],
)
def test_a_list_that_cannot_be_used(tmp_path, text, problem):
    write_megc(tmp_path, None)
    (tmp_path / LIST).write_text(text)
    with pytest.raises(DatasetError, match=problem):
        open_index(f"megc2019:{tmp_path}")


def test_verify_counts_each_data_set(tmp_path):
    report = verify(open_index(f"megc2019:{write_megc(tmp_path)}"))
    totals = {one.split: one.difference for one in report.counts if one.label == "total"}
    assert totals == {"all": 11 - 442, "casme2": 4 - 145, "samm": 3 - 133, "smic": 4 - 164}
    assert report.subjects == 6
    assert report.missing_splits == ()
