import numpy as np
import pytest
from scipy.special import softmax

from ferkeras.layers import LocalSelfAttention
from ferkeras.layers._blocks import fold_blocks, unfold_blocks


def random_weights(layer, shape, seed=1):
    layer.build(shape)
    rng = np.random.default_rng(seed)
    layer.set_weights([rng.normal(size=w.shape).astype("float32") for w in layer.weights])
    return layer.get_weights()


def by_equation_5(tokens, layer):
    """NumPy, one block ``(tokens, channels)``, one head after the other."""
    names = ("query_key", "value", "kernel", "bias")
    query_key, value, kernel, bias = (np.asarray(getattr(layer, name)) for name in names)
    answers = []
    for head in np.split(np.arange(value.shape[1]), layer.num_heads):
        query, key, v = (tokens @ part[:, head] for part in (*query_key, value))
        answers.append(softmax(query @ key.T / np.sqrt(len(head)), axis=1) @ v)
    return np.concatenate(answers, axis=1) @ kernel + bias


@pytest.mark.parametrize(("heads", "head_dim"), [(1, None), (2, None), (3, 4)])
def test_equation_5_within_each_block(heads, head_dim):
    x = np.random.default_rng(0).normal(size=(2, 4, 6, 7)).astype("float32")
    layer = LocalSelfAttention(heads, block_size=2, head_dim=head_dim)
    random_weights(layer, x.shape)
    assert layer.value.shape == (7, heads * (head_dim or 7 // heads))
    expected = np.empty_like(x)
    for top in range(0, 4, 2):
        for left in range(0, 6, 2):
            for sample in range(2):
                block = x[sample, top : top + 2, left : left + 2].reshape(4, 7)
                answer = by_equation_5(block, layer).reshape(2, 2, 7)
                expected[sample, top : top + 2, left : left + 2] = answer
    np.testing.assert_allclose(layer(x), expected, rtol=2e-4, atol=2e-4)


def test_blocks_as_input_are_the_blocks_of_a_grid():
    x = np.random.default_rng(0).normal(size=(2, 6, 9, 4)).astype("float32")
    grid, blocks = LocalSelfAttention(2, block_size=3), LocalSelfAttention(2)
    weights = random_weights(grid, x.shape)
    folded = fold_blocks(x, 3)
    assert folded.shape == (12, 9, 4)
    np.testing.assert_array_equal(folded[1], x[0, :3, 3:6].reshape(9, 4))
    blocks.build(folded.shape)
    blocks.set_weights(weights)
    np.testing.assert_allclose(
        unfold_blocks(blocks(folded), 3, 6, 9), grid(x), rtol=1e-5, atol=1e-5
    )


@pytest.mark.parametrize("part", [0, 1])
def test_queries_and_keys_matter_only_where_a_block_has_several_tokens(part):
    x = np.random.default_rng(0).normal(size=(1, 4, 4, 6)).astype("float32")
    for block_size, matters in ((1, False), (2, True)):
        layer = LocalSelfAttention(2, block_size)
        random_weights(layer, x.shape)
        before = np.asarray(layer(x))
        weights = np.asarray(layer.query_key).copy()
        weights[part] += 1.0
        weights[part, 0] -= 3.0
        layer.query_key.assign(weights)
        assert layer.query_key.trainable == matters
        assert (np.abs(np.asarray(layer(x)) - before).max() > 1e-3) == matters


def test_a_block_of_one_token_follows_equation_5_too():
    x = np.random.default_rng(0).normal(size=(3, 1, 6)).astype("float32")
    layer = LocalSelfAttention(2)
    random_weights(layer, x.shape)
    expected = [by_equation_5(token, layer) for token in x]
    np.testing.assert_allclose(layer(x), expected, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize(
    ("arguments", "shape", "message"),
    [
        ({"num_heads": 2, "block_size": 3}, (1, 4, 6, 4), "do not cover a grid of 4x6"),
        ({"num_heads": 2}, (1, 4, 6, 4), "needs block_size"),
        ({"num_heads": 2, "block_size": 2}, (1, 4, 4), "grid of tokens"),
        ({"num_heads": 5}, (1, 4, 4), "5 heads for 4 channels"),
        ({"num_heads": 0}, (1, 4, 4), "num_heads is 0, expected a whole number of 1"),
    ],
)
def test_bad_sizes_are_named(arguments, shape, message):
    with pytest.raises(ValueError, match=message):
        LocalSelfAttention(**arguments)(np.zeros(shape, "float32"))
