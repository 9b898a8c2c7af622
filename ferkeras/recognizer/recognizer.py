"""Opens a model once and recognises pictures, clips and long videos with it."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Iterator
from typing import Any, Literal

from ferkeras.detect import Detector, load_detector
from ferkeras.errors import FaceError, FerkerasError, MediaError
from ferkeras.media.camera import as_camera
from ferkeras.prepare import check_restorer
from ferkeras.prepare.landmarks import landmark_model
from ferkeras.recognizer.clip_recognition import recognise_clip
from ferkeras.recognizer.clip_result import ClipResult
from ferkeras.recognizer.clip_source import open_clip
from ferkeras.recognizer.clip_stream import ClipStream
from ferkeras.recognizer.frame_stream import open_frames
from ferkeras.recognizer.picture_recognition import recognise_picture
from ferkeras.recognizer.pictures import iter_pictures
from ferkeras.recognizer.results import PictureResult
from ferkeras.recognizer.stopwatch import Stopwatch
from ferkeras.runtime import ModelCard, Runner
from ferkeras.runtime.carded import check_card, open_with_card
from ferkeras.types import Picture


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
        >>> recognizer = Recognizer.load("htnet/synthetic")
        >>> clip = recognizer.predict_clip("clip.avi")
        >>> print(clip.onset, clip.apex, clip.label)
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
        landmarks: str | os.PathLike[str] | None = None,
    ) -> Recognizer:
        """Open a released or exported model.

        Args:
            tag_or_path: ``"mff_cnn/fer2013"``, an exported folder, or one file in it.
            engine: see `ferkeras.runtime.open_model`; None takes the quickest that can run here.
            detector: name of a detector, or an object with ``detect(picture) -> list[Face]``;
                None takes the one that the model was trained with.
            threads: CPU threads of the model (LiteRT and ONNX only).
            landmarks: for a model that takes landmarks: the file of the landmark model, in the
                place of the one that the card names; it should be the same file as in training.

        Raises:
            ModelFileError: no such model, a damaged file, or no card beside it; or the restorer
                that its card names (``input.resolution``) is not there.
            FaceError: the landmark model is not there, or cannot be used.
        """
        runner, card = open_with_card(tag_or_path, engine=engine, threads=threads)
        card = _with_landmarks(card, landmarks)
        _check_restorer(card)
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
        """Recognise pictures, videos and frames of a camera.

        Args:
            source: the path of a picture or a video, an array (see `ferkeras.media.as_picture`), a
                `Clip`, a camera with ``max_frames`` (`ferkeras.media.Camera`), or a list of these.
            cropped: the pictures are face crops: no face is looked for.
            every: take the first and each ``every``-th further frame of a video or a camera.
            on_error: ``"raise"`` the first error, or ``"report"`` it as a result and go on.

        Returns:
            One result a picture and one a frame, in order; always a flat list.

        Raises:
            FerkerasError: a picture that cannot be read, with ``on_error="raise"``; a model that
                takes clips; a camera that has no end.
        """
        found = self._stream(source, cropped, every, on_error, endless=False)
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

        Holds one picture in memory, whatever the length of a video. A camera may also be named by
        its number, or a stream by its URL, and goes on until the program stops; frames that come
        while one is worked on are left out, so each result is of a new one.

        Example:
            >>> for result, picture in recognizer.stream(0):
            ...     print(result.seconds, [face.label for face in result.faces])
        """
        return self._stream(source, cropped, every, on_error, endless=True)

    def _stream(
        self,
        source: Any,
        cropped: bool,
        every: int,
        on_error: Literal["raise", "report"],
        *,
        endless: bool,
    ) -> Iterator[tuple[PictureResult, Picture | None]]:
        self._check_kind(clips=False)
        if on_error not in ("raise", "report"):
            raise FerkerasError(f"on_error is {on_error!r}, expected 'raise' or 'report'")
        if every < 1:
            raise FerkerasError(f"every is {every}, expected 1 or more")
        many = isinstance(source, (list, tuple))
        for number, item in enumerate(source if many else [source]):
            camera = as_camera(item)
            named = camera or (item if isinstance(item, (str, os.PathLike)) else None)
            name = str(named) if named is not None else f"array {number}" if many else "array"
            try:
                if camera is not None and camera.max_frames is None and not endless:
                    raise MediaError(
                        f"{camera}: has no end; use stream(), or Camera(..., max_frames=...)"
                    )
                for picture, frame, seconds in iter_pictures(item, name, every):
                    faces = recognise_picture(
                        picture, self.runner, self.card, self.detector, cropped=cropped
                    )
                    yield PictureResult(name, faces, frame, seconds), picture
            except FerkerasError as error:
                if on_error == "raise":
                    raise
                yield PictureResult(name, error=str(error)), None

    def predict_clip(
        self,
        source: Any,
        *,
        cropped: bool = False,
        onset: int | None = None,
        apex: int | None = None,
        offset: int | None = None,
        fps: float | None = None,
    ) -> ClipResult:
        """Recognise the movement of a face in one clip.

        The face is detected once and followed; what is not annotated (onset, apex, offset) is
        estimated, and the result says so.

        Args:
            source: path of a video or of a folder of frames, a list of pictures or of their paths,
                an array ``(frames, height, width, 3)``, or a `Clip`.
            cropped: the frames are face crops: no face is looked for.
            onset, apex, offset: numbers of frames, from 0; None takes the clip's own, or estimates.
            fps: frames per second; None takes the file's own.

        Raises:
            FaceError: no face, or it is lost on the way.
            MediaError: frames that cannot be read, or of several sizes.
            FerkerasError: a model that takes pictures, one frame, an annotation outside the clip.
        """
        self._check_kind(clips=True)
        watch = Stopwatch()
        with watch.stage("read"):
            clip = open_clip(source, fps=fps, onset=onset, apex=apex, offset=offset)
        return recognise_clip(
            clip, self.runner, self.card, self.detector, cropped=cropped, watch=watch
        )

    def stream_clip(
        self,
        source: Any,
        *,
        window: float = 0.5,
        hop: float = 0.25,
        threshold: float | None = None,
        fps: float | None = None,
    ) -> ClipStream:
        """Find and recognise the movements in a video of any length, in constant memory.

        A window slides over the video; where its movement is above the threshold, it is analysed as
        a clip. Sightings of one movement in several windows are merged. The face is detected once,
        followed, and detected anew where it is lost.

        Args:
            source: as for `predict_clip`; a video is read frame by frame. Or a camera, as for
                `stream`: of frames that come while one is worked on, the one before stands in their
                places, so that times hold.
            window: seconds that are looked at together; micro-expressions take up to 0.5 s.
            hop: seconds from one window to the next.
            threshold: movement in percent of the face's side (see `ClipResult.motion`) above which
                a window is classified; None: 0.2, and more where the video is noisy (see
                `ferkeras.recognizer.movement_threshold.MovementThreshold`).
            fps: frames per second; None takes the file's or the camera's own.

        Returns:
            An iterator of results, one a movement; its ``summary`` counts frames without a face and
            windows without movement. A result holds about 1 MB of pictures (``analysis``): to keep
            many, keep their ``to_dict()``.

        Raises:
            MediaError: a source that cannot be read, or without frames per second.
            FerkerasError: a model that takes pictures, or numbers out of range.

        Example:
            >>> stream = recognizer.stream_clip("interview.mp4")
            >>> for movement in stream:
            ...     print(movement.apex_seconds, movement.label, movement.motion)
            >>> print(stream.summary.without_face, "frames without a face")
        """
        self._check_kind(clips=True)
        name, rate, frames = open_frames(source, fps)
        return ClipStream(
            frames,
            rate,
            name,
            self.runner,
            self.card,
            self.detector,
            window=window,
            hop=hop,
            threshold=threshold,
        )

    def _check_kind(self, *, clips: bool) -> None:
        if self.card.input.takes_clips == clips:
            return
        model = f"{self.card.system}/{self.card.tag}"
        if clips:
            raise FerkerasError(f"{model} takes single pictures, not clips; use predict()")
        raise FerkerasError(
            f"{model} takes clips, not single pictures; use predict_clip() with a video, a folder "
            "of frames or a list of pictures"
        )


def _with_landmarks(card: ModelCard, source: str | os.PathLike[str] | None) -> ModelCard:
    """The card with another landmark model, where one is given; checks that it can be used."""
    name = f"{card.system}/{card.tag}"
    if not card.input.takes_landmarks:
        if source is not None:
            raise FerkerasError(f"{name} takes no landmarks; leave landmarks= (--landmarks) out")
        return card
    if source is not None:
        spec = dataclasses.replace(card.input, landmarks=os.fspath(source))
        card = dataclasses.replace(card, input=spec)
    try:
        landmark_model(card.input)
    except FaceError as error:
        raise FaceError(
            f"{name} takes {card.input.points} landmarks: {error}; name the file in "
            "Recognizer.load(landmarks=...) or predict --landmarks"
        ) from error
    return card


def _check_restorer(card: ModelCard) -> None:
    """Pass if faces can be restored as the model was trained on them, where it was."""
    try:
        check_restorer(card.input)
    except FerkerasError as error:
        raise type(error)(
            f"{card.system}/{card.tag} takes restored faces: {error}; fetch the restorer that it "
            "was trained with, or name its place in input.resolution.restore of card.json"
        ) from error
