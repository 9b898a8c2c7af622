import io

import numpy as np
import pandas as pd
import pytest
from dataset_trees import FER_CLASSES, write_fer2013, write_fer2013_csv, write_picture
from PIL import Image

from ferkeras.datasets import open_index
from ferkeras.errors import DatasetError, MediaError

USAGES = {"Training": "train", "PublicTest": "public_test", "PrivateTest": "private_test"}
CSV_EMOTIONS = ("angry", "disgust", "fear", "happy", "sad", "surprise", "neutral")


def faces(count, seed=0):
    return np.random.default_rng(seed).integers(0, 256, (count, 48 * 48))


def test_parts_come_from_the_names_of_the_files(tmp_path):
    index = open_index(f"fer2013:{write_fer2013(tmp_path)}")
    assert index.classes == FER_CLASSES
    assert index.cropped
    assert index.table["split"].value_counts().to_dict() == dict.fromkeys(USAGES.values(), 14)
    for item, label, split in zip(
        *(index.table[c] for c in ("item", "label", "split")), strict=True
    ):
        folder, name, file = item.split("/")
        assert (folder, name) == ("train" if split == "train" else "test", label)
        assert USAGES[file.split("_")[0]] == split


def test_pictures_are_loaded_as_rgb(tmp_path):
    index = open_index(f"fer2013:{write_fer2013(tmp_path, per_class=1)}")
    item = index.table["item"].iat[3]
    picture = index.load(item)
    assert picture.shape == (48, 48, 3)
    assert picture.dtype == np.uint8
    oracle = np.asarray(Image.open(tmp_path / item).convert("RGB"), dtype=int)
    assert abs(picture - oracle).max() <= 2  # two JPEG decoders


def test_without_prefixes_the_folder_names_the_part(tmp_path):
    write_picture(tmp_path / "train/angry/1.png")
    write_picture(tmp_path / "validation/sad/2.png")
    write_picture(tmp_path / "PrivateTest/sad/3.png")
    index = open_index(f"fer2013:{tmp_path}")
    assert dict(zip(index.table["item"], index.table["split"], strict=True)) == {
        "train/angry/1.png": "train",
        "validation/sad/2.png": "validation",
        "PrivateTest/sad/3.png": "private_test",
    }


def test_one_part_alone_may_be_the_root(tmp_path):
    index = open_index(f"fer2013:{write_fer2013(tmp_path) / 'train'}")
    assert set(index.table["split"]) == {"train"}


def test_what_is_left_out_is_noted(tmp_path):
    write_fer2013(tmp_path, per_class=1)
    for name in ("train/angry/.DS_Store", "train/angry/._Training_0.jpg", "train/sad/notes.txt"):
        (tmp_path / name).write_text("x")
    write_picture(tmp_path / "train/stray.png")
    (tmp_path / "scripts").mkdir()
    index = open_index(f"fer2013:{tmp_path}")
    assert len(index) == 21
    assert {entry.item: entry.reason for entry in index.skipped} == {
        "scripts": "a folder without class folders",
        "train/angry/.DS_Store": "left by an operating system",
        "train/angry/._Training_0.jpg": "left by an operating system",
        "train/sad/notes.txt": "not a picture file",
        "train/stray.png": "not in a class folder",
    }


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda root: root / "none", "is not a folder; expected one with folders such as train"),
        (lambda root: root, "holds no folders such as train/angry"),
        (lambda root: write_picture(root / "a.png"), "neither a folder nor a .csv file"),
        (lambda root: (root / "train/sad").mkdir(parents=True) or root, "gives no samples"),
    ],
)
def test_a_wrong_root_is_one_clear_line(tmp_path, make, message):
    with pytest.raises(DatasetError, match=message) as error:
        open_index(f"fer2013:{make(tmp_path)}")
    assert "\n" not in str(error.value)
    assert str(tmp_path) in str(error.value)


def test_an_unknown_class_folder_is_named(tmp_path):
    write_fer2013(tmp_path, per_class=1)
    write_picture(tmp_path / "train/bored/Training_1.jpg")
    with pytest.raises(DatasetError, match=r"bored is not one of the classes angry, disgust"):
        open_index(f"fer2013:{tmp_path}")


def test_csv_agrees_with_pandas(tmp_path):
    pixels = faces(9)
    usages = [list(USAGES)[row % 3] for row in range(9)]
    rows = [(row % 7, pixels[row], usages[row]) for row in range(9)]
    path = write_fer2013_csv(tmp_path / "fer2013.csv", rows)
    for source in (path, tmp_path):
        index = open_index(f"fer2013:{source}")
        frame = pd.read_csv(path)
        assert list(index.table["label"]) == [CSV_EMOTIONS[code] for code in frame["emotion"]]
        assert list(index.table["split"]) == [USAGES[usage] for usage in frame["Usage"]]
        for row, text in enumerate(frame["pixels"]):
            grey = np.loadtxt(io.StringIO(text)).reshape(48, 48)
            picture = index.load(index.table["item"].iat[row])
            assert picture.dtype == np.uint8
            assert (picture == grey[..., None]).all()


def test_csv_columns_may_stand_in_another_order(tmp_path):
    pixels = faces(1)[0]
    text = f'emotion, Usage, pixels\r\n3,Training,"{" ".join(map(str, pixels))}"\r\n'
    (tmp_path / "icml_face_data.csv").write_bytes(text.encode())
    index = open_index(f"fer2013:{tmp_path}")
    assert list(index.table["label"]) == ["happy"]
    assert (index.load("row_00000")[..., 0].ravel() == pixels).all()


def test_bad_csv_rows_are_left_out_with_a_reason(tmp_path):
    good = faces(1)[0]
    rows = [
        (0, good, "Training"),
        (7, good, "Training"),
        ("x", good, "Training"),
        (0, good[:-1], "Training"),
        (0, good, "Test"),
        (6, good, "PublicTest"),
    ]
    path = write_fer2013_csv(tmp_path / "fer2013.csv", rows)
    path.write_text(path.read_text() + "5,1 2 3\n\n")
    index = open_index(f"fer2013:{path}")
    assert list(index.table["item"]) == ["row_00000", "row_00005"]
    assert [entry.item for entry in index.skipped] == [f"row_0000{row}" for row in (1, 2, 3, 4, 6)]
    reasons = " | ".join(entry.reason for entry in index.skipped)
    for part in ("emotion '7'", "emotion 'x'", "2303 pixels, expected 2304", "usage 'Test'"):
        assert part in reasons
    assert (index.load("row_00005")[..., 1].ravel() == good).all()


@pytest.mark.parametrize("value", [256, -1, "3.5", "abc"])
def test_a_bad_pixel_is_a_media_error_of_its_row(tmp_path, value):
    pixels = [*faces(1)[0][1:], value]
    index = open_index(
        f"fer2013:{write_fer2013_csv(tmp_path / 'fer2013.csv', [(0, pixels, 'Training')])}"
    )
    with pytest.raises(MediaError, match="row_00000"):
        index.load("row_00000")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "no column 'emotion'"),
        ("emotion,Usage\n0,Training\n", "no column 'pixels'"),
        ("emotion,pixels,Usage\n", "gives no samples"),
        ("emotion,pixels,Usage\n0,1 2,Training\n", "1 left out, such as row_00000: 2 pixels"),
    ],
)
def test_an_unusable_csv_is_one_clear_line(tmp_path, text, message):
    (tmp_path / "faces.csv").write_text(text)
    with pytest.raises(DatasetError, match=message):
        open_index(f"fer2013:{tmp_path / 'faces.csv'}")
