"""A picture -> its faces -> their classes."""

from __future__ import annotations

import numpy as np

from ferkeras.detect import Detector
from ferkeras.prepare import prepare
from ferkeras.recognizer.results import Recognition
from ferkeras.runtime import ModelCard, Runner
from ferkeras.types import Face, Picture


def recognise_picture(
    picture: Picture, runner: Runner, card: ModelCard, detector: Detector, *, cropped: bool = False
) -> tuple[Recognition, ...]:
    """Find the faces in a picture and name their expressions.

    Args:
        picture: uint8 RGB.
        runner, card: the model; ``card.input`` takes pictures.
        detector: finds the faces.
        cropped: the picture is a face crop: no face is looked for.

    Returns:
        One a face, highest score of the detector first.

    Raises:
        FerkerasError: a face that cannot be prepared.
    """
    height, width = picture.shape[:2]
    whole = Face((0.0, 0.0, float(width), float(height)))
    faces: list[Face] = [whole] if cropped else detector.detect(picture)
    if not faces:
        return ()
    crops = [prepare(picture, None if cropped else face, card.input) for face in faces]
    rows = runner.predict(np.stack(crops))
    return tuple(
        Recognition(
            face.box,
            face.landmarks,
            card.labels[int(row.argmax())],
            dict(zip(card.labels, row.tolist(), strict=True)),
            face.score,
            face.detector,
        )
        for face, row in zip(faces, rows, strict=True)
    )
