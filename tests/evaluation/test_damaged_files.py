"""Whatever stands in the JSON files of a run folder: a result, or one line that names the file."""

import copy
import json

import pytest

from ferkeras.errors import FerkerasError
from ferkeras.evaluation import evaluate, merge, write_report
from ferkeras.files import read_json, write_arrays, write_json

FILES = ("evaluation.json", "folds/fold-01/fold.json", "folds/fold-01/history.json")
VALUES = (None, "word", 3, 2.5, [], {}, [1], {"a": 1}, True)


@pytest.fixture(scope="module")
def folder(index, nearest, tmp_path_factory):
    def fit(train, test, folder):
        write_json(folder / "history.json", [{"epoch": 0.0, "loss": 1.5}, {"loss": None}])
        write_json(folder / "skipped.json", [])
        return nearest(train, test, folder)

    out = tmp_path_factory.mktemp("run")
    evaluate(index, "subject-kfold:3", fit, out)
    return out


def edits(value, depth=0):
    """Copies of ``value`` with one part replaced or taken out; of lists the first part only."""
    yield from VALUES
    if depth == 4 or not value or not isinstance(value, dict | list):
        return
    for key in list(value) if isinstance(value, dict) else [0]:
        for edit in edits(value[key], depth + 1):
            changed = copy.copy(value)
            changed[key] = edit
            yield changed
        if isinstance(value, dict):
            yield {name: one for name, one in value.items() if name != key}


@pytest.mark.parametrize("name", FILES)
def test_an_edited_file_is_one_line_that_names_it(folder, name):
    path = folder / name
    before = path.read_bytes()
    said = []
    try:
        for edit in edits(read_json(path)):
            path.write_text(json.dumps(edit))
            try:
                merge(folder).to_dict()
            except FerkerasError as error:
                said.append(str(error))
    finally:
        path.write_bytes(before)
    assert len(said) > 10
    for line in said:
        assert "\n" not in line
        assert str(folder) in line
        assert "delete" in line or "run the missing shards" in line
    write_report(merge(folder), folder)


def test_the_place_of_the_damage_is_named(folder):
    path = folder / "evaluation.json"
    before = path.read_bytes()
    plan = read_json(path)
    plan["folds"][1]["overlaps"][0]["kind"] = "cousins"
    path.write_text(json.dumps(plan))
    with pytest.raises(FerkerasError, match=r"evaluation\.json is damaged \(folds\[1\]\.overlaps"):
        merge(folder)
    path.write_bytes(before)


def test_a_class_that_was_added_by_hand(folder):
    path = folder / "evaluation.json"
    before = path.read_bytes()
    path.write_text(json.dumps({**read_json(path), "classes": ["a", "b", "c", "d"]}))
    with pytest.raises(FerkerasError, match=r"evaluation\.json names 4 classes, .*answered for 3"):
        merge(folder)
    path.write_bytes(before)


@pytest.mark.parametrize("text", ["[" * 100_000, "{", "", "\x00"])
def test_text_that_is_no_json(tmp_path, text):
    (tmp_path / "evaluation.json").write_text(text)
    with pytest.raises(FerkerasError, match=r"evaluation\.json cannot be read as JSON .*delete it"):
        merge(tmp_path)


@pytest.mark.parametrize("skipped", [None, 3, "word", [{"item": "a"}], [{"item": 1, "reason": ""}]])
def test_skipped_items_of_other_content(index, nearest, tmp_path, skipped):
    def fit(train, test, folder):
        write_json(folder / "skipped.json", skipped)
        return nearest(train, test, folder)

    with pytest.raises(FerkerasError, match=r"skipped\.json is damaged .*\{item, reason\}"):
        evaluate(index, "subject-kfold:3", fit, tmp_path)


def test_labels_that_are_no_class(folder):
    from ferkeras.files import read_arrays

    path = folder / "folds" / "fold-01" / "prediction.npz"
    before = path.read_bytes()
    arrays = read_arrays(path)
    write_arrays(path, **{**arrays, "labels": arrays["labels"] + 7})
    with pytest.raises(FerkerasError, match=r"fold-01: prediction\.npz .*delete that folder"):
        merge(folder)
    path.write_bytes(before)
