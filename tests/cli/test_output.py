import json
from types import SimpleNamespace

import numpy as np
from rich.table import Table

from ferkeras.cli._study_output import emit_study, study_text
from ferkeras.cli.output import emit


def test_names_with_brackets_are_printed_as_they_are(capsys):
    table = Table("file", title="out[/x]")
    table.add_row("face[red].jpg")
    emit({}, table, as_json=False)
    printed = capsys.readouterr().out
    assert "face[red].jpg" in printed
    assert "out[/x]" in printed


def test_json_is_valid_where_a_number_is_undefined(capsys):
    emit({"loss": float("nan"), "counts": np.array([1, 2])}, "", as_json=True)
    assert json.loads(capsys.readouterr().out) == {"loss": None, "counts": [1, 2]}


LONG = " ".join(["a long cell"] * 12)


def test_rows_into_a_pipe_are_one_line_each(capsys, monkeypatch):
    monkeypatch.delenv("COLUMNS", raising=False)
    table = Table("name", "value", box=None)
    table.add_row(LONG, LONG)
    emit({}, table, as_json=False)
    lines = [line for line in capsys.readouterr().out.splitlines() if "cell" in line]
    assert [line.split("  ")[0].strip() for line in lines] == [LONG]


def test_columns_fold_a_table_where_they_are_given(capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "40")
    table = Table("name", "value")
    table.add_row(LONG, LONG)
    emit({}, table, as_json=False)
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) > 5
    assert max(map(len, lines)) <= 40


ROWS = [
    {"protocol": "loso", "remark": LONG, "uf1": 0.25, "seconds": 3, "last": None},
    {"protocol": "split", "remark": "", "uf1": float("nan"), "seconds": 4, "last": 0.5},
]


def test_a_study_is_a_line_a_row_where_there_is_room(capsys):
    assert len(study_text(ROWS, None).splitlines()) == 3
    assert study_text(ROWS, 400) == study_text(ROWS, None)
    written = SimpleNamespace(values={"rows": ROWS, "note": LONG}, page="x.html")
    emit_study(written, as_json=False)
    assert study_text(ROWS, None) in capsys.readouterr().out


def test_a_study_wider_than_the_terminal_is_a_block_a_row():
    blocks = study_text(ROWS, 80).split("\n\n")
    assert [block.splitlines()[0] for block in blocks] == ["protocol  loso", "protocol  split"]
    assert blocks[0].splitlines()[2:] == ["uf1       0.2500", "seconds   3", "last      -"]
    assert blocks[1].splitlines()[2:] == ["uf1       -", "seconds   4", "last      0.5000"]
