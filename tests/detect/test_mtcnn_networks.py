import importlib.machinery
import importlib.util
import sys

import joblib
import mtcnn_package
import numpy as np
import onnx
import pytest

from ferkeras.detect import load_detector
from ferkeras.detect._mtcnn_networks import MtcnnNetwork, onnx_model
from ferkeras.detect._mtcnn_weights import NETWORKS, read_weights
from ferkeras.errors import FaceError

SHAPES = {
    "pnet": [(1, 12, 12), (1, 13, 40), (1, 131, 258), (2, 12, 99)],
    "rnet": [(1, 24, 24), (7, 24, 24), (3, 24, 24)],
    "onet": [(1, 48, 48), (5, 48, 48)],
}


@pytest.mark.parametrize("name", NETWORKS)
def test_equal_to_the_package_s_keras_network(name):
    network, keras_network = MtcnnNetwork(name), mtcnn_package.stages()[name].model
    random = np.random.default_rng(0)
    for shape in SHAPES[name]:
        pixels = random.uniform(-1, 1, (*shape, 3)).astype(np.float32)
        outputs = network(pixels)
        wanted = [head.numpy() for head in keras_network(pixels)]
        assert len(outputs) == len(wanted)
        for ours, theirs in zip(outputs, wanted, strict=True):
            assert ours.shape == theirs.shape
            assert ours == pytest.approx(theirs, abs=1e-5)


def test_outputs_are_not_written_over_by_the_next_run():
    network, random = MtcnnNetwork("rnet"), np.random.default_rng(0)
    first = network(random.uniform(-1, 1, (2, 24, 24, 3)).astype(np.float32))
    kept = [head.copy() for head in first]
    network(random.uniform(-1, 1, (2, 24, 24, 3)).astype(np.float32))
    assert all((one == other).all() for one, other in zip(first, kept, strict=True))


@pytest.mark.parametrize("name", NETWORKS)
def test_the_models_are_valid_onnx(name):
    content, heads = onnx_model(name)
    model = onnx.load_model_from_string(content)
    onnx.checker.check_model(model, full_check=True)
    assert [head.name for head in model.graph.output] == heads


@pytest.fixture
def package(tmp_path, monkeypatch):
    """An installed ``mtcnn`` whose files can be spoilt; its folder of weights."""
    folder = tmp_path / "assets" / "weights"
    folder.mkdir(parents=True)
    for name in NETWORKS:
        joblib.dump(read_weights(name), folder / f"{name}.lz4", compress="lz4")
    spec = importlib.machinery.ModuleSpec("mtcnn", None, is_package=True)
    spec.submodule_search_locations.append(str(tmp_path))
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: spec)
    return folder


def message():
    with pytest.raises(FaceError) as caught:
        load_detector("mtcnn")
    text = str(caught.value)
    assert "\n" not in text
    return text


def test_weights_are_read_from_the_installed_package(package):
    assert load_detector("mtcnn").name == "mtcnn"


def test_no_weights_file(package):
    (package / "onet.lz4").unlink()
    assert "onet.lz4: no such weights file; install the package anew: pip install" in message()


@pytest.mark.parametrize("content", [b"", b"neither a pickle nor\nanything", None])
def test_a_damaged_weights_file(package, content):
    path = package / "rnet.lz4"
    path.write_bytes(path.read_bytes()[:5000] if content is None else content)
    assert "rnet.lz4: cannot be read (" in message()


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (lambda w: w[:-1], "array 12 has shape None, MTCNN's layers need (2,)"),
        (lambda w: [*w, w[0]], "array 13 has shape (3, 3, 3, 10), MTCNN's layers need None"),
        (lambda w: [w[0][..., :9], *w[1:]], "array 0 has shape (3, 3, 3, 9), MTCNN's layers need"),
        (lambda w: {"conv1": w[0]}, "cannot be read"),
        (lambda w: 3, "cannot be read"),
    ],
)
def test_weights_of_another_version(package, change, expected):
    joblib.dump(change(read_weights("pnet")), package / "pnet.lz4", compress="lz4")
    found = message()
    assert "pnet.lz4: " in found
    assert expected in found


def test_no_package(monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    assert message() == "detector mtcnn needs the package 'mtcnn': pip install 'mtcnn>=1.0,<2'"


def test_a_missing_package(monkeypatch):
    monkeypatch.setitem(sys.modules, "joblib", None)
    assert message() == "detector mtcnn needs the package 'joblib': pip install joblib"
