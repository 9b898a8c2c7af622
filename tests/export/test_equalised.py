import numpy as np
import pytest
from exported_model import tiny_model
from tiny_restorer import small_pictures, tiny_generator

from ferkeras.export.equalised import equalised
from ferkeras.layers import ResidualDenseBlock

BATCHES = [small_pictures(3), small_pictures(2, 7, 9, seed=1)]


@pytest.fixture
def overshoot(monkeypatch):
    """How much larger the maps of each residual dense block are than its input."""

    def measure(model):
        found = {}

        def joined(block, inputs):
            maps = usual(block, inputs)
            sizes = np.abs(maps).max(axis=(0, 1, 2))
            channels = inputs.shape[-1]
            before = found.get(block.name, (0, 0))
            seen = sizes[:channels].max(), sizes[channels:].max()
            found[block.name] = tuple(map(max, before, seen))
            return maps

        usual = ResidualDenseBlock.joined
        with monkeypatch.context() as patched:
            patched.setattr(ResidualDenseBlock, "joined", joined)
            for batch in BATCHES:
                model(batch, training=False)
        return [float(maps / given) for given, maps in found.values()]

    return measure


def test_no_map_is_larger_than_the_input_and_the_answer_is_the_same(overshoot):
    model = tiny_generator()
    assert max(overshoot(model)) > 1.5
    before = model.get_weights()
    twin = equalised(model, BATCHES)
    assert len(overshoot(twin)) == 3
    assert max(overshoot(twin)) <= 1 + 1e-5
    for pictures in (*BATCHES, small_pictures(2, 11, 8, seed=2)):
        expected = np.asarray(model(pictures))
        size = np.abs(expected).max()
        np.testing.assert_allclose(np.asarray(twin(pictures)), expected, atol=1e-5 * size)
    for was, now in zip(before, model.get_weights(), strict=True):
        np.testing.assert_array_equal(was, now)


def test_a_model_without_such_blocks_is_left_alone():
    assert equalised(tiny_model(), []) is tiny_model()
