"""Scores of a composite of data sets, against scikit-learn's on the same predictions."""

import json
import re
import zlib

import numpy as np
import pytest
from sklearn.metrics import balanced_accuracy_score, f1_score

from ferkeras.datasets.base import Index
from ferkeras.errors import FerkerasError
from ferkeras.evaluation import evaluate, write_comparison, write_report
from ferkeras.evaluation.score_tables import score_lines
from ferkeras.types import Sample

CLASSES = ("negative", "positive", "surprise")
# Samples by subject: some people have one class only, and data set "c" never shows a surprise.
PEOPLE = {
    "a-1": "nnnpps", "a-2": "n", "a-3": "sss", "a-4": "npnps", "b-1": "pp", "b-2": "nnss",
    "b-3": "nps", "c-1": "nnp", "c-2": "nn", "c-3": "ppn",
}  # fmt: skip


@pytest.fixture(scope="module")
def index():
    names = dict(zip("nps", CLASSES, strict=True))
    samples = [
        Sample(f"{who}/{number}", names[letter], who, f"{who}/{number}", dataset=who[0])
        for who, letters in PEOPLE.items()
        for number, letter in enumerate(letters)
    ]
    return Index.from_samples(
        "a+b+c",
        samples,
        CLASSES,
        lambda item: np.full((4, 4, 3), zlib.crc32(item.encode()) % 251, np.uint8),
        cropped=True,
    )


def draws(rows, seed):
    """Predictions that depend on the row alone, so that an oracle can repeat them."""
    random = np.random.default_rng(seed).dirichlet(np.ones(3), 100)
    return random[rows]


def fit(train, test, folder):
    np.savez(folder / "last_epoch.npz", probabilities=draws(test, 5))
    return draws(test, 4)


def right_for(index, part, seed):
    rows = np.flatnonzero(part)
    return index.labels[rows], draws(rows, seed).argmax(axis=1)


def test_pooled_scores_and_those_of_each_data_set_are_scikit_learns(index, tmp_path):
    result = evaluate(index, "loso", fit, tmp_path)
    assert len(result.folds) == len(PEOPLE)
    truth, found = right_for(index, np.ones(len(index)), 4)
    assert result.scores.uf1 == pytest.approx(f1_score(truth, found, average="macro"))
    assert result.scores.uar == pytest.approx(balanced_accuracy_score(truth, found))
    parts = result.per_dataset()
    assert list(parts) == ["a", "b", "c"]
    for name, (people, scores) in parts.items():
        truth, found = right_for(index, index.table["dataset"] == name, 4)
        assert people == sum(who[0] == name for who in PEOPLE)
        # Classes that are neither there nor predicted are no part of scikit-learn's mean either.
        assert scores.uf1 == pytest.approx(f1_score(truth, found, average="macro"))
        if name != "c":
            assert scores.uar == pytest.approx(balanced_accuracy_score(truth, found))
    assert parts["c"][1].absent == (2,)
    truth, found = right_for(index, index.table["dataset"] == "c", 4)
    recalls = [(found[truth == number] == number).mean() for number in (0, 1)]
    assert parts["c"][1].uar == pytest.approx(np.mean(recalls))


def test_mean_of_the_folds_is_another_number(index, tmp_path):
    result = evaluate(index, "loso", fit, tmp_path)
    mean = np.nanmean([result.fold_scores(fold).uf1 for fold in result.folds])
    assert abs(mean - result.scores.uf1) > 0.02


def test_epoch_picked_on_the_test_part_is_marked_everywhere(index, tmp_path):
    honest = evaluate(index, "loso", fit, tmp_path / "honest")
    result = evaluate(index, "loso", fit, tmp_path / "oracle", picked_on_test=True)
    truth, found = right_for(index, np.ones(len(index)), 5)
    assert result.last_epoch_scores.uf1 == pytest.approx(f1_score(truth, found, average="macro"))
    assert honest.last_epoch_scores is None
    assert "optimistic" in result.remark
    assert "optimistic" not in honest.remark
    assert any("optimistic" in line for line in score_lines(result))
    page = write_report(result, tmp_path / "oracle").read_text()
    assert page.index("the last one") < page.index("picked on its test part: optimistic")
    plain = json.loads((tmp_path / "oracle" / "report.json").read_text())
    assert plain["picked_on_test"] is True
    assert plain["last_epoch"]["uf1"] == pytest.approx(result.last_epoch_scores.uf1)
    page = write_comparison([result, honest], tmp_path).read_text()
    marks = re.findall(r'<span class="mark (\w*)">([^<]*)<', page)
    assert marks[0] == ("good", "subject-independent")
    assert marks[1][0] == "warn"
    assert "optimistic" in marks[1][1]
    again = evaluate(index, "loso", fit, tmp_path / "oracle", picked_on_test=True)
    assert again.table.equals(result.table)


def test_an_optimistic_score_is_never_given_alone(index, tmp_path):
    with pytest.raises(FerkerasError, match=r"wrote no last_epoch\.npz"):
        evaluate(
            index,
            "loso",
            lambda train, test, folder: draws(test, 4),
            tmp_path,
            picked_on_test=True,
        )


def test_both_kinds_of_evaluation_never_share_a_folder(index, tmp_path):
    evaluate(index, "loso", fit, tmp_path)
    with pytest.raises(FerkerasError, match="epoch picked on the test part is False there"):
        evaluate(index, "loso", fit, tmp_path, picked_on_test=True)
