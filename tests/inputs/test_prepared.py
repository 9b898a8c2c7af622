import numpy as np
import pytest
import skimage.data
from moving_faces import PORTRAIT, rendered, smile, turned

from ferkeras.datasets import Index
from ferkeras.errors import DatasetError, FaceError, FerkerasError, MediaError
from ferkeras.inputs import prepare_index
from ferkeras.prepare import prepare_sample
from ferkeras.types import Clip, FlowImage, FlowSpec, GraphSpec, InputSpec, Sample

ASTRONAUT = skimage.data.astronaut()
EMPTY = np.full((120, 120, 3), 90, np.uint8)
PICTURES = {"face": ASTRONAUT, "wall": EMPTY, "again": ASTRONAUT[:, ::-1].copy()}


def make_index(loads, names=tuple(PICTURES), **options):
    def load(item):
        loads.append(item)
        if item == "broken":
            raise MediaError("broken: file is cut off; fetch it again")
        return PICTURES[item]

    samples = [Sample(name, "happy") for name in names]
    return Index.from_samples("three", samples, ("happy",), load, **options)


def test_missing_faces_and_broken_files_are_listed_with_reasons():
    prepared = prepare_index(make_index([], ("face", "wall", "broken", "again")), InputSpec())
    assert prepared.rows.tolist() == [0, 3]
    assert prepared.pictures.shape == (2, 60, 60, 1)
    assert [one.item for one in prepared.skipped] == ["wall", "broken"]
    assert "no face found by viola_jones" in prepared.skipped[0].reason
    assert "cut off" in prepared.skipped[1].reason


def test_other_file_in_the_place_of_the_cache_is_one_line(tmp_path):
    prepare_index(make_index([]), InputSpec(), cache=tmp_path)
    (stored,) = tmp_path.iterdir()
    np.savez(stored, pictures=np.zeros((1, 60, 60, 1), np.uint8), reasons=np.array(["", ""]))
    with pytest.raises(FerkerasError, match="no cache of prepared pictures; delete it"):
        prepare_index(make_index([]), InputSpec(), cache=tmp_path)


def test_policy_error_names_the_picture():
    with pytest.raises(FaceError, match="three: wall: no face"):
        prepare_index(make_index([]), InputSpec(), on_missing="error")


def test_nothing_left_is_an_error():
    with pytest.raises(DatasetError, match="none of 1 samples"):
        prepare_index(make_index([], ("wall",)), InputSpec())


def test_cache_is_keyed_by_settings_and_pixels(tmp_path, monkeypatch):
    first = prepare_index(make_index([]), InputSpec(), cache=tmp_path)
    files = set(tmp_path.iterdir())

    def never(*arguments):
        raise AssertionError("prepared again")

    with monkeypatch.context() as patch:
        patch.setattr("ferkeras.inputs.prepared.prepare_sample", never)
        again = prepare_index(make_index([]), InputSpec(), cache=tmp_path)
        # Graphs are made of what is stored, so their settings are no others.
        prepare_index(make_index([]), InputSpec(graph=GraphSpec(purity=0.8)), cache=tmp_path)
    np.testing.assert_array_equal(again.pictures, first.pictures)
    assert again.skipped == first.skipped
    prepare_index(make_index([]), InputSpec(margin=0.1), cache=tmp_path)
    assert len(set(tmp_path.iterdir()) - files) == 1
    changed = ASTRONAUT.copy()
    changed[0, 0] = 0
    monkeypatch.setitem(PICTURES, "face", changed)
    prepare_index(make_index([]), InputSpec(), cache=tmp_path)
    assert len(set(tmp_path.iterdir()) - files) == 2


def test_crops_are_taken_as_they_are():
    prepared = prepare_index(make_index([], cropped=True), InputSpec(channels=3))
    assert len(prepared.rows) == 3


