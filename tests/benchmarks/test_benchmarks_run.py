"""The benchmarks' own arithmetic and report, and those that cost little.

The others build models and train for seconds; run them by scripts/bench.
"""

import json
from pathlib import Path

import numpy as np
import pytest
from exported_model import exported  # noqa: F401

FOLDER = Path(__file__).parents[2] / "benchmarks"


@pytest.fixture(autouse=True)
def _benchmarks_on_path(monkeypatch):
    monkeypatch.syspath_prepend(FOLDER)


@pytest.mark.parametrize("count", [1, 2, 19, 20, 21, 100])
def test_p95(count):
    from measuring import p95

    values = np.random.default_rng(count).normal(size=count)
    assert p95(values) == np.quantile(values, 0.95, method="inverted_cdf")


def test_functions_take_turns_and_warm_up_calls_do_not_count():
    from measuring import in_turn

    calls = []
    timings = in_turn({name: lambda name=name: calls.append(name) for name in "ab"}, 2, calls=2)
    assert "".join(calls) == "aaabbb" * 3
    assert all(len(timing.wall) == len(timing.cpu) == 4 for timing in timings.values())


def test_import_time_in_a_report(monkeypatch, capsys):
    import import_time

    monkeypatch.setattr("sys.argv", ["import_time.py", "--repeats", "1", "--json"])
    result = import_time.main()
    assert json.loads(capsys.readouterr().out) == result
    first = result["figures"][0]
    assert first["what"] == "import ferkeras (loads nothing heavy)"
    assert first["limit"] == 200
    assert 0 < first["value"] < 60_000


def test_the_stages_of_a_photograph(exported, tmp_path):  # noqa: F811
    from photo_to_label import measure_photo
    from reporting import table
    from scenes import write_scenes

    from ferkeras import Recognizer

    path = write_scenes(tmp_path)["one large face"]
    recognizer = Recognizer.load(exported.folder, engine="tflite", threads=1)
    figures = measure_photo("photo", path, recognizer, repeats=1)
    stages = {figure.what.rsplit(" ", 1)[1]: figure.value for figure in figures}
    assert list(stages) == ["read", "detect", "prepare", "model", "total"]
    assert all("(1 found" in figure.what for figure in figures)
    assert stages["total"] > stages["read"]
    conditions = {"date": "", "processor": "", "cores": 1, "load_average": [0.0, 0.0]}
    report = {"conditions": conditions, "figures": [vars(figure) for figure in figures]}
    assert len(table({"photo": report}).splitlines()) == 4 + len(figures)


def test_scripts_bench_names_only_benchmarks_that_are_there():
    from run_all import BENCHMARKS

    assert all((FOLDER / f"{name}.py").is_file() for name in BENCHMARKS)
