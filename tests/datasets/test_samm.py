import numpy as np
import pytest
from micro_trees import (
    SAMM,
    SAMM_HEADINGS,
    items,
    names,
    reasons,
    write_frames,
    write_samm,
    write_table,
)

from ferkeras.datasets import open_index
from ferkeras.errors import DatasetError

TABLE = "SAMM_Micro_FACS_Codes_v2.xlsx"


def test_the_table_stands_below_free_text(tmp_path):
    index = open_index(f"samm:{write_samm(tmp_path)}")
    assert items(index) == {
        "006/006_1_2": "negative",
        "006/006_3_5": "surprise",
        "011/011_2_7": "positive",
    }
    assert list(index.table["subject"]) == ["006", "006", "011"]
    clip = index.load("006/006_1_2")
    assert names(clip) == [f"006_0{number}.jpg" for number in range(5562, 5567)]
    assert (clip.onset, clip.apex, clip.offset, clip.fps) == (0, 2, 4, 200.0)
    # Free text, headings: the table's fourth row is row 10 of the sheet.
    assert list(reasons(index)) == [f"{TABLE}, row 10"]


def test_grey_frames_become_three_equal_channels(tmp_path):
    frame = open_index(f"samm:{write_samm(tmp_path)}").load("006/006_1_2").frames[0]
    assert frame.dtype == np.uint8
    np.testing.assert_array_equal(frame[..., 0], frame[..., 1])
    np.testing.assert_array_equal(frame[..., 0], frame[..., 2])


def test_other_numbers_of_classes(tmp_path):
    write_samm(tmp_path)
    assert items(open_index(f"samm:{tmp_path},classes=five")) == {
        "006/006_1_2": "angry",
        "006/006_3_5": "surprise",
        "011/011_2_7": "happy",
        "011/011_3_1": "others",
    }
    assert len(open_index(f"samm:{tmp_path},classes=all").classes) == 8


def test_known_errors_of_the_table_are_corrected(tmp_path):
    rows = [(28, "028_4_1", 10, 99, 14, "Surprise"), (32, "032_3_1", 10, 12, 14, "Anger")]
    write_samm(tmp_path, [*rows, (6, "006_1_2", 10, 99, 14, "Anger")])
    index = open_index(f"samm:{tmp_path}")
    assert index.load("028/028_4_1").apex is None
    assert index.load("032/032_3_1").apex == 2  # mended already, so left as it is
    assert "apex 99 is outside onset to offset" in reasons(index)[f"{TABLE}, row 9"]


def test_a_negative_apex_means_none(tmp_path):
    write_samm(tmp_path, [(6, "006_1_2", 10, -1, 14, "Anger")])
    assert open_index(f"samm:{tmp_path}").load("006/006_1_2").apex is None


@pytest.mark.parametrize(
    ("subject", "clip", "reason"),
    [
        (7, "006_1_2", "006_1_2: its subject is 7, its file name says 6"),
        ("x", "006_1_2", "006_1_2: subject 'x' is not a number such as 006"),
        (None, "006_1_2", "006_1_2: no subject; fill in the cell"),
        (6, "clip", "clip: file name 'clip' is not like 006_1_2"),
    ],
)
def test_names_that_do_not_fit(tmp_path, subject, clip, reason):
    write_samm(tmp_path)
    cells = [
        (row[0], row[1], 1, row[2], row[3], row[4], 5, "Micro", "4", row[5], 3, "") for row in SAMM
    ]
    cells[0] = (subject, clip, *cells[0][2:])
    write_table(tmp_path / TABLE, SAMM_HEADINGS, cells)
    assert reasons(open_index(f"samm:{tmp_path}"))[f"{TABLE}, row 2"] == reason


@pytest.mark.parametrize("option", ["classes=seven", "frames=x", "gaps=x"])
def test_a_bad_option_is_one_clear_line(tmp_path, option):
    with pytest.raises(DatasetError, match=option):
        open_index(f"samm:{tmp_path},{option}")


def test_two_folders_of_one_clip_are_an_error(tmp_path):
    write_samm(tmp_path)
    write_frames(tmp_path / "6/006_1_2", range(5562, 5567), "006_{}.jpg")
    with pytest.raises(DatasetError, match=r"006/006_1_2 and .*6/006_1_2 are both 006_1_2; take"):
        open_index(f"samm:{tmp_path}")
