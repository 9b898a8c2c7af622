"""Ten minutes of video at 100 frames a second: peak memory and speed of `Recognizer.stream_clip`.

python benchmarks/long_video.py [--repeats 1] [--json]

The video (320x240, a face that sways, a movement each 2.5 s, nobody for 3 s in a minute) is written
by one process and gone through by another, whose largest resident set is measured as in
`memory.py`; this file itself imports the standard library alone.
"""

from __future__ import annotations

import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from measuring import Figure, p95
from reporting import report

MINUTES = 10.0
LIMIT = 500.0  # MiB
INPUTS = (("flow_whole", "viola_jones"), ("flow_regions", "mtcnn"))


def measure(repeats: int) -> list[Figure]:
    """Peak memory and speed, for the whole face and for four regions by landmarks."""
    return measure_video(MINUTES, repeats)


def measure_video(minutes: float, repeats: int) -> list[Figure]:
    """As `measure`, for a video of that length."""
    with tempfile.TemporaryDirectory() as folder:
        model = str(_child("prepare", folder, str(minutes)))
        figures = []
        for kind, detector in INPUTS:
            runs = [_child("recognise", folder, model, kind, detector) for _ in range(repeats)]
            figures += _figures(f"{minutes:g} min, {kind}, {detector}", runs)
        return figures


def _figures(what: str, runs: list[dict[str, Any]]) -> list[Figure]:
    peaks = [run["peak"] for run in runs]
    rates = [run["summary"]["frames"] / run["seconds"] for run in runs]
    first = runs[0]["summary"]
    seen = (
        f"{first['movements']} movements, face found {first['detections']} times"
        f"{', TensorFlow loaded' if runs[0]['tensorflow'] else ''}"
    )
    return [
        Figure(
            f"{what} ({seen}): peak memory",
            statistics.median(peaks),
            "MiB",
            p95=p95(peaks),
            repeats=len(runs),
            limit=LIMIT,
        ),
        Figure(f"{what}: speed", statistics.median(rates), "frames/s", repeats=len(runs)),
        *(
            Figure(f"{what}: {stage}", 1e3 * seconds / first["frames"], "ms/frame")
            for stage, seconds in first["seconds"].items()
        ),
    ]


def _child(*job: str) -> Any:
    """Run a job in a fresh Python; what it prints as JSON.

    Raises:
        RuntimeError: it failed.
    """
    command = [sys.executable, __file__, "--job", *job]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"job {' '.join(job)} failed:\n{done.stderr[-2000:]}")
    return json.loads(done.stdout.splitlines()[-1])


def prepare(folder: str, minutes: str) -> str:
    """Write the video; the folder of the model."""
    from clip_scenes import FPS, clip_recogniser_folder, long_frames, write_video

    count = round(60 * FPS * float(minutes))
    write_video(Path(folder) / "long.mp4", long_frames(count), "mp4v")
    return str(clip_recogniser_folder(Path(folder)))


def recognise(folder: str, model: str, kind: str, detector: str) -> dict[str, Any]:
    """Go through the video; peak memory in MiB, seconds, summary."""
    import dataclasses

    from ferkeras import Recognizer

    recognizer = Recognizer.load(model, detector=detector)
    spec = dataclasses.replace(recognizer.card.input, kind=kind, align=False)
    recognizer.card = dataclasses.replace(recognizer.card, input=spec)
    start = time.perf_counter()
    stream = recognizer.stream_clip(Path(folder) / "long.mp4")
    for _ in stream:
        pass
    return {
        "seconds": time.perf_counter() - start,
        "summary": stream.summary.to_dict(),
        "tensorflow": "tensorflow" in sys.modules,
        "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


def main() -> dict[str, Any]:
    return report(measure, repeats=1)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--job"]:
        print(json.dumps(globals()[sys.argv[2]](*sys.argv[3:])))
    else:
        main()
