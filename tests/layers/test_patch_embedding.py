import numpy as np
import pytest

from ferkeras.layers import PatchEmbedding


def test_each_patch_is_flattened_by_row_column_channel_and_mapped():
    rng = np.random.default_rng(0)
    x = rng.random((2, 6, 9, 4)).astype("float32")
    layer = PatchEmbedding(3, 5)
    layer.build(x.shape)
    kernel, bias = rng.random((3, 3, 4, 5)).astype("f4"), rng.random(5).astype("f4")
    layer.set_weights([kernel, bias])
    flat = x.reshape(2, 2, 3, 3, 3, 4).transpose(0, 1, 3, 2, 4, 5).reshape(2, 2, 3, 36)
    np.testing.assert_allclose(layer(x), flat @ kernel.reshape(36, 5) + bias, rtol=1e-5)


@pytest.mark.parametrize("shape", [(7, 6, 3), (6, 8, 3), (6, 6)])
def test_patches_that_do_not_cover_are_an_error(shape):
    with pytest.raises(ValueError, match="do not cover"):
        PatchEmbedding(3, 4)(np.zeros((1, *shape), "float32"))


@pytest.mark.parametrize("wrong", [0, -3, 2.0, "abc", True])
def test_sizes_must_be_whole_numbers(wrong):
    with pytest.raises(ValueError, match=f"patch_size is {wrong!r}, expected a whole number of 1"):
        PatchEmbedding(wrong, 4)
    with pytest.raises(ValueError, match=f"hidden_dim is {wrong!r}, expected a whole number of 1"):
        PatchEmbedding(2, wrong)


@pytest.mark.parametrize("shape", [(None, None, None, 3), (2, 6, 6, None)])
def test_a_picture_of_unknown_size_is_an_error(shape):
    with pytest.raises(ValueError, match="of known size"):
        PatchEmbedding(3, 4).build(shape)
