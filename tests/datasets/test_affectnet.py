import pickle

import numpy as np
import pytest
from dataset_trees import write_picture
from hypothesis import example, given, settings
from hypothesis import strategies as st
from PIL import Image

from ferkeras.datasets import affectnet, open_index
from ferkeras.datasets._affectnet_folders import array_code
from ferkeras.datasets.digests import digests
from ferkeras.datasets.expressions import EIGHT, SEVEN, THREE
from ferkeras.datasets.published import TOTAL
from ferkeras.datasets.verify import verify
from ferkeras.errors import DatasetError, MediaError
from ferkeras.evaluation.leakage import measure
from ferkeras.evaluation.splitters import fixed_split

CODES = ("neutral", "happy", "sad", "surprise", "fear", "disgust", "angry", "contempt")
HEADER = (
    "subDirectory_filePath,face_x,face_y,face_width,face_height,"
    "facial_landmarks,expression,valence,arousal"
)
IMAGES = "Manually_Annotated_Images"


def write_array(path, value):
    path.parent.mkdir(parents=True, exist_ok=True)
    np.save(path, value)
    return path


def write_folders(root, codes=range(8), parts=("train_set", "val_set")):
    for part in parts:
        for number, code in enumerate(codes):
            write_picture(root / f"{part}/images/{number}.jpg", (10, 10))
            write_array(root / f"{part}/annotations/{number}_exp.npy", np.array(str(code)))
            write_array(root / f"{part}/annotations/{number}_val.npy", np.array("-0.1"))
    return root


def row(name, code, box=(2, 3, 5, 4)):
    return f"{name},{','.join(map(str, box))},1.5;2.5,{code},-0.1,0.2"


def write_list(path, rows, header=HEADER):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join([*([header] if header else []), *rows]) + "\n")
    return path


def write_lists(root):
    """Eight faces in training.csv, one in validation.csv, and those without a class."""
    write_list(
        root / "training.csv",
        [row(f"{code}/a{code}.jpg", code) for code in range(11)],
    )
    write_list(root / "validation.csv", [row("1/b.jpg", 6)])
    for name in (*(f"{code}/a{code}.jpg" for code in range(11)), "1/b.jpg"):
        write_picture(root / IMAGES / name, (12, 9))
    return root


def reasons(index):
    return {entry.item: entry.reason for entry in index.skipped}


@pytest.mark.parametrize("above", ["", "AffectNet"])
def test_folders_of_faces_and_arrays(tmp_path, above):
    write_folders(tmp_path / above)
    index = open_index(f"affectnet:{tmp_path}")
    assert index.name == "affectnet"
    assert index.cropped
    assert index.classes == EIGHT
    assert index.table["split"].value_counts().to_dict() == {"train": 8, "val": 8}
    for item, label in zip(index.table["item"], index.table["label"], strict=True):
        assert CODES[int(item.rpartition("/")[2][0])] == label
    assert set(index.table["subject"]) == {None}
    assert index.load(index.table["item"].iat[0]).shape == (10, 10, 3)
    assert not index.skipped


@pytest.mark.parametrize(
    "value", ["3", b"3", 3, 3.0, np.array(["3"]), np.array([[3]], "uint8"), "3.0", " 3"]
)
def test_ways_to_write_a_number(tmp_path, value):
    write_folders(tmp_path, parts=("val_set",))
    write_array(tmp_path / "val_set/annotations/0_exp.npy", np.asarray(value))
    index = open_index(f"affectnet:{tmp_path}")
    assert index.table["label"].iat[0] == "surprise"
    assert len(index) == 8


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ("8", "expression 8: none of the expressions"),
        (9, "expression 9: uncertain"),
        (10.0, "expression 10: no face"),
        ("11", "expression 11 is not one of 0..10"),
        (-1, "expression '-1' is not a whole number in 0..10"),
        (2.5, "expression '2.5' is not a whole number in 0..10"),
        (np.nan, "expression 'nan' is not a whole number in 0..10"),
        ("happy", "expression 'happy' is not a whole number in 0..10"),
        (True, "expression 'True' is not a whole number in 0..10"),
        ("1_0", "expression '1_0' is not a whole number in 0..10"),
        ([1, 2], "0_exp.npy holds 2 values, not one"),
        ([], "0_exp.npy holds 0 values, not one"),
        (np.array({"a": 1}, dtype=object), "0_exp.npy is not an array that can be read"),
    ],
)
def test_arrays_without_a_class_are_left_out_with_a_reason(tmp_path, value, reason):
    write_folders(tmp_path, parts=("train_set",))
    write_array(tmp_path / "train_set/annotations/0_exp.npy", np.asarray(value))
    index = open_index(f"affectnet:{tmp_path}")
    assert len(index) == 7
    assert reasons(index) == {"train_set/images/0.jpg": reason}


