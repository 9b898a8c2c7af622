from __future__ import annotations

import dataclasses

import pytest

from ferkeras.errors import DatasetError, RecipeError
from ferkeras.evaluation import parse_protocol
from ferkeras.evaluation.named_protocols import FORMS


@pytest.mark.parametrize("form", FORMS)
def test_every_documented_form_folds(form, index):
    protocol = parse_protocol(form)
    sets = ["ckplus" if who < "S05" else "jaffe" for who in index.table["subject"]]
    composite = dataclasses.replace(index, table=index.table.assign(dataset=sets))
    folds = protocol.folds(composite if form.startswith("cross") else index)
    assert protocol.name == form
    assert folds
    assert all(len(fold.train) and len(fold.test) for fold in folds)


@pytest.mark.parametrize(
    ("form", "accepts", "independent"),
    [
        ("kfold:10", {"subjects", "sequences"}, False),
        ("stratified-kfold:5", {"subjects", "sequences"}, False),
        ("sequence-kfold:5", {"subjects"}, False),
        ("subject-kfold:5", set(), True),
        ("loso", set(), True),
        ("split:train/public_test", set(), None),
        ("cross:casme2", set(), None),
        ("random-split:70/20/10", {"subjects", "sequences"}, False),
    ],
)
def test_what_a_protocol_accepts_by_name(form, accepts, independent):
    protocol = parse_protocol(form)
    assert set(protocol.accepts) == accepts
    assert protocol.subject_independent is independent
    assert ("not subject-independent" in protocol.remark) is (independent is False)


def test_random_split_is_of_so_many_percent_and_marked(index):
    for form, sizes in (("random-split:70/20/10", (76, 22)), ("random-split:50/50", (54, 54))):
        (fold,) = parse_protocol(form).folds(index)
        assert (len(fold.train), len(fold.test)) == sizes
        assert not set(fold.train) & set(fold.test)
    (other,) = parse_protocol("random-split:50/50").folds(index, seed=1)
    assert set(other.test) != set(fold.test)
    assert parse_protocol("random-split:70/20").remark.startswith("optimistic, not subject-indep")


@pytest.mark.parametrize(
    "text",
    [
        *("", "kfold", "kfold:", "kfold:ten", "kfold:1", "kfold:-3", "loso:3", "split:train"),
        *("split:/", "random-split:70", "random-split:0/20", "random-split:90/20"),
        *("random-split:70/20/20", "random-split:7.5/2", "random-split:100/0"),
    ],
)
def test_bad_names(text):
    with pytest.raises(RecipeError, match=r"loso|at least 2|100 together"):
        parse_protocol(text)


def test_errors_name_data_and_protocol(index):
    with pytest.raises(RecipeError, match="toy, protocol subject-kfold:13: 13 folds"):
        parse_protocol("subject-kfold:13").folds(index)
    with pytest.raises(RecipeError, match="toy, protocol random-split:99/1: 12 pictures are too"):
        parse_protocol("random-split:99/1").folds(index.subset(range(12)))
    with pytest.raises(DatasetError, match="toy, protocol split:train/dev"):
        parse_protocol("split:train/dev").folds(index)
