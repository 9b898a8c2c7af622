"""``ferkeras predict`` with a model that takes clips: the movements of faces."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.progress import Progress
from rich.text import Text

from ferkeras.cli.output import emit
from ferkeras.errors import FerkerasError

if TYPE_CHECKING:
    from ferkeras.recognizer import ClipResult, Recognizer

Row = dict[str, Any]


def predict_clips(
    recognizer: Recognizer,
    inputs: Sequence[Path],
    of_clips: Mapping[str, Any],
    of_streams: Mapping[str, Any],
    annotate: Path | None,
    *,
    cropped: bool,
    as_json: bool,
) -> int:
    """Recognise and print; returns how many clips failed.

    Args:
        recognizer: its model takes clips.
        inputs: videos, and folders with one picture a frame.
        of_clips: ``onset``, ``apex``, ``offset`` and ``fps``; None where not given.
        of_streams: ``window``, ``hop`` and ``threshold``; a window makes each input a long video.
        annotate: folder for one picture a movement.
        cropped: the frames are face crops.
        as_json: print JSON.

    Raises:
        FerkerasError: options that do not go together.
    """
    from ferkeras.explain.annotated_files import AnnotatedFiles

    _check(len(inputs), of_clips, of_streams, cropped)
    clips, streams = _given(of_clips), _given(of_streams)
    files = AnnotatedFiles(annotate) if annotate else None
    rows: list[Row] = []
    summaries: list[Row] = []
    with (
        warnings.catch_warnings(record=True) as notes,
        Progress(console=Console(stderr=True), transient=True, disable=as_json) as progress,
    ):
        warnings.simplefilter("always", UserWarning)  # such as a video that is cut off
        task = progress.add_task("recognising", total=len(inputs))
        for path in inputs:
            try:
                for found in _results(recognizer, path, clips, streams, cropped, summaries):
                    rows.append({**found.to_dict(), "error": None})
                    if files:
                        from ferkeras.explain.clip_figure import clip_figure  # brings matplotlib

                        drawn = clip_figure(found, recognizer.card.input)
                        rows[-1]["annotated"] = str(files.add_drawn(drawn, found.source))
            except FerkerasError as error:
                rows.append({"source": str(path), "error": str(error)})
            progress.advance(task)
    failed = sum(row["error"] is not None for row in rows)
    values = {
        "model": f"{recognizer.card.system}/{recognizer.card.tag}",
        "engine": recognizer.runner.engine,
        "detector": recognizer.detector.name,
        "clips": len(inputs),
        "movements": len(rows) - failed,
        "failed": failed,
        "warnings": [str(note.message) for note in notes],
        **({"streams": summaries} if streams else {}),
        "results": rows,
    }
    emit(values, _text(values, summaries, annotate), as_json)
    return failed


def _check(
    count: int, of_clips: Mapping[str, Any], of_streams: Mapping[str, Any], cropped: bool
) -> None:
    annotated = [name for name in ("onset", "apex", "offset") if of_clips[name] is not None]
    if annotated and count > 1:
        raise FerkerasError(f"--{annotated[0]} is of one clip, {count} are given; give one clip")
    if of_streams["window"] is None:
        lonely = list(_given(of_streams))
        if lonely:
            raise FerkerasError(f"--{lonely[0]} is for long videos: give --window too")
    elif annotated or cropped:
        name = annotated[0] if annotated else "cropped"
        raise FerkerasError(f"--{name} and --window do not go together: take one of them away")


def _given(options: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in options.items() if value is not None}


def _results(
    recognizer: Recognizer,
    path: Path,
    clips: Mapping[str, Any],
    streams: dict[str, Any],
    cropped: bool,
    summaries: list[Row],
) -> Iterator[ClipResult]:
    """The movement in a clip, or those in a long video, whose summary is added at its end."""
    if not streams:
        yield recognizer.predict_clip(path, cropped=cropped, **clips)
        return
    stream = recognizer.stream_clip(path, fps=clips.get("fps"), **with_hop(streams))
    try:
        yield from stream
    finally:
        summaries.append({"source": str(path), **stream.summary.to_dict()})


def with_hop(streams: Mapping[str, Any]) -> dict[str, Any]:
    """Options of a stream, where a window is given with a hop of half of it."""
    return {"hop": streams["window"] / 2, **streams} if "window" in streams else dict(streams)


def _text(values: Mapping[str, Any], summaries: Sequence[Row], annotate: Path | None) -> Text:
    lines = []
    for row in values["results"]:
        if row["error"] is not None:
            lines.append(f"failed: {row['error']}")
            continue
        lines.append(movement_line(row))
        if not summaries:
            lines += [f"    note: {note}" for note in row["notes"]]
    for one in summaries:
        seconds = one["frames"] / one["fps"]
        lines.append(
            f"{one['source']}: {one['frames']} frames ({seconds:.1f} s), {one['movements']} "
            f"movements in {one['windows']} windows, {one['without_movement']} windows without "
            f"movement, {one['without_face']} frames without a face, face found "
            f"{one['detections']} times"
        )
    lines += [f"warning: {note}" for note in values["warnings"]]
    counts = f"{values['clips']} clips, {values['movements']} movements, {values['failed']} failed"
    lines.append(counts)
    if annotate:
        lines.append(f"annotated copies: {annotate}")
    return Text("\n".join(lines))


def movement_line(row: Row) -> str:
    """A movement for people to read; ``row`` is `ClipResult.to_dict`."""
    ranked = sorted(row["probabilities"].items(), key=lambda pair: -pair[1])
    named = ", ".join(f"{name} {chance:.0%}" for name, chance in ranked[:2])
    times = [
        f"{name} {row[name]}" + (f" ({seconds:.2f} s)" if seconds is not None else "")
        for name in ("onset", "apex", "offset")
        for seconds in [row[f"{name}_seconds"]]
        if row[name] is not None
    ]
    strong = f"movement {row['motion']:.2f} % of the face"
    return f"{row['source']}: {named}; {', '.join(times)}; {strong}"
