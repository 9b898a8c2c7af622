import dataclasses
import pickle

import numpy as np
import pytest
from micro_trees import items, reasons, write_casme2, write_samm, write_smic

from ferkeras.datasets import Index, combine, open_index
from ferkeras.datasets.verify import verify
from ferkeras.errors import DatasetError, MediaError
from ferkeras.types import Clip, FlowImage, Sample

GREY = np.zeros((4, 4, 3), np.uint8)


def index_of(name, loaded):
    """An index of two samples that load as this; an error is raised."""

    def load(item):
        if isinstance(loaded, Exception):
            raise loaded
        return loaded

    samples = [Sample(f"{name}{number}", "happy") for number in range(2)]
    return Index.from_samples(name, samples, ("happy",), load)


def test_a_plus_joins_data_sets(tmp_path):
    write_casme2(tmp_path / "c+d")
    write_samm(tmp_path / "SAMM")
    write_smic(tmp_path / "SMIC")
    index = open_index(
        f"casme2:{tmp_path}/c+d,classes=three+samm:{tmp_path}/SAMM+smic:{tmp_path}/SMIC"
    )
    assert index.name == "casme2+samm+smic"
    assert index.classes == ("negative", "positive", "surprise")
    assert len(index) == 5 + 3 + 4
    assert items(index)["samm/011/011_2_7"] == "positive"
    row = index.table.set_index("item").loc["samm/006/006_1_2"]
    assert (row["subject"], row["sequence"]) == ("samm-006", "samm-006/006_1_2")
    assert row["dataset"] == "samm"
    load = pickle.loads(pickle.dumps(index.load))
    assert load("smic/s01/s01_ne_01").fps == 100.0
    with pytest.raises(DatasetError, match="starts with none of the data sets casme2, samm, smic"):
        load("other/x")
    assert "samm/SAMM_Micro_FACS_Codes_v2.xlsx, row 10" in reasons(index)
    totals = {one.split: one.pictures for one in verify(index).counts if one.label == "total"}
    assert (totals["casme2"], totals["samm"], totals["smic"]) == (5, 3, 4)


def test_data_sets_that_do_not_go_together(tmp_path):
    write_casme2(tmp_path / "CASME2")
    write_samm(tmp_path / "SAMM")
    write_smic(tmp_path / "SMIC", kind="cropped")
    with pytest.raises(DatasetError, match=r"read both with the same, for example ,classes=three"):
        open_index(f"casme2:{tmp_path}/CASME2+samm:{tmp_path}/SAMM")
    said = "smic holds face crops, samm whole pictures; read smic with ,frames=raw or samm with ,fr"
    with pytest.raises(DatasetError, match=said):
        open_index(f"samm:{tmp_path}/SAMM+smic:{tmp_path}/SMIC")
    with pytest.raises(DatasetError, match="'samm' is given 2 times"):
        open_index(f"samm:{tmp_path}/SAMM+samm:{tmp_path}/SAMM")
    with pytest.raises(DatasetError, match="no data sets"):
        combine([])
    one = open_index(f"samm:{tmp_path}/SAMM")
    assert combine([one]) is one


@pytest.mark.parametrize(
    ("crops", "whole", "mend"),
    [
        ("affectnet", "caers", "read affectnet with ,cropped=no, where"),
        ("rafdb", "sfew", "read rafdb with ,cropped=no or sfew with ,cropped=yes, where"),
        ("fer2013", "oulu_casia", "read oulu_casia with ,cropped=yes, where"),
        ("casme2", "ckplus", "read casme2 with ,frames=raw, where"),
        ("fer2013", "ckplus", "take data sets that hold alike"),
        ("my.own", "a+b", "take data sets that hold alike"),
    ],
)
def test_the_advice_names_options_that_the_readers_have(crops, whole, mend):
    pair = [dataclasses.replace(index_of(crops, GREY), cropped=True), index_of(whole, GREY)]
    for indexes in (pair, pair[::-1]):
        with pytest.raises(DatasetError) as caught:
            combine(indexes)
        start = f"{crops} holds face crops, {whole} whole pictures; {mend}"
        assert str(caught.value).startswith(start)


KINDS = {
    "pictures": GREY,
    "clips": Clip([GREY, GREY]),
    "flow pictures": FlowImage(GREY),
}


@pytest.mark.parametrize("first", KINDS)
@pytest.mark.parametrize("second", KINDS)
def test_only_data_sets_of_one_kind_go_together(first, second):
    pair = [index_of("one", KINDS[first]), index_of("two", KINDS[second])]
    if first == second:
        assert len(combine(pair)) == 4
        return
    with pytest.raises(DatasetError) as caught:
        combine(pair)
    assert str(caught.value).startswith(f"one holds {first}, two holds {second}; ")
    assert "\n" not in str(caught.value)


def test_samples_that_cannot_be_read_are_of_no_kind():
    assert len(combine([index_of("one", MediaError("cut off")), index_of("two", GREY)])) == 4


def test_clips_beside_pictures_by_the_command_line():
    with pytest.raises(DatasetError, match="synthetic holds pictures, synthetic_clips holds clips"):
        open_index("synthetic:subjects=2,frames=1+synthetic_clips:subjects=2")
