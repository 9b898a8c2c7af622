"""A clip model with its flow inside: built, exported, opened, and used on clips."""

from __future__ import annotations

import dataclasses
import subprocess
import sys

import keras
import numpy as np
import pytest
from exported_model import LABELS, tiny_model
from exported_model import SPEC as PICTURES
from frames_model import (  # noqa: F401
    SIDE,
    SPEC,
    KnownFace,
    clip_model,
    exported_frames,
    frame_inputs,
    moving_frames,
)

from ferkeras import Recognizer
from ferkeras.errors import ExportError, FaceError, FerkerasError, ModelFileError
from ferkeras.explain._score import check_input
from ferkeras.export import export_model, frames_model
from ferkeras.prepare import analyse_clip, clip_input, clip_inputs, model_inputs, prepare_sample
from ferkeras.runtime import ENGINES, open_model, read_card
from ferkeras.types import Clip, InputSpec, ResolutionSpec

FILES = {engine.name: engine.file for engine in ENGINES}
FRAMES = dataclasses.replace(SPEC, flow=dataclasses.replace(SPEC.flow, in_graph=True))
WHOLE = dataclasses.replace(SPEC, kind="flow_whole")


def clip(seed=0):
    return Clip(moving_frames(seed), 100.0, onset=0, apex=1)


def test_every_file_agrees_with_keras_and_the_card_says_what_is_inside(exported_frames):  # noqa: F811
    assert {one.file for one in exported_frames.parity} == {
        *("model.keras", "model.tflite", "model.onnx", "saved_model"),
    }
    assert all(one.samples == 6 for one in exported_frames.parity)
    card = read_card(exported_frames.folder)
    assert card.input == FRAMES
    assert card.input.input_shapes == {
        **{"onset": (SIDE, SIDE, 3), "apex": (SIDE, SIDE, 3)},
        "landmarks": (5, 2),
    }
    assert "in_graph" not in SPEC.to_dict()["flow"]


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"kind": "flow_whole"},
        {"height": 12, "width": 8, "flow": {"normalisation": "minmax", "compensate": False}},
    ],
)
def test_probabilities_are_those_of_the_prepared_channels(changes):
    flow = dataclasses.replace(SPEC.flow, **changes.get("flow", {}))
    spec = dataclasses.replace(SPEC, **{**changes, "flow": flow})
    flat = keras.Sequential([keras.Input(spec.shape), keras.layers.Rescaling(1.0)], name="flat")
    model, made = frames_model(flat, spec)
    motions = [analyse_clip(clip(seed), spec, KnownFace()) for seed in range(3)]
    got = np.asarray(model(clip_inputs(motions, made)))
    wanted = clip_inputs(motions, spec)
    assert wanted.shape == (3, *spec.shape)
    np.testing.assert_array_equal(wanted[1], clip_input(motions[1], spec))
    assert np.abs(got - wanted).max() <= 1
    assert (got == wanted).mean() > 0.98


@pytest.mark.parametrize("name", FILES)
def test_a_clip_is_recognised_by_each_engine(exported_frames, name):  # noqa: F811
    recognizer = Recognizer.load(exported_frames.folder, engine=name, detector=KnownFace())
    found = recognizer.predict_clip(clip(7))
    prepared = clip_input(analyse_clip(clip(7), SPEC, KnownFace()), SPEC)
    wanted = clip_model().predict_on_batch(prepared[None])[0]
    np.testing.assert_allclose(list(found.probabilities.values()), wanted, atol=5e-3)
    assert found.label == LABELS[wanted.argmax()]
    batch = frame_inputs(3, seed=20)
    together = recognizer.runner.predict(batch)
    for row in range(3):
        alone = recognizer.runner.predict({key: one[row : row + 1] for key, one in batch.items()})
        np.testing.assert_allclose(alone[0], together[row], atol=5e-3)
    assert np.abs(together[0] - together[1]).max() > 1e-4
    empty = {key: one[:0] for key, one in batch.items()}
    assert recognizer.runner.predict(empty).shape == (0, 3)


def test_names_and_built_in_ops(exported_frames):  # noqa: F811
    import onnx
    import tensorflow as tf
    from ai_edge_litert.interpreter import Interpreter

    folder = exported_frames.folder
    loaded = tf.saved_model.load(str(folder / "saved_model" / "1"))
    signature = loaded.signatures["serving_default"]
    frame = (None, SIDE, SIDE, 3)
    assert signature.structured_input_signature[1] == {
        "onset": tf.TensorSpec(frame, tf.float32, name="onset"),
        "apex": tf.TensorSpec(frame, tf.float32, name="apex"),
        "landmarks": tf.TensorSpec((None, 5, 2), tf.float32, name="landmarks"),
    }
    lite = Interpreter(model_path=str(folder / "model.tflite"))
    (names,) = lite.get_signature_list().values()
    assert sorted(names["inputs"]) == ["apex", "landmarks", "onset"]
    ops = {op["op_name"] for op in lite._get_ops_details()}
    assert not [op for op in ops if op.startswith("Flex") or op in ("CUSTOM", "VAR_HANDLE")]
    graph = onnx.load(folder / "model.onnx").graph
    sizes = {
        side.name: [size.dim_param or size.dim_value for size in side.type.tensor_type.shape.dim]
        for side in (*graph.input, *graph.output)
    }
    assert sizes == {
        "onset": ["batch", SIDE, SIDE, 3],
        "apex": ["batch", SIDE, SIDE, 3],
        "landmarks": ["batch", 5, 2],
        "probabilities": ["batch", 3],
    }


