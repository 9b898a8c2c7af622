"""Clips of a face whose movement is known, and a model and a detector to recognise them with.

A test file uses the fixture by ``from clips import clip_model  # noqa: F401``.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import cv2
import keras
import numpy as np
import pytest
import skimage.data

from ferkeras.export import ExportResult, export_model
from ferkeras.runtime import ModelCard, Runner
from ferkeras.types import Face, FlowSpec, InputSpec

LABELS = ("negative", "positive", "surprise")
SPEC = InputSpec("flow_whole", 28, 28, 3, "viola_jones", margin=0.1, flow=FlowSpec(face_size=128))
CARD = ModelCard("htnet", "fake", SPEC, LABELS)
SIDE = 192
LANDMARKS = np.array([[80, 82], [122, 85], [101, 109], [78, 118], [119, 121]], np.float32)
BOX = (51.0, 46.0, 99.0, 99.0)


@cache
def portrait(side: int = SIDE) -> np.ndarray:
    """The astronaut's head, uint8 RGB ``(side, side, 3)``; Viola-Jones finds it."""
    head = skimage.data.astronaut()[15:215, 120:320]
    return np.asarray(cv2.resize(head, (side, side), interpolation=cv2.INTER_AREA))


def course(frames: int, onset: int, apex: int, offset: int) -> np.ndarray:
    """Strength of a movement over time: 0 up to the onset, 1 at the apex, 0 from the offset on."""
    time = np.interp(np.arange(frames), [onset, apex, offset], [0.0, 1.0, 0.0])
    return np.asarray(np.sin(time * np.pi / 2) ** 2)


def moving_face(strengths: np.ndarray, pixels: float = 3.0, noise: float = 0.7) -> np.ndarray:
    """Frames of the portrait whose lip corner is pulled up, uint8 ``(frames, SIDE, SIDE, 3)``.

    Args:
        strengths: ``(frames,)`` share of the full movement.
        pixels: how far the middle of the moving part goes at full strength.
        noise: of the sensor, standard deviation in grey levels.
    """
    random = np.random.default_rng(0)
    y, x = np.indices((SIDE, SIDE), np.float32)
    near = np.exp(-((x - LANDMARKS[4, 0]) ** 2 + (y - LANDMARKS[4, 1]) ** 2) / (2 * 13**2))
    frames = []
    for strength in strengths:
        moved = cv2.remap(
            portrait(),
            x,
            y + np.float32(pixels * strength) * near,
            cv2.INTER_CUBIC,
            borderMode=cv2.BORDER_REPLICATE,
        )
        seen = moved + random.normal(0, noise, moved.shape)
        frames.append(np.clip(np.rint(seen), 0, 255).astype(np.uint8))
    return np.stack(frames)


def write_video(path: Path, frames: np.ndarray, fps: float = 100.0, codec: str = "MJPG") -> Path:
    """Write frames as a video file."""
    size = frames.shape[2], frames.shape[1]
    video = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*codec), fps, size)
    for frame in frames:
        video.write(frame[..., ::-1])
    video.release()
    return path


class FakeRunner(Runner):
    """Shares of the three channels' means: what the model would see decides."""

    engine = "fake"

    def __init__(self) -> None:
        super().__init__(Path("fake"), (None, 28, 28, 3), (None, 3))
        self.batches: list[np.ndarray] = []

    def _run(self, batch):
        self.batches.append(batch)
        means = batch.mean(axis=(1, 2)) + 1
        return means / means.sum(axis=1, keepdims=True)


class FakeDetector:
    """Sees a face of known place wherever the picture is not one grey."""

    name = "fake"

    def __init__(self, faces: int = 1) -> None:
        self.calls, self.faces = 0, faces

    def detect(self, picture):
        self.calls += 1
        if picture.std() < 10:
            return []
        first = Face(BOX, 2.0, LANDMARKS, self.name)
        return [first, *[Face((3.0, 3.0, 20.0, 20.0), 1.0)] * (self.faces - 1)]


_made: list[ExportResult] = []


@pytest.fixture(scope="session")
def clip_model(tmp_path_factory: pytest.TempPathFactory) -> ExportResult:
    """A model of one layer that takes clips, as Keras and TFLite files with a card."""
    if not _made:  # pytest sees one fixture in each file that imports this
        keras.utils.set_random_seed(3)
        model = keras.Sequential(
            [
                keras.Input(SPEC.shape),
                keras.layers.Rescaling(1 / 255),
                keras.layers.Flatten(),
                keras.layers.Dense(3, activation="softmax"),
            ]
        )
        samples = np.random.default_rng(0).integers(0, 256, (20, *SPEC.shape)).astype(np.float32)
        folder = tmp_path_factory.mktemp("models") / "htnet" / "tiny"
        _made.append(export_model(model, SPEC, LABELS, folder, samples=samples, formats=["tflite"]))
    return _made[0]
