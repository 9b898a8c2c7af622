import numpy as np
import pytest

from ferkeras.layers import PositionEmbedding


@pytest.mark.parametrize(
    ("arguments", "shape"),
    [
        ({}, (4, 6, 3)),
        ({"scalar": True}, (4, 6, 1)),
        ({"block_size": 2}, (2, 2, 3)),
        ({"block_size": 2, "scalar": True}, (2, 2, 1)),
        ({"block_size": 1, "scalar": True}, (1, 1, 1)),
    ],
)
def test_every_token_gets_the_number_of_its_place(arguments, shape):
    layer = PositionEmbedding(**arguments)
    x = np.random.default_rng(0).random((2, 4, 6, 3)).astype("float32")
    layer.build(x.shape)
    numbers = np.random.default_rng(1).random(shape).astype("float32")
    layer.set_weights([numbers])
    answer = np.asarray(layer(x))
    for row in range(4):
        for column in range(6):
            added = numbers[row % shape[0], column % shape[1]]
            np.testing.assert_allclose(answer[:, row, column], x[:, row, column] + added, rtol=1e-6)


def test_blocks_that_do_not_cover_are_an_error():
    with pytest.raises(ValueError, match="do not cover"):
        PositionEmbedding(block_size=4)(np.zeros((1, 4, 6, 3), "float32"))
