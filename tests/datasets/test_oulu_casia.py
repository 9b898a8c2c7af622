import pytest
from dataset_trees import write_oulu_casia, write_picture

from ferkeras.datasets import open_index
from ferkeras.datasets.verify import verify
from ferkeras.errors import DatasetError


def test_the_last_three_frames_under_visible_strong_light(tmp_path):
    write_oulu_casia(tmp_path)
    write_oulu_casia(tmp_path, "OriginalImg/VL/Weak")
    write_oulu_casia(tmp_path, "OriginalImg/NI/Strong", subjects=1)
    index = open_index(f"oulu_casia:{tmp_path}")
    assert not index.cropped
    assert len(index) == 2 * 6 * 3
    first = index.table.iloc[0]
    assert tuple(first) == (
        "OriginalImg/VL/Strong/P001/Anger/002.jpeg", "angry", "P001", "P001_Anger", None, None,
    )  # fmt: skip
    assert {item[-8:-5] for item in index.table["item"]} == {"002", "003", "004"}
    assert index.table["sequence"].nunique() == 12
    assert len(open_index(f"oulu_casia:{tmp_path},camera=NI,frames=1")) == 6


def test_the_published_number_of_sequences(tmp_path):
    write_oulu_casia(tmp_path, "VL/Strong", subjects=80, frames=3)
    report = verify(open_index(f"oulu_casia:{tmp_path}"))
    assert report.samples == 1440
    assert (report.subjects, report.sequences, report.unit) == (80, 480, "sequences")
    assert {count.difference for count in report.counts} == {0}


def test_face_crops_are_another_kind(tmp_path):
    write_oulu_casia(tmp_path, "PreProcess_Img/VL_Acropped/Strong", subjects=1)
    assert open_index(f"oulu_casia:{tmp_path}").cropped
    write_oulu_casia(tmp_path, subjects=2)
    with pytest.raises(DatasetError, match="both fit; add ,cropped=yes or ,cropped=no"):
        open_index(f"oulu_casia:{tmp_path}")
    assert len(open_index(f"oulu_casia:{tmp_path},cropped=yes")) == 18
    assert len(open_index(f"oulu_casia:{tmp_path},cropped=no")) == 36


def test_frames_are_ordered_by_number(tmp_path):
    for number in (9, 10, 11, 100):
        write_picture(tmp_path / f"VL/Strong/P001/Anger/{number}.jpeg")
    index = open_index(f"oulu_casia:{tmp_path},frames=2")
    assert [item.split("/")[-1] for item in index.table["item"]] == ["11.jpeg", "100.jpeg"]


def test_what_does_not_fit_is_noted_or_an_error(tmp_path):
    write_oulu_casia(tmp_path, subjects=1)
    light = tmp_path / "OriginalImg/VL/Strong"
    write_picture(light / "P001/Anger/cover.jpeg")
    write_picture(light / "P002/Fear/000.jpeg")
    write_picture(light / "extra/000.jpeg")
    index = open_index(f"oulu_casia:{tmp_path}")
    assert len(index) == 18
    reasons = {
        entry.item.removeprefix("OriginalImg/VL/Strong/"): entry.reason for entry in index.skipped
    }
    assert set(reasons) == {"P001/Anger/cover.jpeg", "P002/Fear", "extra"}
    assert reasons["P002/Fear"] == "a sequence of 1 frames, 3 are needed"
    write_picture(light / "P001/Neutral/000.jpeg")
    with pytest.raises(DatasetError, match="Neutral is not one of the classes"):
        open_index(f"oulu_casia:{tmp_path}")


@pytest.mark.parametrize("option", ["camera=IR", "light=bright", "cropped=both", "frames=0"])
def test_a_bad_option_is_one_clear_line(tmp_path, option):
    with pytest.raises(DatasetError, match=option):
        open_index(f"oulu_casia:{tmp_path},{option}")


def test_a_wrong_root_says_what_was_looked_for(tmp_path):
    write_oulu_casia(tmp_path, "VL/Weak", subjects=1)
    with pytest.raises(DatasetError, match="holds no VL/Strong or VL_Acropped/Strong"):
        open_index(f"oulu_casia:{tmp_path}")
