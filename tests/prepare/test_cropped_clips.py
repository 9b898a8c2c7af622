import numpy as np
import pytest
from moving_faces import BOX, POINTS, Finds, rendered, smile, turned

from ferkeras.prepare import analyse_clip, needs_detector
from ferkeras.types import Clip, Face, FlowSpec, InputSpec

SPEC = InputSpec("flow_whole", 28, 28, 3, "viola_jones", flow=FlowSpec())
SIZE = SPEC.flow.face_size


def crops(*pictures):
    x, y, width, height = (round(v) for v in BOX)
    return [picture[y : y + height, x : x + width] for picture in pictures]


def test_face_crops_are_taken_whole_and_without_margin():
    spec = InputSpec("flow_whole", 28, 28, 3, margin=0.4, flow=FlowSpec())
    first, second = crops(rendered(), rendered(turned(shift=(1, 0.5)), smile(1.2)))
    motion = analyse_clip(Clip([first, second], onset=0, apex=1), spec, None, cropped=True)
    assert motion.face.box == (0.0, 0.0, 98.0, 98.0)
    assert (motion.faces_seen, motion.landmarks) == (1, None)
    blocks = first.reshape(14, 7, 14, 7, 3).mean(axis=(1, 3))
    assert abs(motion.onset_face.reshape(14, 16, 14, 16, 3).mean(axis=(1, 3)) - blocks).max() < 3
    assert motion.flow[..., 1].max() > 1.5


def test_landmarks_of_face_crops_come_from_the_detector():
    points = POINTS - np.float32([62, 66])
    detector = Finds(Face((0, 0, 98, 98), landmarks=points))
    clip = Clip(crops(rendered(), rendered()), onset=0, apex=1)
    motion = analyse_clip(clip, SPEC, detector, cropped=True)
    assert motion.landmarks == pytest.approx((points + 0.5) * SIZE / 98 - 0.5, abs=1e-3)


@pytest.mark.parametrize(
    ("kind", "align", "wanted"),
    [("flow_whole", False, False), ("flow_whole", True, True), ("flow_regions", False, True)],
)
def test_which_crops_need_a_detector(kind, align, wanted):
    spec = InputSpec(kind, 28, 28, 3, "mtcnn", align=align, flow=FlowSpec())
    assert needs_detector(spec, cropped=True) == wanted
    assert needs_detector(spec)
    assert not needs_detector(InputSpec(align=True), cropped=True)
    assert needs_detector(InputSpec())
