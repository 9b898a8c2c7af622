import csv
import pickle
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from micro_trees import (
    CASME2,
    CASME2_HEADINGS,
    items,
    names,
    reasons,
    write_casme2,
    write_frames,
    write_table,
)

from ferkeras.datasets import open_index
from ferkeras.datasets.verify import verify
from ferkeras.errors import DatasetError, MediaError

TABLE = "CASME2-coding-20190701.xlsx"


def with_row(*row):
    """A usable clip and one other row."""
    return [CASME2[0], row]


def test_clips_reach_from_onset_to_offset(tmp_path):
    index = open_index(f"casme2:{write_casme2(tmp_path)}")
    assert index.classes == ("disgust", "happy", "others", "repression", "surprise")
    assert not index.cropped
    assert items(index) == {
        "sub01/EP02_01f": "happy",
        "sub01/EP19_05f": "disgust",
        "sub02/EP01_11f": "repression",
        "sub02/EP13_04": "surprise",
        "sub26/EP18_50": "others",
    }
    assert list(index.table["subject"]) == ["sub01", "sub01", "sub02", "sub02", "sub26"]
    clip = index.load("sub01/EP02_01f")
    assert names(clip) == [f"img{number}.jpg" for number in range(46, 51)]
    assert (clip.onset, clip.apex, clip.offset, clip.fps) == (0, 2, 4, 200.0)
    assert clip.frames[2].shape == (8, 8, 3)
    missing = index.load("sub02/EP01_11f")
    assert (missing.onset, missing.apex, missing.offset) == (0, None, 4)
    assert reasons(index) == {
        f"{TABLE}, row 7": "EP18_51: sad is not one of the classes disgust, happy, others, "
        "repression, surprise"
    }
    assert pickle.loads(pickle.dumps(index.load))("sub01/EP02_01f").apex == 2


def test_three_and_seven_classes(tmp_path):
    write_casme2(tmp_path)
    three = open_index(f"casme2:{tmp_path},classes=three")
    assert three.classes == ("negative", "positive", "surprise")
    assert list(three.table["label"]) == [
        "positive", "negative", "negative", "surprise", "negative",
    ]  # fmt: skip
    assert len(open_index(f"casme2:{tmp_path},classes=seven")) == 6


def test_crops_are_another_kind(tmp_path):
    write_casme2(tmp_path, kind="cropped")
    index = open_index(f"casme2:{tmp_path}")
    assert index.cropped
    assert names(index.load("sub01/EP02_01f"))[0] == "reg_img46.jpg"
    write_casme2(tmp_path)
    with pytest.raises(DatasetError, match="both fit; add ,frames=raw or ,frames=cropped"):
        open_index(f"casme2:{tmp_path}")
    assert not open_index(f"casme2:{tmp_path},frames=raw").cropped
    assert open_index(f"casme2:{tmp_path},frames=cropped").cropped


def test_headings_subjects_and_numbers_may_be_written_otherwise(tmp_path):
    write_casme2(tmp_path)
    headings = [
        " subject",
        "File name ",
        "Onset Frame",
        "APEXFRAME",
        "offset_frame",
        "estimated emotion ",
    ]
    cells = [
        ("01", " EP02_01F ", "46", 48.0, "50.0", "Happiness "),
        ("sub01", "EP19_05f", 9.0, None, 12, "DISGUST"),
    ]
    write_table(tmp_path / TABLE, headings, cells, above=[(), ("notes",)])
    index = open_index(f"casme2:{tmp_path}")
    assert items(index) == {"sub01/EP02_01F": "happy", "sub01/EP19_05f": "disgust"}
    assert index.load("sub01/EP02_01F").apex == 2
    assert index.load("sub01/EP19_05f").apex is None


