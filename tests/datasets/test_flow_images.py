import pickle

import numpy as np
import pytest
from micro_trees import items, reasons, write_table

from ferkeras.datasets import open_index
from ferkeras.datasets.verify import verify
from ferkeras.errors import DatasetError
from ferkeras.media import write_image

HTNET = [
    ("casme2", "sub01", "EP02_01f", 1, "sub01_EP02_01f"),
    ("smic", "s01", "s01_ne_01", 0, "s01_s1_ne_01"),
    ("samm", "006", "006_3_5", 2, "006_006_3_5"),
]


def write_flow(path, value=1):
    """A flow picture whose channels are value, 100 + value, 200 + value."""
    path.parent.mkdir(parents=True, exist_ok=True)
    pixels = np.zeros((4, 4, 3), np.uint8)
    pixels[:] = value, 100 + value, 200 + value
    write_image(path, pixels)
    return path


def write_htnet(root):
    """The public layout: csv, flow pictures and apex frames, named as there."""
    lines = ["dataset,sub,filename_o,label,apex,imagename,sub_filename"]
    for number, (dataset, subject, clip, label, apex) in enumerate(HTNET):
        lines.append(f"{dataset},{subject},{clip},{label},,{apex}.jpg,")
        write_flow(root / f"whole/{subject}_{clip} .png", number)
        write_flow(root / f"apex/{apex}.jpg", number)
    (root / "combined.csv").write_text("\n".join(lines) + "\n")
    return root


def write_loso(root):
    """<subject>/u_test/<label>/ and the same pictures in the others' u_train."""
    for number, (_, subject, clip, label, _) in enumerate(HTNET):
        for _, other, *_ in HTNET:
            part = "u_test" if other == subject else "u_train"
            write_flow(root / f"{other}/{part}/{label}/{subject}_{clip} .png", number)
    return root


def test_the_public_csv_and_its_apex_frames(tmp_path):
    write_htnet(tmp_path)
    index = open_index(f"flow_images:{tmp_path}/whole,table={tmp_path}/combined.csv,apex=../apex")
    assert index.classes == ("negative", "positive", "surprise")
    assert index.cropped
    assert items(index) == {
        "sub01_EP02_01f .png": "positive",
        "s01_s01_ne_01 .png": "negative",
        "006_006_3_5 .png": "surprise",
    }
    assert list(index.table["subject"]) == ["casme2-sub01", "smic-s01", "samm-006"]
    assert list(index.table["dataset"]) == ["casme2", "smic", "samm"]
    for number, item in enumerate(index.table["item"]):
        image = pickle.loads(pickle.dumps(index.load))(item)
        assert image.pixels[0, 0].tolist() == [number, 100 + number, 200 + number]
        assert abs(int(image.apex[0, 0, 2]) - 200 - number) < 9  # JPEG
    assert verify(index).sizes == {"4x4": 3}


def test_channels_may_lie_the_other_way_round(tmp_path):
    write_htnet(tmp_path)
    index = open_index(f"flow_images:{tmp_path}/whole,table=../combined.csv,channels=bgr")
    image = index.load("sub01_EP02_01f .png")
    assert image.pixels[0, 0].tolist() == [200, 100, 0]
    assert image.apex is None


def test_a_csv_of_ones_own(tmp_path):
    write_flow(tmp_path / "flows/a1.png")
    write_flow(tmp_path / "flows/b1.png", 2)
    write_flow(tmp_path / "flows/c1.png", 3)
    write_flow(tmp_path / "apex/a1.png", 7)
    write_flow(tmp_path / "apex/b1.png", 8)
    (tmp_path / "my list.csv").write_text(
        "Subject ; File Name;LABEL;Data Set\nanna;a1.png;Happy;mine\nbob;flows/b1.png;sad;mine\n"
        "carl;c1;sad;mine\n"
    )
    index = open_index(f"flow_images:{tmp_path},apex=apex")
    assert index.classes == ("happy", "sad")
    assert items(index) == {"flows/a1.png": "happy", "flows/b1.png": "sad"}
    assert list(index.table["subject"]) == ["anna", "bob"]  # one data set needs no prefix
    assert index.load("flows/b1.png").apex[0, 0].tolist() == [8, 108, 208]
    assert reasons(index)["flows/c1.png"].startswith("its apex frame: no picture called like")
    assert len(open_index(f"flow_images:{tmp_path}/flows,table=../my list.csv")) == 3


