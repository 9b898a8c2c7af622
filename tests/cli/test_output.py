import json

import numpy as np
from rich.table import Table

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
