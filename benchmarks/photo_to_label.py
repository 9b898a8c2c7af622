"""From a JPEG file of 640x480 to the label: Viola-Jones and TFLite, one thread, one core.

python benchmarks/photo_to_label.py [--repeats 40] [--json]

The stages are timed in turn with the whole (`Recognizer.predict` on the file), so they add up.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from measuring import Figure, in_turn
from reporting import report

LIMIT = 60.0  # ms


def measure(repeats: int) -> list[Figure]:
    """Time of each stage and of the whole, for a large face, a small one and none."""
    from model_folders import recogniser_folder
    from scenes import write_scenes

    from ferkeras import Recognizer

    with tempfile.TemporaryDirectory() as folder:
        recognizer = Recognizer.load(
            recogniser_folder(Path(folder)), engine="tflite", detector="viola_jones", threads=1
        )
        return [
            figure
            for scene, path in write_scenes(Path(folder)).items()
            for figure in measure_photo(scene, path, recognizer, repeats)
        ]


def measure_photo(scene: str, path: Path, recognizer: Any, repeats: int) -> list[Figure]:
    """The stages of one photograph."""
    from ferkeras.media import read_image
    from ferkeras.prepare import prepare

    picture, spec = read_image(path), recognizer.card.input
    faces = recognizer.detector.detect(picture)
    stages = {
        "read": lambda: read_image(path),
        "detect": lambda: recognizer.detector.detect(picture),
    }
    if faces:
        crop = prepare(picture, faces[0], spec)[None]
        stages["prepare"] = lambda: prepare(picture, faces[0], spec)
        stages["model"] = lambda: recognizer.runner.predict(crop)
    timings = in_turn({**stages, "total": lambda: recognizer.predict(path)}, repeats)
    found = f"{len(faces)} found" + (f", {faces[0].box[2]:.0f} px" if faces else "")
    return [
        timing.figure(f"{scene} ({found}): {stage}", limit=LIMIT if stage == "total" else None)
        for stage, timing in timings.items()
    ]


def main() -> dict[str, Any]:
    return report(measure, repeats=40, one_core=True)


if __name__ == "__main__":
    main()
