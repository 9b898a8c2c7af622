"""A clip model with its flow inside, called as TensorFlow Serving calls it."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
import tensorflow as tf
from frames_model import exported_frames, frame_inputs  # noqa: F401


@pytest.fixture(scope="module")
def loaded(exported_frames):  # noqa: F811
    return tf.saved_model.load(str(exported_frames.folder / "saved_model" / "1"))


def test_faces_as_png_files_give_what_floats_give(loaded):
    inputs = frame_inputs(2)
    expected = loaded.signatures["serving_default"](**inputs)["probabilities"]
    files = {
        f"{name}_bytes": tf.constant(
            [
                cv2.imencode(".png", one[:, :, ::-1].astype(np.uint8))[1].tobytes()
                for one in inputs[name]
            ]
        )
        for name in ("onset", "apex")
    }
    answer = loaded.signatures["serving_bytes"](**files, landmarks=tf.constant(inputs["landmarks"]))
    np.testing.assert_allclose(answer["probabilities"], expected, atol=1e-5)


@pytest.mark.parametrize(
    "change", [lambda one: one / 224, lambda one: one * 0, lambda one: one * np.nan]
)
def test_landmarks_of_no_face_are_named(loaded, change):
    inputs = frame_inputs(1)
    inputs["landmarks"] = change(inputs["landmarks"])
    with pytest.raises(tf.errors.InvalidArgumentError, match="landmarks: "):
        loaded.signatures["serving_default"](**inputs)
