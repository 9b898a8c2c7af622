"""Clips of a face that moves, made from a picture that ships with scikit-image."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

FPS = 100.0
LOOP = 1000  # frames after which a long video begins anew
NOBODY = 300  # frames without a face at the end of each sixth loop
EVERY = 250  # frames from one movement to the next in a long video

RELEASED = "htnet/synthetic"


def clip_frames(frames: int = 60, side: int = 224) -> np.ndarray:
    """One movement of a lip corner: uint8 ``(frames, side, side, 3)``; the face has half a side."""
    strengths = np.sin(np.clip(np.arange(frames) / frames * 1.4 - 0.2, 0, 1) * np.pi) ** 2
    return np.stack(
        [_frame(strength, 0.0, side, side, side / 180, n) for n, strength in enumerate(strengths)]
    )


def long_frames(count: int, width: int = 320, height: int = 240) -> Iterator[np.ndarray]:
    """A face that sways, with a movement each 2.5 s, and nobody for 3 s in a minute."""
    loop = []
    for number in range(min(count, LOOP)):
        strength = np.sin(np.clip((number % EVERY - 60) / 50, 0, 1) * np.pi) ** 2
        sway = np.sin(2 * np.pi * number / LOOP)
        loop.append(_frame(strength, sway, width, height, height / 270, number))
    nobody = np.full((height, width, 3), 96, np.uint8)
    for number in range(count):
        away = number // LOOP % 6 == 5 and number % LOOP >= LOOP - NOBODY
        yield nobody if away else loop[number % LOOP]


def write_video(path: Path, frames: Iterable[np.ndarray], codec: str) -> Path:
    """Write frames as they come."""
    import cv2

    video = None
    for frame in frames:
        if video is None:
            size = frame.shape[1], frame.shape[0]
            video = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*codec), FPS, size)
        video.write(frame[..., ::-1])
    assert video is not None
    video.release()
    return path


def clip_recogniser_folder(out: Path) -> Path:
    """The released model's folder; without one an export with random weights, as ONNX."""
    from ferkeras.runtime.card import find_model, released

    if RELEASED in released():
        return find_model(RELEASED)
    from model_folders import random_crops

    from ferkeras.export import export_model
    from ferkeras.models import HTNet
    from ferkeras.training.recipe import load_recipe

    recipe = load_recipe("htnet", "local")
    model: Any = HTNet(recipe.input.shape, 3, variant="local")
    labels = ["negative", "positive", "surprise"]
    samples = random_crops(recipe.input.shape, 8)
    folder = out / "htnet" / "random"
    export_model(model, recipe.input, labels, folder, samples=samples, formats=["onnx"])
    return folder


def _frame(
    strength: float, sway: float, width: int, height: int, zoom: float, seed: int
) -> np.ndarray:
    """The portrait, enlarged by `zoom`, its lip corner pulled up, shifted by `sway`."""
    import cv2
    import skimage.data

    photo = np.ascontiguousarray(skimage.data.astronaut()[:300, 60:380])
    y, x = np.indices((height, width), np.float32)
    across = (x - width / 2) / zoom + 162 - 3 * sway
    down = (y - height / 2) / zoom + 130 - 1.5 * sway
    near = np.exp(-((across - 181) ** 2 + (down - 146) ** 2) / (2 * 16**2))
    moved = cv2.remap(
        photo,
        across.astype(np.float32),
        (down + 2.5 * strength * near).astype(np.float32),
        cv2.INTER_CUBIC,
        borderMode=cv2.BORDER_REPLICATE,
    )
    noise = np.random.default_rng(seed).normal(0, 1.0, moved.shape)
    return np.clip(np.rint(moved + noise), 0, 255).astype(np.uint8)
