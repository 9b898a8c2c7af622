from __future__ import annotations

import json
import re
from html.parser import HTMLParser

import numpy as np
import pytest

from ferkeras.errors import FerkerasError
from ferkeras.evaluation import evaluate, write_comparison, write_report
from ferkeras.evaluation.html import table, text
from ferkeras.evaluation.plots import confusion_svg

EVIL = "<script>alert('x')</script> & \"co\""


class _Page(HTMLParser):
    """Checks that tags are closed in order; collects text, tags and picture sources."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[str] = []
        self.words: list[str] = []
        self.sources: list[str] = []
        self.feed(source)
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.sources += [value for key, value in attrs if key in ("src", "href")]
        if tag not in ("meta", "img", "br"):
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.words.append(data)

    @property
    def content(self) -> str:
        return " ".join(self.words)


@pytest.fixture(scope="module")
def results(index, nearest, tmp_path_factory):
    def fit(train, test, folder):
        history = [
            {"epoch": e, "loss": 1 / e, "val_loss": 2 / e, "note": "x", "accuracy": float("nan")}
            for e in (1, 2, 3)
        ]
        (folder / "history.json").write_text(json.dumps(history))
        skips = [{"item": EVIL, "reason": "no face <found>"}]
        (folder / "skipped.json").write_text(json.dumps(skips))
        return nearest(train, test, folder)

    out = tmp_path_factory.mktemp("runs")
    return [
        evaluate(index, name, fit, out / str(n), settings={"evil": EVIL}, command=f"x {EVIL}")
        for n, name in enumerate(["kfold:4", "subject-kfold:4"])
    ]


def test_page_is_whole_self_contained_and_escaped(results, tmp_path):
    source = write_report(results[0], tmp_path).read_text()
    page = _Page(source)
    assert "script" not in page.tags
    assert page.content.count(EVIL) == 3  # skipped item, setting, command
    assert all(source.startswith("data:image/svg+xml;base64,") for source in page.sources)
    assert not re.search(r"(url\(|@import|https?://)", source)
    for words in ("S07", "joy", "fold-04", "numpy", "no face <found>", "subjects: on both sides"):
        assert words in page.content
    assert page.content.count("not subject-independent: paper's protocol") >= 4
    assert len(page.sources) == 4  # two matrices, loss and accuracy


def test_json_twin_holds_the_same_numbers(results, tmp_path):
    result = results[1]
    page = _Page(write_report(result, tmp_path).read_text())
    twin = json.loads((tmp_path / "report.json").read_text())
    assert twin["accuracy"] == pytest.approx(result.scores.accuracy)
    assert twin["confusion"] == result.scores.confusion.tolist()
    assert f"{twin['accuracy']:.1%}" in page.content
    assert f"{twin['uf1']:.3f}" in page.content
    assert twin["subject_independent"] is True
    assert twin["leakage"] == result.leakage
    assert len(twin["per_subject"]) == 12
    assert sum(row["support"] for row in twin["per_class"]) == twin["samples"] == 108
    assert twin["folds"][0]["history"][2]["loss"] == pytest.approx(1 / 3)
    assert twin["folds"][0]["history"][2]["accuracy"] is None
    assert twin["versions"]["numpy"] == np.__version__


def test_comparison_puts_the_honest_number_first(results, tmp_path):
    source = write_comparison(results, tmp_path).read_text()
    page = _Page(source)
    body = page.content.split("Scores")[1]
    assert body.index("subject-kfold:4") < body.index("paper's protocol")
    twin = json.loads((tmp_path / "comparison.json").read_text())["results"]
    assert [value["protocol"] for value in twin] == ["subject-kfold:4", "kfold:4"]
    with pytest.raises(FerkerasError, match="at least one"):
        write_comparison([], tmp_path)


def test_report_without_a_single_prediction(index, tmp_path):
    def fit(train, test, folder):
        skips = [{"item": item, "reason": "no face"} for item in index.table["item"]]
        (folder / "skipped.json").write_text(json.dumps(skips))
        return np.full((len(test), 3), np.nan)

    result = evaluate(index, "split:train/test", fit, tmp_path)
    page = _Page(write_report(result, tmp_path).read_text())
    _Page(write_comparison([result], tmp_path).read_text())
    assert "no prediction" in page.content
    assert "nan" not in page.content
    assert json.loads((tmp_path / "report.json").read_text())["accuracy"] is None


def test_dollar_signs_in_class_names_are_no_formula():
    svg = confusion_svg(np.eye(2, dtype=int), ["$\\frac$", "a$b$c"], share=True)
    assert "<!-- $\\frac$ -->" in svg
    assert "<!-- a$b$c -->" in svg


def test_cells():
    assert text(None) == text(float("nan")) == "&ndash;"
    assert text(0.12345) == "0.123"
    assert text(["<a>", 2]) == "&lt;a&gt;, 2"
    assert text([]) == "none"
    assert text("<b>") == "&lt;b&gt;"
    assert table(["a"], []) == ""
