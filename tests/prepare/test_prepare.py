import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from skimage import data
from skimage.color import rgb2gray
from skimage.measure import block_reduce

from ferkeras.detect import load_detector
from ferkeras.detect.align import TEMPLATE, align
from ferkeras.errors import FaceError, MediaError
from ferkeras.prepare import available, prepare
from ferkeras.types import Face, FlowSpec, InputSpec

ASTRONAUT = data.astronaut()
FACE = Face((174.0, 65.0, 100.0, 100.0), landmarks=TEMPLATE * 100 + [174, 65])


@given(
    st.sampled_from([1, 3]),
    st.integers(1, 70),
    st.integers(1, 70),
    st.integers(1, 60),
    st.integers(1, 60),
    st.booleans(),
)
def test_any_picture_gives_the_shape_and_range_of_the_spec(channels, height, width, h, w, found):
    picture = np.random.default_rng(0).integers(0, 256, (h, w, 3)).astype(np.uint8)
    spec = InputSpec(height=height, width=width, channels=channels, margin=0.1)
    face = Face((-0.5, 0.0, w, h)) if found else None
    array = prepare(picture, face, spec)
    assert array.shape == (height, width, channels)
    assert array.dtype == np.float32
    assert array.min() >= 0
    assert array.max() <= 255


def test_a_crop_of_the_right_size_is_left_as_it_is():
    part = ASTRONAUT[60:120, 180:240]
    assert np.array_equal(prepare(part, None, InputSpec(channels=3)), part)
    assert np.array_equal(
        prepare(ASTRONAUT, Face((180.0, 60.0, 60.0, 60.0)), InputSpec(channels=3)), part
    )


def test_grey_is_luma_of_rgb():
    part = ASTRONAUT[60:120, 180:240]
    array = prepare(part, None, InputSpec())
    assert array[..., 0] == pytest.approx(part @ [0.299, 0.587, 0.114], abs=1)
    red = np.zeros((60, 60, 3), np.uint8)
    red[..., 0] = 255
    assert prepare(red, None, InputSpec()) == pytest.approx(76, abs=1)
    assert rgb2gray(red).max() * 255 != pytest.approx(76, abs=1)  # that one is BT.709


def test_smaller_is_the_mean_of_the_pixels():
    array = prepare(ASTRONAUT[:240, :240], None, InputSpec(channels=3))
    assert array == pytest.approx(block_reduce(ASTRONAUT[:240, :240], (4, 4, 1), np.mean), abs=0.51)


def test_larger_is_smooth_and_within_range():
    tiny = np.array([[0, 255], [255, 0]], np.uint8)
    array = prepare(tiny, None, InputSpec())
    assert array.min() == 0
    assert array.max() == 255
    assert abs(np.diff(array[..., 0], axis=0)).max() < 30


def test_the_whole_picture_is_widened_to_the_shape_of_the_model():
    picture = np.dstack([np.arange(80, dtype=np.uint8)[None].repeat(40, axis=0)] * 3)
    array = prepare(picture, None, InputSpec(height=80, width=80))[..., 0]
    assert np.array_equal(array, np.arange(80, dtype=np.float32)[None].repeat(80, axis=0))


def test_with_a_face_it_is_the_crop_with_the_margin():
    array = prepare(ASTRONAUT, FACE, InputSpec(height=50, width=50, channels=3, margin=0.25))
    part = ASTRONAUT[40:190, 149:299]
    assert array == pytest.approx(cv2.resize(part, (50, 50), interpolation=cv2.INTER_AREA), abs=1)


def test_aligning_uses_the_landmarks():
    spec = InputSpec(height=50, width=40, channels=3, align=True, margin=0.1)
    wanted = align(ASTRONAUT, FACE, 50, 40, 0.1)
    assert np.array_equal(prepare(ASTRONAUT, FACE, spec), wanted)
    assert prepare(ASTRONAUT, FACE, InputSpec(align=True)).shape == (60, 60, 1)


def test_an_upright_face_looks_alike_cropped_and_aligned():
    cropped = prepare(ASTRONAUT, FACE, InputSpec())
    aligned = prepare(ASTRONAUT, FACE, InputSpec(align=True))
    assert np.corrcoef(cropped.ravel(), aligned.ravel())[0, 1] > 0.98


def test_a_found_face_keeps_its_framing_at_every_size():
    detector = load_detector("viola_jones")
    pictures = [cv2.resize(ASTRONAUT, (n, n), interpolation=cv2.INTER_AREA) for n in (256, 512)]
    small, large = (prepare(p, detector.detect(p)[0], InputSpec()) for p in pictures)
    assert np.corrcoef(small.ravel(), large.ravel())[0, 1] > 0.75


def test_errors():
    assert available() == ["face_crop", "flow_regions", "flow_whole", "landmarks"]
    with pytest.raises(FaceError, match="no input of kind 'flow'; known: face_crop, flow_regions"):
        prepare(ASTRONAUT, None, InputSpec(kind="flow"))
    with pytest.raises(FaceError, match="'flow_whole' is made of a clip"):
        prepare(ASTRONAUT, None, InputSpec(kind="flow_whole"))
    with pytest.raises(FaceError, match="'flow_whole' is made of a clip, not of one picture"):
        prepare(ASTRONAUT, None, InputSpec("flow_whole", channels=3, flow=FlowSpec()))
    with pytest.raises(FaceError, match="'mtcnn' does"):
        prepare(ASTRONAUT, Face((1, 1, 9, 9)), InputSpec(align=True))
    with pytest.raises(FaceError, match="smaller than 1 pixel"):
        prepare(ASTRONAUT, Face((1, 1, 0.2, 0.2)), InputSpec())
    with pytest.raises(FaceError, match="outside"):
        prepare(ASTRONAUT, Face((900, 1, 20, 20)), InputSpec())
    with pytest.raises(MediaError, match="NaN"):
        prepare(np.full((4, 4), np.nan), None, InputSpec())
