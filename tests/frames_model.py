"""One tiny clip model that computes its flow itself, exported once for all tests that need it.

A test file uses it by ``from frames_model import exported_frames  # noqa: F401``.
"""

from __future__ import annotations

from functools import cache

import cv2
import keras
import numpy as np
import pytest
import skimage.data
from exported_model import LABELS

from ferkeras.export import ExportResult, export_model, frames_model
from ferkeras.models import HTNet
from ferkeras.types import Face, FlowSpec, InputSpec

SIDE = 64
SPEC = InputSpec(
    *("flow_regions", 8, 8, 3, "mtcnn"),
    flow=FlowSpec(normalisation="fixed", face_size=SIDE, scale=0.02),
)
LANDMARKS = np.array([[21, 24], [43, 23.5], [32, 36], [24, 48], [41, 47]], np.float32)


class KnownFace:
    """A detector whose face is the whole picture."""

    name = "known"

    def detect(self, picture):
        """The face, with landmarks."""
        height, width = picture.shape[:2]
        return [Face((0.0, 0.0, width, height), 1.0, LANDMARKS * (width / SIDE), self.name)]


@cache
def clip_model() -> keras.Model:
    """A small HTNet with seeded weights that takes the channels of a movement."""
    keras.utils.set_random_seed(5)
    return HTNet((8, 8, 3), len(LABELS), patch_size=2, hidden_dim=6, num_heads=2)


def moving_frames(seed: int, side: int = SIDE) -> np.ndarray:
    """Onset and apex, uint8 ``(2, side, side, 3)``: a portrait whose parts move a little."""
    random = np.random.default_rng(seed)
    photo = cv2.resize(skimage.data.astronaut()[20:220, 130:330], (side, side))
    field = random.normal(0, 0.02 * side, (4, 4, 2)).astype(np.float32)
    u, v = np.moveaxis(cv2.resize(field, (side, side), interpolation=cv2.INTER_CUBIC), 2, 0)
    y, x = np.indices((side, side), np.float32)
    moved = cv2.remap(photo, x - u, y - v, cv2.INTER_CUBIC, borderMode=cv2.BORDER_REFLECT)
    return np.stack([photo, np.clip(0.97 * moved + 4.0, 0, 255).astype(np.uint8)])


def frame_inputs(count: int, seed: int = 0) -> dict[str, np.ndarray]:
    """What the model takes, ``count`` samples."""
    pairs = np.stack([moving_frames(seed + row) for row in range(count)]).astype(np.float32)
    landmarks = LANDMARKS + np.random.default_rng(seed).normal(0, 3, (count, 5, 2))
    return {
        "onset": pairs[:, 0],
        "apex": pairs[:, 1],
        "landmarks": landmarks.astype(np.float32),
    }


_made: list[ExportResult] = []


@pytest.fixture(scope="session")
def exported_frames(tmp_path_factory: pytest.TempPathFactory) -> ExportResult:
    """`clip_model` with its flow inside, in every format, with a card."""
    if not _made:  # pytest sees one fixture in each file that imports this
        folder = tmp_path_factory.mktemp("frames_models") / "htnet" / "frames"
        model, spec = frames_model(clip_model(), SPEC)
        samples = frame_inputs(6)
        _made.append(export_model(model, spec, LABELS, folder, samples=samples, tolerance=5e-3))
    return _made[0]
