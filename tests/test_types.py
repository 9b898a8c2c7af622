import numpy as np
import pytest

from ferkeras.errors import FerkerasError
from ferkeras.types import Clip, FlowSpec, GraphSpec, InputSpec

FRAMES = np.zeros((5, 4, 4, 3), np.uint8)


def test_clip_takes_a_course_within_its_frames():
    clip = Clip(FRAMES, 100.0, "a.avi", onset=0, apex=2, offset=4)
    assert (clip.onset, clip.apex, clip.offset) == (0, 2, 4)


@pytest.mark.parametrize(
    ("places", "message"),
    [
        ({"apex": 5}, r"a\.avi: apex 5 is outside the clip, whose frames are 0\.\.4"),
        ({"onset": -1}, r"a\.avi: onset -1 is outside"),
        ({"onset": 3, "apex": 2}, r"a\.avi: onset 3 is after apex 2"),
        ({"onset": 3, "offset": 2}, r"a\.avi: onset 3 is after offset 2"),
        ({"apex": 3, "offset": 2}, r"a\.avi: apex 3 is after offset 2"),
    ],
)
def test_clip_names_what_is_wrong(places, message):
    with pytest.raises(FerkerasError, match=message):
        Clip(FRAMES, source="a.avi", **places)


def test_clip_without_frames():
    with pytest.raises(FerkerasError, match="no frames"):
        Clip(FRAMES[:0])


def test_input_spec_of_flow_round_trip():
    spec = InputSpec("flow_regions", 28, 28, 3, "mtcnn", flow=FlowSpec("tvl1", scale=0.05))
    again = InputSpec.from_dict(spec.to_dict())
    assert again == spec
    assert again.takes_clips
    assert not InputSpec().takes_clips
    with pytest.raises(FerkerasError, match=r"InputSpec\.flow has no field 'methode'"):
        InputSpec.from_dict({"flow": {"methode": "tvl1"}})


@pytest.mark.parametrize(
    "wrong", [{"normalisation": "max"}, {"face_size": 8}, {"scale": 0.0}, {"scale": 1.5}]
)
def test_flow_spec_checks_its_values(wrong):
    with pytest.raises(FerkerasError, match=next(iter(wrong))):
        FlowSpec(**wrong)


def test_flow_has_three_channels():
    with pytest.raises(FerkerasError, match="channels is 1; flow has 3"):
        InputSpec("flow_whole", 28, 28, 1, flow=FlowSpec())


def test_input_spec_of_landmarks_round_trip():
    spec = InputSpec("landmarks", landmarks="lbfmodel.yaml", margin=0.2)
    assert (spec.points, spec.shape, spec.takes_landmarks) == (68, (68, 2), True)
    assert InputSpec.from_dict(spec.to_dict()) == spec
    five = InputSpec("landmarks", detector="mtcnn", landmarks="mtcnn")
    assert five.shape == (5, 2)
    assert InputSpec("landmarks").shape == (68, 2)  # a file is yet to be named
    # cards and caches of pictures are as they were before landmarks
    assert not {"landmarks", "points"} & set(InputSpec().to_dict())


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"landmarks": "mtcnn"}, "set detector='mtcnn' too"),
        ({"landmarks": "mtcnn", "detector": "mtcnn", "points": 68}, "points is 68 with"),
        ({"landmarks": "a.dat", "points": 5}, "points is 5 with landmarks='a.dat'"),
        ({"landmarks": 3}, "expected 'mtcnn' or the path"),
        ({"points": 2}, "3 or more"),
        ({"points": "68"}, "whole number"),
        ({"height": 48}, "height is 48, which means nothing"),
        ({"channels": 3}, "channels is 3, which means nothing"),
        ({"align": True}, "align is True, which means nothing"),
        ({"flow": FlowSpec()}, "which means nothing for kind 'landmarks'"),
        ({"kind": "face_crop", "landmarks": "mtcnn"}, "landmarks is 'mtcnn', but kind is"),
        ({"kind": "face_crop", "points": 5}, "points is 5, but kind is 'face_crop'"),
    ],
)
def test_settings_of_landmarks_that_contradict(settings, said):
    with pytest.raises(FerkerasError, match=said):
        InputSpec(**{"kind": "landmarks", **settings})


def test_input_spec_of_graphs_round_trip():
    spec = InputSpec(height=48, width=40, channels=3, graph=GraphSpec(0.8, 20, 70.0, 64, True))
    assert InputSpec.from_dict(spec.to_dict()) == spec
    assert "graph" not in InputSpec().to_dict()
    assert spec.input_shapes == {"image": (48, 40, 3), "nodes": (None, 13), "edges": (2, None)}
    assert InputSpec().input_shapes == {"input": (60, 60, 1)}


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"purity": 1.0}, "purity is 1.0, expected 0..0.99"),
        ({"purity": "a"}, "purity is 'a', expected a number"),
        ({"tolerance": 2.5}, "tolerance is 2.5, expected a whole number"),
        ({"variance": float("inf")}, "variance is inf"),
        ({"max_nodes": float("inf")}, "max_nodes is inf, expected a whole number"),
        ({"max_nodes": float("nan")}, "max_nodes is nan"),
        ({"max_nodes": True}, "max_nodes is True, expected a number"),
        ({"colour": 1}, "colour is 1, expected true or false"),
        ({"compat": "none"}, "compat is 'none'"),
        ({"depth": 3}, "InputSpec.graph has no field 'depth'"),
    ],
)
def test_settings_of_graphs_are_checked(settings, said):
    with pytest.raises(FerkerasError, match=said):
        InputSpec.from_dict({"channels": 3, "graph": settings})


def test_graphs_are_of_pictures():
    with pytest.raises(FerkerasError, match="no picture; leave it out"):
        InputSpec(kind="flow_whole", channels=3, flow=FlowSpec(), graph=GraphSpec())
    with pytest.raises(FerkerasError, match="colour needs channels=3"):
        InputSpec(graph=GraphSpec(colour=True))
    with pytest.raises(FerkerasError, match=r"InputSpec\.graph is 3, expected settings by name"):
        InputSpec.from_dict({"graph": 3})
