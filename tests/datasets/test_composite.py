import pickle

import pytest
from micro_trees import items, reasons, write_casme2, write_samm, write_smic

from ferkeras.datasets import combine, open_index
from ferkeras.datasets.verify import verify
from ferkeras.errors import DatasetError


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
    with pytest.raises(DatasetError, match="smic holds face crops, samm whole pictures"):
        open_index(f"samm:{tmp_path}/SAMM+smic:{tmp_path}/SMIC")
    with pytest.raises(DatasetError, match="'samm' is given 2 times"):
        open_index(f"samm:{tmp_path}/SAMM+samm:{tmp_path}/SAMM")
    with pytest.raises(DatasetError, match="no data sets"):
        combine([])
    one = open_index(f"samm:{tmp_path}/SAMM")
    assert combine([one]) is one
