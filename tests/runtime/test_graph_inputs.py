"""Models that take a picture and its graph, in every engine."""

from __future__ import annotations

import subprocess
import sys

import keras
import numpy as np
import pytest
from exported_model import crops, exported  # noqa: F401
from graph_model import SPEC, exported_graph, graph_model  # noqa: F401

from ferkeras.errors import ModelFileError
from ferkeras.prepare import model_inputs
from ferkeras.runtime import ENGINES, open_model

FILES = {engine.name: engine.file for engine in ENGINES}


def inputs(count: int, seed: int = 0) -> dict[str, np.ndarray]:
    made = model_inputs(crops(count, seed), SPEC)
    assert isinstance(made, dict)
    return made


def padded(batch, nodes: int, edges: int):
    """The batch with so many more rows and pairs that only pad."""
    more = ((0, 0), (0, nodes), (0, 0)), ((0, 0), (0, 0), (0, edges))
    return {
        "image": batch["image"],
        "nodes": np.pad(batch["nodes"], more[0], constant_values=-1),
        "edges": np.pad(batch["edges"], more[1], constant_values=-1),
    }


@pytest.fixture(scope="module")
def runners(exported_graph):  # noqa: F811
    return {name: open_model(exported_graph.folder / file) for name, file in FILES.items()}


@pytest.fixture(scope="module")
def asked():
    """Batches of several sizes, numbers of nodes and of edges, and what Keras answers."""
    batches = [
        *(inputs(count, seed) for count, seed in ((1, 1), (5, 2), (1, 3), (2, 4))),
        padded(inputs(2, 4), 7, 5),
        padded(inputs(2, 4), 0, 9),
        model_inputs(np.full((2, 28, 28, 1), 90, np.float32), SPEC),  # one ball, no edge
    ]
    model = graph_model()
    return [(batch, np.asarray(model(batch, training=False))) for batch in batches]


@pytest.mark.parametrize("name", FILES)
def test_each_engine_gives_what_keras_gives(runners, asked, name):
    runner = runners[name]
    assert (runner.engine, runner.input_shape, runner.classes) == (name, (28, 28, 1), 3)
    assert runner.input_shapes == SPEC.input_shapes
    assert len({(batch["nodes"].shape[1], batch["edges"].shape[2]) for batch, _ in asked}) >= 6
    for batch, want in [*asked, *asked[::-1]]:
        got = runner.predict(batch)
        assert got.dtype == np.float32
        np.testing.assert_allclose(got, want, atol=1e-5)
    assert runner.predict(model_inputs(crops(1)[:0], SPEC)).shape == (0, 3)


def test_every_input_counts_and_what_pads_does_not(runners):
    batch = inputs(3, seed=6)
    want = runners["litert"].predict(batch)
    np.testing.assert_allclose(
        runners["onnx"].predict(padded(batch, 30, 12)), want, rtol=0, atol=1e-5
    )
    others = (
        {"image": 255 - batch["image"]},
        {"nodes": np.where(batch["nodes"] < 0, -1, batch["nodes"] / 2).astype(np.float32)},
        {"edges": np.full_like(batch["edges"], -1)},
    )
    for change in others:
        for runner in runners.values():
            assert np.abs(runner.predict({**batch, **change}) - want).max() > 1e-3


def change(**changes):
    batch = inputs(2)
    batch |= {name: function(batch[name]) for name, function in changes.items()}
    return batch


def half_an_edge(edges):
    return np.concatenate([edges, np.array([[[2], [-1]]] * 2, np.int32)], axis=2)


def without(name):
    return {other: array for other, array in inputs(2).items() if other != name}


