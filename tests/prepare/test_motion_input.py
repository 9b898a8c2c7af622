import dataclasses

import numpy as np
import pytest
from moving_faces import POINTS, PORTRAIT, Finds, one_face, rendered, smile
from skimage.measure import block_reduce

from ferkeras.errors import FaceError
from ferkeras.prepare import ClipMotion, analyse_clip, clip_input, flow_regions, prepare_sample
from ferkeras.types import Clip, Face, FlowImage, FlowSpec, InputSpec

WHOLE = InputSpec("flow_whole", 28, 28, 3, flow=FlowSpec(normalisation="fixed", scale=0.02))
REGIONS = dataclasses.replace(WHOLE, kind="flow_regions")
MINMAX = dataclasses.replace(WHOLE, flow=FlowSpec())
SIDE = 56
LANDMARKS = np.array([[18, 20], [38, 20], [28, 33], [20, 43], [36, 43]], np.float32)


def movement(landmarks=LANDMARKS):
    """Channels that are linear in x and y, so that means are known."""
    y, x = np.mgrid[:SIDE, :SIDE].astype(np.float32)
    flow = np.stack([x / 56 - 0.5, 0.4 - y / 70], axis=-1)
    face = np.zeros((SIDE, SIDE, 3), np.uint8)
    strain = ((x + y) / 2000).astype(np.float32)
    box = Face((0.0, 0.0, SIDE, SIDE))
    return ClipMotion(0, 1, None, False, False, None, box, 1, face, face, landmarks, flow, strain)


def fixed(movement):
    channels = np.dstack([movement.flow, movement.strain])
    small = block_reduce(channels, (2, 2, 1), np.mean)
    full = 0.02 * SIDE
    return np.dstack([127.5 + 127.5 * small[..., :2] / full, 255 * small[..., 2] / 0.1])


def test_fixed_normalisation_of_the_averaged_channels():
    array = clip_input(movement(None), WHOLE)
    assert (array.shape, array.dtype) == ((28, 28, 3), np.float32)
    assert array == pytest.approx(np.rint(fixed(movement()).clip(0, 255)), abs=1)
    assert np.array_equal(array, np.rint(array))


def test_minmax_fills_each_channel():
    array = clip_input(movement(), MINMAX)
    assert (array.min(axis=(0, 1)) == 0).all()
    assert (array.max(axis=(0, 1)) == 255).all()
    columns = np.arange(28) / 27 * 255
    assert array[..., 0] == pytest.approx(np.tile(columns, (28, 1)), abs=0.51)


def test_one_wrong_vector_does_not_set_the_range():
    wild = movement()
    wild.flow[30, 30, 0] = 40.0
    assert np.median(clip_input(wild, MINMAX)[..., 0]) > 5  # stretched to 40 it would be 3


def test_regions_are_cut_where_the_landmarks_are():
    array = clip_input(movement(), REGIONS)
    whole = np.rint(fixed(movement()).clip(0, 255))
    centres = (LANDMARKS[[0, 1, 3, 4]] + 0.5) / 2  # in pixels of 28, from the border
    corners = np.clip(np.round(centres).astype(int) - 7, 0, 14)
    quarters = [(0, 0), (0, 14), (14, 0), (14, 14)]
    for (x, y), (row, column) in zip(corners, quarters, strict=True):
        part = array[row : row + 14, column : column + 14]
        assert part == pytest.approx(whole[y : y + 14, x : x + 14], abs=1)


def test_a_ready_made_flow_picture_is_taken_as_it_is():
    pixels = np.random.default_rng(0).integers(0, 256, (28, 28, 3)).astype(np.uint8)
    assert np.array_equal(prepare_sample(FlowImage(pixels), WHOLE, None), pixels)
    larger = pixels.repeat(2, axis=0).repeat(2, axis=1)
    assert np.array_equal(prepare_sample(FlowImage(larger), WHOLE, None), pixels)


def test_its_regions_come_from_the_apex_frame():
    pixels = np.random.default_rng(0).integers(0, 256, (28, 28, 3)).astype(np.uint8)
    landmarks = np.array([[75, 80], [140, 82], [110, 130], [80, 170], [130, 171]], np.float32)
    finder = Finds(Face((20.0, 20.0, 180.0, 180.0), landmarks=landmarks))
    found = prepare_sample(FlowImage(pixels, PORTRAIT), REGIONS, finder)
    expected = flow_regions.compose(
        pixels.astype(np.float32), (landmarks + 0.5) * 28 / 224 - 0.5, REGIONS
    )
    assert np.array_equal(found, expected)
    assert np.array_equal(finder.seen[0], PORTRAIT)


def test_a_tight_apex_face_is_framed_before_it_is_looked_at():
    """Nothing is found in the bare face, but in one with more around it."""
    landmarks = np.array([[30, 35], [65, 35], [48, 55], [35, 75], [62, 75]], np.float32)
    face = PORTRAIT[66:164, 62:160]

    class NeedsRoom(Finds):
        def detect(self, picture):
            super().detect(picture)
            border = (picture.shape[0] - 98) / 2
            return [Face((0, 0, 9, 9), landmarks=landmarks + np.float32(border))] if border else []

    finder, pixels = NeedsRoom(), np.arange(28 * 28 * 3).reshape(28, 28, 3).astype(np.uint8)
    found = prepare_sample(FlowImage(pixels, face), REGIONS, finder)
    scaled = (landmarks + 0.5) * 28 / 98 - 0.5
    assert np.array_equal(found, flow_regions.compose(pixels.astype(np.float32), scaled, REGIONS))
    assert len(finder.seen) == 2


def test_what_is_missing_is_named():
    pixels = np.zeros((28, 28, 3), np.uint8)
    with pytest.raises(FaceError, match=r"without its apex frame .*kind=flow_whole"):
        prepare_sample(FlowImage(pixels), REGIONS, one_face())
    with pytest.raises(FaceError, match="no face found by finds in the face crop"):
        prepare_sample(FlowImage(pixels, PORTRAIT), REGIONS, Finds())
    with pytest.raises(FaceError, match="the four regions need landmarks"):
        clip_input(movement(None), REGIONS)
    with pytest.raises(FaceError, match="no input of kind 'flow_none'; known: face_crop"):
        clip_input(movement(), dataclasses.replace(WHOLE, kind="flow_none"))
    with pytest.raises(FaceError, match="'face_crop' is made of one picture"):
        clip_input(movement(), dataclasses.replace(WHOLE, kind="face_crop"))
    with pytest.raises(FaceError, match="'flow_whole' is made of a clip, the sample is a picture"):
        prepare_sample(PORTRAIT, WHOLE, one_face())
    with pytest.raises(FaceError, match="'face_crop' is made of a picture, the sample is a clip"):
        prepare_sample(FlowImage(pixels), InputSpec(), None)
    with pytest.raises(FaceError, match="no detector, and the pictures are no face crops"):
        prepare_sample(PORTRAIT, InputSpec(), None)


def test_a_clip_becomes_the_same_array_in_one_step_or_two():
    clip = Clip([rendered(), rendered(expression=smile(1.2))], onset=0, apex=1)
    face = one_face(POINTS)
    array = prepare_sample(clip, REGIONS, face)
    assert np.array_equal(array, clip_input(analyse_clip(clip, REGIONS, face), REGIONS))
    eyes, lips = array[:14], array[14:]
    assert lips[..., 1].max() == pytest.approx(127.5 + 127.5 * 1.2 / 98 / 0.02, abs=20)
    assert abs(eyes[..., 1] - 127.5).max() < 40