def test_training_and_recognition_get_the_same_array(monkeypatch):
    """One picture through the training input and through the Recognizer: equal to the bit."""
    from ferkeras.detect import load_detector
    from ferkeras.recognizer import Recognizer
    from ferkeras.runtime import ModelCard

    spec = InputSpec(height=48, width=48, margin=0.05)
    trained_on = prepare_index(make_index([], ("face",)), spec).pictures[0]
    seen = []

    class Listener:
        input_shape = spec.shape
        input_shapes = spec.input_shapes
        classes = 1

        def predict(self, batch):
            seen.extend(batch)
            return np.ones((len(batch), 1), np.float32)

    card = ModelCard("mff_cnn", "test", spec, ("happy",))
    recognizer = Recognizer(Listener(), card, load_detector(spec.detector))
    recognizer.predict(ASTRONAUT)
    assert any(np.array_equal(array, trained_on.astype(np.float32)) for array in seen)


WHOLE = InputSpec("flow_whole", 28, 28, 3, flow=FlowSpec())
FLAT = np.full_like(PORTRAIT, 120)
CLIPS = {
    "smile": lambda: Clip(
        [PORTRAIT, rendered(turned(shift=(2, 1)), smile(1.2))], 0.0, "smile", onset=0, apex=1
    ),
    "wall": lambda: Clip([FLAT, FLAT], 0.0, "wall", onset=0, apex=1),
    "gone": lambda: Clip([PORTRAIT, FLAT], 0.0, "gone", onset=0, apex=1),
    "short": lambda: Clip([PORTRAIT], 0.0, "short"),
    "sizes": lambda: Clip([PORTRAIT, PORTRAIT[:99]], 0.0, "sizes", onset=0, apex=1),
    "late": lambda: Clip([PORTRAIT, PORTRAIT], 0.0, "late", apex=5),
}


def clips_index(*names):
    samples = [Sample(name, "happy") for name in names]
    return Index.from_samples("clips", samples, ("happy",), lambda item: CLIPS[item]())


def test_clips_that_cannot_be_used_are_counted_with_reasons():
    prepared = prepare_index(clips_index("wall", "smile", "gone", "short", "sizes", "late"), WHOLE)
    assert prepared.rows.tolist() == [1]
    assert prepared.pictures.shape == (1, 28, 28, 3)
    reasons = {one.item: one.reason for one in prepared.skipped}
    assert list(reasons) == ["wall", "gone", "short", "sizes", "late"]
    assert reasons["wall"] == "wall: no face found by viola_jones in frame 0"
    assert "gone: the face found in frame 0 is lost in frame 1" in reasons["gone"]
    assert "one frame" in reasons["short"]
    assert "frame 1 has 224x99 pixels" in reasons["sizes"]
    assert "apex 5 is outside the clip" in reasons["late"]
    assert not any("\n" in reason for reason in reasons.values())


def test_policy_error_names_the_clip():
    with pytest.raises(FaceError, match=r"clips: gone: .* lost in frame 1"):
        prepare_index(clips_index("smile", "gone"), WHOLE, on_missing="error")


def test_clips_are_cached_as_they_were_prepared(tmp_path, monkeypatch):
    index = clips_index("smile", "wall")
    first = prepare_index(index, WHOLE, cache=tmp_path)
    monkeypatch.setattr("ferkeras.inputs.prepared.prepare_sample", None)
    again = prepare_index(index, WHOLE, cache=tmp_path)
    np.testing.assert_array_equal(again.pictures, first.pictures)
    assert again.skipped == first.skipped


def test_ready_made_flow_pictures_need_no_detector():
    pixels = np.random.default_rng(0).integers(0, 256, (28, 28, 3)).astype(np.uint8)
    samples = [Sample("a", "happy")]
    index = Index.from_samples("f", samples, ("happy",), lambda _: FlowImage(pixels), cropped=True)
    prepared = prepare_index(index, WHOLE)
    np.testing.assert_array_equal(prepared.pictures[0], pixels)
    np.testing.assert_array_equal(prepare_sample(FlowImage(pixels), WHOLE, None), pixels)
