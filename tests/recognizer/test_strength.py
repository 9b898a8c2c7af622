import cv2
import numpy as np
import pytest
from clips import moving_face, portrait

from ferkeras.recognizer.movement_gate import strongest_movement
from ferkeras.recognizer.strength import face_mask, strength


@pytest.mark.parametrize("margin", [0.0, 0.1, 0.5])
def test_strength_is_a_share_of_the_face_not_of_its_frame(margin):
    """A flow of 2 pixels in a face that fills 1 / (1 + 2 margin) of 120 pixels."""
    flow = np.zeros((120, 120, 2), np.float32)
    flow[..., 0], flow[..., 1] = 1.2, -1.6
    assert strength(flow, margin) == pytest.approx(100 * 2 * (1 + 2 * margin) / 120)


def test_single_wrong_vectors_and_corners_do_not_count_a_small_region_does():
    flow = np.zeros((100, 100, 2), np.float32)
    flow[:10, :10] = 50  # hair
    flow[50, 40:60] = 50
    assert strength(flow, 0.1) == 0
    flow[60:80, 30:60] = (0, 1)
    assert strength(flow, 0.1) == pytest.approx(100 * 1.2 / 100)


def test_mask_is_an_ellipse_of_the_faces_box():
    mask = face_mask(400, 0.25)
    rows, columns = np.nonzero(mask)
    side = 400 / 1.5
    assert np.ptp(columns) == pytest.approx(0.84 * side, abs=3)
    assert np.ptp(rows) == pytest.approx(0.96 * side, abs=3)
    assert mask.sum() == pytest.approx(np.pi * 0.42 * 0.48 * side**2, rel=0.01)


def framed(faces):
    """The face with a margin of 0.1, as a recogniser frames it."""
    return [face[36:156, 41:161] for face in faces]


def test_the_quick_look_sees_a_movement_and_hardly_the_heads():
    still, moved, again = framed(moving_face(np.array([0.0, 1, 0])))
    # 3 pixels of 100 in a region that fills a sixth of the face
    assert 1.0 < strongest_movement([still, moved, again], 25, 0.1) < 3.0
    assert strongest_movement([still, again], 25, 0.1) < 0.15
    shifted = cv2.warpAffine(
        portrait(), np.float32([[1, 0, 0.4], [0, 1, -0.3]]), (192, 192), flags=cv2.INTER_CUBIC
    )
    assert strongest_movement([still, *framed([shifted])], 25, 0.1) < 0.25  # half a per cent


def test_of_a_fast_camera_means_are_compared():
    """Over 0.02 s, so that noise counts less and the shortest movement still shows."""
    noisy = framed(moving_face(np.zeros(16), noise=6.0))
    slow, fast = strongest_movement(noisy, 50, 0.1), strongest_movement(noisy, 200, 0.1)
    assert fast < 0.75 * slow
    short = framed(moving_face(np.array([0, 0, 0, 0, 0.7, 1, 1, 0.7, 0, 0])))
    assert strongest_movement(short, 100, 0.1) > 1.0
    assert strongest_movement(short[4:6], 1000, 0.1) > 0.2
