"""HTNet against the published code's numbers, and its variants."""

import re
from pathlib import Path

import keras
import numpy as np
import pytest

from ferkeras.errors import ModelFileError, RecipeError
from ferkeras.export import export_model
from ferkeras.models import HTNet
from ferkeras.models.htnet.convert import from_torch, read_state_dict
from ferkeras.models.htnet.variants import VARIANTS
from ferkeras.training import load_recipe
from ferkeras.training.build import training_model

GOLDEN = Path(__file__).parents[1] / "golden" / "htnet_official_tiny.npz"
TINY = {"hidden_dim": 12, "num_heads": 3, "block_repeats": (1, 1, 2), "classes": 3}


def golden_weights():
    return read_state_dict(GOLDEN, prefix="w/")


def flow(batch, shape=(28, 28, 3), seed=0):
    return np.random.default_rng(seed).uniform(0, 255, (batch, *shape)).astype("float32")


def test_logits_of_the_published_code():
    golden = np.load(GOLDEN)
    model = from_torch(golden_weights(), **TINY, classifier_activation=None)
    np.testing.assert_allclose(model(golden["x"]), golden["logits"], atol=1e-4)
    shares = from_torch(golden_weights(), **TINY)(golden["x"])
    exp = np.exp(golden["logits"])
    np.testing.assert_allclose(shares, exp / exp.sum(1, keepdims=True), atol=1e-4)


def test_official_has_the_published_number_of_parameters():
    # Counted by hand, because building 458 MB of weights only for their number is slow.
    dims, heads, repeats = (256, 512, 1024), (3, 6, 12), (2, 2, 8)
    total = 147 * 256 + 256 + 2 * 1024 + 1024 * 3 + 3
    for dim, head, repeat in zip(dims, heads, repeats, strict=True):
        inner = dim // head * head
        block = 4 * dim + 3 * dim * inner + inner * dim + dim + 8 * dim * dim + 5 * dim
        total += 1 + repeat * block
    for dim in dims[:2]:
        total += 9 * dim * 2 * dim + 2 * dim + 4 * dim
    assert total == 114_429_446
    setting = VARIANTS["official"]
    assert (setting["hidden_dim"], setting["num_heads"]) == (dims[0], heads[0])
    assert setting["block_repeats"] == repeats


def test_a_small_official_has_the_number_of_weights_of_its_state_dict():
    model = HTNet(variant="official", **TINY)
    assert model.count_params() == sum(value.size for value in golden_weights().values())


@pytest.mark.parametrize(
    ("variant", "changes", "attends"),
    [("official", TINY, False), ("local", {}, True), ("local-pixel", {"hidden_dim": 4}, True)],
)
def test_queries_and_keys_matter_in_local_and_not_in_official(variant, changes, attends):
    model = HTNet(variant=variant, **changes)
    x = flow(2)
    before = np.asarray(model(x))
    for part in (0, 1):
        attention = model.get_layer("level1_block1").attention
        weights = np.asarray(attention.query_key)
        changed = weights.copy()
        changed[part] = 3 * np.random.default_rng(part).normal(size=changed[part].shape)
        attention.query_key.assign(changed)
        assert (np.abs(np.asarray(model(x)) - before).max() > 1e-5) == attends
        attention.query_key.assign(weights)


def test_shapes_of_the_levels():
    local = HTNet()
    assert local.get_layer("patches").output.shape == (None, 14, 14, 16)
    assert local.get_layer("level1_block1").output.shape == (None, 49, 16)
    assert local.get_layer("level1_aggregation").output.shape == (None, 7, 7, 32)
    assert local.get_layer("level2_block1").output.shape == (None, 49, 32)
    pixel = HTNet(variant="local-pixel", hidden_dim=4)
    grids = [pixel.get_layer(f"level{n}_positions").output.shape for n in (1, 2, 3)]
    assert grids == [(None, 28, 28, 4), (None, 14, 14, 8), (None, 7, 7, 16)]


def test_first_level_sees_one_facial_area_in_each_block():
    model = HTNet()
    tokens = keras.Model(model.input, model.get_layer("level1_block1").output)
    x = flow(1)
    before = np.asarray(tokens(x))
    x[:, 14:, :14] = 255 - x[:, 14:, :14]  # the left lip's
    changed = np.abs(np.asarray(tokens(x)) - before).max(axis=(1, 2)) > 1e-6
    assert changed.tolist() == [False, False, True, False]


def test_options_override_the_variant():
    model = HTNet((16, 16, 2), 5, hidden_dim=6, num_heads=2, block_repeats=2, levels=3)
    assert model.output_shape == (None, 5)
    assert model.get_layer("level3_block2").num_heads == 8
    assert model.get_layer("level3_block2").output.shape == (None, 4, 24)
    assert not any(layer.name == "level3_aggregation" for layer in model.layers)
    assert {tuple(sorted(v)) for v in VARIANTS.values()} == {tuple(sorted(VARIANTS["local"]))}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"variant": "huge"}, "no variant 'huge'"),
        ({"classifier_activation": "relu"}, "relu"),
        ({"positions": "sine"}, "positions is 'sine'"),
        ({"input_shape": (28, 28)}, "height, width, channels"),
        ({"input_shape": (28, 14, 3)}, "square pictures"),
        ({"patch_size": 5}, "patches of 5x5"),
        ({"patch_size": 4}, "cannot be halved 1 times"),
        ({"levels": 3}, "has 2 entries for 3 levels"),
        ({"block_repeats": 2}, "levels must be given"),
        ({"block_repeats": (1, 0)}, "at least 1 for each"),
        ({"num_heads": (1, 2, 4)}, "has 3 entries for 2 levels"),
    ],
)
def test_bad_arguments_are_named(arguments, message):
    with pytest.raises(ValueError, match=message):
        HTNet(**arguments)