MAKE = "ferkeras.prepare.model_inputs.pictures, card.input. makes"


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (lambda: crops(2), f"takes image, nodes and edges by name, got one array; {MAKE}"),
        (lambda: without("nodes"), f"the input 'nodes' is missing; {MAKE}"),
        (lambda: {**inputs(2), "weights": 0}, "no input 'weights', only image, nodes and edges"),
        (lambda: change(edges=np.float32), "'edges' as an array of int32, got float32"),
        (lambda: change(nodes=np.float64), "'nodes' as an array of float32, got float64"),
        (lambda: change(image=np.uint8), "'image' as an array of float32, got uint8"),
        (lambda: change(image=list), "'image' as an array of float32, got list"),
        (lambda: change(nodes=lambda x: x[..., :9]), r"'nodes' of shape \(n, any, 10\), got"),
        (lambda: change(nodes=lambda x: x[:, :0]), r"'nodes' of shape \(n, any, 10\), got"),
        (lambda: change(edges=lambda x: x[:, 0]), r"'edges' of shape \(n, 2, any\), got"),
        (lambda: change(image=lambda x: x[:, 1:]), r"'image' of shape \(n, 28, 28, 1\), got"),
        (lambda: change(edges=lambda x: x[:1]), "of samples: image 2, nodes 2, edges 1"),
        (lambda: change(nodes=lambda x: x * np.float32(np.nan)), "'nodes' holds values that are"),
        (lambda: change(edges=lambda x: x * 0 + 999), "an edge names node 999, expected 0.."),
        (lambda: change(edges=lambda x: x - 1), "an edge names node -2"),
        (lambda: change(edges=half_an_edge), "a node at one end and -1 at the other"),
        (lambda: change(nodes=lambda x: np.where([[[1]], [[0]]], x, x * 0 - 1)), "1 has no node"),
    ],
)
def test_inputs_that_do_not_fit_are_one_clear_error(runners, name, make, reason):
    with pytest.raises(ModelFileError, match=reason) as caught:
        runners[name].predict(make())
    assert "\n" not in str(caught.value)


def test_a_model_of_pictures_takes_no_names(exported):  # noqa: F811
    runner = open_model(exported.folder)
    assert runner.input_shapes == {"input": (28, 28, 1)}
    with pytest.raises(ModelFileError, match="takes one float32 array, got image, nodes, edges"):
        runner.predict(inputs(1))


def test_tflite_and_onnx_need_neither_tensorflow_nor_keras(exported_graph):  # noqa: F811
    code = (
        "import sys, numpy as np\n"
        "from ferkeras.runtime import open_model\n"
        "batch = {'image': np.ones((1, 28, 28, 1), np.float32),\n"
        "         'nodes': np.ones((1, 3, 10), np.float32),\n"
        "         'edges': np.array([[[0, 2], [2, 0]]], np.int32)}\n"
        "for engine in ('litert', 'onnx'):\n"
        "    print(open_model(sys.argv[1], engine=engine).predict(batch).shape)\n"
        "assert not {'tensorflow', 'keras', 'cv2', 'numba'} & set(sys.modules)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(exported_graph.folder)], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout == "(1, 3)\n(1, 3)\n"


@pytest.mark.parametrize(
    ("shapes", "reason"),
    [
        ({"image": (8, 8, 1), "nodes": (None, 4)}, r"has 2 inputs \(image, nodes\), expected one"),
        ({"image": (8, 8, 1), "nodes": (None, 4), "arcs": (2, None)}, "image, nodes and edges"),
        ({"image": (8, 8, 1), "nodes": (None, 4), "edges": (2, None)}, "'edges' is float32"),
        ({"image": (8, 8, 1), "nodes": (6, 4), "edges": (2, None)}, "'nodes' has shape .* any nu"),
        ({"image": (8, None, 1), "nodes": (None, 4), "edges": (2, None)}, "'image' has shape"),
    ],
)
def test_models_of_another_form_are_refused(tmp_path, shapes, reason):
    tensors = {name: keras.Input(shape, name=name) for name, shape in shapes.items()}
    sums = [keras.ops.sum(one, axis=tuple(range(1, len(one.shape)))) for one in tensors.values()]
    total = keras.ops.expand_dims(sum(sums[1:], sums[0]), -1)
    keras.Model(tensors, keras.layers.Dense(2)(total)).save(tmp_path / "odd.keras")
    with pytest.raises(ModelFileError, match=reason) as caught:
        open_model(tmp_path / "odd.keras")
    assert "\n" not in str(caught.value)


def test_a_keras_model_may_have_its_inputs_in_a_list(tmp_path):
    model = graph_model()
    listed = keras.Model([model.input[name] for name in ("nodes", "edges", "image")], model.output)
    listed.save(tmp_path / "listed.keras")
    batch = inputs(3)
    np.testing.assert_allclose(
        open_model(tmp_path / "listed.keras").predict(batch), model.predict_on_batch(batch), 1e-5
    )
