"""Graphs of many pictures: those of `granular_balls`, in threads and from disk."""

import numpy as np
import pytest
from ball_pictures import PICTURES, face, same

from ferkeras.errors import FerkerasError, GraphError
from ferkeras.graphs import granular_ball_batch, granular_ball_graphs, granular_balls

MANY = list(PICTURES.values()) * 3
WAYS = [{}, {"colour": True, "max_nodes": 20}, {"compat": "official", "edge_features": False}]


@pytest.fixture(autouse=True)
def four_together(monkeypatch):
    monkeypatch.setattr(granular_ball_batch, "_TOGETHER", 4)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("workers", [None, 1, 5])
def test_same_as_one_by_one(way, workers):
    graphs = granular_ball_graphs(MANY, workers=workers, **way)
    assert len(graphs) == len(MANY)
    assert all(same(graph, granular_balls(p, **way)) for graph, p in zip(graphs, MANY, strict=True))


@pytest.mark.parametrize("way", WAYS)
def test_same_from_the_cache(way, tmp_path, monkeypatch):
    first = granular_ball_graphs(MANY, cache=tmp_path / "balls", **way)
    assert len(list((tmp_path / "balls").iterdir())) == -(-len(MANY) // 4) - 2  # some come again
    monkeypatch.setattr(granular_ball_batch, "granular_balls", None)
    again = granular_ball_graphs(MANY, cache=str(tmp_path / "balls"), **way)
    assert all(map(same, first, again))
    assert all(a.nodes.flags.c_contiguous and a.edges.flags.c_contiguous for a in again)


def test_edge_features_are_no_part_of_what_is_cached(tmp_path):
    granular_ball_graphs(MANY, cache=tmp_path, edge_features=False)
    files = set(tmp_path.iterdir())
    graphs = granular_ball_graphs(MANY, cache=tmp_path)
    assert set(tmp_path.iterdir()) == files
    assert same(graphs[0], granular_balls(MANY[0]))


def test_other_pixels_or_settings_are_other_files(tmp_path):
    granular_ball_graphs([face(6)], cache=tmp_path)
    changed = face(6).copy()
    changed[3, 3] ^= 1
    for pictures, way in [([changed], {}), ([face(6)], {"purity": 0.8}), ([face(6)[:-1]], {})]:
        before = len(list(tmp_path.iterdir()))
        graph = granular_ball_graphs(pictures, cache=tmp_path, **way)[0]
        assert len(list(tmp_path.iterdir())) == before + 1
        assert same(graph, granular_balls(pictures[0], **way))


@pytest.mark.parametrize("damage", ["cut", "other content"])
def test_a_damaged_file_is_named(tmp_path, damage):
    granular_ball_graphs([face(6)], cache=tmp_path)
    (path,) = tmp_path.iterdir()
    if damage == "cut":
        path.write_bytes(path.read_bytes()[:200])
    else:
        np.savez(path, nodes=np.zeros((3, 10)), edges=np.zeros((2, 0)), counts=np.ones((1, 2), int))
    with pytest.raises(FerkerasError, match=rf"{path.name} cannot be read \(damaged\); delete"):
        granular_ball_graphs([face(6)], cache=tmp_path)


@pytest.mark.parametrize(
    "change",
    [
        lambda a: a.update(edges=a["edges"] + 1000),
        lambda a: a.update(edges=a["edges"].astype(np.int64)),
        lambda a: a.update(nodes=a["nodes"].astype(np.float64)),
        lambda a: a.update(nodes=a["nodes"][:, :5]),
    ],
)
def test_a_whole_file_of_something_else_is_named(tmp_path, change):
    granular_ball_graphs([face(6), face(7)], cache=tmp_path)
    (path,) = tmp_path.iterdir()
    with np.load(path) as file:
        arrays = dict(file)
    change(arrays)
    np.savez(path, **arrays)
    with pytest.raises(FerkerasError, match=rf"{path.name} cannot be read \(damaged\); delete"):
        granular_ball_graphs([face(6), face(7)], cache=tmp_path)


def test_a_cache_that_is_no_folder_is_named(tmp_path):
    (tmp_path / "file").write_text("x")
    for place in ("", tmp_path / "file"):
        with pytest.raises(FerkerasError, match="expected a folder"):
            granular_ball_graphs([face(6)], cache=place)
    for workers in (0, 1.5, "2"):
        with pytest.raises(FerkerasError, match="expected a whole number of 1 or more"):
            granular_ball_graphs([face(6)], workers=workers)


def test_an_array_of_pictures_and_progress(tmp_path):
    pictures = np.stack([face(6)] * 9)
    for cache, expected in ((None, range(1, 10)), (tmp_path, (4, 8, 9))):
        seen = []
        graphs = granular_ball_graphs(
            pictures, cache=cache, progress=lambda *counts, s=seen: s.append(counts)
        )
        assert len(graphs) == 9
        assert seen == [(done, 9) for done in expected]
    assert granular_ball_graphs([]) == []


@pytest.mark.parametrize("cached", [False, True])
def test_the_picture_that_cannot_be_used_is_named(cached, tmp_path):
    pictures = [*MANY[:6], np.full((4, 4), np.nan), *MANY]
    with pytest.raises(GraphError, match=r"picture 6: granular balls: .*NaN"):
        granular_ball_graphs(pictures, cache=tmp_path if cached else None)
    with pytest.raises(GraphError, match="workers is 0"):
        granular_ball_graphs(pictures, workers=0)
