"""A bare device: from the start of Python to the first result, and the peak memory of each job.

EDGE_PYTHON=.venv/edge/bin/python python benchmarks/edge.py [--repeats 15] [--json]

The jobs run in the Python that ``EDGE_PYTHON`` names, an environment of ``requirements/edge.txt``
as ``scripts/test_edge`` makes it; without it in this one. Pictures and videos are made here.
Memory is the process's ``VmHWM``, in 10^6 bytes.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from itertools import pairwise
from pathlib import Path
from typing import Any

from measuring import Figure, Timings, p95
from reporting import report

MEMORY, START = 150.0, 1e3  # MB, ms
FRAMES = 300
STAGES = ("import", "load the model", "first result of a face crop")
HEAVY = ("tensorflow", "keras", "pandas", "scipy", "skimage", "numba", "onnx")


def measure(repeats: int) -> list[Figure]:
    """Start in fresh processes, by stages; then the peak memory of each job in one."""
    with tempfile.TemporaryDirectory() as folder:
        _child(sys.executable, "make", folder)
        edge = os.environ.get("EDGE_PYTHON", sys.executable)
        _child(edge, "start", folder)  # the first run may write byte code
        runs = [_started(edge, folder) for _ in range(repeats)]
        jobs = {
            "face crop": ("start", MEMORY),
            "photograph of 640x480": ("photo", MEMORY),
            "photograph of 12 megapixels": ("large_photo", MEMORY),
            "photograph of 12 megapixels, decoded at half its size": ("half_size", MEMORY),
            f"video of 640x480, {FRAMES} frames": ("video", MEMORY),
            f"video of 1920x1080, {FRAMES} frames": ("large_video", MEMORY),
            "htnet/synthetic, clip of 60 frames of 224x224": ("clip", None),
            "esrgan/faces-x4-small, 48x48 to 192x192": ("restore", None),
        }
        peaks = [_peak(what, edge, job, folder, limit) for what, (job, limit) in jobs.items()]
    whole = Timings([run["whole"] for run in runs], [run["cpu"] for run in runs])
    parts = [
        Timings([run["wall"][at] for run in runs], [run["stage_cpu"][at] for run in runs]).figure(
            f"mff_cnn/fer2013: {what}"
        )
        for at, what in enumerate(STAGES)
    ]
    loaded = ", ".join(runs[0]["loaded"]) or "nothing heavy"
    first = f"mff_cnn/fer2013: start of Python to the first result (loads {loaded})"
    return [whole.figure(first, limit=START), *parts, *peaks]


def _started(python: str, folder: str) -> dict[str, Any]:
    begin = time.perf_counter()
    run = _child(python, "start", folder)
    return {**run, "whole": run["at"] - begin}


def _peak(what: str, python: str, job: str, folder: str, limit: float | None) -> Figure:
    peaks = [_child(python, job, folder)["peak"] for _ in range(3)]
    value = statistics.median(peaks)
    return Figure(f"{what}: peak", value, "MB", p95=p95(peaks), repeats=len(peaks), limit=limit)


def _child(python: str, *job: str) -> Any:
    """Run a job in a fresh Python; what it prints as JSON.

    Raises:
        RuntimeError: it failed.
    """
    command = [python, __file__, "--job", *job]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"job {' '.join(job)} failed:\n{done.stderr[-2000:]}")
    return json.loads(done.stdout.splitlines()[-1])


def make(folder: str) -> dict[str, Any]:
    """Write the photographs, the videos and the clip."""
    import cv2
    from clip_scenes import clip_frames, write_video
    from scenes import scenes

    from ferkeras.media import write_image

    near, here = scenes()["one large face"], Path(folder)
    for name, size in (("photo", (640, 480)), ("large_photo", (4000, 3000))):
        write_image(here / f"{name}.jpg", cv2.resize(near, size))
    for name, size in (("video", (640, 480)), ("large_video", (1920, 1080))):
        write_video(here / f"{name}.mp4", [cv2.resize(near, size)] * FRAMES, "mp4v")
    write_video(here / "clip.mp4", clip_frames(), "mp4v")
    return {}


def start(folder: str) -> dict[str, Any]:
    """Import, load, recognise a face crop."""
    times, cpu = [time.perf_counter()], [time.process_time()]

    def now() -> None:
        times.append(time.perf_counter())
        cpu.append(time.process_time())

    import numpy as np

    from ferkeras import Recognizer

    now()
    recognizer = Recognizer.load("mff_cnn/fer2013")
    now()
    assert recognizer.predict(np.full((48, 48), 99, np.uint8), cropped=True)[0].faces
    now()
    return {
        "at": times[-1],
        "cpu": cpu[-1],
        "wall": [after - before for before, after in pairwise(times)],
        "stage_cpu": [after - before for before, after in pairwise(cpu)],
        "loaded": [name for name in HEAVY if name in sys.modules],
        "peak": _peak_megabytes(),
    }


def recognise(folder: str, name: str) -> dict[str, Any]:
    """A photograph or a video with MFF-CNN."""
    from ferkeras import Recognizer

    recognizer = Recognizer.load("mff_cnn/fer2013")
    assert any(result.faces for result, _ in recognizer.stream(Path(folder) / name))
    return {"peak": _peak_megabytes()}


def half_size(folder: str) -> dict[str, Any]:
    """The large photograph as an array that OpenCV has decoded at half its width and height."""
    import cv2

    from ferkeras import Recognizer

    recognizer = Recognizer.load("mff_cnn/fer2013")
    half = cv2.imread(str(Path(folder) / "large_photo.jpg"), cv2.IMREAD_REDUCED_COLOR_2)
    assert recognizer.predict(cv2.cvtColor(half, cv2.COLOR_BGR2RGB))[0].faces
    return {"peak": _peak_megabytes()}


def clip(folder: str) -> dict[str, Any]:
    """A movement, with MTCNN's landmarks."""
    from ferkeras import Recognizer

    assert Recognizer.load("htnet/synthetic").predict_clip(Path(folder) / "clip.mp4").label
    return {"peak": _peak_megabytes()}


def restore(folder: str) -> dict[str, Any]:
    """A small face made larger."""
    import numpy as np

    from ferkeras import Restorer

    Restorer.load("esrgan/faces-x4-small").restore(np.zeros((48, 48, 3), np.uint8))
    return {"peak": _peak_megabytes()}


def _peak_megabytes() -> float:
    lines = Path("/proc/self/status").read_text().splitlines()
    (kibibytes,) = (line.split()[1] for line in lines if line.startswith("VmHWM"))
    return int(kibibytes) * 1024 / 1e6


JOBS = {
    **{one.__name__: one for one in (make, start, half_size, clip, restore)},
    "photo": lambda folder: recognise(folder, "photo.jpg"),
    "large_photo": lambda folder: recognise(folder, "large_photo.jpg"),
    "video": lambda folder: recognise(folder, "video.mp4"),
    "large_video": lambda folder: recognise(folder, "large_video.mp4"),
}


def main() -> dict[str, Any]:
    return report(measure, repeats=15)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--job"]:
        print(json.dumps(JOBS[sys.argv[2]](*sys.argv[3:])))
    else:
        main()
