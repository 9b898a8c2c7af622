import cv2
import numpy as np
import pytest
from moving_face import clip, moved, similarity_field, still_face
from scipy.spatial.distance import cosine
from skimage.feature import local_binary_pattern

from ferkeras.errors import FlowError
from ferkeras.flow import Spotting, spot_apex
from ferkeras.flow._extent import frames_to_rest
from ferkeras.flow.spotters import available, load_spotter, roi
from ferkeras.flow.spotters._registration import registered

SPOTTERS = ("magnitude", "roi")
# (seed, onset, apex, offset, frames), amplitude in pixels of 224
CLIPS = [((0, 4, 14, 24, 30), 1.5), ((1, 5, 9, 24, 30), 0.8), ((2, 10, 22, 28, 32), 1.0)]


@pytest.fixture(scope="module")
def clips():
    return [clip(*course, amplitude) for course, amplitude in CLIPS]


def test_spotters_are_the_files_of_the_folder():
    assert available() == list(SPOTTERS)


@pytest.mark.parametrize("method", SPOTTERS)
@pytest.mark.parametrize("annotated", ["nothing", "onset and offset"])
def test_apex_despite_noise_flicker_and_jitter(clips, method, annotated):
    for frames, ((_, onset, apex, offset, count), _) in zip(clips, CLIPS, strict=True):
        known = {} if annotated == "nothing" else {"onset": onset, "offset": offset}
        found = spot_apex(frames, method=method, **known)
        assert abs(found.apex - apex) <= 0.1 * count
        assert found.onset < found.apex <= found.offset
        if known:
            assert (found.onset, found.offset) == (onset, offset)
            assert np.isnan(found.curve[:onset]).all()
            assert np.isnan(found.curve[offset + 1 :]).all()
        else:
            assert abs(found.onset - onset) <= 0.3 * count
            assert abs(found.offset - offset) <= 0.3 * count
        looked_at = found.curve[found.onset : found.offset + 1]
        assert found.curve.shape == (count,)
        assert found.curve.dtype == np.float32
        assert np.isfinite(looked_at).all()


@pytest.mark.parametrize("method", SPOTTERS)
def test_a_clip_cut_at_its_apex(clips, method):
    found = spot_apex(clips[0][:15], onset=4, method=method)
    assert abs(found.apex - 14) <= 2
    assert found.offset >= found.apex


@pytest.mark.parametrize("method", SPOTTERS)
def test_clips_of_two_and_three_frames(clips, method):
    still, half, full = clips[0][2], clips[0][9], clips[0][14]
    found = spot_apex([still, full], method=method)
    assert (found.onset, found.apex, found.offset) == (0, 1, 1)
    found = spot_apex([still, full, half], onset=0, offset=2, method=method)
    assert (found.onset, found.apex, found.offset) == (0, 1, 2)
    found = spot_apex([still, half, full], method=method)
    assert (found.onset, found.apex, found.offset) == (0, 2, 2)


@pytest.mark.parametrize("method", SPOTTERS)
def test_equal_frames_give_a_flat_curve(method):
    frames = [np.full((64, 64, 3), 80, np.uint8)] * 4
    found = spot_apex(frames, method=method)
    np.testing.assert_allclose(found.curve, 0, atol=1e-6)
    assert 0 <= found.onset < found.apex <= found.offset <= 3


