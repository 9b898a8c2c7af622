from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ferkeras.errors import LeakageError, RecipeError
from ferkeras.evaluation import Fold
from ferkeras.evaluation.leakage import Overlap, check, drop_leaks, measure, summarise

names = st.one_of(st.none(), st.sampled_from("uvwxyz"))


def _table(subjects, sequences=None):
    count = len(subjects)
    return pd.DataFrame(
        {
            "item": [f"{row}.png" for row in range(count)],
            "subject": subjects,
            "sequence": sequences or [None] * count,
        },
        dtype=object,
    )


@settings(max_examples=80, deadline=None)
@given(st.lists(st.tuples(names, names, names), min_size=2, max_size=25), st.data())
def test_counts_equal_a_plain_python_count(rows, data):
    cut = data.draw(st.integers(1, len(rows) - 1))
    columns = [list(column) for column in zip(*rows, strict=True)]
    fold = Fold("f", np.arange(cut), np.arange(cut, len(rows)))
    for overlap, column in zip(
        measure(_table(columns[0], columns[1]), fold, columns[2]), columns, strict=True
    ):
        train, test = column[:cut], column[cut:]
        shared = set(train) & set(test) - {None}
        assert overlap.unknown_rows == column.count(None)
        if set(train) == {None} or set(test) == {None}:
            assert overlap.shared is None
            assert "unknown" in overlap.line
        else:
            assert overlap.shared == len(shared)
            assert overlap.test_rows == sum(value in shared for value in test)
            assert overlap.train_rows == sum(value in shared for value in train)


def test_check_says_what_how_many_and_how_to_mend():
    fold = Fold("f", np.array([0, 1, 2]), np.array([3, 4]))
    table = _table(["S1", "S2", "S3", "S1", "S9"])
    overlaps = measure(table, fold, ["p", "q", "r", "s", "q"])
    with pytest.raises(LeakageError, match=r"toy leaks subjects: 1 subject .*1 of 2 test rows: S1"):
        check(overlaps, (), "toy")
    with pytest.raises(LeakageError, match=r"4\.png = 1\.png; .*--drop-leaks.*--allow-leaks dupl"):
        check(overlaps, ("subjects",), "toy")
    check(overlaps, ("subjects", "duplicates"), "toy")
    with pytest.raises(RecipeError, match="no leak is called 'subject'"):
        check(overlaps, ("subject",), "toy")


@settings(max_examples=50, deadline=None)
@given(st.lists(st.one_of(st.none(), st.sampled_from("pqrstuv")), min_size=2, max_size=20))
def test_drop_takes_training_copies_only(digests):
    half = len(digests) // 2
    fold = Fold("f", np.arange(half), np.arange(half, len(digests)))
    kept, dropped = drop_leaks(fold, digests)
    tested = {digests[row] for row in fold.test} - {None}
    assert kept.test.tolist() == fold.test.tolist()
    assert sorted([*kept.train, *dropped]) == fold.train.tolist()
    assert all(digests[row] in tested for row in dropped)
    assert not any(digests[row] in tested for row in kept.train)


def test_lines_over_folds():
    clean = Overlap("subjects", 0, 0, 0, 0, 5)
    leaky = Overlap("subjects", 2, 3, 4, 0, 5, ("S1", "S2"))
    unknown = Overlap("subjects", None, None, None, 10, 5)
    assert summarise([[clean], [clean]]) == ["subjects: no subject on both sides of any of 2 folds"]
    assert "1 of 2 folds, 3 of 10 test rows" in summarise([[clean], [leaky]])[0]
    assert summarise([[unknown], [unknown]]) == ["subjects: unknown, the data set does not say"]
    assert summarise([[leaky]]) == [leaky.line]
    partly = Overlap("subjects", 1, 1, 1, 3, 5, ("S1",))
    assert "at least 1 subject on both sides" in partly.line
