"""``ferkeras predict`` with a model that takes pictures: every face in photos and videos."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console, Group
from rich.progress import Progress
from rich.table import Table
from rich.text import Text

from ferkeras.cli._picture_files import picture_files
from ferkeras.cli.output import emit

if TYPE_CHECKING:
    from ferkeras.recognizer import PictureResult, Recognizer


def predict_pictures(
    recognizer: Recognizer,
    inputs: list[Path],
    annotate: Path | None,
    every: int,
    cropped: bool,
    as_json: bool,
) -> int:
    """Recognise and print; returns how many files failed."""
    from ferkeras.explain.annotated_files import AnnotatedFiles

    files, problems, left_out = picture_files(inputs)
    rows: list[dict[str, Any]] = [{"source": name, "error": why} for name, why in problems]
    results: list[PictureResult] = []
    copies = AnnotatedFiles(annotate) if annotate else None
    with (
        warnings.catch_warnings(record=True) as notes,
        Progress(console=Console(stderr=True), transient=True, disable=as_json) as progress,
    ):
        warnings.simplefilter("always", UserWarning)  # such as a video that is cut off
        task = progress.add_task("recognising", total=len(files))
        for path in files:
            found = recognizer.stream(path, cropped=cropped, every=every, on_error="report")
            for result, picture in found:
                results.append(result)
                rows.append(result.to_dict())
                if copies and picture is not None:
                    copy = copies.add(picture, result.faces, result.source, result.seconds)
                    rows[-1]["annotated"] = str(copy)
            progress.advance(task)
        if copies:
            copies.close()
    failed = sum(row["error"] is not None for row in rows)
    summary = {
        "pictures": len(rows) - failed,
        "faces": sum(len(result.faces) for result in results),
        "without_face": sum(not (result.faces or result.error) for result in results),
        "failed": failed,
        "left_out": left_out,
    }
    about = {
        "model": f"{recognizer.card.system}/{recognizer.card.tag}",
        "engine": recognizer.runner.engine,
        "detector": None if cropped else recognizer.detector.name,
    }
    warned = [str(note.message) for note in notes]
    text = _text(results, problems, warned, summary, annotate)
    emit({**about, **summary, "warnings": warned, "results": rows}, text, as_json)
    return failed


def _text(
    results: list[PictureResult],
    problems: list[tuple[str, str]],
    warned: list[str],
    summary: dict[str, int],
    annotate: Path | None,
) -> Group:
    table = Table(box=None)
    table.add_column("source", overflow="fold")
    for name in ("time", "face", "expression", "next"):
        table.add_column(name)
    errors = [why for _, why in problems]
    for result in results:
        if result.error is not None:
            errors.append(result.error)
            continue
        time = "" if result.seconds is None else f"{result.seconds:.2f} s"
        if not result.faces:
            table.add_row(Text(result.source), time, "none", "", "")
        for face in result.faces:
            ranked = sorted(face.probabilities.items(), key=lambda pair: -pair[1])
            named = [f"{name} {chance:.0%}" for name, chance in ranked[:2]]
            x, y, width, height = (round(value) for value in face.box)
            place = f"{width}x{height} at {x},{y}"
            table.add_row(Text(result.source), time, place, named[0], *named[1:])
    counts = (
        f"{summary['pictures']} pictures or frames, {summary['faces']} faces, "
        f"{summary['without_face']} without a face, {summary['failed']} failed"
    )
    if summary["left_out"]:
        counts += f", {summary['left_out']} other files in folders left out"
    lines = [
        *(f"failed: {why}" for why in errors),
        *(f"warning: {note}" for note in warned),
        counts,
    ]
    if annotate:
        lines.append(f"annotated copies: {annotate}")
    return Group(*([table] if table.row_count else []), Text("\n".join(lines)))
