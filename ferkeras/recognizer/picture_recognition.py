"""A picture -> its faces -> their classes."""

from __future__ import annotations

import numpy as np

from ferkeras.detect import Detector
from ferkeras.prepare import model_inputs, prepare, prepare_crop
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
        detector: finds the faces; in a face crop, the landmarks where they are the input.
        cropped: the picture is a face crop: it is the face.

    Returns:
        One a face, highest score of the detector first.

    Raises:
        FerkerasError: a face that cannot be prepared.
    """
    height, width = picture.shape[:2]
    if cropped:
        faces: list[Face] = [Face((0.0, 0.0, float(width), float(height)))]
        crops = [prepare_crop(picture, card.input, detector)]
    else:
        faces = detector.detect(picture)
        crops = [prepare(picture, face, card.input) for face in faces]
    if not faces:
        return ()
    rows = runner.predict(model_inputs(np.stack(crops), card.input))
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
