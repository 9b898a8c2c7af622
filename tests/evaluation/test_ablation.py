import numpy as np
import pytest

from ferkeras.errors import RecipeError
from ferkeras.evaluation import evaluate
from ferkeras.evaluation.ablation import ablation_table, cells, parse_grid, write_ablation


def test_grid_in_words_and_in_json():
    assert parse_grid(["model.dim=16,32", "model.repeats=[[1,1],[2,8]]", "schedule=cosine"]) == {
        "model.dim": [16, 32],
        "model.repeats": [[1, 1], [2, 8]],
        "schedule": ["cosine"],
    }


@pytest.mark.parametrize("wrong", [["model.dim"], ["=3"], ["a=1", "a=2"]])
def test_wrong_grids(wrong):
    with pytest.raises(RecipeError, match="--grid"):
        parse_grid(wrong)


def test_all_combinations_or_one_at_a_time():
    grid = {"dim": [16, 32], "repeats": [[1, 1], [2, 8]]}
    assert [row.name for row in cells(grid)] == [
        "dim=16, repeats=[1,1]",
        "dim=16, repeats=[2,8]",
        "dim=32, repeats=[1,1]",
        "dim=32, repeats=[2,8]",
    ]
    rows = cells(grid, one_at_a_time=True)
    assert [dict(row.changes) for row in rows] == [
        {},
        {"dim": 16},
        {"dim": 32},
        {"repeats": [1, 1]},
        {"repeats": [2, 8]},
    ]
    assert rows[3].settings == ["repeats=[1, 1]"]
    with pytest.raises(RecipeError, match="without: dim"):
        cells({"dim": []})


def test_table_has_a_row_a_cell(index, nearest, tmp_path):
    rows = cells({"dim": [1, 2]})
    results = [evaluate(index, "subject-kfold:3", nearest, tmp_path / row.name) for row in rows]
    found = list(zip(rows, results, (10, 20), strict=True))
    table = ablation_table(found, ["dim"])
    assert table["dim"].tolist() == [1, 2]
    assert table["parameters"].tolist() == [10, 20]
    assert table["uf1"].tolist() == [results[0].scores.uf1] * 2
    page = write_ablation(found, ["dim"], tmp_path, "ferkeras study").read_text()
    assert "optimistic" in page  # choosing the best row is
    assert (tmp_path / "ablation.csv").read_text().startswith("dim,parameters,accuracy,uf1,uar")


def test_a_row_picked_on_the_test_part_marks_the_table(index, nearest, tmp_path):
    def oracle(train, test, folder):
        np.savez(folder / "last_epoch.npz", probabilities=np.full((len(test), 3), 1 / 3))
        return nearest(train, test, folder)

    rows = cells({"select": ["last", "oracle-epoch"]})
    results = [
        evaluate(index, "subject-kfold:3", nearest, tmp_path / "a"),
        evaluate(index, "subject-kfold:3", oracle, tmp_path / "b", picked_on_test=True),
    ]
    found = list(zip(rows, results, (10, 10), strict=True))
    table = ablation_table(found, ["select"])
    assert table["remark"].str.contains("optimistic").tolist() == [False, True]
    assert table["last epoch UF1"].tolist() == [
        results[0].scores.uf1,
        results[1].last_epoch_scores.uf1,
    ]
    page = write_ablation(found, ["select"], tmp_path).read_text()
    assert 'class="mark warn"' in page
    assert 'class="mark good"' not in page
