"""The signatures of an exported SavedModel: names, types, values and errors."""

from __future__ import annotations

import dataclasses
import subprocess
import sys

import cv2
import keras
import numpy as np
import pytest
import tensorflow as tf
from exported_model import LABELS, SPEC, crops, exported, tiny_model  # noqa: F401
from graph_model import SPEC as GRAPHS
from graph_model import exported_graph, graph_model  # noqa: F401
from tiny_restorer import (  # noqa: F401
    exported_restorer,
    keras_answer,
    restorer_folder,
    small_pictures,
    tiny_generator,
)

from ferkeras.export.export_source import ExportSource
from ferkeras.export.serving.face_crop import as_it_is
from ferkeras.export.serving.picture_inputs import picture_inputs, takes_boxes
from ferkeras.export.serving.signatures import signatures
from ferkeras.prepare import model_inputs, prepare
from ferkeras.runtime import find_model, open_model
from ferkeras.types import Face, FlowSpec, InputSpec, ResolutionSpec

FILES = tf.TensorSpec((None,), tf.string, name="input_bytes")


def loaded(folder):
    return tf.saved_model.load(str(folder / "saved_model" / "1")).signatures


@pytest.fixture(scope="module")
def served(exported):  # noqa: F811
    return loaded(exported.folder)


def photo(height, width, seed=0):
    noise = np.random.default_rng(seed).integers(0, 256, (height, width, 3), np.uint8)
    return cv2.GaussianBlur(noise, (0, 0), 2)


def png(picture):
    return tf.io.encode_png(np.asarray(picture, np.uint8)).numpy()


def test_names_and_types(served):
    assert sorted(served) == ["serving_bytes", "serving_default", "serving_faces"]
    takes = {name: one.structured_input_signature[1] for name, one in served.items()}
    assert takes["serving_bytes"] == {"input_bytes": FILES}
    box = tf.TensorSpec((None, 4), tf.float32, name="box")
    assert takes["serving_faces"] == {"input_bytes": FILES, "box": box}
    for one in served.values():
        gives = {name: (out.dtype.name, *out.shape) for name, out in one.structured_outputs.items()}
        assert gives == {
            "probabilities": ("float32", None, 3),
            "scores": ("float32", None, 3),
            "classes": ("string", None, 3),
        }


def test_labels_stand_in_the_order_of_the_scores(served):
    batch = crops(2)
    got = served["serving_default"](input=tf.constant(batch))
    assert got["classes"].numpy().tolist() == [[label.encode() for label in LABELS]] * 2
    np.testing.assert_array_equal(got["scores"], got["probabilities"])
    wanted = tiny_model().predict_on_batch(batch)
    np.testing.assert_allclose(got["probabilities"], wanted, atol=1e-5)


def test_files_of_unlike_sizes_in_one_batch(served):
    pictures = [photo(90, 61), photo(28, 28, 1), photo(9, 14, 2), photo(300, 200, 3)]
    wanted = tiny_model().predict_on_batch(np.stack([prepare(p, None, SPEC) for p in pictures]))
    files = [png(picture) for picture in pictures]
    got = served["serving_bytes"](input_bytes=tf.constant(files))["probabilities"]
    np.testing.assert_allclose(got, wanted, atol=2e-3)  # 1 grey level in a few pixels


def test_faces_in_photographs(served):
    pictures = [photo(120, 90), photo(80, 200, 1)]
    boxes = np.float32([[10, 20, 50, 60], [150, -5, 60, 55]])
    faces = [Face(tuple(map(float, box)), 1.0) for box in boxes]
    crops_ = [prepare(p, face, SPEC) for p, face in zip(pictures, faces, strict=True)]
    wanted = tiny_model().predict_on_batch(np.stack(crops_))
    files = tf.constant([png(picture) for picture in pictures])
    got = served["serving_faces"](input_bytes=files, box=tf.constant(boxes))["probabilities"]
    np.testing.assert_allclose(got, wanted, atol=2e-3)


def test_a_picture_beside_its_graph(exported_graph):  # noqa: F811
    served = loaded(exported_graph.folder)
    assert sorted(served) == ["serving_bytes", "serving_default"]
    takes = served["serving_bytes"].structured_input_signature[1]
    assert sorted(takes) == ["edges", "image_bytes", "nodes"]
    batch = model_inputs(np.rint(crops(3)), GRAPHS)
    rest = {name: tf.constant(batch[name]) for name in ("nodes", "edges")}
    files = tf.constant([png(picture) for picture in batch["image"]])
    wanted = np.asarray(graph_model()(batch, training=False))
    got = served["serving_bytes"](image_bytes=files, **rest)
    np.testing.assert_allclose(got["probabilities"], wanted, atol=1e-5)
    reason = "image_bytes holds 2 pictures and (edges|nodes) 3 rows"
    with pytest.raises(tf.errors.InvalidArgumentError, match=reason):
        served["serving_bytes"](image_bytes=files[:2], **rest)


