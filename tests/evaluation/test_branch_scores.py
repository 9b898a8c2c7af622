"""What each branch of one trained model says alone, beside what they say together."""

import json

import numpy as np
import pytest
from sklearn.metrics import accuracy_score, f1_score, recall_score

from ferkeras.datasets.base import Index, Skipped
from ferkeras.errors import FerkerasError
from ferkeras.evaluation import evaluate, write_report
from ferkeras.evaluation.branch_curves import branch_pictures
from ferkeras.evaluation.score_tables import score_lines
from ferkeras.evaluation.training_ratio import write_ratios
from ferkeras.files import read_arrays
from ferkeras.inputs import Prepared
from ferkeras.training import load_recipe
from ferkeras.training.fold_fitter import FoldFitter
from ferkeras.types import Sample

CLASSES = ("a", "b", "c")
FUSE = {"ssgnn": np.max, "mff_cnn": np.mean}
BRANCHES = {"ssgnn": ("spatial", "spectral"), "mff_cnn": ("image", "patch")}
SMALL = {
    "ssgnn": {"nodes": 40, "neighbours": 4, "spatial_filters": [3], "spectral_filters": 3},
    "mff_cnn": {
        "patches": 9,
        "keep": 16,
        "image_filters": [[4], [4], [6]],
        "patch_filters": [[4], [4]],
        "mid_units": 8,
    },
}


def faces() -> tuple[Index, Prepared]:
    random = np.random.default_rng(1)
    pictures = random.integers(0, 90, (42, 24, 24, 1), dtype=np.uint8)
    labels = np.arange(42) % 3
    for picture, label in zip(pictures, labels, strict=True):
        picture[8 * label : 8 * label + 8] += 60
    samples = [Sample(f"{n}", CLASSES[label], f"p{n % 7}") for n, label in enumerate(labels)]
    index = Index.from_samples(
        "toy", samples, CLASSES, lambda item: pictures[int(item)].repeat(3, -1), cropped=True
    )
    # One row has no face: no branch may answer it.
    return index, Prepared(pictures[1:], np.arange(1, 42), (Skipped("0", "no face found"),))


@pytest.mark.parametrize("system", ["ssgnn", "mff_cnn"])
def test_branches_of_one_training(system, tmp_path):
    index, prepared = faces()
    recipe = load_recipe(
        system,
        input={"height": 24, "width": 24, "channels": 1},
        model=SMALL[system],
        epochs=2,
        batch_size=8,
    )
    result = evaluate(index, "subject-kfold:3", FoldFitter(recipe, index, prepared), tmp_path)
    assert tuple(result.branch_scores) == BRANCHES[system]

    labels = np.concatenate([fold.labels for fold in result.folds])
    for name, scores in result.branch_scores.items():
        stored = [
            read_arrays(tmp_path / "folds" / fold.name / "branches.npz")[name]
            for fold in result.folds
        ]
        answers = np.concatenate(stored)
        seen = ~np.isnan(answers[:, 0])
        assert seen.sum() == 41
        truth, answer = labels[seen], answers[seen].argmax(axis=1)
        assert scores.accuracy == pytest.approx(accuracy_score(truth, answer))
        assert scores.uf1 == pytest.approx(f1_score(truth, answer, average="macro"))
        assert scores.uar == pytest.approx(recall_score(truth, answer, average="macro"))

    for fold in result.folds:  # the fused answer is that of these branches
        fused = FUSE[system](np.stack(list(fold.branches.values())), axis=0)
        seen = ~np.isnan(fused[:, 0])
        found = fold.probabilities[seen]
        assert np.array_equal(found.argmax(1), fused[seen].argmax(1))

    page = write_report(result, tmp_path).read_text(encoding="utf-8")
    stored = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))
    assert list(stored["branches"]) == list(BRANCHES[system])
    assert "Branches, each alone" in page
    lines = [line for line in score_lines(result) if "branch alone" in line]
    assert [line.split()[0] for line in lines] == list(BRANCHES[system])


