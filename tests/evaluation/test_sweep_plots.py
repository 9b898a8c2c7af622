"""Which points make a picture of one setting, and of what kind."""

import re

import pytest

from ferkeras.evaluation import evaluate
from ferkeras.evaluation.line_plot import Line, lines_svg
from ferkeras.evaluation.sweep_plots import Point, as_text, sweep_pictures


@pytest.fixture(scope="module")
def one(index, nearest, tmp_path_factory):
    return evaluate(index, "subject-kfold:3", nearest, tmp_path_factory.mktemp("one"))


def words(svg):
    return re.findall(r"<!-- (.*?) -->", svg)


def test_a_single_series_shows_accuracy_and_uf1(one):
    ((svg, caption),) = sweep_pictures([Point({"n": n}, one) for n in (1, 2, 4)], "n")
    assert {"accuracy", "UF1", "n", "1", "2", "4"} <= set(words(svg))
    assert caption.startswith("accuracy and UF1 over n; bars at accuracy: 95%")


def test_one_series_for_each_value_of_the_other_setting(one):
    points = [Point({"n": n, "k": k}, one) for n in (1, 2) for k in (4, 8)]
    accuracy, uf1 = sweep_pictures(points, "n")
    assert {"k=4", "k=8"} <= set(words(accuracy[0])) & set(words(uf1[0]))
    assert "UF1 over n" in uf1[1]


def test_points_that_differ_in_something_else_stand_in_no_series(one):
    points = [
        Point(values, one) for values in ({"n": 1, "k": 4}, {"n": 2, "k": 4}, {"n": 1, "k": 8})
    ]
    ((svg, _),) = sweep_pictures(points, "n")
    assert "k=8" not in words(svg)
    assert sweep_pictures(points[:1], "n") == []


def test_lists_and_shares_beside_counts_are_bars(one):
    for values in (([4], [4, 8]), (0.4, 922), (True, False)):
        ((svg, _),) = sweep_pictures([Point({"n": value}, one) for value in values], "n")
        assert {str(as_text(value)) for value in values} <= set(words(svg))
        assert "score, percent" in words(svg)


def test_too_many_series_are_counted(one):
    points = [Point({"n": n, "k": k}, one) for n in (1, 2) for k in range(8)]
    accuracy, _ = sweep_pictures(points, "n")
    assert accuracy[1].endswith("the first 6 of 8 series")


def test_a_wide_range_has_a_logarithmic_axis():
    svg = lines_svg({"a": Line([1, 10, 1000], [0.1, 0.5, float("nan")])}, "n", "score")
    places = [float(x) for x in re.findall(r'<g id="xtick_\d+">.*?"M ([\d.]+)', svg, re.DOTALL)]
    assert len(places) == 3
    first, second = places[1] - places[0], places[2] - places[1]
    assert second == pytest.approx(2 * first, rel=0.01)
