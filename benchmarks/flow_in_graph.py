"""A clip model that computes its flow itself: two faces to probabilities, and how well it agrees.

python benchmarks/flow_in_graph.py [--repeats 30] [--json]

The released model is exported with its flow inside (`ferkeras.export.frames_model`). Each engine is
timed at batch 1 with one thread and with two: from two registered faces of 224x224 (wanted: at most
60 ms) and from the flow's channels (wanted: at most 10 ms); beside it the same two faces through
OpenCV and NumPy, as `ferkeras.prepare` does it. Then every engine runs on 260 synthetic clips, and
its probabilities are compared with those of that way.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

from measuring import Figure, in_turn
from reporting import report

CLIPS = "synthetic_clips:subjects=40,samples=260,datasets=3,seed=1"
ENGINES = ("litert", "onnx")
FROM_FRAMES, FROM_FLOW = 60.0, 10.0  # ms


def measure(repeats: int) -> list[Figure]:
    """Latency of each engine, and the agreement with OpenCV's way."""
    from clip_scenes import clip_recogniser_folder

    with tempfile.TemporaryDirectory() as folder:
        source = clip_recogniser_folder(Path(folder))
        whole, motions = export(source, Path(folder) / "frames")
        return [
            *latencies(source, whole, motions[0], repeats),
            *agreement(source, whole, motions),
        ]


def export(source: Path, out: Path) -> tuple[Path, list[Any]]:
    """The model with its flow inside, as TFLite and ONNX; and the movements of all clips."""
    from ferkeras.datasets import open_index
    from ferkeras.detect import load_detector
    from ferkeras.export import export_model, frames_model
    from ferkeras.prepare import analyse_clip, clip_inputs
    from ferkeras.runtime import read_card
    from ferkeras.runtime.keras_file import load_keras_model

    card = read_card(source)
    detector, index = load_detector(card.input.detector), open_index(CLIPS)
    motions = [analyse_clip(index.load(item), card.input, detector) for item in index.table["item"]]
    model, spec = frames_model(load_keras_model(source / "model.keras"), card.input)
    samples = clip_inputs(motions[:8], spec)
    formats = ["tflite", "onnx"]
    export_model(model, spec, card.labels, out, samples=samples, formats=formats, tolerance=5e-3)
    return out, motions


def latencies(source: Path, whole: Path, motion: Any, repeats: int) -> Iterator[Figure]:
    """All ways from one pair of faces, in turn; the ratio is to OpenCV's way and LiteRT."""
    from ferkeras.prepare import clip_input, clip_inputs
    from ferkeras.runtime import open_model, read_card

    flow_spec, frame_spec = read_card(source).input, read_card(whole).input
    channels, frames = clip_input(motion, flow_spec)[None], clip_inputs([motion], frame_spec)
    plain = open_model(source, engine="litert", threads=1)
    jobs: dict[str, Any] = {
        "OpenCV's way": lambda: plain.predict(by_opencv(motion, flow_spec)[None])
    }
    for engine in ENGINES:
        for threads in (1, 2):
            words = f"{engine}, {threads} thread{'s' if threads > 1 else ''}"
            inner = open_model(source, engine=engine, threads=threads)
            outer = open_model(whole, engine=engine, threads=threads)
            jobs[f"from two faces: {words}"] = partial(outer.predict, frames)
            jobs[f"from flow: {words}"] = partial(inner.predict, channels)
    timings = in_turn(jobs, repeats)
    for name, timing in timings.items():
        limit = FROM_FLOW if name.startswith("from flow") else FROM_FRAMES
        yield timing.figure(name, against=timings["OpenCV's way"], limit=limit)


def by_opencv(motion: Any, spec: Any) -> Any:
    """The model's input of two registered faces, as preparation makes it."""
    import dataclasses

    from ferkeras.flow import optical_flow, optical_strain, remove_head_motion
    from ferkeras.prepare import clip_input

    flow = optical_flow(motion.onset_face, motion.apex_face)
    if spec.flow.compensate:
        flow = remove_head_motion(flow)
    found = dataclasses.replace(motion, flow=flow, strain=optical_strain(flow))
    return clip_input(found, spec)


def agreement(source: Path, whole: Path, motions: list[Any]) -> Iterator[Figure]:
    """Probabilities of each engine against those of the prepared channels, on all clips."""
    import numpy as np

    from ferkeras.prepare import clip_inputs
    from ferkeras.runtime import open_model, read_card

    flow_spec, frame_spec = read_card(source).input, read_card(whole).input
    wanted = open_model(source, engine="keras").predict(clip_inputs(motions, flow_spec))
    for engine in ("keras", *ENGINES):
        runner = open_model(whole, engine=engine)
        got = np.concatenate([runner.predict(clip_inputs([one], frame_spec)) for one in motions])
        difference = np.abs(got - wanted).max(axis=1)
        words = f"{engine}, {len(motions)} clips, against OpenCV's flow"
        same = float(np.mean(got.argmax(axis=1) == wanted.argmax(axis=1)))
        yield Figure(f"{words}: same label", 100 * same, "%")
        yield Figure(f"{words}: largest difference", float(difference.max()), "of 1", limit=5e-3)
        within = 100 * float(np.mean(difference <= 1e-4))
        yield Figure(f"{words}: within 0.0001", within, "% of clips")


def main() -> dict[str, Any]:
    return report(measure, repeats=30)


if __name__ == "__main__":
    main()