@example(at=8, byte=55, end=140)  # NumPy cannot make a text of the value
@settings(max_examples=150, deadline=None)
@given(at=st.integers(0, 127), byte=st.integers(0, 255), end=st.integers(0, 140))
def test_a_damaged_array_is_a_reason_never_an_error_of_numpy(tmp_path_factory, at, byte, end):
    path = write_array(tmp_path_factory.getbasetemp() / "damaged_exp.npy", np.array("3"))
    content = bytearray(path.read_bytes())
    content[at] = byte
    path.write_bytes(bytes(content[:end]))
    try:
        found = array_code(path)
    except DatasetError as problem:
        found = str(problem)
    assert isinstance(found, str)


def test_another_file_that_is_called_like_an_array_is_a_reason(tmp_path):
    for content in (b"PK\x03\x04" + b"x" * 40, b"3\n", b"\x80\x04K\x03."):
        (tmp_path / "0_exp.npy").write_bytes(content)
        with pytest.raises(DatasetError, match=r"0_exp\.npy is not an array that can be read"):
            array_code(tmp_path / "0_exp.npy")


def test_files_that_miss_their_partner_are_noted(tmp_path):
    root = write_folders(tmp_path, parts=("train_set",)) / "train_set"
    (root / "annotations/0_exp.npy").unlink()
    (root / "annotations/1_exp.npy").write_bytes(b"")
    (root / "annotations/2_exp.npy").write_bytes(b"\x93NUMPY\x01\x00v")
    (root / "annotations/3_exp.npy").unlink()
    (root / "annotations/3_exp.npy").mkdir()
    (root / "images/4.jpg").unlink()
    write_picture(root / "images/5.png")
    (root / "images/6.jpg").unlink()
    (root / "images/6.jpg").mkdir()
    index = open_index(f"affectnet:{tmp_path}")
    assert list(index.table["label"]) == ["disgust", "contempt"]
    assert reasons(index) == {
        "train_set/images/0.jpg": "no file train_set/annotations/0_exp.npy",
        "train_set/images/1.jpg": "1_exp.npy is not an array that can be read",
        "train_set/images/2.jpg": "2_exp.npy is not an array that can be read",
        "train_set/images/3.jpg": "3_exp.npy cannot be read (Is a directory)",
        "train_set/annotations/4_exp.npy": "no picture 4.jpg in train_set/images",
        "train_set/images/5.png": "5.jpg has the same number",
        "train_set/images/6.jpg": "a folder among pictures",
        "train_set/annotations/6_exp.npy": "no picture 6.jpg in train_set/images",
    }


@pytest.mark.parametrize("write", [write_folders, write_lists])
def test_seven_classes_and_mapped_ones(tmp_path, write):
    write(tmp_path)
    index = open_index(f"affectnet:{tmp_path},classes=7")
    assert index.classes == SEVEN
    assert "contempt" not in set(index.table["label"])
    assert "contempt is not asked for" in reasons(index).values()
    mapped = open_index(f"affectnet:{tmp_path},classes=three")
    assert mapped.classes == THREE
    assert "neutral is not one of the classes negative, positive, surprise" in (
        reasons(mapped).values()
    )


@pytest.mark.parametrize("choice", ["9", "seven", "", "7.0"])
def test_other_classes_are_refused(tmp_path, choice):
    write_folders(tmp_path)
    with pytest.raises(
        DatasetError, match=f"option classes={choice} is not 8 or 7 or six or three"
    ):
        open_index(f"affectnet:{tmp_path},classes={choice}")


@pytest.mark.parametrize("folder", ["", "Manually_Annotated_file_lists"])
@pytest.mark.parametrize("images", [IMAGES, f"Manually_Annotated/{IMAGES}", "."])
def test_faces_are_cut_out_by_the_boxes_of_the_lists(tmp_path, folder, images):
    write_lists(tmp_path)
    for name in ("training.csv", "validation.csv"):
        (tmp_path / folder).mkdir(exist_ok=True)
        (tmp_path / name).rename(tmp_path / folder / name)
    if images == ".":
        for path in (tmp_path / IMAGES).iterdir():
            path.rename(tmp_path / path.name)
        (tmp_path / IMAGES).rmdir()
    elif images != IMAGES:
        (tmp_path / "Manually_Annotated").mkdir()
        (tmp_path / IMAGES).rename(tmp_path / images)
    index = open_index(f"affectnet:{tmp_path}")
    assert index.cropped
    assert index.classes == EIGHT
    assert list(index.table["label"]) == [*CODES, "angry"]
    assert list(index.table["split"]) == ["train"] * 8 + ["val"]
    item = index.table["item"].iat[2]
    assert item.endswith("2/a2.jpg")
    whole = np.asarray(Image.open(tmp_path / item).convert("RGB"), dtype=int)
    face = pickle.loads(pickle.dumps(index.load))(item)
    assert face.shape == (4, 5, 3)
    assert face.flags["C_CONTIGUOUS"]
    assert abs(face - whole[3:7, 2:7]).max() <= 2  # two JPEG decoders
    assert {f"{folder}/training.csv, row {number}".lstrip("/") for number in (10, 11, 12)} == set(
        reasons(index)
    )
    assert set(reasons(index).values()) == {
        "expression 8: none of the expressions",
        "expression 9: uncertain",
        "expression 10: no face",
    }