def test_a_restorer_gives_png_files(restorer_folder):  # noqa: F811
    served = loaded(restorer_folder)
    assert sorted(served) == ["serving_bytes", "serving_default"]
    small = [small_pictures(1, 10, 12)[0], small_pictures(1, 7, 5, seed=1)[0]]
    got = served["serving_bytes"](input_bytes=tf.constant([png(one) for one in small]))
    assert list(got) == ["picture_bytes"]
    for one, content in zip(small, got["picture_bytes"].numpy(), strict=True):
        large = tf.io.decode_png(content).numpy().astype(np.float32)
        assert np.abs(large - keras_answer(one[None])[0]).max() <= 0.51  # rounded
    reason = "picture 0 has 600 rows and 500 columns, 262144 pixels are allowed"
    with pytest.raises(tf.errors.InvalidArgumentError, match=reason):
        served["serving_bytes"](input_bytes=tf.constant([png(photo(600, 500))]))


def test_a_restorer_of_one_size_takes_that_size_alone():
    model = tiny_generator((10, 12, 3))
    spec = InputSpec(height=10, width=12, channels=3)
    call = signatures(ExportSource(model, spec, [small_pictures(1)]))["serving_bytes"]
    (content,) = call(input_bytes=tf.constant([png(photo(10, 12))]))["picture_bytes"].numpy()
    assert tf.io.decode_png(content).shape == (40, 48, 3)
    reason = "input_bytes: picture 0 has 9 rows and 12 columns, the model takes 10 and 12"
    with pytest.raises(tf.errors.InvalidArgumentError, match=reason):
        call(input_bytes=tf.constant([png(photo(9, 12))]))


def _model(**shapes):
    inputs = {name: keras.Input(shape, name=name) for name, shape in shapes.items()}
    flat = [keras.layers.Flatten()(one) for one in inputs.values()]
    merged = keras.layers.Concatenate()(flat) if len(flat) > 1 else flat[0]
    outputs = keras.layers.Dense(3, activation="softmax")(merged)
    return keras.Model(inputs if len(inputs) > 1 else next(iter(inputs.values())), outputs)


def test_signatures_that_mean_nothing_are_left_out():
    flow = InputSpec(kind="flow_whole", height=28, width=28, channels=3, flow=FlowSpec())
    points = InputSpec(kind="landmarks", landmarks="mtcnn", detector="mtcnn")
    for spec, shape, names in (
        (SPEC, (28, 28, 1), ["serving_bytes", "serving_default", "serving_faces"]),
        (dataclasses.replace(SPEC, align=True), (28, 28, 1), ["serving_bytes", "serving_default"]),
        (dataclasses.replace(SPEC, resolution=ResolutionSpec()), (28, 28, 1), ["serving_default"]),
        (flow, (28, 28, 3), ["serving_default"]),
        (points, (5, 2), ["serving_default"]),
    ):
        source = ExportSource(_model(input=shape), spec, [], LABELS)
        assert sorted(signatures(source)) == names, spec


def test_frames_of_a_clip_and_what_goes_beside_them():
    spec = InputSpec(kind="flow_whole", height=28, width=28, channels=3, flow=FlowSpec())
    model = _model(onset=(40, 40, 3), apex=(40, 40, 3), landmarks=(5, 2))
    source = ExportSource(model, spec, [], LABELS)
    assert picture_inputs(source) == ["onset", "apex"]
    assert not takes_boxes(source)

    @tf.function(input_signature=[tf.TensorSpec((None, None, 3), tf.uint8)])
    def frame(picture):
        return as_it_is(picture, tf.constant(2), "onset_bytes", 40, 40, 3)

    np.testing.assert_array_equal(frame(photo(40, 40)), photo(40, 40))
    reason = "onset_bytes: picture 2 has 41 rows and 40 columns, the model takes 40 and 40"
    with pytest.raises(tf.errors.InvalidArgumentError, match=reason):
        frame(photo(41, 40))


@pytest.fixture(scope="module")
def run_alone(exported):  # noqa: F811
    """Run lines in a process that has TensorFlow alone; ``model`` is the SavedModel."""

    def call(lines):
        code = (
            "import sys\n"
            "sys.modules['ferkeras'] = sys.modules['cv2'] = None\n"  # cannot be imported
            "import numpy as np, tensorflow as tf\n"
            "model = tf.saved_model.load(sys.argv[1]).signatures\n" + lines
        )
        folder = exported.folder / "saved_model" / "1"
        return subprocess.run(
            [sys.executable, "-c", code, str(folder)], capture_output=True, text=True
        )

    return call


