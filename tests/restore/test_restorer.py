"""`Restorer` over every kind of file, and pictures of every kind."""

import shutil
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image
from tiny_restorer import (  # noqa: F401
    exported_restorer,
    keras_answer,
    restorer_folder,
    small_pictures,
    tiny_generator,
)

import ferkeras
from ferkeras.errors import FerkerasError, MediaError, ModelFileError
from ferkeras.models.esrgan.upscale import reach
from ferkeras.restore import Restorer
from ferkeras.runtime import ENGINES, open_model

FILES = {engine.name: engine.file for engine in ENGINES}


def picture(height, width, seed=0):
    return small_pictures(1, height, width, seed)[0].astype(np.uint8)


@pytest.fixture(scope="module")
def restorers(exported_restorer):  # noqa: F811
    return {name: Restorer.load(exported_restorer.folder, engine=name) for name in FILES}


def test_it_is_public(restorer_folder):  # noqa: F811
    restorer = ferkeras.Restorer.load(restorer_folder)
    assert (restorer.name, restorer.engine, restorer.scale) == ("esrgan/tiny", "litert", 4)
    assert restorer.size == (None, None)
    assert restorer.card.trained_on == "nothing"


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("shape", [(10, 12), (7, 31), (1, 1), (1, 40), (60, 75)])
def test_each_engine_gives_what_keras_gives_for_the_whole_picture(restorers, name, shape):
    small = picture(*shape)
    made = restorers[name].restore(small)
    assert made.dtype == np.uint8
    assert made.shape == (4 * shape[0], 4 * shape[1], 3)
    assert np.abs(made - keras_answer(small[None])[0]).max() < 0.51


@pytest.mark.parametrize("name", ["litert", "onnx"])
def test_tiles_with_enough_overlap_change_nothing(restorers, name):
    far, small = reach(tiny_generator()), picture(50, 77)
    made = restorers[name].restore(small, tile=2 * far + 3, overlap=far)
    assert np.abs(made - keras_answer(small[None])[0]).max() < 0.51


@settings(
    max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    shapes=st.lists(st.tuples(st.integers(0, 4), st.integers(1, 9), st.integers(1, 9)), max_size=4)
)
def test_batches_of_any_size_one_after_the_other(restorers, shapes):
    for count, height, width in shapes:
        small = small_pictures(count, height, width).astype(np.uint8)
        made = restorers["litert"].restore_batch(small)
        assert made.shape == (count, 4 * height, 4 * width, 3)
        if count:
            assert np.abs(made - keras_answer(small)).max() < 0.51


def test_a_batch_goes_in_by_parts_of_bounded_size(restorers, monkeypatch):
    restorer, seen = Restorer.load("bicubic"), []
    run = restorer._run
    monkeypatch.setattr(restorer, "_run", lambda x: seen.append(x.shape) or run(x))
    small = small_pictures(40, 32, 32).astype(np.uint8)
    made = restorer.restore_batch(small)
    assert [shape[0] for shape in seen] == [16, 16, 8]
    np.testing.assert_array_equal(made[7], restorer.restore(small[7]))
    seen.clear()
    large = small_pictures(2, 3, 200).astype(np.uint8)  # wider than a tile
    np.testing.assert_array_equal(
        restorer.restore_batch(large), [restorer.restore(one) for one in large]
    )
    assert {shape[2] for shape in seen} == {128}


@pytest.mark.parametrize("name", FILES)
def test_threads_share_one(restorer_folder, name):  # noqa: F811
    restorer = Restorer.load(restorer_folder, engine=name)
    smalls = [picture(3 + n % 5, 4 + n % 3, seed=n) for n in range(12)]
    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(restorer.restore, smalls))
    for small, large in zip(smalls, made, strict=True):
        assert np.abs(large - keras_answer(small[None])[0]).max() < 0.51


def test_grey_alpha_16_bits_and_floats_are_pictures_as_everywhere(restorers):
    restorer, rgb = restorers["litert"], picture(6, 8)
    grey, alpha = rgb[..., 0], rgb[..., 1]
    expected = restorer.restore(np.stack([grey] * 3, axis=-1))
    np.testing.assert_array_equal(restorer.restore(grey), expected)
    np.testing.assert_array_equal(restorer.restore(grey[..., None]), expected)
    np.testing.assert_array_equal(restorer.restore(grey.astype(np.uint16) * 257), expected)
    np.testing.assert_array_equal(restorer.restore(grey / 255), expected)
    on_white = Image.new("RGBA", (8, 6), "white")
    on_white.alpha_composite(Image.fromarray(np.dstack([rgb, alpha])))
    np.testing.assert_allclose(
        restorer.restore(np.dstack([rgb, alpha])).astype(int),
        restorer.restore(np.asarray(on_white.convert("RGB"))).astype(int),
        atol=8,  # Pillow's composite rounds another way, by one level
    )


