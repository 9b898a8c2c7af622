"""Grids of settings: as typed, and their rows."""

import pytest

from ferkeras.errors import RecipeError
from ferkeras.evaluation.grid import cells, parse_grid


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


def test_the_recipes_own_value_is_no_row_of_its_own():
    grid = {"nodes": [0.1, 0.25], "filters": [[4], [4, 8]]}
    rows = cells(grid, one_at_a_time=True, own={"nodes": 0.25, "filters": [4]})
    assert [dict(row.changes) for row in rows] == [{}, {"nodes": 0.1}, {"filters": [4, 8]}]
    assert len(cells({"a": [1, 1, 2]})) == 2