CLIP = "CASME2_RAW_selected/sub01/EP09_01"


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ((None, "EP09_01", 2, 3, 4, "disgust"), "no subject; fill in the cell"),
        (("anna", "EP09_01", 2, 3, 4, "disgust"), "subject 'anna' is not like 1, 01 or sub01"),
        ((1, None, 2, 3, 4, "disgust"), "no file name"),
        ((1, "EP09_01", None, 3, 4, "disgust"), "no onset"),
        ((1, "EP09_01", "two", 3, 4, "disgust"), "onset 'two' is not a whole number"),
        ((1, "EP09_01", 2, 2.5, 4, "disgust"), "apex '2.5' is not a whole number"),
        ((1, "EP09_01", 4, None, 2, "disgust"), "offset 2 is not after onset 4"),
        (
            (1, "EP09_01", 2, 9, 4, "disgust"),
            "apex 9 is outside onset to offset, 2..4; mend the cell, or empty it to have the apex "
            "estimated",
        ),
        ((1, "EP09_01", 2, 3, 4, None), "no emotion"),
        (
            (1, "EP02_01f", 46, 48, 50, "happiness"),
            f"the same clip as {TABLE}, row 2, which is taken",
        ),
        (
            (1, "EP99", 2, 3, 4, "disgust"),
            "no folder of frames; is this part of the data set unpacked?",
        ),
        ((1, "EP09_01", 50, 51, 52, "disgust"), f"its onset, frame 50, is not in {CLIP}"),
        (
            (1, "EP09_01", 2, 3, 60, "disgust"),
            f"55 of its frames 2..60 are not in {CLIP}, the first is 6; take it as it is with "
            ",gaps=keep",
        ),
    ],
)
def test_a_row_that_cannot_be_used_is_left_out_with_its_number(tmp_path, row, reason):
    write_casme2(tmp_path, with_row(1, "EP09_01", 2, 3, 4, "disgust"))
    subject, clip, onset, apex, offset, emotion = row
    cells = [
        (1, "EP02_01f", None, 46, 48, 50, None, "12", "happiness"),
        (subject, clip, None, onset, apex, offset, None, "4", emotion),
    ]
    write_table(tmp_path / TABLE, CASME2_HEADINGS, cells)
    index = open_index(f"casme2:{tmp_path}")
    assert items(index) == {"sub01/EP02_01f": "happy"}
    assert reasons(index)[f"{TABLE}, row 3"] == (f"{clip}: {reason}" if clip else reason)


def test_an_unknown_emotion_names_the_known_ones(tmp_path):
    write_casme2(tmp_path, with_row(1, "EP09_01", 2, 3, 4, "joyful"))
    reason = reasons(open_index(f"casme2:{tmp_path}"))[f"{TABLE}, row 3"]
    assert reason.startswith("EP09_01: emotion 'joyful' is not known; known: angry, ")


def test_missing_frames_may_be_kept(tmp_path):
    write_casme2(tmp_path, with_row(1, "EP09_01", 2, 5, 9, "disgust"))
    (tmp_path / "CASME2_RAW_selected/sub01/EP09_01/img3.jpg").unlink()
    assert len(open_index(f"casme2:{tmp_path}")) == 1
    index = open_index(f"casme2:{tmp_path},gaps=keep")
    assert reasons(index)[f"{TABLE}, row 3"] == (
        f"EP09_01: 1 of its frames 2..9 are not in {CLIP}, the first is 3; the clip is taken as it "
        "is, its later frames count as earlier"
    )
    clip = index.load("sub01/EP09_01")
    assert names(clip) == [f"img{number}.jpg" for number in (2, 4, 5, 6, 7, 8, 9)]
    assert (clip.onset, clip.apex, clip.offset) == (0, 2, 6)
    (tmp_path / "CASME2_RAW_selected/sub01/EP09_01/img5.jpg").unlink()
    index = open_index(f"casme2:{tmp_path},gaps=keep")
    assert "its apex, frame 5, is not in" in reasons(index)[f"{TABLE}, row 3"]


def test_without_an_offset_a_clip_reaches_to_its_last_frame(tmp_path):
    write_casme2(tmp_path, CASME2[:1])
    cells = [(1, "EP02_01f", None, 46, 48, None, None, "12", "happiness")]
    write_table(tmp_path / TABLE, CASME2_HEADINGS, cells)
    clip = open_index(f"casme2:{tmp_path}").load("sub01/EP02_01f")
    assert (len(clip.frames), clip.apex, clip.offset) == (6, 2, None)