def test_whole_pictures_are_an_option_of_the_lists(tmp_path):
    index = open_index(f"affectnet:{write_lists(tmp_path / 'lists')},cropped=no")
    assert not index.cropped
    assert index.load(index.table["item"].iat[0]).shape == (9, 12, 3)
    write_folders(tmp_path / "folders")
    with pytest.raises(DatasetError, match=r"cropped=no needs training\.csv"):
        open_index(f"affectnet:{tmp_path / 'folders'},cropped=no")
    with pytest.raises(DatasetError, match=r"images= needs training\.csv"):
        open_index(f"affectnet:{tmp_path / 'folders'},images=train_set/images")


def test_a_box_is_cut_at_the_edges_of_its_picture(tmp_path):
    boxes = {
        "in": (-2, -1, 4, 4),
        "over": (9, 6, 50, 50),
        "out": (12, 0, 5, 5),
        "up": (0, -9, 3, 3),
    }
    write_list(tmp_path / "training.csv", [row(f"1/{name}.png", 1, boxes[name]) for name in boxes])
    for name in boxes:
        write_picture(tmp_path / IMAGES / f"1/{name}.png", (12, 9))
    index = open_index(f"affectnet:{tmp_path}")
    assert index.load(f"{IMAGES}/1/in.png").shape == (3, 2, 3)
    assert index.load(f"{IMAGES}/1/over.png").shape == (3, 3, 3)
    for name in ("out", "up"):
        with pytest.raises(
            MediaError, match=f"{name}.png: the face's box .* lies outside the pict"
        ):
            index.load(f"{IMAGES}/1/{name}.png")
    assert len(verify(index).unreadable) == 2


def test_bad_rows_are_left_out_with_their_number(tmp_path):
    rows = [
        row("1/good.png", 1),
        row("1/gone.png", 1),
        row("1/good.png", "x"),
        row("1/good.png", 11),
        row("1/good.png", 1, ("NULL", 0, 3, 3)),
        row("1/good.png", 1, (0, 0, 0, 3)),
        row("1/good.png", 2),
        row("../../secret.png", 1),
        row("/etc/passwd", 1),
        row("", 1),
        "1/good.png,1",
        "",
        row("1/good.png", 3, (1.0, "2.5", 3, 3)),
        row("1", 1),
    ]
    write_list(tmp_path / "training.csv", rows)
    write_picture(tmp_path / IMAGES / "1/good.png", (12, 9))
    index = open_index(f"affectnet:{tmp_path}")
    good = f"{IMAGES}/1/good.png"
    assert dict(zip(index.table["item"], index.table["label"], strict=True)) == {
        good: "happy",
        f"{good}, training.csv, row 14": "surprise",
    }
    assert index.load(f"{good}, training.csv, row 14").shape == (3, 3, 3)
    assert reasons(index) == {
        "training.csv, row 3": f"no picture {IMAGES}/1/gone.png",
        "training.csv, row 4": "expression 'x' is not a whole number in 0..10",
        "training.csv, row 5": "expression 11 is not one of 0..10",
        "training.csv, row 6": "face_x 'NULL' is not a number of pixels",
        "training.csv, row 7": "the face's box of 0x3 pixels holds nothing",
        "training.csv, row 8": "1/good.png stands in training.csv, row 2 already",
        "training.csv, row 9": "path '../../secret.png' leads out of the folder of pictures",
        "training.csv, row 10": "path '/etc/passwd' leads out of the folder of pictures",
        "training.csv, row 11": "no path of a picture",
        "training.csv, row 12": "expression '' is not a whole number in 0..10",
        "training.csv, row 15": f"no picture {IMAGES}/1",
    }


def test_a_list_without_headings_has_the_published_columns(tmp_path):
    write_list(tmp_path / "validation.csv", [row("1/a.png", 4)], header="")
    write_picture(tmp_path / IMAGES / "1/a.png", (12, 9))
    index = open_index(f"affectnet:{tmp_path}")
    assert list(index.table["label"]) == ["fear"]
    spaced = " subDirectory_filePath , expression, face_height,face_width, face_y,face_x"
    write_list(tmp_path / "validation.csv", ["1/a.png,4,2,3,0,0"], header=spaced)
    index = open_index(f"affectnet:{tmp_path}")
    assert index.load(f"{IMAGES}/1/a.png").shape == (2, 3, 3)
    assert not index.skipped


