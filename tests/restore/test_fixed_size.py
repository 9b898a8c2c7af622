"""Files that take pictures of one size only: larger ones in tiles, smaller ones made up."""

import numpy as np
import pytest
from tiny_restorer import SPEC, keras_answer, small_pictures, tiny_generator

from ferkeras.errors import ExportError, FerkerasError
from ferkeras.export import export_restorer
from ferkeras.models.esrgan.upscale import reach
from ferkeras.restore import Restorer
from ferkeras.types import InputSpec

SIZE = (48, 52)  # more than twice what the network reaches, 21


@pytest.fixture(scope="module")
def fixed(tmp_path_factory):
    folder = tmp_path_factory.mktemp("models") / "esrgan" / "fixed"
    spec = InputSpec(height=SIZE[0], width=SIZE[1], channels=3)
    samples = small_pictures(2, *SIZE)
    result = export_restorer(
        tiny_generator((*SIZE, 3)), spec, folder, samples=samples, formats=("tflite", "onnx")
    )
    assert {one.samples for one in result.parity} == {2}
    return folder


@pytest.mark.parametrize("engine", ["litert", "onnx", "keras"])
@pytest.mark.parametrize("shape", [SIZE, (100, 60)])
def test_pictures_at_least_as_large(fixed, engine, shape):
    restorer = Restorer.load(fixed, engine=engine)
    assert (restorer.size, restorer.scale) == (SIZE, 4)
    small = small_pictures(1, *shape)[0].astype(np.uint8)
    made = restorer.restore(small, overlap=reach(tiny_generator()))
    assert np.abs(made - keras_answer(small[None])[0]).max() < 0.51


def test_smaller_pictures_have_their_border_repeated(fixed):
    small = small_pictures(3, 9, 30).astype(np.uint8)
    made_up = np.pad(small, ((0, 0), (0, 39), (0, 22), (0, 0)), mode="edge")
    expected = keras_answer(made_up)[:, :36, :120]
    restorer = Restorer.load(fixed)
    assert np.abs(restorer.restore_batch(small) - expected).max() < 0.51
    assert np.abs(restorer.restore(small[0]) - expected[0]).max() < 0.51


def test_without_settings_tiles_overlap_by_an_eighth(fixed):
    small = small_pictures(1, 100, 60)[0].astype(np.uint8)
    restorer = Restorer.load(fixed)
    np.testing.assert_array_equal(restorer.restore(small), restorer.restore(small, overlap=6))


def test_another_tile_is_refused(fixed):
    restorer = Restorer.load(fixed)
    small = small_pictures(1, 4, 4)[0].astype(np.uint8)
    with pytest.raises(FerkerasError, match="is fixed to pictures of 48x52, so tile cannot be 48"):
        restorer.restore(small, tile=48)
    with pytest.raises(FerkerasError, match="tile is 48 and overlap 24"):
        restorer.restore(small, overlap=24)


def test_a_spec_of_another_size_is_refused(tmp_path):
    model = tiny_generator((*SIZE, 3))
    with pytest.raises(ExportError, match=r"takes \(48, 52, 3\) .* says \(10, 12, 3\)"):
        export_restorer(model, SPEC, tmp_path / "m", samples=small_pictures(1))
