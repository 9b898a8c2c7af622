"""Photo or clip -> expressions, over any exported model."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np

from ferkeras.detect import Detector, load_detector
from ferkeras.errors import FerkerasError, MediaError
from ferkeras.media import as_picture, is_video, iter_video, read_image
from ferkeras.prepare import prepare
from ferkeras.runtime import ModelCard, Runner
from ferkeras.runtime.carded import check_card, open_with_card
from ferkeras.types import Clip, Face, FloatArray, Picture


@dataclass(frozen=True)
class Recognition:
    """One face and its expression.

    Attributes:
        box: ``(x, y, width, height)`` in pixels of the picture.
        landmarks: ``(5, 2)`` points (see `ferkeras.types.LANDMARK_NAMES`), or None.
        label: the most probable class.
        probabilities: class -> probability, in the order of the model's output.
        score: the detector's confidence; 1 for a picture that was given as a crop.
        detector: its name; empty for a crop.
    """

    box: tuple[float, float, float, float]
    landmarks: FloatArray | None
    label: str
    probabilities: Mapping[str, float]
    score: float
    detector: str

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        points = None if self.landmarks is None else np.asarray(self.landmarks).tolist()
        plain = {"box": [float(value) for value in self.box], "landmarks": points}
        return {**vars(self), **plain, "probabilities": dict(self.probabilities)}


@dataclass(frozen=True)
class PictureResult:
    """What was recognised in one picture or one frame of a video.

    Attributes:
        source: the file's path, or ``"array"``.
        faces: one `Recognition` a face, best detector score first; empty where there is no face.
        frame: number of the frame in its video, from 0; None for a picture.
        seconds: time of that frame from the start of the video.
        error: why it could not be read; then there are no faces. Only with ``on_error="report"``.
    """

    source: str
    faces: tuple[Recognition, ...] = ()
    frame: int | None = None
    seconds: float | None = None
    error: str | None = None

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return {**vars(self), "faces": [face.to_dict() for face in self.faces]}


class Recognizer:
    """Finds faces and names their expressions; made by `Recognizer.load`.

    Attributes:
        card: the model's card (labels, input, what it must not be used for).
        runner: the opened model file.
        detector: finds the faces.

    Example:
        >>> recognizer = Recognizer.load("mff_cnn/fer2013")
        >>> for result in recognizer.predict("photo.jpg"):
        ...     print(result.source, [face.label for face in result.faces])
    """

    def __init__(self, runner: Runner, card: ModelCard, detector: Detector) -> None:
        check_card(runner, card)
        self.runner, self.card, self.detector = runner, card, detector

    @classmethod
    def load(
        cls,
        tag_or_path: str | os.PathLike[str],
        *,
        engine: str | None = None,
        detector: str | Detector | None = None,
        threads: int | None = None,
    ) -> Recognizer:
        """Open a released or exported model.

        Args:
            tag_or_path: ``"mff_cnn/fer2013"``, an exported folder, or one file in it.
            engine: see `ferkeras.runtime.open_model`; None takes the quickest that can run here.
            detector: name of a detector, or an object with ``detect(picture) -> list[Face]``;
                None takes the one that the model was trained with.
            threads: CPU threads of the model (LiteRT and ONNX only).

        Raises:
            ModelFileError: no such model, a damaged file, or no card beside it.
        """
        runner, card = open_with_card(tag_or_path, engine=engine, threads=threads)
        if detector is None or isinstance(detector, str):
            detector = load_detector(detector or card.input.detector)
        return cls(runner, card, detector)

    def predict(
        self,
        source: Any,
        *,
        cropped: bool = False,
        every: int = 1,
        on_error: Literal["raise", "report"] = "raise",
    ) -> list[PictureResult]:
        """Recognise pictures and videos.

        Args:
            source: the path of a picture or a video, an array (see `ferkeras.media.as_picture`), a
                `Clip`, or a list of these.
            cropped: the pictures are face crops: no face is looked for.
            every: take the first and each ``every``-th further frame of a video.
            on_error: ``"raise"`` the first error, or ``"report"`` it as a result and go on.

        Returns:
            One result a picture and one a frame, in order; always a flat list.

        Raises:
            FerkerasError: a picture that cannot be read, with ``on_error="raise"``.
        """
        found = self.stream(source, cropped=cropped, every=every, on_error=on_error)
        return [result for result, _ in found]

    def stream(
        self,
        source: Any,
        *,
        cropped: bool = False,
        every: int = 1,
        on_error: Literal["raise", "report"] = "raise",
    ) -> Iterator[tuple[PictureResult, Picture | None]]:
        """As `predict`, one result after the other with its picture (None where it failed).

        Holds one picture in memory, whatever the length of a video.
        """
        if on_error not in ("raise", "report"):
            raise FerkerasError(f"on_error is {on_error!r}, expected 'raise' or 'report'")
        if every < 1:
            raise FerkerasError(f"every is {every}, expected 1 or more")
        many = isinstance(source, (list, tuple))
        for number, item in enumerate(source if many else [source]):
            is_path = isinstance(item, (str, os.PathLike))
            name = str(item) if is_path else f"array {number}" if many else "array"
            try:
                for picture, frame, seconds in _pictures(item, name, every):
                    faces = self._recognise(picture, cropped)
                    yield PictureResult(name, faces, frame, seconds), picture
            except FerkerasError as error:
                if on_error == "raise":
                    raise
                yield PictureResult(name, error=str(error)), None

    def _recognise(self, picture: Picture, cropped: bool) -> tuple[Recognition, ...]:
        height, width = picture.shape[:2]
        whole = Face((0.0, 0.0, float(width), float(height)))
        faces: list[Face] = [whole] if cropped else self.detector.detect(picture)
        if not faces:
            return ()
        spec = self.card.input
        crops = [prepare(picture, None if cropped else face, spec) for face in faces]
        rows = self.runner.predict(np.stack(crops))
        return tuple(self._named(face, row) for face, row in zip(faces, rows, strict=True))

    def _named(self, face: Face, row: FloatArray) -> Recognition:
        label = self.card.labels[int(row.argmax())]
        chances = dict(zip(self.card.labels, row.tolist(), strict=True))
        return Recognition(face.box, face.landmarks, label, chances, face.score, face.detector)


def _pictures(
    item: Any, name: str, every: int
) -> Iterator[tuple[Picture, int | None, float | None]]:
    """The pictures of one item, with frame number and time where it is a video."""
    if isinstance(item, Clip):
        for number in range(0, len(item.frames), every):
            seconds = number / item.fps if item.fps else None
            yield as_picture(item.frames[number], f"{name}, frame {number}"), number, seconds
    elif isinstance(item, np.ndarray):
        yield as_picture(item, name), None, None
    elif not isinstance(item, (str, os.PathLike)):
        raise MediaError(
            f"{name}: cannot recognise a {type(item).__name__}; "
            "give a path, an array, a Clip or a list of these"
        )
    elif is_video(item):
        for frame in iter_video(item, every):
            yield frame.picture, frame.number, frame.seconds
    else:
        yield read_image(Path(item)), None, None
