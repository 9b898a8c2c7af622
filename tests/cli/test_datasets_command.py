import json
import sys

import numpy as np
import pytest
from PIL import Image

from ferkeras.cli import main


def write_picture(path, value):
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(np.full((48, 48), value, np.uint8)).save(path)


@pytest.fixture
def ferkeras(monkeypatch, capsys):
    def call(*words):
        monkeypatch.setattr(sys, "argv", ["ferkeras", *map(str, words)])
        with pytest.raises(SystemExit) as exit_status:
            main()
        return exit_status.value.code, capsys.readouterr()

    return call


def test_list_names_every_reader(ferkeras):
    code, output = ferkeras("datasets", "list", "--json")
    readers = json.loads(output.out)["readers"]
    assert code == 0
    assert {"ckplus", "fer2013", "jaffe", "oulu_casia", "sfew"} <= set(readers)
    clips = {"casme2", "casme3", "flow_images", "megc2019", "samm", "smic", "spos"}
    assert clips <= set(readers)
    assert all(readers.values())


def test_verify_for_people_and_as_json(ferkeras, tmp_path):
    root = tmp_path / "[fer]"
    for number, name in enumerate(("Training_0", "Training_1", "PublicTest_0", "PublicTest_1")):
        write_picture(root / "all/sad" / f"{name}.png", number % 3)
    (root / "all/sad/[b]x.txt").write_text("x")
    code, output = ferkeras("datasets", "verify", f"fer2013:{root}")
    assert code == 0
    assert "distinct pictures in more than one part: 1" in output.out
    assert "all/sad/[b]x.txt: not a picture file" in output.out
    code, output = ferkeras("datasets", "verify", f"fer2013:{root}", "--json")
    assert code == 0
    assert json.loads(output.out)["duplicates_across_splits"] == 1


def test_verify_counts_sequences_where_those_are_published(ferkeras, tmp_path):
    for frame in (17, 18, 19):
        write_picture(tmp_path / f"anger/S010_004_000000{frame}.png", frame)
    _, output = ferkeras("datasets", "verify", f"ckplus:{tmp_path}", "--json")
    angry = json.loads(output.out)["counts"][0]
    assert angry == {
        "split": "all",
        "label": "angry",
        "pictures": 3,
        "sequences": 1,
        "published": 45,
        "difference": -44,
    }
    _, output = ferkeras("datasets", "verify", f"ckplus:{tmp_path}")
    assert "-44" in output.out


def test_verify_shows_rows_of_the_spreadsheet_that_are_left_out(ferkeras, tmp_path):
    rows = "1,EP02_01f,46,47,48,happiness\n,EP02_02f,1,2,3,disgust\n"
    head = "Subject,Filename,OnsetFrame,ApexFrame,OffsetFrame,Estimated Emotion\n"
    (tmp_path / "coding.csv").write_text(head + rows)
    for number in (46, 47, 48):
        write_picture(tmp_path / f"RAW/sub01/EP02_01f/img{number}.jpg", number)
    code, output = ferkeras("datasets", "verify", f"casme2:{tmp_path},classes=three")
    assert code == 0
    assert "coding.csv, row 3: EP02_02f: no subject; fill in the cell" in output.out
    assert "published counts: Yan et al. 2014" in output.out
    assert "-144" in output.out
    assert "distinct clips in more than one part: 0" in output.out
    assert "clips of another size" in output.out
    assert " clips ┃ sequences ┃" in output.out
    assert "pictures" not in output.out


@pytest.mark.parametrize("data", ["fer2013:/none", "nobody:/x", "fer2013"])
def test_a_wrong_data_set_is_one_line(ferkeras, data):
    code, output = ferkeras("datasets", "verify", data)
    assert code == 2
    assert output.err.startswith("error: ")
    assert output.err.count("\n") == 1
    code, output = ferkeras("datasets", "verify", data, "--json")
    assert set(json.loads(output.out)) == {"error"}


def test_verify_counts_what_was_left_out_by_reason(ferkeras, tmp_path):
    write_picture(tmp_path / "all/sad/Training_0.png", 1)
    for number in range(7):
        (tmp_path / f"all/sad/note_{number}.txt").write_text("x")
    for number in range(3):
        (tmp_path / f"folder_{number}").mkdir()
    _, output = ferkeras("datasets", "verify", f"fer2013:{tmp_path}")
    lines = output.out.splitlines()
    at = next(n for n, line in enumerate(lines) if line.startswith("left out by the reader: 10"))
    assert lines[at + 1] == "  7 x not a picture file"
    assert lines[at + 2].startswith("  3 x ")
    assert lines[at + 3] == "  the first 5:"
    _, output = ferkeras("datasets", "verify", f"fer2013:{tmp_path}", "--json")
    counts = json.loads(output.out)["skipped_reasons"]
    assert list(counts.values()) == [7, 3]
