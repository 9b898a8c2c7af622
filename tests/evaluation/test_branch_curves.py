"""What a branch contributes (SSGNN's Table IV), and the curves over the training ratio."""

from types import SimpleNamespace

import pytest

from ferkeras.evaluation.branch_curves import branch_columns, branch_pictures, contributions


def result(fused, **alone):
    scores = {name: SimpleNamespace(accuracy=value) for name, value in alone.items()}
    return SimpleNamespace(scores=SimpleNamespace(accuracy=fused), branch_scores=scores)


def test_contribution_is_the_fusion_minus_the_other_branch():
    found = contributions(result(0.9, spatial=0.8, spectral=0.6))
    assert found == {"spatial": pytest.approx(0.3), "spectral": pytest.approx(0.1)}
    worse = contributions(result(0.7, spatial=0.8, spectral=0.6))
    assert worse["spectral"] == pytest.approx(-0.1)  # the fusion is worse than the other alone
    three = contributions(result(0.9, a=0.5, b=0.7, c=0.8))
    assert three == {
        "a": pytest.approx(0.1),
        "b": pytest.approx(0.1),
        "c": pytest.approx(0.2),
    }


def test_one_branch_or_none_contributes_nothing():
    assert contributions(result(0.9)) == {}
    assert branch_columns(result(0.9, spatial=0.9)) == {}


def test_columns_have_both():
    columns = branch_columns(result(0.9, spatial=0.8, spectral=0.6))
    assert list(columns) == [
        "spatial alone",
        "spectral alone",
        "spatial contributes",
        "spectral contributes",
    ]


def test_pictures_name_every_line():
    curves = [
        (ratio, "SSGNN", result(0.5 + ratio / 3, spatial=0.5, spectral=0.4)) for ratio in (0.2, 1.0)
    ]
    pictures = branch_pictures(
        [*curves, (0.2, "SPEGNN", result(0.3)), (1.0, "SPEGNN", result(0.4))]
    )
    assert len(pictures) == 2
    accuracy, contributed = pictures[0][0], pictures[1][0]
    assert len(branch_pictures([(1.0, "SPEGNN", result(0.4))])) == 1
    for name in ("SSGNN", "SPEGNN", "SSGNN: spatial branch alone", "SSGNN: spectral branch alone"):
        assert f"<!-- {name} -->" in accuracy
    assert "<!-- SSGNN: spatial branch -->" in contributed
    assert "SPEGNN" not in contributed