def test_folders_without_a_row_and_other_files_are_counted(tmp_path):
    write_casme2(tmp_path)
    clips = tmp_path / "CASME2_RAW_selected/sub01"
    write_frames(clips / "EP77", range(3), "img{}.jpg")
    (clips / "EP02_01f/Thumbs.db").write_bytes(b"")
    write_frames(clips / "EP02_01f", ["cover"])
    found = reasons(open_index(f"casme2:{tmp_path}"))
    below = "CASME2_RAW_selected/sub01"
    assert found[f"{below}/EP77"] == "no row of the annotation table names it"
    assert found[f"{below}/EP02_01f/Thumbs.db"] == "not a picture file"
    assert found[f"{below}/EP02_01f/cover.jpg"] == "its name does not end in a frame's number"


def test_two_folders_of_one_clip_or_subject_are_an_error(tmp_path):
    write_casme2(tmp_path)
    base = tmp_path / "CASME2_RAW_selected"
    write_frames(base / "sub01/ep02_01F", range(46, 51), "img{}.jpg")
    message = r"sub01/EP02_01f and .*sub01/ep02_01F are both sub01/ep02_01f; take one of them away"
    with pytest.raises(DatasetError, match=message):
        open_index(f"casme2:{tmp_path}")
    (base / "sub01/ep02_01F").rename(base / "Sub1")
    with pytest.raises(DatasetError, match=r"Sub1 and .*sub01 are both sub01; take one of them"):
        open_index(f"casme2:{tmp_path}")


def test_a_clip_with_two_files_of_one_frame_is_left_out(tmp_path):
    write_casme2(tmp_path)
    write_frames(tmp_path / "CASME2_RAW_selected/sub01/EP02_01f", [46], "img0{}.png")
    reason = reasons(open_index(f"casme2:{tmp_path}"))[f"{TABLE}, row 2"]
    assert "img046.png and img46.jpg in" in reason
    assert "are both frame 46; take one of them away" in reason


def test_tables_that_cannot_be_used(tmp_path):
    write_casme2(tmp_path)
    write_casme2(tmp_path, table="old coding.xlsx")
    (tmp_path / "~$old coding.xlsx").write_bytes(b"lock")
    with pytest.raises(DatasetError, match=r"both have the columns Subject.*,table=<file>"):
        open_index(f"casme2:{tmp_path}")
    assert len(open_index(f"casme2:{tmp_path},table={TABLE},classes=five")) == 5
    (tmp_path / TABLE).unlink()
    write_table(tmp_path / "old coding.xlsx", ("Filename", "OnsetFrame", "Estimated Emotion"), [])
    with pytest.raises(DatasetError, match=r"old coding\.xlsx has no column 'Subject'; one row"):
        open_index(f"casme2:{tmp_path}")
    (tmp_path / "old coding.xlsx").write_bytes(b"no zip")
    with pytest.raises(DatasetError, match=r"old coding\.xlsx is not a spreadsheet that can be"):
        open_index(f"casme2:{tmp_path}")
    (tmp_path / "old coding.xlsx").unlink()
    with pytest.raises(DatasetError, match=r"holds no table \(\.xlsx or \.csv\) with the columns"):
        open_index(f"casme2:{tmp_path}")
    with pytest.raises(DatasetError, match=r"none\.xlsx cannot be read \(No such file"):
        open_index(f"casme2:{tmp_path},table=none.xlsx")
    (tmp_path / "coding.xls").write_bytes(b"")
    with pytest.raises(DatasetError, match=r"coding\.xls is not a table; save it as \.xlsx"):
        open_index(f"casme2:{tmp_path},table=coding.xls")


