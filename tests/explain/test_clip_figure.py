import dataclasses
import itertools

import numpy as np
import pytest
from clips import CARD, LANDMARKS, SPEC, FakeDetector, FakeRunner, course, moving_face
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.text import Text

from ferkeras import Recognizer
from ferkeras.errors import FerkerasError
from ferkeras.explain.clip_figure import clip_figure, lay_out
from ferkeras.prepare.flow_regions import region_boxes
from ferkeras.types import Clip

FRAMES = moving_face(course(20, onset=4, apex=9, offset=16))
REGIONS = dataclasses.replace(SPEC, kind="flow_regions")


@pytest.fixture(scope="module")
def result():
    card = dataclasses.replace(CARD, input=REGIONS)
    one = Recognizer(FakeRunner(), card, FakeDetector())
    return one.predict_clip(Clip(FRAMES, 100.0, "/data/s01/EP02_01f.avi"))


@pytest.fixture
def texts(monkeypatch):
    """A function: figure -> (text, its box in pixels) of each text that is drawn."""

    def call(figure):
        canvas, drawn = FigureCanvasAgg(figure), []
        draw = Text.draw
        monkeypatch.setattr(
            Text, "draw", lambda text, *rest: [drawn.append(text), draw(text, *rest)]
        )
        canvas.draw()
        found = [text for text in drawn if text.get_visible() and text.get_text()]
        return [(text.get_text(), text.get_window_extent(canvas.renderer)) for text in found]

    return call


SEVEN = ("anger", "contempt", "disgust", "fear", "happiness", "sadness", "surprise and more of it")
CASES = {
    "as it is": {},
    "close together": {"onset": 8, "apex": 9, "offset": 10},
    "at the ends": {"onset": 0, "apex": 19, "offset": 19},
    "no offset, no rate": {"offset": None, "fps": 0.0},
    "many notes": {
        "notes": tuple(f"note {number} " + "that says much " * 4 for number in range(5))
    },
    "long name": {"source": "x" * 300},
    "no name": {"source": ""},
    "many classes": {"label": "fear", "probabilities": dict.fromkeys(SEVEN, 1 / 7)},
    "a stream": {"frame": None, "first_frame": 1234, "onset": 1238, "apex": 1243, "offset": 1250},
}


@pytest.mark.parametrize("case", CASES)
def test_all_is_said_and_no_text_lies_on_another_or_outside(result, texts, case):
    shown = dataclasses.replace(result, **CASES[case])
    figure = lay_out(shown, REGIONS)
    drawn = texts(figure)
    said = " ".join(text for text, _ in drawn)
    for mark in ("onset", "apex", "offset"):
        frame = getattr(shown, mark)
        assert (f"{mark} {frame}" in said) == (frame is not None)
    assert shown.label in said
    assert f"{shown.probabilities[shown.label]:.0%}" in said
    assert f"{shown.motion:.2f} % of the face's side" in said
    assert all(note.split()[0] in said for note in shown.notes)
    width, height = figure.get_size_inches() * figure.dpi
    for text, box in drawn:
        assert box.x0 >= -1, text
        assert box.y0 >= -1, text
        assert box.x1 <= width + 1, text
        assert box.y1 <= height + 1, text
    for (one, first), (other, second) in itertools.combinations(drawn, 2):
        assert not first.overlaps(second), f"{one!r} lies on {other!r}"


