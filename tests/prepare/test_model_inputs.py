"""A batch as a model takes it: pictures, and their graphs where it takes graphs."""

import numpy as np
import pytest
import skimage.data

from ferkeras.errors import FaceError
from ferkeras.graphs import granular_balls
from ferkeras.prepare import model_inputs
from ferkeras.types import GraphSpec, InputSpec

FACE = skimage.data.astronaut()[20:100:2, 170:270:2]  # 40x50


@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("settings", [{}, {"max_nodes": 30, "variance": 90.0}])
def test_each_picture_with_its_balls(channels, settings):
    spec = InputSpec(height=40, width=50, channels=channels, graph=GraphSpec(**settings))
    flat = np.full_like(FACE, 7)
    pictures = np.stack([FACE, flat])[..., :channels]
    made = model_inputs(pictures, spec)
    np.testing.assert_array_equal(made["image"], pictures.astype("float32"))
    assert (made["nodes"].dtype, made["edges"].dtype) == (np.float32, np.int32)
    for row, picture in enumerate(pictures):
        graph = granular_balls(picture[..., 0] if channels == 1 else picture, **settings)
        count, joined = len(graph.nodes), graph.edges.shape[1]
        np.testing.assert_array_equal(made["nodes"][row, :count], graph.nodes)
        np.testing.assert_array_equal(made["edges"][row, :, :joined], graph.edges)
        assert np.all(made["nodes"][row, count:] == -1)
        assert np.all(made["edges"][row, :, joined:] == -1)
    assert made["nodes"].shape[1] == len(granular_balls(pictures[0].squeeze(), **settings).nodes)


def test_an_augmented_picture_is_rounded():
    spec = InputSpec(height=40, width=50, channels=3, graph=GraphSpec(colour=True))
    made = model_inputs(FACE[None] + 0.3, spec)
    graph = granular_balls(np.clip(np.rint(FACE + 0.3), 0, 255).astype(np.uint8), colour=True)
    np.testing.assert_array_equal(made["nodes"][0], graph.nodes)


def test_a_graph_without_edges_and_an_empty_batch():
    spec = InputSpec(height=8, width=8, graph=GraphSpec())
    made = model_inputs(np.zeros((1, 8, 8, 1)), spec)
    assert made["nodes"].shape == (1, 1, 10)
    assert made["edges"].tolist() == [[[-1], [-1]]]
    none = model_inputs(np.zeros((0, 8, 8, 1)), spec)
    assert {name: array.shape for name, array in none.items()} == {
        "image": (0, 8, 8, 1),
        "nodes": (0, 1, 10),
        "edges": (0, 2, 1),
    }


def test_what_is_no_batch_of_such_pictures():
    spec = InputSpec(height=8, width=8, graph=GraphSpec())
    for shape in ((8, 8, 1), (2, 8, 8), (2, 8, 9, 1), (2, 8, 8, 3)):
        with pytest.raises(FaceError, match=r"expected a batch \(n, 8, 8, 1\)"):
            model_inputs(np.zeros(shape), spec)
    with pytest.raises(FaceError, match="not finite"):
        model_inputs(np.full((1, 8, 8, 1), np.nan), spec)