@pytest.mark.parametrize(
    ("array", "reason"),
    [
        (np.zeros((4, 4, 2), np.uint8), "is not a picture"),
        (np.zeros((0, 4, 3), np.uint8), "no pixels"),
        (np.zeros((4, 4, 3), np.int32), "pixels are int32"),
        (np.full((4, 4, 3), np.nan), "NaN"),
        (np.full((4, 4, 3), 200.0), "expected 0..1"),
    ],
)
def test_what_is_no_picture_is_named(restorers, array, reason):
    with pytest.raises(MediaError, match=reason):
        restorers["litert"].restore(array)


@pytest.mark.parametrize(
    "batch",
    [
        np.zeros((4, 4, 3), np.uint8),
        np.zeros((1, 4, 4, 3), np.float32),
        np.zeros((1, 4, 4, 1), np.uint8),
        np.zeros((1, 0, 4, 3), np.uint8),
    ],
)
def test_what_is_no_batch_is_named(restorers, batch):
    with pytest.raises(MediaError, match=r"pictures"):
        restorers["litert"].restore_batch(batch)


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        ({"tile": 8, "overlap": 4}, "tile is 8 and overlap 4"),
        ({"tile": 0}, "tile is 0"),
        ({"overlap": 64}, "tile is 128 and overlap 64"),
    ],
)
def test_tiles_that_do_not_fit_are_named(restorers, arguments, reason):
    with pytest.raises(FerkerasError, match=reason):
        restorers["litert"].restore(picture(4, 4), **arguments)


@pytest.mark.parametrize("height", [3, 20, 65])
@pytest.mark.parametrize("width", [1, 24, 70])
def test_bicubic_is_pillows(height, width):
    small = picture(height, width)
    planes = [Image.fromarray(plane) for plane in np.moveaxis(small.astype(np.float32), -1, 0)]
    size, method = (4 * width, 4 * height), Image.Resampling.BICUBIC
    large = np.stack([np.asarray(plane.resize(size, method)) for plane in planes], axis=-1)
    restorer = Restorer.load("bicubic")
    made = restorer.restore(small, tile=24, overlap=3)  # it looks 2 pixels far
    assert np.abs(made - np.clip(large, 0, 255)).max() < 0.501
    assert (restorer.name, restorer.engine, restorer.scale, restorer.card) == (
        *("bicubic", "pillow", 4),
        None,
    )


@pytest.mark.parametrize("name", FILES)
def test_a_single_file_without_its_card(restorer_folder, tmp_path, name):  # noqa: F811
    copy = shutil.copytree if name == "saved_model" else shutil.copy
    file = copy(restorer_folder / FILES[name], tmp_path / FILES[name])
    restorer = Restorer.load(file)
    assert (restorer.engine, restorer.scale, restorer.card) == (name, 4, None)
    assert restorer.name == str(file)
    small = picture(5, 6)
    assert np.abs(restorer.restore(small) - keras_answer(small[None])[0]).max() < 0.51


def test_a_file_in_its_folder_has_the_card(restorer_folder):  # noqa: F811
    assert Restorer.load(restorer_folder / "model.onnx", threads=1).card.tag == "tiny"
    assert Restorer.load(restorer_folder / "saved_model" / "1").card.tag == "tiny"


def test_scales_are_found_out(tmp_path):
    for scale in (1, 2, 8):
        tiny_generator(scale=scale).save(tmp_path / f"x{scale}.keras")
        restorer = Restorer.load(tmp_path / f"x{scale}.keras")
        assert restorer.scale == scale
        assert restorer.restore(picture(3, 5)).shape == (3 * scale, 5 * scale, 3)


def test_runners_say_what_they_give(restorer_folder):  # noqa: F811
    for name in FILES:
        runner = open_model(restorer_folder, engine=name)
        assert runner.input_shape == (None, None, 3)
        assert runner.classes == 0
        assert runner.output == ("picture", (None, None, 3))
        with pytest.raises(ModelFileError, match=r"shape \(n, any, any, 3\), got \(1, 4, 4, 1\)"):
            runner.predict(np.zeros((1, 4, 4, 1), np.float32))
        with pytest.raises(ModelFileError, match="a batch without a picture"):
            runner.predict(np.zeros((0, 4, 4, 3), np.float32))