def test_test_folders_of_leave_one_subject_out(tmp_path):
    write_loso(tmp_path / "datasets/three_norm_u_v_os")
    index = open_index(f"flow_images:{tmp_path}")
    base = "datasets/three_norm_u_v_os"
    assert items(index) == {
        f"{base}/sub01/u_test/1/sub01_EP02_01f .png": "positive",
        f"{base}/s01/u_test/0/s01_s01_ne_01 .png": "negative",
        f"{base}/006/u_test/2/006_006_3_5 .png": "surprise",
    }
    assert set(index.table["subject"]) == {"casme2-sub01", "smic-s01", "samm-006"}
    assert verify(index).copies == 0
    write_flow(tmp_path / f"{base}/anna/u_test/0/x.png")
    plain = open_index(f"flow_images:{tmp_path}/{base}")
    assert set(plain.table["subject"]) == {"sub01", "s01", "006", "anna"}
    assert set(plain.table["dataset"]) == {None}


def test_apex_frames_of_the_folders_layout(tmp_path):
    write_loso(tmp_path / "loso")
    write_htnet(tmp_path)
    index = open_index(f"flow_images:{tmp_path}/loso,apex={tmp_path}/apex")
    assert len(index) == 3  # s01_s01_ne_01 is s01_s1_ne_01 there


def test_rows_that_cannot_be_used_are_counted(tmp_path):
    for name in ("a", "b"):
        write_flow(tmp_path / f"{name}.png")
    write_flow(tmp_path / "1/twin.png")
    write_flow(tmp_path / "2/twin.png")
    cells = [
        ("anna", "a", 0),
        (None, "b", 0),
        ("bob", None, 0),
        ("bob", "b", None),
        ("bob", "gone", 1),
        ("bob", "twin", 1),
        ("anna", "a", 1),
    ]
    write_table(tmp_path / "list.xlsx", ("subject", "file", "label"), cells)
    index = open_index(f"flow_images:{tmp_path}")
    assert items(index) == {"a.png": "negative"}
    found = reasons(index)
    assert found["list.xlsx, row 3"] == "no subject; fill in the cell"
    assert found["list.xlsx, row 4"] == "no file; fill in the cell"
    assert found["list.xlsx, row 5"] == "no label; fill in the cell"
    assert found["list.xlsx, row 6"].startswith("no picture called like 'gone' below")
    assert found["list.xlsx, row 7"].endswith("are both called like twin")
    assert found["list.xlsx, row 8"] == "a.png stands in the table twice"
    assert found["b.png"] == "no row of the table names it"


def test_what_cannot_be_read_at_all(tmp_path):
    with pytest.raises(DatasetError, match="holds no table"):
        open_index(f"flow_images:{tmp_path}")
    write_flow(tmp_path / "a.png")
    (tmp_path / "list.csv").write_text("subject,file,label\nanna,a,3\n")
    with pytest.raises(DatasetError, match="label 3 has no known name; write the names"):
        open_index(f"flow_images:{tmp_path}")
    (tmp_path / "list.csv").write_text("subject,file,label\nanna,b,1\n")
    with pytest.raises(DatasetError, match=r"gives no samples; 2 left out, such as list\.csv, row"):
        open_index(f"flow_images:{tmp_path}")
    with pytest.raises(DatasetError, match="apex is not a folder"):
        open_index(f"flow_images:{tmp_path},apex=apex")
    with pytest.raises(DatasetError, match="channels=grey is not rgb or bgr"):
        open_index(f"flow_images:{tmp_path},channels=grey")
    with pytest.raises(DatasetError, match="apex= needs a path"):
        open_index(f"flow_images:{tmp_path},apex=")


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        (["casme2,sub01,a,0", "casme2,sub1,b,1"], "subjects 'sub01' and 'sub1' look like one"),
        (["casme2,sub01,a,0", "casme2,1.0,b,1"], "subjects 'sub01' and '1.0' look like one"),
        (["casme2,sub01,a,0", "CASME2,sub02,b,1"], "data sets 'casme2' and 'CASME2' look like"),
        (["casme2,sub01,a,0", ",sub02,b,1"], "b.png names no data set, others do"),
    ],
)
def test_one_person_has_one_name(tmp_path, rows, message):
    (tmp_path / "table.csv").write_text("\n".join(["dataset,subject,file,label", *rows]) + "\n")
    for name in "ab":
        write_flow(tmp_path / f"{name}.png")
    with pytest.raises(DatasetError, match=message):
        open_index(f"flow_images:{tmp_path}")