def test_panels_show_faces_regions_curve_and_box(result):
    figure = lay_out(result, REGIONS)
    titled = {axes.get_title().split(",")[0]: axes for axes in figure.axes}
    motion = result.analysis
    np.testing.assert_array_equal(titled["onset"].images[0].get_array(), motion.onset_face)
    np.testing.assert_array_equal(titled["apex"].images[0].get_array(), motion.apex_face)
    np.testing.assert_array_equal(
        titled[f"frame {result.onset}"].images[0].get_array(), result.frame
    )
    course = titled["difference from the first frame"]
    (line,) = (one for one in course.lines if len(one.get_xdata()) > 2)
    np.testing.assert_allclose(line.get_ydata(), motion.curve)
    assert list(line.get_xdata()) == list(range(20))
    # In pixels of a face of 128; the model sees 28, a region 14 of them.
    corners = {patch.get_xy() for patch in titled["apex"].patches if hasattr(patch, "get_xy")}
    small = (motion.landmarks + 0.5) * 28 / 128 - 0.5
    want = region_boxes(small.astype(np.float32), 28, 28).values()
    assert len(corners) == 4
    np.testing.assert_allclose(
        sorted(corners),
        sorted((x * 128 / 28 - 0.5, y * 128 / 28 - 0.5) for x, y in want),
        rtol=1e-5,
    )
    box = titled[f"frame {result.onset}"].patches[0]
    x, y = LANDMARKS.mean(axis=0)
    assert box.get_x() < x < box.get_x() + box.get_width()
    assert box.get_y() < y < box.get_y() + box.get_height()


def test_the_curve_says_what_it_counts_from():
    """It is 0 in the frame that it counts from, but for the smoothing over time."""
    card = dataclasses.replace(CARD, input=REGIONS)
    recognizer = Recognizer(FakeRunner(), card, FakeDetector())
    estimated = recognizer.predict_clip(Clip(FRAMES, 100.0))
    annotated = recognizer.predict_clip(Clip(FRAMES, 100.0, onset=4))
    for result, first, title in (
        (estimated, 0, "difference from the first frame, 0; onset estimated from it"),
        (annotated, 4, "difference from the onset, frame 4"),
    ):
        curve = result.analysis.curve
        assert np.isnan(curve[:first]).all()
        assert curve[first] == np.nanmin(curve)
        assert title in [axes.get_title() for axes in lay_out(result, REGIONS).axes]
    window = dataclasses.replace(
        estimated, frame=None, first_frame=1230, onset=1234, apex=1239, offset=1246
    )
    titles = [axes.get_title() for axes in lay_out(window, REGIONS).axes]
    assert "difference from the first frame, 1230; onset estimated from it" in titles


def test_arrows_point_where_the_face_goes(result):
    """The lip corner goes up, at its place."""
    figure = lay_out(result, REGIONS)
    (quiver,) = (
        artist for axes in figure.axes for artist in axes.collections if hasattr(artist, "U")
    )
    longest = np.argmax(np.hypot(quiver.U, quiver.V))
    assert quiver.V[longest] < -0.5
    assert abs(quiver.U[longest]) < 0.3 * abs(quiver.V[longest])
    place = quiver.XY[longest]
    lip = result.analysis.landmarks[4]
    assert np.hypot(*(place - lip)) < 25


def test_a_whole_face_has_no_regions_and_a_picture_comes_out(result):
    figure = lay_out(result, SPEC)
    apex = next(axes for axes in figure.axes if axes.get_title().startswith("apex"))
    assert not [patch for patch in apex.patches if hasattr(patch, "get_xy")]
    picture = clip_figure(result, SPEC)
    assert picture.dtype == np.uint8
    assert picture.shape == (760, 1300, 3)
    assert picture.std() > 20


def test_a_face_at_rest_and_an_annotated_apex_are_drawn(result, texts):
    still = dataclasses.replace(
        result.analysis,
        flow=np.zeros_like(result.analysis.flow),
        strain=np.zeros_like(result.analysis.strain),
        curve=None,
        landmarks=None,
    )
    figure = lay_out(dataclasses.replace(result, analysis=still), REGIONS)
    said = " ".join(text for text, _ in texts(figure))
    assert "apex annotated: no curve was computed" in said


def test_without_analysis_there_is_nothing_to_draw(result):
    with pytest.raises(FerkerasError, match=r"EP02_01f\.avi: a result without its analysis"):
        clip_figure(dataclasses.replace(result, analysis=None), SPEC)