def test_tflite_and_onnx_need_neither_tensorflow_nor_keras(exported_frames):  # noqa: F811
    code = (
        "import sys, numpy as np\n"
        "from ferkeras.runtime import open_model\n"
        f"face = np.ones((1, {SIDE}, {SIDE}, 3), np.float32)\n"
        "batch = {'onset': face, 'apex': face, 'landmarks': np.ones((1, 5, 2), np.float32)}\n"
        "for engine in ('litert', 'onnx'):\n"
        "    print(open_model(sys.argv[1], engine=engine).predict(batch).shape)\n"
        "assert not {'tensorflow', 'keras', 'cv2', 'numba'} & set(sys.modules)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(exported_frames.folder)], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout == "(1, 3)\n(1, 3)\n"


def changed(**changes):
    return {**frame_inputs(2), **changes}


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (
            lambda: frame_inputs(2)["onset"],
            "takes onset, apex and landmarks by name, got one array; ferkeras.prepare.clip_inputs",
        ),
        (lambda: changed(image=0), "no input 'image', only onset, apex and landmarks"),
        (lambda: changed(apex=frame_inputs(1)["apex"]), "onset 2, apex 1, landmarks 2"),
        (lambda: changed(landmarks=np.zeros((2, 68, 2), np.float32)), r"shape \(n, 5, 2\)"),
        (lambda: changed(apex=np.zeros((2, SIDE, SIDE, 3), np.uint8)), "'apex' as an array of fl"),
        (lambda: changed(apex=np.full((2, SIDE, SIDE, 3), np.nan, np.float32)), "'apex' holds"),
    ],
)
def test_inputs_that_do_not_fit_are_one_clear_error(exported_frames, make, reason):  # noqa: F811
    runner = open_model(exported_frames.folder, engine="litert")
    with pytest.raises(ModelFileError, match=reason) as caught:
        runner.predict(make())
    assert "\n" not in str(caught.value)


def test_models_that_have_no_flow_to_compute_are_refused():
    aligned = dataclasses.replace(WHOLE, flow=dataclasses.replace(WHOLE.flow, method="tvl1"))
    restored = dataclasses.replace(WHOLE, resolution=ResolutionSpec(16))
    large = dataclasses.replace(WHOLE, flow=dataclasses.replace(WHOLE.flow, face_size=32))
    wide = keras.Sequential([keras.Input((40, 40, 3)), keras.layers.GlobalAveragePooling2D()])
    for model, spec, reason in (
        (tiny_model(), PICTURES, "takes no clips"),
        (frames_model(clip_model(), SPEC)[0], FRAMES, "takes frames already"),
        (clip_model(), dataclasses.replace(SPEC, height=12), r"takes \(8, 8, 3\), its InputSpec"),
        (clip_model(), aligned, "takes flow_whole by tvl1; there are layers for"),
        (clip_model(), restored, "was trained on restored faces"),
        (wide, dataclasses.replace(large, height=40, width=40), "takes 40x40 pixels, more than"),
    ):
        with pytest.raises(ExportError, match=reason):
            frames_model(model, spec)


def test_samples_that_do_not_fit_are_refused(tmp_path):
    model, spec = frames_model(clip_model(), SPEC)
    good = frame_inputs(2)
    for samples, reason in (
        (
            frame_inputs(2)["onset"],
            "one array; the model takes onset, apex, landmarks by name",
        ),
        ({"onset": good["onset"]}, "samples are onset; the model takes"),
        ({**good, "onset": good["onset"] + 200}, "hold values outside 0..255"),
        ({**good, "landmarks": good["landmarks"][:, :4]}, r"expected at least one float32 \(5, 2"),
    ):
        with pytest.raises(ExportError, match=reason):
            export_model(model, spec, LABELS, tmp_path / "m", samples=samples)
    assert list(tmp_path.iterdir()) == []


def test_frames_are_no_samples_to_train_on():
    with pytest.raises(FaceError, match="the model computes the flow itself"):
        prepare_sample(clip(), FRAMES, KnownFace())
    with pytest.raises(FaceError, match="expected a batch of"):
        model_inputs({"onset": np.zeros((1, 8, 8, 3))}, FRAMES)
    motion = dataclasses.replace(analyse_clip(clip(), SPEC, KnownFace()), landmarks=None)
    with pytest.raises(FaceError, match="the model needs landmarks"):
        clip_inputs([motion], FRAMES)


def test_what_explains_pictures_refuses_a_model_of_frames():
    model, spec = frames_model(clip_model(), SPEC)
    with pytest.raises(FerkerasError, match="computes the flow itself; explain the model that"):
        check_input(model, np.zeros((SIDE, SIDE, 3), np.float32), spec)


def test_specs_that_cannot_be():
    with pytest.raises(FerkerasError, match="in_graph is set with method 'tvl1'"):
        dataclasses.replace(FRAMES.flow, method="tvl1")
    with pytest.raises(FerkerasError, match=r"resolution is set, but with flow.in_graph"):
        dataclasses.replace(FRAMES, resolution=ResolutionSpec(16))
    assert InputSpec.from_dict(FRAMES.to_dict()) == FRAMES
    assert InputSpec.from_dict(SPEC.to_dict()) == SPEC
