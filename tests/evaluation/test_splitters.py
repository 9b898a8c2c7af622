from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ferkeras.errors import DatasetError, RecipeError
from ferkeras.evaluation import (
    fixed_split,
    group_kfold,
    kfold,
    leave_one_subject_out,
    stratified_kfold,
)


def _table(labels, subjects=None, sequences=None, splits=None) -> pd.DataFrame:
    nothing = [None] * len(labels)
    return pd.DataFrame(
        {
            "item": [f"{row}.png" for row in range(len(labels))],
            "label": labels,
            "subject": subjects or nothing,
            "sequence": sequences or nothing,
            "split": splits or nothing,
        },
        dtype=object,
    )


tables = st.lists(
    st.tuples(st.sampled_from("abcd"), st.integers(0, 8)), min_size=4, max_size=40
).map(lambda rows: _table([a for a, _ in rows], [f"S{b}" for _, b in rows]))


def _assert_partition(folds, rows: int) -> None:
    tested = np.concatenate([fold.test for fold in folds])
    assert sorted(tested) == list(range(rows))
    for fold in folds:
        assert len(fold.test)
        assert len(fold.train)
        assert sorted([*fold.train, *fold.test]) == list(range(rows))
    assert len({fold.name for fold in folds}) == len(folds)


@settings(max_examples=30, deadline=None)
@given(tables, st.integers(2, 4), st.integers(0, 5))
def test_random_folds_test_every_row_once(table, folds, seed):
    parts = list(kfold(table, folds, seed))
    _assert_partition(parts, len(table))
    assert max(len(p.test) for p in parts) - min(len(p.test) for p in parts) <= 1
    if table["label"].value_counts().max() >= folds:
        parts = list(stratified_kfold(table, folds, seed))
        tested = np.concatenate([fold.test for fold in parts])
        assert sorted(tested) == list(range(len(table)))
        for label in set(table["label"]):
            counts = [(table["label"].iloc[p.test] == label).sum() for p in parts]
            assert max(counts) - min(counts) <= 1


@settings(max_examples=60, deadline=None)
@given(tables, st.integers(2, 6), st.integers(0, 5))
def test_no_subject_on_both_sides(table, folds, seed):
    subjects = table["subject"].to_numpy()
    people = len(set(subjects))
    runs = []
    if people >= folds:
        runs.append(list(group_kfold(table, folds, "subject", seed)))
        assert len(runs[-1]) == folds
    if people >= 2:
        runs.append(list(leave_one_subject_out(table)))
        assert len(runs[-1]) == people
    for parts in runs:
        _assert_partition(parts, len(table))
        for fold in parts:
            assert not set(subjects[fold.train]) & set(subjects[fold.test])


def test_same_seed_same_folds():
    table = _table(list("ab") * 20)
    first, again, other = (np.concatenate([f.test for f in kfold(table, 5, s)]) for s in (1, 1, 2))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


def test_loso_names_the_subject():
    table = _table(list("abab"), ["S2", "S2", "S1", "S1"])
    assert [(f.name, f.test.tolist()) for f in leave_one_subject_out(table)] == [
        ("subject-S1", [2, 3]),
        ("subject-S2", [0, 1]),
    ]


def test_unknown_subjects_name_the_column_and_a_way_out():
    table = _table(list("abab"), ["S1", None, "S1", "S2"], splits=["train", "dev"] * 2)
    with pytest.raises(DatasetError, match=r"'subject' is unknown for 1 of 4.*split:train/dev"):
        list(leave_one_subject_out(table))
    with pytest.raises(DatasetError, match=r"'sequence' is unknown for 4 of 4"):
        list(group_kfold(table, 2, "sequence"))
    known = _table(list("abab"), sequences=["q1", "q1", "q2", "q2"])
    with pytest.raises(DatasetError, match="sequence-kfold:10"):
        list(group_kfold(known, 2))


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda t: kfold(t, 7), "7 folds need as many pictures, there are 6"),
        (lambda t: kfold(t, 1), "at least 2"),
        (lambda t: stratified_kfold(t, 4), "pictures of one class, there are 3"),
        (lambda t: group_kfold(t, 3), "subjects, there are 2"),
        (lambda t: fixed_split(t, "train", "train"), "two parts"),
    ],
)
def test_too_many_folds(make, words):
    table = _table(list("ababab"), ["S1"] * 3 + ["S2"] * 3)
    with pytest.raises(RecipeError, match=words):
        list(make(table))


def test_loso_of_one_subject():
    with pytest.raises(DatasetError, match="all rows show 'S1'"):
        list(leave_one_subject_out(_table(["a", "b"], ["S1", "S1"])))


def test_fixed_split():
    table = _table(list("abab"), splits=["train", "test", None, "train"])
    (fold,) = fixed_split(table, "train", "test")
    assert (fold.name, fold.train.tolist(), fold.test.tolist()) == ("train-test", [0, 3], [1])
    with pytest.raises(DatasetError, match="'dev'; parts: test, train"):
        list(fixed_split(table, "train", "dev"))
    with pytest.raises(DatasetError, match="has no parts"):
        list(fixed_split(_table(["a"]), "train", "dev"))
