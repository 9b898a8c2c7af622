import numpy as np
import pytest
from dataset_trees import write_fer2013, write_fer2013_csv, write_picture
from hypothesis import given, settings
from hypothesis import strategies as st

from ferkeras.datasets import open_index
from ferkeras.datasets._ferplus_votes import majority
from ferkeras.datasets.expressions import EIGHT, SEVEN, THREE
from ferkeras.errors import DatasetError

HEADER = (
    "Usage,Image name,neutral,happiness,surprise,sadness,anger,disgust,fear,contempt,unknown,NF"
)
NAMES = ("neutral", "happy", "surprise", "sad", "angry", "disgust", "fear", "contempt")
OLD = ("angry", "disgust", "fear", "happy", "sad", "surprise", "neutral")  # the contest's 0..6

# Usage, name of the picture, votes, and what becomes of them
ROWS = [
    ("Training", "fer0000000.png", (4, 0, 0, 1, 3, 2, 0, 0, 0, 0), "no majority"),
    ("Training", "fer0000001.png", (6, 0, 1, 1, 0, 0, 0, 0, 2, 0), "neutral"),
    ("Training", "", (0, 0, 0, 0, 0, 0, 0, 0, 0, 10), "the majority sees no face"),
    ("Training", "fer0000002.png", (0, 1, 0, 0, 0, 1, 0, 8, 0, 0), "contempt"),
    ("PublicTest", "fer0000003.png", (2, 0, 0, 0, 0, 0, 0, 0, 8, 0), "the majority chose unknown"),
    ("PublicTest", "fer0000004.png", (0, 0, 0, 5, 5, 0, 0, 0, 0, 0), "no majority"),
    ("PrivateTest", "fer0000005.png", (0, 0, 5, 1, 1, 1, 1, 1, 0, 0), "surprise"),
    ("PrivateTest", "fer0000006.png", (0, 3, 1, 1, 1, 1, 1, 1, 1, 0), "happy"),
]
LABELLED = {row: kept for row, (_, _, _, kept) in enumerate(ROWS) if kept in NAMES}
SPLITS = {"Training": "train", "PublicTest": "public_test", "PrivateTest": "private_test"}


def write_votes(path, rows=ROWS, header=HEADER):
    lines = [",".join(map(str, (usage, name, *votes))) for usage, name, votes, *_ in rows]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\r\n".join([header, *lines]) + "\r\n")
    return path


def write_faces(path, usages=tuple(row[0] for row in ROWS), emotions=None):
    pixels = np.random.default_rng(0).integers(0, 256, (len(usages), 48 * 48))
    emotions = emotions if emotions is not None else [row % 7 for row in range(len(usages))]
    return write_fer2013_csv(path, list(zip(emotions, pixels, usages, strict=True)))


def write_ferplus(root):
    write_votes(root / "fer2013new.csv")
    write_faces(root / "fer2013.csv")
    return root


def write_script_pictures(root):
    folders = {"Training": "FER2013Train", "PublicTest": "FER2013Valid"}
    for usage, name, *_ in ROWS:
        if name:
            write_picture(root / folders.get(usage, "FER2013Test") / name, (48, 48))
    return root


def reasons(index):
    return {entry.item: entry.reason for entry in index.skipped}


@pytest.mark.parametrize("source", ["{}", "{}/fer2013.csv"])
def test_rows_are_joined_by_their_order(tmp_path, source):
    write_ferplus(tmp_path)
    index = open_index(f"ferplus:{source.format(tmp_path)}")
    assert index.name == "ferplus"
    assert index.classes == EIGHT
    assert index.cropped
    rows = {row.item: (row.label, row.split) for row in index.table.itertuples()}
    assert rows == {
        f"row_{row:05d}": (label, SPLITS[ROWS[row][0]]) for row, label in LABELLED.items()
    }
    old = open_index(f"fer2013:{tmp_path}")
    assert (index.load("row_00006") == old.load("row_00006")).all()
    why = reasons(index)
    assert set(why) == {f"row_{row:05d}" for row in range(len(ROWS)) if row not in LABELLED}
    assert why["row_00000"] == "no majority (neutral 4, anger 3, disgust 2)"
    assert why["row_00002"] == "the majority sees no face"
    assert why["row_00004"] == "the majority chose unknown"
    assert why["row_00005"] == "no majority (sadness 5, anger 5)"


