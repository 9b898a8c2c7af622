from __future__ import annotations

import dataclasses
import json

import numpy as np
import pytest

from ferkeras.datasets.base import Index, Skipped
from ferkeras.errors import FerkerasError, LeakageError, MediaError, RecipeError
from ferkeras.evaluation import evaluate, merge
from ferkeras.types import Sample


def _with(index, pictures=None, **columns):
    """The index with some columns or pictures changed."""
    pictures = pictures or {}
    return dataclasses.replace(
        index,
        table=index.table.assign(**columns),
        load=lambda item: pictures[item] if item in pictures else index.load(item),
    )


def _constant(index):
    return lambda train, test, folder: np.eye(len(index.classes))[np.zeros(len(test), int)]


def test_random_folds_score_higher_than_honest_ones(index, nearest, tmp_path):
    papers = evaluate(index, "kfold:10", nearest, tmp_path / "a")
    honest = evaluate(index, "subject-kfold:4", nearest, tmp_path / "b")
    assert papers.scores.accuracy > 0.9
    assert honest.scores.accuracy < papers.scores.accuracy - 0.25
    assert papers.remark == "not subject-independent: paper's protocol"
    assert papers.subject_independent is False
    assert honest.subject_independent is True
    assert honest.remark == ""
    assert any("subjects: on both sides in 10 of 10 folds" in line for line in papers.leakage)
    assert all("no " in line for line in honest.leakage)
    assert len(papers.table) == len(honest.table) == len(index)


def test_scores_are_pooled_over_folds(index, nearest, tmp_path):
    result = evaluate(index, "loso", nearest, tmp_path)
    assert result.scores.confusion.sum() == len(index)
    summed = sum(result.fold_scores(fold).confusion for fold in result.folds)
    assert np.array_equal(result.scores.confusion, summed)
    by_subject = result.per_subject()
    assert by_subject["samples"].tolist() == [9] * 12
    assert by_subject["right"].sum() == np.trace(result.scores.confusion)


def test_resume_after_a_crash_in_mid_fold(index, nearest, tmp_path):
    calls = []

    def fit(train, test, folder):
        calls.append(folder.name)
        (folder / "checkpoint").write_text("kept")
        if len(calls) == 3:
            raise KeyboardInterrupt
        return nearest(train, test, folder)

    with pytest.raises(KeyboardInterrupt):
        evaluate(index, "subject-kfold:4", fit, tmp_path / "a")
    assert (tmp_path / "a/folds/fold-03/checkpoint").exists()
    result = evaluate(index, "subject-kfold:4", fit, tmp_path / "a")
    assert calls == ["fold-01", "fold-02", "fold-03", "fold-03", "fold-04"]
    evaluate(index, "subject-kfold:4", fit, tmp_path / "a")
    assert len(calls) == 5
    unbroken = evaluate(index, "subject-kfold:4", nearest, tmp_path / "b")
    assert result.table.equals(unbroken.table)


def test_shards_merged_equal_to_one_run(index, nearest, tmp_path):
    whole = evaluate(index, "loso", nearest, tmp_path / "whole", seed=3)
    part = evaluate(index, "loso", nearest, tmp_path / "parts", seed=3, shard=(2, 3))
    assert [fold.name for fold in part.folds] == [
        "subject-S01", "subject-S04", "subject-S07", "subject-S10",
    ]  # fmt: skip
    assert len(part.missing) == 8
    assert "partial: 8 of 12 folds are not finished" in part.notes
    with pytest.raises(FerkerasError, match=r"8 of 12 folds are not finished \(subject-S00, "):
        merge(tmp_path / "parts")
    evaluate(index, "loso", nearest, tmp_path / "parts", seed=3, shard=(1, 3))
    evaluate(index, "loso", nearest, tmp_path / "parts", seed=3, shard=(3, 3))
    merged = merge(tmp_path / "parts")
    assert merged.table.equals(whole.table)
    one, other = merged.to_dict(), whole.to_dict()
    for value in (one, other):
        value.pop("date")
        for fold in value["folds"]:
            fold.pop("seconds")
    assert one == other


@pytest.mark.parametrize("shard", [(0, 2), (3, 2), (13, 13)])
def test_bad_shards(index, nearest, tmp_path, shard):
    with pytest.raises(RecipeError, match=f"shard {shard[0]}/{shard[1]}"):
        evaluate(index, "loso", nearest, tmp_path, shard=shard)
    assert not list(tmp_path.iterdir())


