"""``ferkeras predict --camera``: a live camera, one line for each face or movement as it comes."""

from __future__ import annotations

import json
import sys
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

from ferkeras.files import plain

if TYPE_CHECKING:
    from ferkeras.media import Camera
    from ferkeras.recognizer import Recognizer


def camera_named(text: str, max_frames: int | None) -> Camera:
    """The camera of a number or a URL that was typed.

    Raises:
        MediaError: it is neither.
    """
    from ferkeras.media import Camera

    return Camera(int(text) if text.isdecimal() else text, max_frames)


def watch_faces(
    recognizer: Recognizer, camera: Camera, every: int, *, cropped: bool, as_json: bool
) -> None:
    """Print the faces in each frame, and a summary at the end or when the user stops it.

    Args:
        recognizer: its model takes pictures.
        camera: which.
        every: leave out at least ``every - 1`` frames between two.
        cropped: the whole frame is the face.
        as_json: one JSON object a line for each frame, the summary in the last.
    """
    frames = faces = 0
    with _until_stopped():
        for result, _ in recognizer.stream(camera, every=every, cropped=cropped):
            frames, faces = frames + 1, faces + len(result.faces)
            if as_json:
                _print(json.dumps(plain(result.to_dict())))
            for face in () if as_json else result.faces:
                ranked = sorted(face.probabilities.items(), key=lambda pair: -pair[1])
                named = ", ".join(f"{name} {chance:.0%}" for name, chance in ranked[:2])
                x, y, width, height = (round(value) for value in face.box)
                _print(f"{result.seconds:8.2f} s  {named}  ({width}x{height} at {x},{y})")
    about = _about(recognizer, camera, None if cropped else recognizer.detector.name)
    _end({**about, "frames": frames, "faces": faces}, f"{frames} frames, {faces} faces", as_json)


def watch_movements(
    recognizer: Recognizer, camera: Camera, options: Mapping[str, Any], *, as_json: bool
) -> None:
    """Print each movement once it is over, and a summary at the end or when the user stops it.

    Args:
        recognizer: its model takes clips.
        camera: which.
        options: of `ferkeras.Recognizer.stream_clip`.
        as_json: one JSON object a line for each movement, the summary in the last.
    """
    from ferkeras.cli._predict_clips import movement_line

    stream = recognizer.stream_clip(camera, **options)
    with _until_stopped():
        for found in stream:
            row = found.to_dict()
            _print(json.dumps(plain(row)) if as_json else movement_line(row))
    summary = stream.summary
    text = (
        f"{summary.frames} frames ({summary.repeated} of them the one before again), "
        f"{summary.movements} movements, {summary.without_face} frames without a face"
    )
    about = _about(recognizer, camera, recognizer.detector.name)
    _end({**about, **summary.to_dict()}, text, as_json)


@contextmanager
def _until_stopped() -> Iterator[None]:
    """Until the camera ends or the user presses Ctrl-C; warnings come as one line each."""
    with warnings.catch_warnings(record=True) as notes:
        warnings.simplefilter("always", UserWarning)
        with suppress(KeyboardInterrupt):
            yield
    for note in notes:
        print(f"warning: {note.message}", file=sys.stderr)


def _about(recognizer: Recognizer, camera: Camera, detector: str | None) -> dict[str, Any]:
    return {
        "model": f"{recognizer.card.system}/{recognizer.card.tag}",
        "engine": recognizer.runner.engine,
        "detector": detector,
        "source": str(camera),
    }


def _end(values: Mapping[str, Any], text: str, as_json: bool) -> None:
    _print(json.dumps(plain(values)) if as_json else text)


def _print(line: str) -> None:
    print(line, flush=True)  # live, also into a pipe