def test_a_table_may_lie_elsewhere_and_be_a_csv(tmp_path):
    write_casme2(tmp_path / "frames")
    (tmp_path / "frames" / TABLE).unlink()
    table = tmp_path / "labels, all/coding.csv"
    table.parent.mkdir()
    table.write_text(
        "Subject;Filename;OnsetFrame;ApexFrame;OffsetFrame;Estimated Emotion\n"
        "1;EP02_01f;46;48;50;happiness\n\n1;EP19_05f;;11;12;disgust\n",
        encoding="utf-8-sig",
    )
    index = open_index(f"casme2:{tmp_path}/frames,table={table},frames=raw")
    assert items(index) == {"sub01/EP02_01f": "happy"}
    assert reasons(index)["coding.csv, row 4"] == "EP19_05f: no onset"


def test_no_usable_row_is_an_error_with_a_reason(tmp_path):
    write_casme2(tmp_path, [(1, "EP02_01f", 46, 48, 50, "joy")])
    with pytest.raises(DatasetError, match=r"gives no samples; 1 left out, .*row 2: EP02_01f: emo"):
        open_index(f"casme2:{tmp_path}")


@pytest.mark.parametrize("option", ["classes=two", "frames=grey", "gaps=fill", "speed=1"])
def test_a_bad_option_is_one_clear_line(tmp_path, option):
    with pytest.raises(DatasetError, match=option):
        open_index(f"casme2:{write_casme2(tmp_path, CASME2[:1])},{option}")


def test_frames_missing_altogether(tmp_path):
    write_table(tmp_path / TABLE, CASME2_HEADINGS, [])
    with pytest.raises(DatasetError, match="holds no folders of frames such as CASME2_RAW_sel"):
        open_index(f"casme2:{tmp_path}")


def test_verify_compares_with_the_published_counts(tmp_path):
    write_casme2(tmp_path)
    broken = tmp_path / "CASME2_RAW_selected/sub01/EP02_01f/img47.jpg"
    broken.write_bytes(b"cut off")
    index = open_index(f"casme2:{tmp_path},classes=three")
    report = verify(index)
    counts = {count.label: (count.sequences, count.difference) for count in report.counts}
    assert counts == {
        "negative": (3, 3 - 88),
        "positive": (1, 1 - 32),
        "surprise": (1, 1 - 25),
        "total": (5, 5 - 145),
    }
    assert [one.item for one in report.unreadable] == ["sub01/EP02_01f"]
    assert index.digest(0)  # onset and apex can be read all the same
    with pytest.raises(MediaError, match="img47"):
        index.load("sub01/EP02_01f").frames[1]


def test_of_two_rows_the_first_that_can_be_used_counts(tmp_path):
    write_casme2(
        tmp_path, [(5, "EP12_03f", 1, 2, 3, "others"), (5, "EP12_03f", 1, 2, 3, "surprise")]
    )
    index = open_index(f"casme2:{tmp_path},classes=three")
    assert items(index) == {"sub05/EP12_03f": "surprise"}
    assert items(open_index(f"casme2:{tmp_path}")) == {"sub05/EP12_03f": "others"}


CELLS = st.one_of(
    st.sampled_from(["1", "sub01", "EP1", "2", "3", "4.0", "happiness", "others", "/", "-1", ""]),
    st.text(max_size=5),
    st.integers(-(10**12), 10**12).map(str),
)


@settings(max_examples=60, deadline=None)
@given(rows=st.lists(st.lists(CELLS, min_size=6, max_size=6), min_size=1, max_size=4))
def test_any_cells_give_an_index_or_one_clear_line(rows):
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        write_frames(root / "RAW/sub01/EP1", range(1, 6), "img{}.jpg")
        with (root / "coding.csv").open("w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file)
            headings = ("Subject", "Filename", "Onset", "Apex", "Offset", "Emotion")
            writer.writerows([headings, *rows])
        try:
            index, problem = open_index(f"casme2:{root}"), ""
        except DatasetError as error:
            index, problem = None, str(error)
        if index is None:
            assert problem.startswith("casme2: ")
            assert len(problem.splitlines()) == 1
        else:
            assert list(items(index)) == ["sub01/EP1"]
            clip = index.load("sub01/EP1")
            assert len(clip.frames) >= 2
            assert clip.onset == 0
