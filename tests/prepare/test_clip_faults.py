import numpy as np
import pytest
from moving_faces import BOX, PORTRAIT, Finds, Reads, found_face, one_face

from ferkeras.errors import FaceError, FerkerasError, MediaError
from ferkeras.prepare import analyse_clip
from ferkeras.types import Clip, Face, FlowSpec, InputSpec

SPEC = InputSpec("flow_whole", 28, 28, 3, "viola_jones", flow=FlowSpec())
WALL = np.full_like(PORTRAIT, 120)


def broken():
    raise MediaError("007.png: the file is cut off")


FAULTS = {
    "no face": ([WALL, WALL], {}, FaceError, "no face found by finds in frame 0"),
    "one frame": ([PORTRAIT], {}, FerkerasError, "the clip has one frame"),
    "other size": (
        [PORTRAIT, PORTRAIT[:200]],
        {},
        MediaError,
        "frame 1 has 224x200 pixels, frame 0 has 224x224",
    ),
    "cut off": ([PORTRAIT, broken], {"onset": 0, "apex": 1}, MediaError, "007.png: the file"),
    "not pixels": ([PORTRAIT, PORTRAIT * np.nan], {}, MediaError, "frame 1: .* NaN"),
    "lost": (
        [PORTRAIT, PORTRAIT, WALL, WALL],
        {"onset": 0, "apex": 3},
        FaceError,
        "the face found in frame 0 is lost in frame 3: only 0 of .* shows it is frame 1",
    ),
    "no frame left": ([PORTRAIT, PORTRAIT], {"onset": 1}, FerkerasError, "after the onset 1"),
    "no movement": ([PORTRAIT] * 2, {"onset": 1, "apex": 1}, FerkerasError, "both onset and apex"),
}


@pytest.mark.parametrize("name", FAULTS)
def test_faults_are_one_line_with_the_source(name):
    frames, annotated, kind, message = FAULTS[name]
    detector = Finds() if name == "no face" else one_face()
    with pytest.raises(kind, match=message) as caught:
        analyse_clip(Clip(Reads(*frames), source="s1/ep_3", **annotated), SPEC, detector)
    assert str(caught.value).startswith("s1/ep_3: ")
    assert "\n" not in str(caught.value)
    assert str(caught.value).count("s1/ep_3") == 1


def test_a_clip_without_a_source_is_called_clip():
    with pytest.raises(FaceError, match=r"^clip: no face"):
        analyse_clip(Clip([WALL, WALL]), SPEC, Finds())


def test_what_is_missing_is_named():
    clip = Clip([PORTRAIT, PORTRAIT], onset=0, apex=1)
    with pytest.raises(FaceError, match="no detector, and the frames are no face crops"):
        analyse_clip(clip, SPEC, None)
    aligned = InputSpec("flow_whole", 28, 28, 3, align=True, flow=FlowSpec())
    with pytest.raises(FaceError, match="align needs landmarks"):
        analyse_clip(clip, aligned, Finds(found_face()))
    with pytest.raises(FaceError, match="'finds' gives no landmarks; take 'mtcnn'"):
        analyse_clip(clip, SPEC, Finds(Face(BOX, detector="finds")), cropped=True)
    with pytest.raises(FerkerasError, match="is made of one picture"):
        analyse_clip(clip, InputSpec(), one_face())


def test_an_annotation_outside_the_clip_is_refused():
    with pytest.raises(FerkerasError, match=r"s: apex 7 is outside the clip, .* 0\.\.1"):
        Clip([PORTRAIT, PORTRAIT], source="s", apex=7)
    with pytest.raises(FerkerasError, match="onset 1 is after apex 0"):
        Clip([PORTRAIT, PORTRAIT], onset=1, apex=0)