def test_pictures_of_the_authors_script_are_joined_by_name(tmp_path):
    write_votes(tmp_path / "fer2013new.csv")
    write_script_pictures(tmp_path / "data")
    (tmp_path / "data/FER2013Train/label.csv").write_text("x")
    write_picture(tmp_path / "data/FER2013Test/fer0000009.png", (48, 48))
    (tmp_path / "data/FER2013Test/fer0000006.png").unlink()
    index = open_index(f"ferplus:{tmp_path}")
    labels = dict(zip(index.table["item"], index.table["label"], strict=True))
    assert labels == {
        "data/FER2013Train/fer0000001.png": "neutral",
        "data/FER2013Train/fer0000002.png": "contempt",
        "data/FER2013Test/fer0000005.png": "surprise",
    }
    assert list(index.table["split"]) == ["private_test", "train", "train"]
    assert index.load("data/FER2013Train/fer0000001.png").shape == (48, 48, 3)
    why = reasons(index)
    assert len(why) == 7
    assert why["fer2013new.csv, row 4"] == "no name of a picture"
    assert why["fer2013new.csv, row 9"] == "no picture fer0000006.png"
    assert why["data/FER2013Test/fer0000009.png"] == "no row of the labels names it"
    assert why["data/FER2013Train/label.csv"] == "not named like fer0000000.png"
    assert why["data/FER2013Valid/fer0000003.png"] == "the majority chose unknown"


def test_options(tmp_path):
    write_ferplus(tmp_path / "faces")
    index = open_index(f"ferplus:{tmp_path / 'faces'},contempt=no,labels=majority")
    assert index.classes == SEVEN
    assert reasons(index)["row_00003"] == "contempt is not asked for"
    assert open_index(f"ferplus:{tmp_path / 'faces'},classes=three").classes == THREE
    (tmp_path / "faces/fer2013new.csv").rename(tmp_path / "votes.csv")
    assert len(open_index(f"ferplus:{tmp_path / 'faces'},table=../votes.csv")) == len(LABELLED)
    with pytest.raises(DatasetError, match=r"no file .*fer2013new\.csv; put the labels of FER\+"):
        open_index(f"ferplus:{tmp_path / 'faces'}")
    with pytest.raises(DatasetError, match="option labels=probability is not majority"):
        open_index(f"ferplus:{tmp_path / 'faces'},labels=probability")


def paper_majority(votes):
    """The mode "majority" as an oracle: None where a picture is left out."""
    counts = np.array(votes, dtype=float)
    counts[counts < 2] = 0
    best = int(np.argmax(counts))
    return NAMES[best] if counts[best] > counts.sum() / 2 and best < 8 else None


@settings(max_examples=300, deadline=None)
@given(st.lists(st.integers(0, 9), min_size=10, max_size=10))
def test_majority_agrees_with_the_rule_of_the_paper(choices):
    votes = np.bincount(choices, minlength=10)
    for cells in (votes, np.minimum(votes * 2, 10), votes[::-1]):
        expected = paper_majority(cells)
        if expected is None:
            with pytest.raises(DatasetError, match="majority"):
                majority([str(count) for count in cells])
        else:
            assert majority([str(count) for count in cells]) == expected


@pytest.mark.parametrize("cell", ["", "-1", "11", "2.5", "x", "nan"])
def test_bad_votes_are_left_out_with_a_reason(tmp_path, cell):
    write_ferplus(tmp_path)
    rows = [list(row) for row in ROWS]
    rows[1][2] = (cell, *rows[1][2][1:])
    write_votes(tmp_path / "fer2013new.csv", rows)
    index = open_index(f"ferplus:{tmp_path}")
    assert len(index) == len(LABELLED) - 1
    assert "are not ten numbers in 0..10" in reasons(index)["row_00001"]


def test_a_picture_that_fer2013_leaves_out_keeps_the_rows_together(tmp_path):
    write_votes(tmp_path / "fer2013new.csv")
    write_faces(tmp_path / "fer2013.csv", emotions=[9, 0, 0, 0, 0, 0, 0, 0])
    with (tmp_path / "fer2013.csv").open("a") as file:
        file.write("\n")
    index = open_index(f"ferplus:{tmp_path}")
    assert len(index) == len(LABELLED)
    assert reasons(index)["row_00000"].startswith("unknown emotion '9'")


