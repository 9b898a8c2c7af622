import numpy as np
import pytest

from ferkeras.errors import FaceError
from ferkeras.prepare.flow_regions import compose, region_boxes
from ferkeras.types import FlowSpec, InputSpec

SPEC = InputSpec("flow_regions", 28, 28, 3, "mtcnn", flow=FlowSpec())
# eyes, nose, corners of the mouth, in a picture of 28 pixels; the left mouth corner near a border
POINTS = np.array([[9.5, 10.5], [19.5, 11.5], [14, 16], [3.0, 22.0], [17.5, 24.0]], np.float32)


def test_regions_are_around_their_landmarks_and_inside_the_picture():
    boxes = region_boxes(POINTS, 28, 28)
    assert boxes["left_eye"] == (3, 4)  # 14 pixels around 10, 11
    assert boxes["right_eye"] == (13, 5)
    assert boxes["left_mouth"] == (0, 14)  # moved in from -3, 15
    assert boxes["right_mouth"] == (11, 14)


def test_layout_is_eyes_above_lips_left_beside_right():
    across, down = np.meshgrid(np.arange(28.0), np.arange(28.0))
    channels = np.stack([across, down, across * down / 28], axis=-1).astype(np.float32)
    found = compose(channels, POINTS, SPEC)
    assert found.shape == (28, 28, 3)
    corners = {(0, 0): (3, 4), (0, 14): (13, 5), (14, 0): (0, 14), (14, 14): (11, 14)}
    for (row, column), (x, y) in corners.items():
        np.testing.assert_array_equal(
            found[row : row + 14, column : column + 14], channels[y : y + 14, x : x + 14]
        )


def test_half_sizes_follow_the_input():
    spec = InputSpec("flow_regions", 20, 20, 3, "mtcnn", flow=FlowSpec())
    channels = np.zeros((20, 20, 3), np.float32)
    assert compose(channels, POINTS * 20 / 28, spec).shape == (20, 20, 3)


def test_what_is_missing_is_named():
    channels = np.zeros((28, 28, 3), np.float32)
    with pytest.raises(
        FaceError, match=r"need landmarks; .*, or a model of the whole face \(trained"
    ):
        compose(channels, None, SPEC)
    odd = InputSpec("flow_regions", 30, 30, 3, "mtcnn", flow=FlowSpec())
    with pytest.raises(FaceError, match="multiples of 4"):
        compose(np.zeros((30, 30, 3), np.float32), POINTS, odd)