def test_other_settings_are_never_pooled(index, nearest, tmp_path):
    evaluate(index, "subject-kfold:4", nearest, tmp_path, settings={"rate": 0.1})
    with pytest.raises(FerkerasError, match=r"fit\.rate is 0\.1 there and 0\.2 now"):
        evaluate(index, "subject-kfold:4", nearest, tmp_path, settings={"rate": 0.2})
    with pytest.raises(FerkerasError, match="seed is 0 there and 1 now"):
        evaluate(index, "subject-kfold:4", nearest, tmp_path, settings={"rate": 0.1}, seed=1)
    changed = _with(index, {"S00/joy_0.png": np.zeros((8, 8, 3), np.uint8)})
    with pytest.raises(FerkerasError, match="picture fingerprint"):
        evaluate(changed, "subject-kfold:4", nearest, tmp_path, settings={"rate": 0.1})
    (tmp_path / "evaluation.json").unlink()
    with pytest.raises(FerkerasError, match="fold-01 was run with other settings"):
        evaluate(index, "subject-kfold:4", nearest, tmp_path)


def test_merge_of_nothing(tmp_path):
    with pytest.raises(FerkerasError, match="holds no evaluation"):
        merge(tmp_path)


def test_damaged_plan_is_one_line(index, nearest, tmp_path):
    (tmp_path / "evaluation.json").write_text("{}")
    with pytest.raises(FerkerasError, match=r"evaluation\.json is damaged"):
        merge(tmp_path)
    with pytest.raises(FerkerasError, match=r"evaluation\.json is damaged"):
        evaluate(index, "subject-kfold:3", nearest, tmp_path)


def test_finished_model_is_never_called_subject_independent(index, tmp_path):
    result = evaluate(index, "subject-kfold:3", _constant(index), tmp_path, trained_on="toy")
    assert result.subject_independent is None
    assert "finished model, trained on toy" in result.remark
    assert "nothing is trained" in result.description


def test_duplicates_stop_it_before_any_training(index, nearest, tmp_path):
    twins = {"S09/joy_0.png": index.load("S01/joy_0.png")}
    leaky = _with(index, twins)

    def never(train, test, folder):
        raise AssertionError("trained on a leaky fold")

    with pytest.raises(LeakageError, match=r"duplicates: 1 picture .* S09/joy_0.png = S01/joy_0"):
        evaluate(leaky, "split:train/test", never, tmp_path / "a")
    with pytest.raises(LeakageError, match="--drop-leaks"):
        evaluate(leaky, "kfold:100", never, tmp_path / "a")

    seen = []

    def fit(train, test, folder):
        seen.append({*leaky.table["item"].iloc[train]})
        return nearest(train, test, folder)

    dropped = evaluate(leaky, "split:train/test", fit, tmp_path / "b", drop_leaks=True)
    assert "S01/joy_0.png" not in seen[0]
    assert len(seen[0]) == 8 * 9 - 1
    assert dropped.dropped == (1,)
    assert dropped.leakage[-1].startswith("dropped: 1 training cop")
    assert dropped.subject_independent is True
    assert dropped.notes == ()

    allowed = evaluate(leaky, "split:train/test", nearest, tmp_path / "c", allow=("duplicates",))
    assert allowed.subject_independent is False
    assert "duplicates on both sides accepted by name" in allowed.remark
    with pytest.raises(RecipeError, match="no leak is called 'twins'"):
        evaluate(leaky, "split:train/test", nearest, tmp_path / "d", allow=("twins",))


def test_unknown_subjects_are_never_called_zero(index, nearest, tmp_path):
    anonymous = _with(index, subject=None, sequence=None)
    result = evaluate(anonymous, "split:train/test", nearest, tmp_path)
    assert result.subject_independent is None
    assert "subjects unknown" in result.remark
    assert result.leakage[0] == "subjects: unknown, the data set does not say"
    assert result.per_subject().empty


def test_measured_subjects_of_a_fixed_split(index, nearest, tmp_path):
    mixed = _with(index, split=["train", "test", "train"] * 36)
    with pytest.raises(LeakageError, match="subjects: 12 subjects on both sides"):
        evaluate(mixed, "split:train/test", nearest, tmp_path)
    both = ("subjects", "sequences")
    result = evaluate(mixed, "split:train/test", nearest, tmp_path, allow=both)
    assert result.remark.startswith("not subject-independent")


