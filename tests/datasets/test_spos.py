import pytest
from micro_trees import items, reasons, write_frames

from ferkeras.datasets import open_index
from ferkeras.datasets.verify import verify
from ferkeras.errors import DatasetError


def write_spos(root, camera="VIS"):
    for subject in ("S01", "S02"):
        write_frames(root / f"{camera}/{subject}/spontaneous/happiness_01", range(3))
        write_frames(root / f"{camera}/{subject}/posed/anger_01", range(3))
    return root


def test_folders_say_who_and_what(tmp_path):
    index = open_index(f"spos:{write_spos(tmp_path)}")
    assert index.classes == ("posed", "spontaneous")
    assert items(index) == {
        f"VIS/S0{subject}/{clip}": label
        for subject in (1, 2)
        for clip, label in (
            ("posed/anger_01", "posed"),
            ("spontaneous/happiness_01", "spontaneous"),
        )
    }
    assert set(index.table["subject"]) == {"s01", "s02"}
    clip = index.load("VIS/S01/posed/anger_01")
    assert (clip.onset, clip.apex, clip.offset, clip.fps) == (0, None, 2, 25.0)
    six = open_index(f"spos:{tmp_path},classes=expression")
    assert set(six.table["label"]) == {"angry", "happy"}


def test_other_orders_of_folders(tmp_path):
    write_frames(tmp_path / "NIR_images/posed/fear/subject7/clip1", range(3))
    write_frames(tmp_path / "NIR_images/posed/fear/somebody/clip1", range(3))
    write_frames(tmp_path / "NIR_images/extra/subject7/clip1", range(3))
    write_frames(tmp_path / "NIR_images/posed/boredom/subject7/clip1", range(3))
    index = open_index(f"spos:{tmp_path},camera=NIR,classes=expression")
    assert items(index) == {"NIR_images/posed/fear/subject7/clip1": "fear"}
    assert list(index.table["subject"]) == ["s07"]
    assert reasons(index) == {
        "NIR_images/posed/fear/somebody/clip1": "no folder on the way to it names the person "
        "such as S01",
        "NIR_images/extra/subject7/clip1": "no folder on the way to it names the kind, posed or "
        "spontaneous",
        "NIR_images/posed/boredom/subject7/clip1": "no folder on the way to it names the "
        "expression",
    }


def test_cameras_and_published_counts(tmp_path):
    write_spos(tmp_path)
    write_spos(tmp_path, "NIR")
    report = verify(open_index(f"spos:{tmp_path},camera=NIR"))
    counts = {one.label: one.difference for one in report.counts if one.split == "NIR"}
    assert counts == {"posed": 2 - 84, "spontaneous": 2 - 147, "total": 4 - 231}


@pytest.mark.parametrize("option", ["camera=IR", "classes=five", "frames=x"])
def test_a_bad_option_is_one_clear_line(tmp_path, option):
    with pytest.raises(DatasetError, match=option):
        open_index(f"spos:{tmp_path},{option}")


def test_a_wrong_root_says_what_was_looked_for(tmp_path):
    with pytest.raises(DatasetError, match="holds no folder VIS with clips such as"):
        open_index(f"spos:{tmp_path}")