def test_state_dicts_that_do_not_fit_are_named():
    weights = golden_weights()
    missing = {k: v for k, v in weights.items() if k != "mlp_head.2.bias"}
    with pytest.raises(ModelFileError, match=r"'mlp_head\.2\.bias' is missing"):
        from_torch(missing, **TINY)
    with pytest.raises(ModelFileError, match=r"1 weights are left over, 'extra' first"):
        from_torch({**weights, "extra": np.zeros(1)}, **TINY)
    with pytest.raises(ModelFileError, match=r"has shape \(12, 147, 1, 1\), expected \(6, 147"):
        from_torch(weights, **{**TINY, "hidden_dim": 6})
    with pytest.raises(ModelFileError, match="of type"):
        from_torch({**weights, "mlp_head.2.bias": np.array(["a", "b", "c"])}, **TINY)
    with pytest.raises(ValueError, match='positions="scalar"'):
        from_torch(weights, **TINY, positions="token")
    with pytest.raises(ModelFileError, match="got str; a file is read with read_state_dict"):
        from_torch("weights.pth", **TINY)


def test_weights_that_are_no_finite_numbers_are_named_in_one_line():
    weights = golden_weights()
    bias = weights["mlp_head.2.bias"].astype(np.float64)
    spoilt = {
        "2 of its 3 values are NaN or infinite, the first at (1,)": bias * [1, np.nan, -np.inf],
        "1 of its 3 values are NaN or infinite, the first at (2,)": [0.0, 0.0, 1e300],
        "is no array of numbers: ": [[1.0, 2.0], [3.0]],
        "has shape (1, 3), expected (3,)": bias[None],
        "has shape (), expected (3,)": 1.0,
        "is of type object, expected numbers": None,
    }
    for message, value in spoilt.items():
        with pytest.raises(ModelFileError, match=re.escape(message)) as caught:
            from_torch({**weights, "mlp_head.2.bias": value}, **TINY)
        assert str(caught.value).startswith("weight 'mlp_head.2.bias'")
        assert "\n" not in str(caught.value)


def test_files_of_state_dicts(tmp_path):
    assert set(read_state_dict(GOLDEN)) == {"x", "logits", *(f"w/{k}" for k in golden_weights())}
    (tmp_path / "bad.npz").write_bytes(b"PK nothing")
    (tmp_path / "model.h5").touch()
    np.savez(tmp_path / "objects.npz", a=np.array([{}], dtype=object))
    for name, message in [
        ("absent.pth", "no such file"),
        ("bad.npz", "cannot be read"),
        ("objects.npz", "cannot be read"),
        ("model.h5", r"expected a \.npz"),
    ]:
        with pytest.raises(ModelFileError, match=message):
            read_state_dict(tmp_path / name)


def test_a_pytorch_file(tmp_path):
    path = tmp_path / "weights.pth"
    try:
        import torch
    except ImportError:
        path.touch()
        with pytest.raises(ModelFileError, match="needs PyTorch"):
            read_state_dict(path)
        return
    torch.save({k: torch.from_numpy(v) for k, v in golden_weights().items()}, path)
    model = from_torch(read_state_dict(path), **TINY, classifier_activation=None)
    golden = np.load(GOLDEN)
    np.testing.assert_allclose(model(golden["x"]), golden["logits"], atol=1e-4)


def test_every_export_equals_keras(tmp_path):
    spec = load_recipe("htnet").input
    labels = ("negative", "positive", "surprise")
    result = export_model(HTNet(), spec, labels, tmp_path / "m", samples=flow(8))
    assert len(result.parity) == 4
    assert all(one.max_abs_difference < 1e-5 for one in result.parity)


def test_recipe_takes_a_loss_of_keras():
    small = {"kind": "flow_whole", "height": 8, "width": 8, "channels": 3}
    model = training_model(load_recipe("htnet", input=small, augmentation={}), 3, 2)
    truth = np.eye(3)[[2, 0]]
    shares = np.array([[0.1, 0.2, 0.7], [0.5, 0.25, 0.25]])
    smooth = 0.9 * truth + 0.1 / 3
    expected = -(smooth * np.log(shares)).sum(1).mean()
    loss = model.loss["probabilities"]
    np.testing.assert_allclose(loss(truth, shares), expected, rtol=1e-5)


def test_an_unknown_loss_is_named():
    with pytest.raises(RecipeError, match=r"no loss 'Nope'; known: .*JointTuningLoss"):
        training_model(load_recipe("htnet", loss={"name": "Nope"}), 3, 1)