def test_tensorflow_alone_runs_every_signature(run_alone):
    done = run_alone(
        "picture = tf.cast(tf.random.uniform((50, 40, 3)) * 255, tf.uint8)\n"
        "files = tf.stack([tf.io.encode_jpeg(picture), tf.io.encode_png(picture)])\n"
        "for name, given in (('serving_default', {'input': tf.ones((2, 28, 28, 1))}),\n"
        "                    ('serving_bytes', {'input_bytes': files}),\n"
        "                    ('serving_faces', {'input_bytes': files,\n"
        "                                       'box': tf.constant([[1., 2., 30., 40.]] * 2)})):\n"
        "    print(model[name](**given)['probabilities'].shape)\n"
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout == "(2, 3)\n" * 3


@pytest.mark.parametrize(
    ("name", "given", "reason"),
    [
        ("serving_default", {"input": tf.zeros((2, 28, 28, 3))}, "expected shape"),
        ("serving_default", {"input": tf.zeros((0, 28, 28, 1))}, "the batch is empty; send one"),
        ("serving_default", {"input": tf.zeros((1, 28, 28, 1), tf.uint8)}, "float"),
        ("serving_bytes", {"input_bytes": tf.constant([], tf.string)}, "the batch is empty; send"),
        ("serving_bytes", {"input_bytes": [b"x", b""]}, "picture 0 is no picture"),
        ("serving_bytes", {"input_bytes": [png(photo(9, 9)), b""]}, "picture 1 is empty"),
        ("serving_bytes", {"input_bytes": [png(photo(9, 9))[:99]]}, "cut_off_or_damaged"),
    ],
)
def test_what_does_not_fit_is_named(served, name, given, reason):
    given = {key: tf.convert_to_tensor(value) for key, value in given.items()}
    with pytest.raises((tf.errors.InvalidArgumentError, TypeError, ValueError), match=reason):
        served[name](**given)


def test_a_box_for_each_picture(served):
    files = tf.constant([png(photo(9, 9))] * 2)
    reason = "input_bytes holds 2 pictures and box 1 rows; give one for each picture"
    with pytest.raises(tf.errors.InvalidArgumentError, match=reason):
        served["serving_faces"](input_bytes=files, box=tf.ones((1, 4)))


def test_released_models_with_one_signature_still_run():
    old = open_model(find_model("ssgnn/synthetic"), engine="saved_model")
    height, width, channels = old.input_shape
    batch = np.full((2, height, width, channels), 90, np.float32)
    tflite = open_model(find_model("ssgnn/synthetic"), engine="litert")
    np.testing.assert_allclose(old.predict(batch), tflite.predict(batch), atol=1e-4)


def saved_model_cli(*words):
    code = "from tensorflow.python.tools.saved_model_cli import main; main()"
    command = [sys.executable, "-c", code, *map(str, words), "--tag_set", "serve"]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_program_of_tensorflow_shows_it(exported):  # noqa: F811
    folder = exported.folder / "saved_model" / "1"
    shown = saved_model_cli("show", "--dir", folder, "--signature_def", "serving_faces")
    for line in (
        *("inputs['box'] tensor_info:", "inputs['input_bytes'] tensor_info:", "shape: (-1, 4)"),
        *("outputs['classes'] tensor_info:", "dtype: DT_STRING", "shape: (-1, 3)"),
        "Method name is: tensorflow/serving/predict",
    ):
        assert line in shown


@pytest.mark.parametrize("signature", ["serving_default", "serving_bytes"])
def test_the_program_of_tensorflow_runs_it(exported, tmp_path, signature):  # noqa: F811
    batch = np.rint(crops(2, seed=3))
    files = np.array([png(picture) for picture in batch])
    name, array = {
        "serving_default": ("input", batch),
        "serving_bytes": ("input_bytes", files),
    }[signature]
    np.save(tmp_path / "given.npy", array)
    saved_model_cli(
        *("run", "--dir", exported.folder / "saved_model" / "1", "--signature_def", signature),
        *("--inputs", f"{name}={tmp_path / 'given.npy'}", "--outdir", tmp_path),
    )
    wanted = tiny_model().predict_on_batch(batch)
    np.testing.assert_allclose(np.load(tmp_path / "probabilities.npy"), wanted, atol=1e-5)
    classes = np.load(tmp_path / "classes.npy", allow_pickle=True)  # strings
    assert classes.tolist() == [[one.encode() for one in LABELS]] * 2
