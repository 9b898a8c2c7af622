"""Photographs of 640x480 pixels to recognise, made from pictures that ship with scikit-image."""

from __future__ import annotations

from pathlib import Path

import numpy as np

WIDTH, HEIGHT = 640, 480


def scenes() -> dict[str, np.ndarray]:
    """Name -> uint8 RGB ``(480, 640, 3)``.

    A face of 127 pixels beside a shuttle and a flag; the same photograph small on grass, with a
    face of 45 pixels; a table with a cup, without a face.
    """
    import cv2
    import skimage.data

    photo = skimage.data.astronaut()
    near = cv2.resize(photo, (WIDTH, WIDTH), interpolation=cv2.INTER_AREA)[:HEIGHT]
    far = np.dstack([cv2.resize(skimage.data.grass(), (WIDTH, HEIGHT))] * 3)
    far[200:424, 300:524] = cv2.resize(photo, (224, 224), interpolation=cv2.INTER_AREA)
    none = cv2.resize(skimage.data.coffee(), (WIDTH, HEIGHT), interpolation=cv2.INTER_AREA)
    return {"one large face": near, "one small face": far, "no face": none}


def write_scenes(folder: Path) -> dict[str, Path]:
    """The scenes as JPEG files."""
    from ferkeras.media import write_image

    paths = {name: folder / f"{name.replace(' ', '_')}.jpg" for name in scenes()}
    for name, picture in scenes().items():
        write_image(paths[name], picture)
    return paths
