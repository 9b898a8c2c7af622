import numpy as np
import pytest

from ferkeras.layers import BlockAggregation


@pytest.mark.parametrize("side", [2, 4, 5, 7])
def test_convolution_norm_and_a_pool_with_one_token_of_padding_on_both_sides(side):
    rng = np.random.default_rng(side)
    x = rng.normal(size=(2, side, side, 3)).astype("float32")
    layer = BlockAggregation()
    layer.build(x.shape)
    kernel = rng.normal(size=(3, 3, 3, 6)).astype("float32")
    bias, gamma, beta = rng.normal(size=(3, 6)).astype("float32")
    layer.set_weights([kernel, bias, gamma, beta])

    padded = np.pad(x, ((0, 0), (1, 1), (1, 1), (0, 0)))
    grid = bias + sum(
        padded[:, i : i + side, j : j + side] @ kernel[i, j] for i in range(3) for j in range(3)
    )
    grid = (grid - grid.mean(-1, keepdims=True)) / np.sqrt(grid.var(-1, keepdims=True) + 1e-5)
    grid = grid * gamma + beta
    half = (side + 1) // 2  # PyTorch: floor((side + 2 - 3) / 2) + 1
    expected = np.empty((2, half, half, 6))
    for row in range(half):
        for column in range(half):
            window = grid[:, max(0, 2 * row - 1) : 2 * row + 2]
            window = window[:, :, max(0, 2 * column - 1) : 2 * column + 2]
            expected[:, row, column] = window.max((1, 2))
    np.testing.assert_allclose(layer(x), expected, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("filters", [0, 2.5, "8", True])
def test_filters_must_be_a_whole_number(filters):
    with pytest.raises(ValueError, match=f"filters is {filters!r}, expected a whole number of 1"):
        BlockAggregation(filters)


@pytest.mark.parametrize("shape", [(2, 7, 3), (2, 3), (2, None, 4, 3), (2, 4, 4, None)])
def test_what_is_no_grid_of_known_size_is_one_clear_line(shape):
    message = r"expected a grid of tokens \(batch, height, width, channels\) of known size, got"
    for function in (BlockAggregation().compute_output_shape, BlockAggregation().build):
        with pytest.raises(ValueError, match=message) as caught:
            function(shape)
        assert "\n" not in str(caught.value)