def test_spread_of_the_folds(index, nearest, tmp_path):
    result = evaluate(index, "subject-kfold:4", nearest, tmp_path)
    each = [float(np.mean(fold.predicted == fold.labels)) for fold in result.folds]
    assert result.fold_spread == pytest.approx((np.mean(each), np.std(each, ddof=1)))
    assert result.branch_scores == {}
    assert result.to_dict()["fold_accuracy"] == pytest.approx(
        {"mean": np.mean(each), "deviation": np.std(each, ddof=1)}
    )


def test_branches_that_are_no_probabilities(index, nearest, tmp_path):
    def fit(train, test, folder):
        np.savez(folder / "branches.npz", spatial=np.full((len(test), 3), 7.0))
        return nearest(train, test, folder)

    with pytest.raises(FerkerasError, match=r"toy, .*expected probabilities"):
        evaluate(index, "subject-kfold:3", fit, tmp_path)


@pytest.mark.parametrize(
    "damage",
    [
        lambda arrays: arrays.pop("rows"),
        lambda arrays: arrays.update(probabilities=arrays["probabilities"][:2]),
        lambda arrays: arrays.update({"branch a": np.ones(3, "float32")}),
    ],
)
def test_a_prediction_file_of_other_content_is_named(index, nearest, tmp_path, damage):
    evaluate(index, "subject-kfold:3", nearest, tmp_path)
    path = tmp_path / "folds" / "fold-01" / "prediction.npz"
    arrays = read_arrays(path)
    damage(arrays)
    np.savez(path, **arrays)
    with pytest.raises(FerkerasError, match=r"fold-01: .*delete that folder"):
        evaluate(index, "subject-kfold:3", nearest, tmp_path)


def branched(nearest, bare=(), silent=()):
    """`fit` that leaves two branches' answers, in some folds none, in others no answer at all."""

    def fit(train, test, folder):
        answers = nearest(train, test, folder)
        if folder.name in silent:
            skipped = [{"item": item, "reason": "no face found"} for item in fit.items(test)]
            (folder / "skipped.json").write_text(json.dumps(skipped))
            return np.full_like(answers, np.nan)
        if folder.name not in bare:
            np.savez(folder / "branches.npz", one=answers, two=answers)
        return answers

    return fit


def test_a_fold_without_its_branches_is_told(index, nearest, tmp_path):
    result = evaluate(index, "subject-kfold:3", branched(nearest, bare=("fold-02",)), tmp_path)
    assert result.branch_scores == {}
    assert result.without_branches == ("fold-02",)
    (note,) = [note for note in result.notes if "branches" in note]
    assert note.startswith("no scores of the branches alone: 1 of 3 folds lack their answers")
    assert "fold-02" in note
    assert note in write_report(result, tmp_path).read_text(encoding="utf-8")
    stored = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))
    assert note in stored["notes"]

    written = write_ratios([(0.5, "net", result), (1.0, "net", result)], tmp_path)
    said = "net at 0.5 under subject-kfold:3: 1 of 3 folds; net at 1 under"
    assert said in written.values["note"]


def test_a_fold_without_any_answer_needs_no_branches(index, nearest, tmp_path):
    fit = branched(nearest, silent=("fold-02",))
    fit.items = lambda test: [str(item) for item in index.table["item"].iloc[test]]
    result = evaluate(index, "subject-kfold:3", fit, tmp_path)
    assert list(result.branch_scores) == ["one", "two"]
    assert result.branch_scores["one"].accuracy == result.scores.accuracy
    assert not any("branches" in note for note in result.notes)


def test_branches_of_one_ratio_are_drawn_where_another_lacks_them(index, nearest, tmp_path):
    whole = evaluate(index, "subject-kfold:3", branched(nearest), tmp_path / "whole")
    bare = evaluate(index, "subject-kfold:3", nearest, tmp_path / "bare")
    pictures = branch_pictures([(0.5, "net", bare), (1.0, "net", whole)])
    assert len(pictures) == 2
    assert "one branch" in pictures[1][0]
