import dataclasses
import hashlib
import json

import numpy as np
import pytest
from fake_restorer import restorers  # noqa: F401
from moving_faces import PORTRAIT, rendered, smile, turned

from ferkeras.datasets import Index
from ferkeras.datasets.digests import digests
from ferkeras.errors import DatasetError, FaceError, ModelFileError
from ferkeras.inputs import prepare_index
from ferkeras.inputs.graph_files import GraphSettings, build_graphs
from ferkeras.prepare import prepare_sample
from ferkeras.types import Clip, FlowImage, FlowSpec, InputSpec, ResolutionSpec, Sample

PICTURES = {str(n): rendered(noise=2, seed=n)[60:180, 50:170] for n in range(6)}


def pictures(names=tuple(PICTURES), load=PICTURES.get):
    samples = [Sample(name, "happy") for name in names]
    return Index.from_samples("six", samples, ("happy",), load, cropped=True)


def low(restore="bicubic", **settings):
    return InputSpec(resolution=ResolutionSpec(restore=str(restore), **settings))


def test_order_and_threads_do_not_matter():
    one = prepare_index(pictures(), low(), workers=1).pictures
    names = tuple(reversed(PICTURES))
    other = prepare_index(pictures(names), low(), workers=4).pictures
    np.testing.assert_array_equal(one, other[::-1])
    assert not np.array_equal(one, prepare_index(pictures(), low(seed=1)).pictures)


def test_cache_is_keyed_by_the_restorers_content(restorers, tmp_path, monkeypatch):  # noqa: F811
    cache = tmp_path / "cache"
    first = prepare_index(pictures(), low(restorers.source), cache=cache)
    moved = restorers.file.rename(tmp_path / "moved.tflite")
    with monkeypatch.context() as patch:
        patch.setattr("ferkeras.inputs.prepared.prepare_sample", None)
        again = prepare_index(pictures(), low(moved), cache=cache)
    np.testing.assert_array_equal(again.pictures, first.pictures)
    for number, changed in enumerate(
        (low("bicubic"), low("none"), low("none", side=16), low("none", blur=False)), start=2
    ):
        prepare_index(pictures(), changed, cache=cache)
        assert len(list(cache.iterdir())) == number
    moved.write_bytes(b"another")
    prepare_index(pictures(), low(moved), cache=cache)
    assert len(list(cache.iterdir())) == 6


def test_without_a_resolution_the_key_is_what_it_was(tmp_path):
    """What was cached before there was a resolution is still found."""
    index = pictures()
    spec = {
        **{"kind": "face_crop", "height": 60, "width": 60, "channels": 1, "margin": 0.0},
        **{"detector": "viola_jones", "align": False, "value_range": [0.0, 255.0], "flow": None},
    }
    settings = {"spec": spec, "cropped": True, "version": 2}
    text = json.dumps([settings, digests(index).fingerprint], sort_keys=True)
    prepare_index(index, InputSpec(), cache=tmp_path)
    (stored,) = tmp_path.iterdir()
    assert stored.stem == f"six-{hashlib.sha256(text.encode()).hexdigest()[:32]}"


@pytest.mark.parametrize("cached", [False, True])
def test_a_restorer_that_is_missing_is_said_before_the_work(cached, tmp_path):
    def never(item):
        raise AssertionError("loaded")

    index = Index.from_samples("six", [Sample("0", "happy")], ("happy",), never, cropped=True)
    fingerprint = type("Digests", (), {"fingerprint": "x"})()
    with pytest.raises(ModelFileError, match="restored by 'esrgan/no': no model file and no rel"):
        prepare_index(
            index, low("esrgan/no"), cache=tmp_path if cached else None, digests=fingerprint
        )


def test_one_of_another_factor_too(restorers):  # noqa: F811
    restorers.scale = 2
    with pytest.raises(FaceError, match="enlarges 2 times"):
        prepare_index(pictures(), low(restorers.source))


def test_graphs_are_of_restored_faces(tmp_path):
    for name, spec in (("low", low()), ("as_is", InputSpec())):
        build_graphs(pictures(), tmp_path / name, GraphSettings(spec=spec), jobs=1)
    made, plain = (
        b"".join(file.read_bytes() for file in sorted((tmp_path / name).glob("*.tfrecord")))
        for name in ("low", "as_is")
    )
    assert made != plain
    with pytest.raises(ModelFileError, match="restored by 'esrgan/no'"):
        build_graphs(pictures(), tmp_path / "no", GraphSettings(spec=low("esrgan/no")))


def test_ready_made_flow_cannot():
    spec = InputSpec("flow_whole", 28, 28, 3, flow=FlowSpec(), resolution=ResolutionSpec())
    flow = FlowImage(np.zeros((28, 28, 3), np.uint8))
    with pytest.raises(DatasetError, match=r"none of 6 .* used.*no frames that could"):
        prepare_index(pictures(load=lambda item: flow), spec)


def test_training_and_recognition_get_the_same_array(restorers):  # noqa: F811
    """Pictures and clips, through the training input and through the Recognizer."""
    from ferkeras.detect import load_detector
    from ferkeras.recognizer import Recognizer
    from ferkeras.runtime import ModelCard

    class Listener:
        classes = 1

        def __init__(self, spec):
            self.input_shapes, self.seen = spec.input_shapes, []

        def predict(self, batch):
            self.seen.extend(batch)
            return np.ones((len(batch), 1), np.float32)

    clip = Clip([PORTRAIT, rendered(turned(shift=(2, 1)), smile(1.2))], 0.0, "a", onset=0, apex=1)
    resolution = ResolutionSpec(restore=restorers.source)
    flow = InputSpec("flow_whole", 28, 28, 3, flow=FlowSpec(), resolution=resolution)
    for loaded, spec in ((PORTRAIT, low(restorers.source, seed=3)), (clip, flow)):
        samples = [Sample("a", "happy")]
        index = Index.from_samples("one", samples, ("happy",), lambda _, one=loaded: one)
        trained_on = prepare_index(index, spec).pictures[0].astype(np.float32)
        card = ModelCard.from_dict(ModelCard("some", "test", spec, ("happy",)).to_dict())
        listener, finder = Listener(spec), load_detector(spec.detector)
        recognizer = Recognizer(listener, card, finder)
        call = recognizer.predict_clip if spec.takes_clips else recognizer.predict
        call(loaded)
        assert np.array_equal(listener.seen[0], trained_on)
        assert np.array_equal(prepare_sample(loaded, spec, finder), trained_on)
        plain = dataclasses.replace(spec, resolution=None)
        assert not np.array_equal(prepare_sample(loaded, plain, finder), trained_on)