def test_roi_curve_is_equation_one(clips):
    """1 - d by SciPy's cosine distance, over cells cut out one by one."""
    grey = [clips[0][at][..., 0] for at in (0, 7, 14)]
    found = roi.difference(grey, side=112, smoothing=0.0, blur=0.0, radius=2, cell=0.1)
    small = roi.small_faces(grey, 112)
    faces = [np.rint(np.clip(face, 0, None) * 16).astype(np.uint16) for face in registered(small)]
    codes = [local_binary_pattern(face, 8, 2, "uniform").astype(int) for face in faces]
    assert found[0] == pytest.approx(0, abs=1e-6)
    for at in (1, 2):
        distances = []
        for left, top, right, bottom in roi.REGIONS:
            x0, y0, x1, y1 = (round(share * 112) for share in (left, top, right, bottom))
            for y in range(y0, y1, 11):
                for x in range(x0, x1, 11):
                    cell = np.s_[y : min(y + 11, y1), x : min(x + 11, x1)]
                    h1, h2 = (np.bincount(codes[k][cell].ravel(), minlength=10) for k in (0, at))
                    distances.append(cosine(h1, h2))
        assert found[at] == pytest.approx(np.mean(distances), rel=1e-5)


def test_registration_undoes_a_shift_turn_and_growth():
    face = cv2.GaussianBlur(still_face(112), (0, 0), 1)
    head = similarity_field(112, (0.6, -0.4), 0.004, 0.006)
    shaken = moved(face, head)
    laid = registered(np.stack([face, shaken]))[1]
    inner = np.s_[10:-10, 10:-10]
    assert np.abs(laid - face)[inner].mean() < 0.1 * np.abs(shaken - face)[inner].mean()


def test_divide_and_conquer_keeps_the_half_with_more():
    """Two lower peaks on the left together outweigh the highest one; then the higher of the two."""
    curve = np.zeros(32, np.float32)
    curve[[4, 12, 25]] = 0.6, 0.7, 1.0
    assert roi.apex(curve) == 12
    assert load_spotter("magnitude").apex(curve) == 25


@pytest.mark.parametrize("method", SPOTTERS)
def test_the_end_is_an_apex_only_where_there_is_no_peak(method):
    pick = load_spotter(method).apex
    drift = np.array([0, 0.1, 0.3, 0.6, 0.5, 0.3, 0.35, 0.5, 0.7, 0.9], np.float32)
    assert pick(drift) == 3
    assert pick(np.linspace(0, 1, 9)) == 8
    ripple = np.array([0, 0.3, 0.28, 0.5, 0.49, 0.7, 0.9], np.float32)
    assert pick(ripple) == 6


def test_rest_is_found_above_the_noise():
    up = np.array([1.0, 0.9, 0.7, 0.4, 0.24, 0.2, 0.22, 0.18, 0.2, 0.21])
    assert frames_to_rest(up) == 4
    assert frames_to_rest(np.array([1.0, 0.8])) == 1
    assert frames_to_rest(np.array([1.0, 0.9, 0.8, 0.0])) == 3


FRAMES = [np.zeros((32, 32, 3), np.uint8)] * 5


@pytest.mark.parametrize(
    ("frames", "settings", "message"),
    [
        (FRAMES, {"method": "eye"}, "no apex spotter 'eye'; known: magnitude, roi"),
        (FRAMES, {"window": 1}, "apex spotter roi has no setting 'window'; known: side"),
        (FRAMES[:1], {}, "an apex needs 2 frames or more, the clip has 1"),
        (FRAMES, {"onset": 3, "offset": 3}, "no apex can lie between onset 3 and offset 3"),
        (FRAMES, {"onset": 4}, "no apex can lie between onset 4 and offset 4"),
        (FRAMES, {"offset": 5}, "no apex can lie between onset 0 and offset 5 of frames 0..4"),
        ([*FRAMES, FRAMES[0][:20]], {}, "frame 5 has 32x20 pixels, frame 0 has 32x32"),
        ([FRAMES[0], FRAMES[0] / 2], {}, "frame 1 has values of type float64"),
    ],
)
def test_what_is_wrong_is_named(frames, settings, message):
    with pytest.raises(FlowError, match=message):
        spot_apex(frames, **settings)


def test_spotting_is_frozen():
    found = Spotting(0, 1, 2, np.zeros(3, np.float32))
    with pytest.raises(AttributeError):
        found.apex = 2
