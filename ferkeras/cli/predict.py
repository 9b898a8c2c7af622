"""``ferkeras predict``: name the expressions in photos, videos and clips."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import typer

from ferkeras.errors import FerkerasError


def command(
    inputs: list[Path] | None = typer.Argument(
        None,
        help="Photos, videos and folders of them; for a model that takes clips: videos, and "
        "folders with one picture a frame.",
    ),
    model: str = typer.Option("mff_cnn/fer2013", help="Released tag, exported folder or file."),
    annotate: Path | None = typer.Option(None, help="Folder for annotated copies."),
    engine: str | None = typer.Option(None, help="litert, onnx, keras or saved_model."),
    detector: str | None = typer.Option(None, help="viola_jones or mtcnn; default: the model's."),
    every: int = typer.Option(1, min=1, help="Pictures: take each n-th frame of a video."),
    cropped: bool = typer.Option(False, help="The pictures are face crops already."),
    threads: int | None = typer.Option(None, min=1, help="CPU threads (litert and onnx)."),
    landmarks: str | None = typer.Option(
        None, help="Model of landmarks: their model file, where it is not at the card's place."
    ),
    onset: int | None = typer.Option(None, help="Clip: frame number, from 0; else estimated."),
    apex: int | None = typer.Option(None, help="Clip: frame number, from 0; else estimated."),
    offset: int | None = typer.Option(None, help="Clip: frame number, from 0; else estimated."),
    fps: float | None = typer.Option(None, help="Clip: frames per second; default: the file's."),
    window: float | None = typer.Option(
        None, help="Long video: look at this many seconds at a time, such as 0.5."
    ),
    hop: float | None = typer.Option(None, help="Long video: step in seconds; half the window."),
    threshold: float | None = typer.Option(
        None, help="Long video: least movement, percent of the face's side; default: by the noise."
    ),
    camera: str | None = typer.Option(
        None, help="In the place of files: number of a camera, from 0, or URL of a live stream."
    ),
    frames: int | None = typer.Option(None, min=1, help="Camera: end after so many frames."),
    as_json: bool = typer.Option(
        False, "--json", help="Print JSON; of a camera one object a line, the summary last."
    ),
) -> None:
    """Find the faces in photos, videos and clips, or before a camera, and name their expressions.

    Exit status 1 if any file could not be read. A camera is watched until Ctrl-C.
    """
    from ferkeras.cli._predict_clips import predict_clips, with_hop
    from ferkeras.cli._predict_pictures import predict_pictures
    from ferkeras.recognizer import Recognizer

    if (camera is None) == (not inputs):
        raise FerkerasError("give photos, videos or folders, or else --camera, one of both")
    if camera is None:
        _refuse({"frames": frames}, "is for --camera")
    recognizer = Recognizer.load(
        model, engine=engine, detector=detector, threads=threads, landmarks=landmarks
    )
    of_clips = {"onset": onset, "apex": apex, "offset": offset, "fps": fps}
    of_streams = {"window": window, "hop": hop, "threshold": threshold}
    takes_clips = recognizer.card.input.takes_clips
    if takes_clips:
        _refuse({"every": every if every > 1 else None}, f"{model} takes clips, not pictures")
    else:
        _refuse({**of_clips, **of_streams}, f"{model} takes pictures, not clips")
    if camera is not None:
        from ferkeras.cli import _predict_camera as live

        _refuse({"annotate": annotate}, "a camera has no end")
        watched = live.camera_named(camera, frames)
        if not takes_clips:
            live.watch_faces(recognizer, watched, every, cropped=cropped, as_json=as_json)
            return
        _refuse({n: of_clips[n] for n in ("onset", "apex", "offset")}, "a camera has no end")
        _refuse({"cropped": cropped or None}, "movements before a camera need the whole picture")
        given = {n: value for n, value in {**of_streams, "fps": fps}.items() if value is not None}
        live.watch_movements(recognizer, watched, with_hop(given), as_json=as_json)
        return
    assert inputs is not None
    if takes_clips:
        failed = predict_clips(
            recognizer, inputs, of_clips, of_streams, annotate, cropped=cropped, as_json=as_json
        )
    else:
        failed = predict_pictures(recognizer, inputs, annotate, every, cropped, as_json)
    if failed:
        raise typer.Exit(1)


def _refuse(options: Mapping[str, Any], why: str) -> None:
    for name, value in options.items():
        if value is not None:
            raise FerkerasError(f"--{name}: {why}; leave it out")
