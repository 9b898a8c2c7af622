import pytest
from micro_trees import items, names, reasons, write_frames, write_smic

from ferkeras.datasets import open_index
from ferkeras.datasets.verify import verify
from ferkeras.errors import DatasetError

CLIPS = {
    "s01/s01_ne_01": "negative",
    "s01/s01_ne_02": "negative",
    "s01/s01_po_01": "positive",
    "s12/s12_sur_01": "surprise",
}


def test_clips_of_micro_expressions(tmp_path):
    index = open_index(f"smic:{write_smic(tmp_path)}")
    assert index.classes == ("negative", "positive", "surprise")
    assert items(index) == CLIPS
    assert not index.cropped
    assert list(index.table["subject"]) == ["s01", "s01", "s01", "s12"]
    assert set(index.table["split"]) == {"HS"}
    clip = index.load("s01/s01_ne_01")
    assert names(clip) == [f"image0000{number}.bmp" for number in range(10, 14)]
    assert (clip.onset, clip.apex, clip.offset, clip.fps) == (0, None, 3, 100.0)
    assert set(reasons(index).values()) == {"not the folder micro"}


def test_cameras_are_chosen(tmp_path):
    write_smic(tmp_path)
    write_smic(tmp_path, "VIS", subjects={"s11": {"positive": 1}})
    assert len(open_index(f"smic:{tmp_path}")) == 4
    index = open_index(f"smic:{tmp_path},part=VIS")
    assert items(index) == {"s11/s11_po_01": "positive"}
    assert index.load("s11/s11_po_01").fps == 25.0
    with pytest.raises(DatasetError, match="holds no folder NIR with clips"):
        open_index(f"smic:{tmp_path},part=NIR")


def test_crops_are_another_kind(tmp_path):
    write_smic(tmp_path / "a", kind="cropped")
    (tmp_path / "a/SMIC_all_cropped").rename(tmp_path / "a/mine")
    assert open_index(f"smic:{tmp_path / 'a'}").cropped  # by the files' names
    write_smic(tmp_path / "a")
    with pytest.raises(DatasetError, match="both fit; add ,frames=raw or ,frames=cropped"):
        open_index(f"smic:{tmp_path / 'a'}")
    assert not open_index(f"smic:{tmp_path / 'a'},frames=raw").cropped
    assert open_index(f"smic:{tmp_path / 'a/mine/HS'}").cropped
    with pytest.raises(DatasetError, match="its frames are cropped"):
        open_index(f"smic:{tmp_path / 'a/mine'},frames=raw")


def test_what_does_not_fit(tmp_path):
    write_smic(tmp_path)
    base = tmp_path / "SMIC_all_raw/HS/s1/micro"
    write_frames(base / "negative/s1_ne_03", [1], "image{}.bmp")
    write_frames(base / "negative/s1_po_09", range(3), "image{}.bmp")
    write_frames(base / "negative/extra", range(3), "image{}.bmp")
    (tmp_path / "SMIC_all_raw/HS/notes").mkdir()
    index = open_index(f"smic:{tmp_path}")
    found = {item.rpartition("/")[2]: reason for item, reason in reasons(index).items()}
    assert items(index) == CLIPS
    assert found["s1_ne_03"] == "a clip of 1 frames, 2 are needed"
    assert found["s1_po_09"] == "its name says s1, positive; its folders do not"
    assert found["extra"] == "its name is not like s1_ne_01"
    assert found["notes"] == "not a subject's folder such as s1"
    write_frames(base / "negative/s01_ne_01", range(3), "image{}.bmp")
    with pytest.raises(DatasetError, match="are both of clip s01/s01_ne_01"):
        open_index(f"smic:{tmp_path}")
    (base / "anger").mkdir()
    with pytest.raises(DatasetError, match="anger is not one of the classes negative"):
        open_index(f"smic:{tmp_path}")


def test_frames_missing_in_the_middle_are_counted_and_the_clip_is_taken(tmp_path):
    write_smic(tmp_path)
    clip = "SMIC_all_raw/HS/s1/micro/negative/s1_ne_01"
    (tmp_path / clip / "image000012.bmp").unlink()
    index = open_index(f"smic:{tmp_path}")
    assert items(index) == CLIPS
    assert names(index.load("s01/s01_ne_01")) == [f"image0000{n}.bmp" for n in (10, 11, 13)]
    told = {item: reason for item, reason in reasons(index).items() if "missing" in item}
    assert told == {
        f"{clip}/missing frames": "of its numbers 12 is missing (1 in all); the clip is taken as "
        "it is, its later frames count as earlier"
    }


def test_verify_compares_the_camera_with_what_was_published(tmp_path):
    report = verify(open_index(f"smic:{write_smic(tmp_path)}"))
    counts = {count.label: count.difference for count in report.counts if count.split == "HS"}
    assert counts == {"negative": 2 - 70, "positive": 1 - 51, "surprise": 1 - 43, "total": 4 - 164}
    assert report.missing_splits == ("VIS", "NIR")


@pytest.mark.parametrize("option", ["part=hs", "frames=x"])
def test_a_bad_option_is_one_clear_line(tmp_path, option):
    with pytest.raises(DatasetError, match=option):
        open_index(f"smic:{tmp_path},{option}")