def test_rows_of_other_parts_are_counted(index, nearest, tmp_path):
    parts = index.table["split"].where(index.table["subject"] != "S11", "dev")
    result = evaluate(_with(index, split=parts), "split:train/test", nearest, tmp_path)
    assert result.notes == ("9 readable samples are in no training or test part",)


def test_classes_that_cannot_be_learnt_are_stated(tmp_path):
    rng = np.random.default_rng(0)
    samples = [Sample(f"{n}.png", "joy" if n % 2 else "fear", f"S{n % 4}") for n in range(12)]
    samples.append(Sample("rare.png", "contempt", "S0"))
    pictures = {sample.item: rng.integers(0, 256, (4, 4, 3), np.uint8) for sample in samples}
    index = Index.from_samples(
        "rare", samples, ("contempt", "fear", "joy", "pain"), pictures.__getitem__
    )
    result = evaluate(index, "loso", _constant(index), tmp_path / "a")
    notes = " | ".join(result.notes)
    assert "class 'contempt' has one sample" in notes
    assert "'contempt' is missing in the training part of 1 of 4 folds (subject-S0)" in notes
    assert "class 'pain' has no test sample" in notes
    stratified = evaluate(index, "stratified-kfold:3", _constant(index), tmp_path / "b")
    assert stratified.scores.confusion.sum() == 13


def test_unreadable_pictures_are_left_out_and_counted(index, nearest, tmp_path):
    def load(item):
        if item.startswith("S03"):
            raise MediaError(f"{item}: empty file")
        return index.load(item)

    broken = dataclasses.replace(index, load=load, skipped=(Skipped("x.png", "no label"),))
    result = evaluate(broken, "loso", nearest, tmp_path)
    assert len(result.table) == 99
    assert len(result.skipped) == 10
    assert result.notes[0] == "subject-S03 has an empty test part and was left out"
    assert all(fold.train_rows == 90 for fold in result.folds)


def test_rows_that_fit_skipped_stand_in_no_score(index, nearest, tmp_path):
    faceless = "S05/joy_1.png"

    def fit(train, test, folder):
        found = nearest(train, test, folder)
        items = index.table["item"].iloc[test].tolist()
        if faceless in items:
            found[items.index(faceless)] = np.nan
        skips = [{"item": faceless, "reason": "no face found"}]
        (folder / "skipped.json").write_text(json.dumps(skips))
        return found

    result = evaluate(index, "subject-kfold:4", fit, tmp_path)
    assert len(result.scored) == 107
    assert result.skipped == (Skipped(faceless, "no face found"),)
    assert any("1 of 108 test samples were skipped" in note for note in result.notes)


@pytest.mark.parametrize(
    ("found", "words"),
    [
        (lambda n: np.full((n, 2), 0.5), r"shape \(27, 2\), expected \(27, 3\)"),
        (lambda n: np.full((n, 3), np.nan), "not finite for 'S"),
        (lambda n: np.full((n, 3), 4.0), "is the softmax missing"),
        (lambda n: None, "expected|not probabilities"),
        (lambda n: [[1, 2, 3], [1]], "not probabilities"),
    ],
)
def test_bad_probabilities(index, tmp_path, found, words):
    with pytest.raises(FerkerasError, match=words):
        evaluate(index, "subject-kfold:4", lambda a, b, c: found(len(b)), tmp_path)
    assert not (tmp_path / "folds/fold-01/fold.json").exists()


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("history.json", "[1, 2]", "one object for each epoch"),
        ("history.json", "[{", "cannot be read as JSON"),
        ("skipped.json", '[{"item": "a"}]', "item, reason"),
        ("skipped.json", "3", "item, reason"),
    ],
)
def test_bad_files_from_fit(index, nearest, tmp_path, name, content, words):
    def fit(train, test, folder):
        (folder / name).write_text(content)
        return nearest(train, test, folder)

    with pytest.raises(FerkerasError, match=words):
        evaluate(index, "subject-kfold:4", fit, tmp_path)


def test_subject_names_are_safe_folder_names(index, nearest, tmp_path):
    odd = index.table["subject"].replace({"S00": "../../up", "S01": "a b/ü"})
    result = evaluate(_with(index, subject=odd), "loso", nearest, tmp_path / "out")
    assert len(result.folds) == 12
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out"]
    assert len(list((tmp_path / "out/folds").iterdir())) == 12