def test_files_that_do_not_belong_together_are_one_clear_line(tmp_path):
    write_ferplus(tmp_path)
    write_votes(tmp_path / "fer2013new.csv", ROWS[:-1])
    with pytest.raises(DatasetError, match=r"fer2013.csv has 8 rows and .*fer2013new.csv 7; they"):
        open_index(f"ferplus:{tmp_path}")
    write_votes(tmp_path / "fer2013new.csv", [*ROWS[:3], ("PublicTest", *ROWS[3][1:]), *ROWS[4:]])
    with pytest.raises(
        DatasetError, match=r"row 5: Usage is 'PublicTest', but row_00003 of .*train"
    ):
        open_index(f"ferplus:{tmp_path}")
    write_votes(tmp_path / "fer2013new.csv", [("Tests", *ROWS[0][1:]), *ROWS[1:]])
    with pytest.raises(DatasetError, match="row 2: Usage is 'Tests', but row_00000"):
        open_index(f"ferplus:{tmp_path}")
    write_votes(tmp_path / "other/fer2013new.csv")
    write_script_pictures(tmp_path / "other")
    place = tmp_path / "other/FER2013Valid/fer0000001.png"
    (tmp_path / "other/FER2013Train/fer0000001.png").rename(place)
    with pytest.raises(
        DatasetError, match=r"row 3: Usage is 'Training', but fer0000001\.png lies in"
    ):
        open_index(f"ferplus:{tmp_path / 'other'}")
    write_picture(tmp_path / "other/FER2013Train/fer0000001.png", (48, 48))
    with pytest.raises(DatasetError, match="are of one name; take one away"):
        open_index(f"ferplus:{tmp_path / 'other'}")


def test_rows_in_another_order_are_found_by_the_labels_of_the_contest(tmp_path):
    random = np.random.default_rng(1)
    emotions = random.integers(0, 7, 600)
    said = np.where(random.random(600) < 0.6, emotions, random.integers(0, 7, 600))
    votes = [
        ("Training", f"fer{row:07d}.png", np.eye(10, dtype=int)[NAMES.index(OLD[code])] * 10)
        for row, code in enumerate(said)
    ]
    write_faces(tmp_path / "fer2013.csv", ["Training"] * 600, emotions)
    write_votes(tmp_path / "fer2013new.csv", votes)
    assert len(open_index(f"ferplus:{tmp_path}")) == 600
    write_votes(tmp_path / "fer2013new.csv", [*votes[1:], votes[0]])
    with pytest.raises(DatasetError, match="as by chance: the rows are in another order"):
        open_index(f"ferplus:{tmp_path}")


def test_copies_that_do_not_say_the_row_cannot_be_joined(tmp_path):
    write_fer2013(tmp_path, per_class=1)
    write_votes(tmp_path / "fer2013new.csv")
    with pytest.raises(
        DatasetError, match=r"holds no fer2013\.csv or pictures such as FER2013T"
    ) as e:
        open_index(f"ferplus:{tmp_path}")
    assert "\n" not in str(e.value)
    assert "put it there" in str(e.value)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "no column 'Usage'; its first line must name Usage, Image name, neutral"),
        (HEADER.replace(",NF", "") + "\n", "no column 'NF'"),
        (HEADER + "\n", "8 rows and .* 0; they must be the same rows"),
    ],
)
def test_unusable_labels_are_one_clear_line(tmp_path, text, message):
    write_faces(tmp_path / "fer2013.csv")
    (tmp_path / "fer2013new.csv").write_text(text)
    with pytest.raises(DatasetError, match=message):
        open_index(f"ferplus:{tmp_path}")


def test_no_label_at_all_and_a_folder_in_place_of_the_labels(tmp_path):
    write_faces(tmp_path / "fer2013.csv", ["Training"])
    write_votes(tmp_path / "fer2013new.csv", ROWS[:1])
    with pytest.raises(
        DatasetError, match="gives no samples; 1 left out, such as row_00000: no maj"
    ):
        open_index(f"ferplus:{tmp_path}")
    (tmp_path / "fer2013new.csv").unlink()
    (tmp_path / "fer2013new.csv").mkdir()
    with pytest.raises(DatasetError, match="cannot be read"):
        open_index(f"ferplus:{tmp_path}")
    with pytest.raises(DatasetError, match="is not a folder; expected one with"):
        open_index(f"ferplus:{tmp_path / 'nowhere'}")
