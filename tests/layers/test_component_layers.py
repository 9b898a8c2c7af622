"""ComponentSeparation, AttentionGuidance and BootstrapFusion against NumPy from the equations."""

import numpy as np
import pytest
from scipy import special

from ferkeras.layers import AttentionGuidance, BootstrapFusion, ComponentSeparation

RANDOM = np.random.default_rng(0)


def values(*shape):
    return RANDOM.normal(size=shape).astype("float32")


def randomised(layer, *inputs):
    layer(inputs[0] if len(inputs) == 1 else list(inputs))
    layer.set_weights([values(*weight.shape) for weight in layer.get_weights()])
    return layer


def test_spatial_separation():
    x = values(2, 6)
    layer = randomised(ComponentSeparation(3, 4), x)
    expected = [
        special.expit(x @ kernel + bias)
        for kernel, bias in zip(np.asarray(layer.kernel), np.asarray(layer.bias), strict=True)
    ]
    np.testing.assert_allclose(layer(x), np.stack(expected, 1), rtol=1e-5, atol=1e-6)


def test_visual_separation():
    x = values(2, 6)
    layer = randomised(ComponentSeparation(3, 4, 5), x)
    for number in range(3):
        inner = x @ np.asarray(layer.hidden_kernel[number]) + np.asarray(layer.hidden_bias[number])
        inner = inner * (1 + special.erf(inner / np.sqrt(2))) / 2
        outer = inner @ np.asarray(layer.kernel[number]) + np.asarray(layer.bias[number])
        np.testing.assert_allclose(layer(x)[:, number], special.expit(outer), rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize(("hidden", "weights"), [(128, 1_329_408), (None, 1_180_800)])
def test_as_many_weights_as_in_the_paper(hidden, weights):
    layer = ComponentSeparation(9, 128, hidden)
    layer.build((None, 1024))
    assert layer.count_params() == weights


def test_attention_guidance():
    spatial, visual = values(2, 5), values(2, 3)
    layer = randomised(AttentionGuidance(), spatial, visual)
    expected = spatial + visual @ np.asarray(layer.kernel) + np.asarray(layer.bias)
    np.testing.assert_allclose(layer([spatial, visual]), expected, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("policy", ["float32", "mixed_float16"])
def test_bootstrap_fusion(policy):
    visual, spatial = RANDOM.uniform(size=(2, 4, 9, 128)).astype("float32")
    fused, weights = BootstrapFusion(return_weights=True, dtype=policy)([visual, spatial])
    expected = special.softmax((visual * spatial).sum(-1), -1)
    np.testing.assert_allclose(np.sum(weights, -1), 1, rtol=1e-6)
    np.testing.assert_allclose(weights, expected, rtol=1e-4)
    rough = 1e-5 if policy == "float32" else 1e-3
    expected = np.einsum("bk,bku->bu", expected, visual)
    np.testing.assert_allclose(np.asarray(fused, "f4"), expected, rtol=rough)


@pytest.mark.parametrize(
    ("layer", "shapes", "message"),
    [
        (ComponentSeparation(), (None, 4, 5), "expected .batch, channels"),
        (AttentionGuidance(), [(None, 4)], "expected .*units.*channels"),
        (BootstrapFusion(), [(None, 3, 4), (None, 2, 4)], "both .batch, components, units"),
    ],
)
def test_wrong_shapes_are_said(layer, shapes, message):
    with pytest.raises(ValueError, match=message):
        layer.build(shapes)


def test_wrong_counts_are_said():
    with pytest.raises(ValueError, match="components is 0"):
        ComponentSeparation(0)