@pytest.mark.parametrize("write", ["folders", "lists"])
def test_a_face_of_both_parts_is_a_leak_that_is_seen(tmp_path, write):
    if write == "folders":
        write_folders(tmp_path)  # the same numbers in both parts are other pictures
        for part in ("train_set", "val_set"):
            write_picture(tmp_path / f"{part}/images/3.jpg", (10, 10), seed=3)
    else:
        write_lists(tmp_path)
        with (tmp_path / "validation.csv").open("a") as file:
            file.write(row("3/a3.jpg", 3) + "\n")
    index = open_index(f"affectnet:{tmp_path}")
    assert verify(index).duplicates_across_splits == 1
    fold = next(fixed_split(index.table, "train", "val"))
    found = {one.kind: one for one in measure(index.table, fold, digests(index).values)}
    assert found["duplicates"].shared == found["duplicates"].test_rows == 1


def test_a_part_alone_is_read_and_the_other_told_missing(tmp_path):
    write_folders(tmp_path, parts=("train_set",))
    report = verify(open_index(f"affectnet:{tmp_path}"))
    assert report.missing_splits == ("val",)


def test_published_counts_add_up_to_the_stated_totals():
    for classes, train, val in ((EIGHT, 287651, 4000), (SEVEN, 283901, 3500)):
        assert affectnet.PUBLISHED.count("train", TOTAL, classes) == train
        assert affectnet.PUBLISHED.count("val", TOTAL, classes) == val
    assert affectnet.PUBLISHED.count("train", "happy", EIGHT) == 134415


def test_choice_between_folders_of_pictures(tmp_path):
    write_lists(tmp_path)
    write_picture(tmp_path / "Automatically_Annotated_Images/1/b.jpg", (3, 3))
    assert open_index(f"affectnet:{tmp_path}").load(f"{IMAGES}/1/b.jpg").shape == (4, 5, 3)
    (tmp_path / IMAGES).rename(tmp_path / "faces")
    with pytest.raises(DatasetError, match="both hold folders of pictures; name the right one"):
        open_index(f"affectnet:{tmp_path}")
    assert len(open_index(f"affectnet:{tmp_path},images=faces")) == 9
    for images in ("nowhere", "..", "training.csv"):
        with pytest.raises(DatasetError, match="is not a folder below"):
            open_index(f"affectnet:{tmp_path},images={images}")


def test_faults_are_one_clear_line(tmp_path):
    def refused(message, options=""):
        with pytest.raises(DatasetError, match=message) as error:
            open_index(f"affectnet:{tmp_path}{options}")
        assert "\n" not in str(error.value)

    refused("holds no train_set/images and train_set/annotations, or training.csv and")
    (tmp_path / "training.csv").mkdir()
    refused(r"training\.csv is a folder, not a list")
    (tmp_path / "training.csv").rmdir()
    (tmp_path / "training.csv").write_text("")
    refused(r"training\.csv is empty; copy it anew")
    (tmp_path / "training.csv").write_text("\n")
    refused("has no column 'subDirectory_filePath'; its first line must name")
    (tmp_path / "training.csv").write_text(HEADER.replace("expression", "label"))
    refused("has no column 'expression'")
    write_list(tmp_path / "training.csv", [])
    refused("gives no samples")
    write_list(tmp_path / "training.csv", [row("1/a.jpg", 8)])
    refused("1 left out, such as training.csv, row 2: expression 8: none")
    write_list(tmp_path / "training.csv", [row("1/a.jpg", 1)])
    refused("holds no folder with the pictures of the lists")
    write_list(tmp_path / "training.csv", [row("1/a.jpg", 1), "x" * 200_000])
    refused(r"training\.csv is damaged after row 2")
    write_list(tmp_path / "lists/training.csv", [])
    refused("are both lists of the train part")
    (tmp_path / "lists/training.csv").unlink()
    write_folders(tmp_path)
    refused("holds train_set and training.csv; give the folder of one")
    (tmp_path / "training.csv").unlink()
    write_folders(tmp_path / "copy", parts=("val_set",))
    refused("are both the val part")
    (tmp_path / "copy/val_set").rename(tmp_path / "copy/other")
    (tmp_path / "val_set/annotations").rename(tmp_path / "val_set/labels")
    refused("no folder .*val_set/annotations; unpack the whole part")
    refused("unknown option 'subjects=1'", ",subjects=1")
