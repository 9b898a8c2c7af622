"""Requests that TensorFlow Serving runs once while it loads a model.

``assets.extra/tf_serving_warmup_requests``: TFRecords, each a ``tensorflow.serving.PredictionLog``
(tensorflow_serving/apis/prediction_log.proto). Of these messages four are needed, so they are
written here by the rules of Protocol Buffers; tensorflow-serving-api reads them back in the tests.

============== ======================================================
message        fields that are written, by number
============== ======================================================
PredictionLog  6: PredictLog
PredictLog     1: PredictRequest
PredictRequest 1: ModelSpec; 2: map of names of inputs to TensorProto
ModelSpec      3: name of the signature
============== ======================================================
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import tensorflow as tf

from ferkeras.export.export_source import ExportSource
from ferkeras.export.serving.batching import batch_sizes
from ferkeras.export.serving.picture_batches import BOX
from ferkeras.export.serving.picture_inputs import FRAMES, bytes_name, picture_inputs
from ferkeras.export.serving.signatures import BYTES, DEFAULT, FACES
from ferkeras.prepare import model_inputs
from ferkeras.protobuf_wire import field
from ferkeras.runtime.named_inputs import INPUT

FILE = "assets.extra/tf_serving_warmup_requests"

Request = tuple[str, dict[str, Any]]


def write_warmup(source: ExportSource, signatures: Mapping[str, Any], version: Path) -> None:
    """Write ``version/assets.extra/tf_serving_warmup_requests``."""
    path = version / FILE
    path.parent.mkdir()
    with tf.io.TFRecordWriter(str(path)) as records:
        for name, arrays in warmup_requests(source, signatures):
            records.write(prediction_log(name, arrays))


def warmup_requests(source: ExportSource, signatures: Mapping[str, Any]) -> list[Request]:
    """Signature and arrays of each request: one sample, then the largest batch, of each signature.

    They have the shapes of ``source.batches``, but the pictures in them are made up, so that no
    face of a data set goes out with a model. Files are twice as large as the input that is made of
    them, or as large where they are not scaled.

    Args:
        source: what is exported.
        signatures: those to ask, by name.
    """
    sizes = batch_sizes(source.spec, restorer=not source.labels)
    counts = [1, sizes[-1]] if sizes else [1]
    return [
        (name, _arrays(source, name, count))
        for name in (DEFAULT, BYTES, FACES)
        if name in signatures
        for count in counts
    ]


def prediction_log(signature: str, arrays: Mapping[str, Any]) -> bytes:
    """A PredictionLog with one request."""
    request = field(1, field(3, signature.encode()))
    for name in sorted(arrays):
        tensor = tf.make_tensor_proto(arrays[name]).SerializeToString()
        request += field(2, field(1, name.encode()) + field(2, tensor))
    return field(6, field(1, request))


def _arrays(source: ExportSource, signature: str, count: int) -> dict[str, Any]:
    arrays = _batch(source, count)
    if signature == DEFAULT:
        return arrays
    for name in picture_inputs(source):
        larger = 2 if source.labels and name not in FRAMES else 1
        pictures = np.kron(arrays.pop(name), np.ones((larger, larger, 1), np.float32))
        files = [tf.io.encode_png(picture.astype(np.uint8)).numpy() for picture in pictures]
        arrays[bytes_name(name)] = np.array(files, object)
    if signature == FACES:
        whole = [0, 0, 2 * source.spec.width, 2 * source.spec.height]
        arrays[BOX] = np.array([whole] * count, np.float32)
    return arrays


def _batch(source: ExportSource, count: int) -> dict[str, Any]:
    """One batch by the names of its inputs."""
    first = source.batches[0]
    named = dict(first) if isinstance(first, Mapping) else {INPUT: first}
    arrays = {name: np.repeat(array[:1], count, axis=0) for name, array in named.items()}
    for name, array in arrays.items():
        if array.ndim == 4:
            arrays[name] = _made(array.shape)
            if source.spec.graph is not None:
                return dict(model_inputs(arrays[name], source.spec))  # type: ignore[arg-type]
    return arrays


def _made(shape: tuple[int, ...]) -> Any:
    """Waves of other lengths in each picture: float32, whole values 0..255."""
    count, rows, columns, channels = shape
    lengths = np.linspace(3, 9, count * channels).reshape(count, 1, 1, channels)
    down, across = np.mgrid[:rows, :columns][:, None, :, :, None]
    waves = np.sin(down / lengths) + np.cos(across / lengths)
    return np.rint(127.5 + 60 * waves).clip(0, 255).astype(np.float32)
