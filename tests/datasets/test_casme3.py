import pytest
from micro_trees import (
    CASME3,
    CASME3_HEADINGS,
    items,
    names,
    reasons,
    write_casme3,
    write_casme3_clips,
    write_frames,
    write_table,
)

from ferkeras.datasets import open_index
from ferkeras.errors import DatasetError

TABLE = "cas(me)3_part_A_ME_label_JpgIndex_v2.xlsx"
CLIPS = {
    "spNO.1/a_3": "negative",
    "spNO.1/a_8": "positive",
    "spNO.10/m_2": "surprise",
}


@pytest.mark.parametrize("write", [write_casme3, write_casme3_clips])
def test_recordings_and_cut_clips_give_the_same(tmp_path, write):
    index = open_index(f"casme3:{write(tmp_path)}")
    assert items(index) == CLIPS
    assert list(index.table["subject"]) == ["spNO.1", "spNO.1", "spNO.10"]
    clip = index.load("spNO.1/a_3")
    assert names(clip) == ["3.jpg", "4.jpg", "5.jpg", "6.jpg"]
    assert (clip.onset, clip.apex, clip.offset, clip.fps) == (0, 2, 3, 30.0)
    assert list(reasons(index)) == [f"{TABLE}, row 5"]
    assert items(open_index(f"casme3:{tmp_path},classes=four")) == {
        **CLIPS,
        "spNO.10/b_1": "others",
    }
    seven = open_index(f"casme3:{tmp_path},classes=seven")
    assert list(seven.table["label"]) == ["disgust", "happy", "surprise", "others"]


def test_frames_and_layout_are_chosen(tmp_path):
    write_casme3(tmp_path)
    write_casme3(tmp_path, top="data/part_A_cropped")
    with pytest.raises(DatasetError, match="both fit; add ,frames=raw or ,frames=cropped"):
        open_index(f"casme3:{tmp_path}")
    assert open_index(f"casme3:{tmp_path},frames=cropped").cropped
    write_casme3_clips(tmp_path)
    with pytest.raises(DatasetError, match="add ,layout=clips or ,layout=recordings"):
        open_index(f"casme3:{tmp_path},frames=raw")
    index = open_index(f"casme3:{tmp_path},frames=raw,layout=clips")
    assert "Part_A_ME_clip/frame" in index.load("spNO.1/a_3").source
    assert items(open_index(f"casme3:{tmp_path},frames=raw,layout=recordings")) == CLIPS


def test_dropped_frames_are_counted_or_kept(tmp_path):
    write_casme3(tmp_path)
    (tmp_path / "data/part_A/spNO.1/a/color/4.jpg").unlink()
    index = open_index(f"casme3:{tmp_path}")
    assert "spNO.1/a_3" not in items(index)
    assert "1 of its frames 3..6 are not in" in reasons(index)[f"{TABLE}, row 2"]
    clip = open_index(f"casme3:{tmp_path},gaps=keep").load("spNO.1/a_3")
    assert names(clip) == ["3.jpg", "5.jpg", "6.jpg"]
    assert clip.apex == 1


def test_macro_expressions_in_the_table_are_not_taken(tmp_path):
    write_casme3(tmp_path)
    cells = [(*row[:5], "4", 1, row[5]) for row in CASME3]
    kinds = ["Micro-expression", "Macro-expression", "Micro-expression", "Macro-expression"]
    rows = [(*row, kind) for row, kind in zip(cells, kinds, strict=True)]
    headings = (*CASME3_HEADINGS, "Expression type")
    write_table(tmp_path / "annotation" / TABLE, headings, rows)
    index = open_index(f"casme3:{tmp_path}")
    assert items(index) == {"spNO.1/a_3": "negative", "spNO.10/m_2": "surprise"}


def test_a_clip_without_a_row_is_counted(tmp_path):
    write_casme3_clips(tmp_path)
    rows = [(*row[:5], "4", 1, row[5]) for row in CASME3[1:]]
    write_table(
        tmp_path / "annotation" / TABLE,
        CASME3_HEADINGS,
        [*rows, ("sp1", "a", 1, 2, 3, "", 1, "sad")],
    )
    found = reasons(open_index(f"casme3:{tmp_path}"))
    assert found["Part_A_ME_clip/frame/spNO.1_A_3"] == "no row of the annotation table names it"
    assert found[f"{TABLE}, row 5"] == "a: subject 'sp1' is not like spNO.1"


@pytest.mark.parametrize("option", ["classes=five", "frames=x", "layout=x", "gaps=x"])
def test_a_bad_option_is_one_clear_line(tmp_path, option):
    with pytest.raises(DatasetError, match=option):
        open_index(f"casme3:{tmp_path},{option}")


def test_two_folders_of_one_clip_are_an_error(tmp_path):
    write_casme3_clips(tmp_path)
    frames = tmp_path / "Part_A_ME_clip/frame"
    write_frames(frames / "spno.1_a_3", range(3, 7))
    with pytest.raises(DatasetError, match=r"spNO\.1_A_3 and .*spno\.1_a_3 are both 1/a_3; take"):
        open_index(f"casme3:{tmp_path}")
