"""The requests that warm a server up, read back and replayed."""

from __future__ import annotations

import numpy as np
import pytest
import tensorflow as tf
from exported_model import crops, exported  # noqa: F401
from graph_model import exported_graph  # noqa: F401
from tiny_restorer import exported_restorer, restorer_folder  # noqa: F401

from ferkeras.export.serving.warmup import prediction_log

BOTH = ["serving_bytes", "serving_default"]


def requests(folder):
    """As PredictRequest of tensorflow-serving-api, where it is installed."""
    logs = pytest.importorskip("tensorflow_serving.apis.prediction_log_pb2")
    path = folder / "saved_model" / "1" / "assets.extra" / "tf_serving_warmup_requests"
    for record in tf.data.TFRecordDataset(str(path)).as_numpy_iterator():
        log = logs.PredictionLog.FromString(record)
        assert log.WhichOneof("log_type") == "predict_log"
        assert log.ByteSize() == len(record)  # no field that the server does not know
        yield log.predict_log.request


def replayed(folder):
    """Signature, number of samples and answer of each request."""
    signatures = tf.saved_model.load(str(folder / "saved_model" / "1")).signatures
    for request in requests(folder):
        name = request.model_spec.signature_name
        given = {key: tf.constant(tf.make_ndarray(one)) for key, one in request.inputs.items()}
        counts = {int(one.shape[0]) for one in given.values()}
        answer = signatures[name](**given)
        assert {int(one.shape[0]) for one in answer.values()} == counts
        yield name, *counts, answer


def test_each_signature_alone_and_in_the_largest_batch(exported):  # noqa: F811
    runs = list(replayed(exported.folder))
    assert [run[:2] for run in runs] == [
        *(("serving_default", 1), ("serving_default", 32)),
        *(("serving_bytes", 1), ("serving_bytes", 32)),
        *(("serving_faces", 1), ("serving_faces", 32)),
    ]
    answers = [run[2]["probabilities"].numpy() for run in runs]
    assert all(np.isfinite(one).all() for one in answers)
    np.testing.assert_allclose(answers[3], answers[1], atol=1e-5)  # doubled files, halved again


def test_models_whose_requests_cannot_be_batched_get_one_sample(
    exported_graph,  # noqa: F811
    restorer_folder,  # noqa: F811
):
    for folder in (exported_graph.folder, restorer_folder):
        runs = [run[:2] for run in replayed(folder)]
        assert sorted(runs) == [(name, 1) for name in BOTH]


def test_no_picture_of_the_samples_goes_out(exported):  # noqa: F811
    samples = crops(40)  # what was exported with
    for request in requests(exported.folder):
        if "input" in request.inputs:
            sent = tf.make_ndarray(request.inputs["input"])
            assert sent.shape[1:] == samples.shape[1:]
            assert not (sent[:, None] == samples).all(axis=(2, 3, 4)).any()


def test_the_message_is_the_one_of_the_proto():
    logs = pytest.importorskip("tensorflow_serving.apis.prediction_log_pb2")
    arrays = {"nodes": np.ones((1, 300, 10), np.float32), "image_bytes": np.array([b"x"], object)}
    wanted = logs.PredictionLog()
    request = wanted.predict_log.request
    request.model_spec.signature_name = "serving_bytes"
    for name, array in arrays.items():
        request.inputs[name].CopyFrom(tf.make_tensor_proto(array))
    assert logs.PredictionLog.FromString(prediction_log("serving_bytes", arrays)) == wanted
    assert prediction_log("serving_bytes", arrays) == wanted.SerializeToString(deterministic=True)
