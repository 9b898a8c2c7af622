from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from fake_restorer import restorers  # noqa: F401

from ferkeras.errors import FaceError, ModelFileError
from ferkeras.prepare import check_restorer, prepare, restorer_digest
from ferkeras.types import InputSpec, ResolutionSpec

PICTURES = np.random.default_rng(0).integers(0, 256, (8, 40, 40, 3)).astype(np.uint8)


def low(source):
    return InputSpec(resolution=ResolutionSpec(restore=str(source)))


@pytest.mark.parametrize("method", ["none", "bicubic"])
def test_methods_need_no_model(method):
    check_restorer(low(method))
    check_restorer(InputSpec())
    assert restorer_digest(low(method)) == method


def test_it_is_loaded_once_and_anew_where_its_file_has_changed(restorers):  # noqa: F811
    spec = low(restorers.source)
    check_restorer(spec)
    for picture in PICTURES[:3]:
        prepare(picture, None, spec)
    assert restorers.loaded == [restorers.source]
    before = restorer_digest(spec)
    restorers.file.write_bytes(b"another model")
    prepare(PICTURES[0], None, spec)
    assert restorers.loaded == [restorers.source] * 2
    assert restorer_digest(spec) != before


def test_threads_share_one(restorers):  # noqa: F811
    spec = low(restorers.source)
    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(lambda picture: prepare(picture, None, spec), PICTURES))
    assert len(restorers.loaded) == 1
    again = [prepare(picture, None, spec) for picture in PICTURES[::-1]]
    np.testing.assert_array_equal(made, again[::-1])


def test_the_digest_is_of_the_models_not_of_their_place(restorers, tmp_path):  # noqa: F811
    other = tmp_path / "other.tflite"
    other.write_bytes(restorers.file.read_bytes())
    assert restorer_digest(low(other)) == restorer_digest(low(restorers.file))
    folder = tmp_path / "run"
    (folder / "saved_model" / "1" / "variables").mkdir(parents=True)
    (folder / "model.keras").write_bytes(b"one")
    (folder / "saved_model/1/variables/variables.index").write_bytes(b"two")
    before = restorer_digest(low(folder))
    (folder / "history.json").write_text("{}")
    assert restorer_digest(low(folder)) == before
    (folder / "saved_model/1/variables/variables.index").write_bytes(b"three")
    assert restorer_digest(low(folder)) != before


def test_a_model_that_is_missing_is_one_line(tmp_path):
    with pytest.raises(ModelFileError, match="restored by 'esrgan/no': no model file and no rel"):
        check_restorer(low("esrgan/no"))
    with pytest.raises(ModelFileError, match="restored by 'esrgan/no'"):
        restorer_digest(low("esrgan/no"))
    with pytest.raises(ModelFileError, match="no model file in the folder"):
        check_restorer(low(tmp_path))


def test_a_model_of_another_factor_or_of_no_pictures_is_one_line(restorers):  # noqa: F811
    restorers.scale = 2
    with pytest.raises(FaceError, match=r"enlarges 2 times, but .* take one that enlarges 4 times"):
        check_restorer(low(restorers.source))
    restorers.scale, restorers.restore = 4, lambda picture: picture.astype(np.float32)
    with pytest.raises(FaceError, match=r"made float32 \(32, 32, 3\) of \(32, 32, 3\), expected"):
        prepare(PICTURES[0], None, low(restorers.source))
