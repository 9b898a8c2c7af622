"""Public PyTorch checkpoints, whose sizes are found out from their weights."""

from pathlib import Path

import numpy as np
import pytest

from ferkeras.errors import ModelFileError
from ferkeras.models import ESRGANGenerator
from ferkeras.models.esrgan.convert import config_of, read_state_dict
from ferkeras.restore import Restorer

GOLDEN = Path(__file__).parents[1] / "golden" / "rrdbnet_official_tiny.npz"


@pytest.fixture(scope="module")
def weights():
    return read_state_dict(GOLDEN, prefix="w/")


@pytest.fixture
def checkpoint(tmp_path, weights):
    np.savez(tmp_path / "tiny.npz", **weights)
    return tmp_path / "tiny.npz"


def test_pictures_of_the_public_program_without_naming_sizes(checkpoint):
    golden = np.load(GOLDEN)
    restorer = Restorer.load(checkpoint)
    assert (restorer.scale, restorer.engine, restorer.card) == (4, "keras", None)
    assert restorer.name == str(checkpoint)
    small = np.rint(255 * golden["x"][0]).astype(np.uint8)
    expected = np.clip(255 * golden["y"][0], 0, 255)
    made = restorer.restore(small)
    assert made.shape == expected.shape
    # The program saw the picture before it was rounded to 8 bits.
    assert np.abs(made - expected).max() < 2


def test_a_pth_file(tmp_path, weights):
    torch = pytest.importorskip("torch")
    path = tmp_path / "RRDB_tiny.pth"
    torch.save({name: torch.from_numpy(value) for name, value in weights.items()}, path)
    assert Restorer.load(path, engine="keras").scale == 4


def state_dict(features=64, blocks=23, growth=32, enlargements=2, channels=3, new=False):
    """Names and shapes of the public networks, as their definitions give them."""
    dense, trunk, up, large = (
        ("body.{}.rdb{}.conv{}", "conv_body", "conv_up{}", "conv_hr")
        if new
        else ("RRDB_trunk.{}.RDB{}.conv{}", "trunk_conv", "upconv{}", "HRconv")
    )
    shapes = {"conv_first": (features, channels), "conv_last": (3, features)}
    shapes |= {name: (features, features) for name in (trunk, large)}
    shapes |= {up.format(n + 1): (features, features) for n in range(enlargements)}
    for block in range(blocks):
        for number in (1, 2, 3):
            for conv in range(1, 6):
                after = growth if conv < 5 else features
                shapes[dense.format(block, number, conv)] = after, features + (conv - 1) * growth
    broadcast = np.float32(0)
    weights = {f"{n}.weight": np.broadcast_to(broadcast, (*s, 3, 3)) for n, s in shapes.items()}
    return weights | {f"{n}.bias": np.broadcast_to(broadcast, s[:1]) for n, s in shapes.items()}


@pytest.mark.parametrize("new", [False, True])
@pytest.mark.parametrize(
    ("features", "blocks", "growth", "enlargements"),
    [(64, 23, 32, 2), (64, 6, 32, 2), (8, 1, 4, 3)],
)
def test_sizes_are_found_out(new, features, blocks, growth, enlargements):
    found = config_of(state_dict(features, blocks, growth, enlargements, new=new))
    assert found == {
        "input_shape": (None, None, 3),
        "features": features,
        "blocks": blocks,
        "growth": growth,
        "scale": 2**enlargements,
    }


def test_a_network_of_the_sizes_found_out_has_the_weights():
    weights = state_dict(8, 2, 4, 2)
    count = sum(value.size for value in weights.values())
    assert ESRGANGenerator(**config_of(weights)).count_params() == count


def loaded(tmp_path, weights):
    np.savez(tmp_path / "weights.npz", **weights)
    return Restorer.load(tmp_path / "weights.npz")


def test_weights_of_another_network_are_named(tmp_path, weights):
    without = {k: v for k, v in weights.items() if not k.startswith("HRconv")}
    flat = {**weights, "conv_first.weight": np.zeros((16, 27))}
    for changed, reason in (
        ({"model.0.weight": np.zeros(3)}, r"'conv_first\.weight' is missing, so these are no"),
        (state_dict(8, 1, 4, channels=12), "folds its picture first"),
        (state_dict(8, 1, 4, enlargements=5), "scale is 32"),
        (without, r"npz: weight 'HRconv\.weight' is missing"),
        (flat, r"'conv_first\.weight' has shape \(16, 27\)"),
        ({**weights, "mask.weight": np.zeros(3)}, r"left over, 'mask\.weight' first"),
        ({**weights, "conv_last.bias": np.full(3, np.nan)}, "NaN or infinite"),
        ({}, r"the state dict begins with nothing"),
    ):
        with pytest.raises(ModelFileError, match=reason) as caught:
            loaded(tmp_path, changed)
        assert "\n" not in str(caught.value)


@pytest.mark.parametrize("name", ["weights.pth", "weights.npz"])
@pytest.mark.parametrize("content", [b"", b"hello", b"PK\x03\x04 no more"])
def test_damaged_files(tmp_path, name, content):
    if name.endswith(".pth"):
        pytest.importorskip("torch")
    (tmp_path / name).write_bytes(content)
    with pytest.raises(ModelFileError, match="cannot be read as a state dict") as caught:
        Restorer.load(tmp_path / name)
    assert "\n" not in str(caught.value)


def test_only_keras_runs_it(checkpoint):
    with pytest.raises(ModelFileError, match="is run by engine keras, not by onnx"):
        Restorer.load(checkpoint, engine="onnx")
    with pytest.raises(ModelFileError, match="threads cannot be set for engine keras"):
        Restorer.load(checkpoint, threads=2)
    with pytest.raises(ModelFileError, match="no model file and no released model"):
        Restorer.load(checkpoint.with_name("none.pth"))
