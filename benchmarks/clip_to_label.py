"""From a video of 60 frames of 224x224 to its label: found once, followed, spotted, flow, model.

python benchmarks/clip_to_label.py [--repeats 7] [--json]

The stages are those of `ClipResult.seconds`, of the same calls. All cores are used.
"""

from __future__ import annotations

import dataclasses
import statistics
import tempfile
from pathlib import Path
from typing import Any

from measuring import Figure, in_turn, p95
from reporting import report

LIMIT = 1500.0  # ms
INPUTS = (("flow_whole", "viola_jones"), ("flow_regions", "mtcnn"))


def measure(repeats: int) -> list[Figure]:
    """Time of each stage and of the whole; the whole face, and four regions by landmarks."""
    from clip_scenes import clip_frames, clip_recogniser_folder, write_video

    from ferkeras import Recognizer

    with tempfile.TemporaryDirectory() as folder:
        path = write_video(Path(folder) / "clip.avi", clip_frames(), "MJPG")
        model = clip_recogniser_folder(Path(folder))
        figures = []
        for kind, detector in INPUTS:
            recognizer = Recognizer.load(model, detector=detector)
            spec = dataclasses.replace(recognizer.card.input, kind=kind, align=False)
            recognizer.card = dataclasses.replace(recognizer.card, input=spec)
            figures += measure_clip(f"{kind}, {detector}", path, recognizer, repeats)
        return figures


def measure_clip(what: str, path: Path, recognizer: Any, repeats: int) -> list[Figure]:
    """The stages of one clip, onset and apex to be estimated; and with an annotation."""
    results: list[Any] = []
    timings = in_turn(
        {
            "total": lambda: results.append(recognizer.predict_clip(path)),
            "total, annotated": lambda: recognizer.predict_clip(path, onset=8, apex=30, offset=51),
        },
        repeats,
    )
    figures = []
    for stage in results[0].seconds:
        seconds = [result.seconds[stage] for result in results[-repeats:]]
        figures.append(
            Figure(
                f"{what}: {stage}",
                1e3 * statistics.median(seconds),
                "ms",
                p95=1e3 * p95(seconds),
                repeats=repeats,
            )
        )
    return figures + [
        timing.figure(f"{what}: {name}", limit=LIMIT) for name, timing in timings.items()
    ]


def main() -> dict[str, Any]:
    return report(measure, repeats=7)


if __name__ == "__main__":
    main()
