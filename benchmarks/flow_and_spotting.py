"""Optical flow against ground truth, apex spotters' errors in frames, and time, on one core.

python benchmarks/flow_and_spotting.py [--repeats 30] [--json]

``--repeats`` is the number of synthetic clips (`ferkeras.datasets.synthetic_clips`), half of them
of 100 and half of 200 frames/s. The end-point error is that of the flow from onset to apex in whole
frames of 224 pixels, where the ground truth is valid; that of a flow of zeros stands beside it. For
spotting the face is registered as `Recognizer.predict_clip` does it, from the true landmarks of the
first frame. "unannotated": onset, apex and offset are looked for in the whole clip; "annotated":
onset and offset are given; "to the apex": the clip ends with its apex.
"""

from __future__ import annotations

from typing import Any

from measuring import Figure, in_turn
from reporting import report

LABELS = ("negative", "positive", "surprise")
METHODS = {
    "farneback": {"method": "farneback"},
    "farneback, usual settings": {
        **{"method": "farneback", "match_brightness": False, "gaussian": False},
        **{"winsize": 15, "iterations": 3, "poly_n": 5, "poly_sigma": 1.2},
    },
    "tvl1": {"method": "tvl1"},
}
SIZE = 224
SEED = 4242  # other people than those on whom the spotters' settings were chosen
LIMIT = 800.0  # ms for 60 frames


def clips(count: int) -> list[Any]:
    from ferkeras.datasets.synthetic_clips import render_clip

    return [
        render_clip(SEED, at % 30, LABELS[at % 3], at // 30, fps=(100, 200)[at % 2], size=SIZE)
        for at in range(count)
    ]


def registered(made: Any) -> Any:
    """The clip's faces, ``(frames, 224, 224, 3)``."""
    import numpy as np

    from ferkeras.media import as_picture
    from ferkeras.prepare._registered import FaceFrames
    from ferkeras.types import Face, FlowSpec, InputSpec

    points = made.landmarks[0]
    groups = (slice(36, 42), slice(42, 48), slice(30, 31), slice(48, 49), slice(54, 55))
    five = np.array([points[group].mean(0) for group in groups], np.float32)
    (left, top), (right, bottom) = five.min(0).tolist(), five.max(0).tolist()
    face = Face((left, top, right - left, bottom - top), landmarks=five)
    spec = InputSpec("flow_whole", 28, 28, 3, "mtcnn", align=True, flow=FlowSpec())
    frames = made.clip.frames
    faces = FaceFrames(frames, 0, as_picture(frames[0]), face, spec)
    return np.stack([faces[at] for at in range(len(frames))])


def end_point_errors(some: list[Any]) -> list[Figure]:
    """Mean over clips of the mean error over valid pixels."""
    import numpy as np

    from ferkeras.flow import optical_flow, remove_head_motion

    found: dict[str, list[float]] = {}

    def note(name: str, error: Any, where: Any) -> None:
        found.setdefault(name, []).append(float(np.hypot(*error[where].T).mean()))

    for made in some:
        onset, apex = made.clip.onset, made.clip.apex
        true, valid = made.flow(onset, apex)
        face, _ = made.flow(onset, apex, head=False)
        pair = made.clip.frames[onset], made.clip.frames[apex]
        note("zeros", true, valid)
        note("zeros, head motion removed", face, valid)
        for name, settings in METHODS.items():
            flow = optical_flow(*pair, **settings)
            note(name, flow - true, valid)
            # what is no face has another motion; the face alone is registered later on
            flow = remove_head_motion(np.where(valid[..., None], flow, 0)[_box(valid)])
            part = _box(valid)
            note(f"{name}, head motion removed", flow - face[part], valid[part])
    return [
        Figure(f"end-point error: {name}", float(np.mean(errors)), "pixels", repeats=len(some))
        for name, errors in found.items()
    ]


def _box(valid: Any) -> tuple[slice, slice]:
    """The rectangle around the face."""
    import numpy as np

    rows, columns = np.flatnonzero(valid.any(1)), np.flatnonzero(valid.any(0))
    return slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1)


def spotting_errors(some: list[Any], faces: list[Any]) -> list[Figure]:
    """How far the apex is from the truth, by spotter and annotation."""
    import numpy as np

    from ferkeras.flow import spot_apex
    from ferkeras.flow.spotters import available

    figures = []
    for method in available():
        for given in ("unannotated", "annotated", "to the apex"):
            errors, shares, edges = [], [], []
            for made, frames in zip(some, faces, strict=True):
                clip, known = made.clip, {}
                if given == "annotated":
                    known = {"onset": clip.onset, "offset": clip.offset}
                if given == "to the apex":
                    frames = frames[: clip.apex + 1]
                spotted = spot_apex(frames, method=method, **known)
                errors.append(abs(spotted.apex - clip.apex))
                shares.append(errors[-1] / len(frames))
                edges.append((abs(spotted.onset - clip.onset), abs(spotted.offset - clip.offset)))
            name, count = f"{method}, {given}", len(some)
            within = 100 * float(np.mean(np.array(shares) <= 0.1))
            figures += [
                Figure(f"{name}: apex within 10 % of the clip", within, "%", repeats=count),
                Figure(f"{name}: apex, mean error", float(np.mean(errors)), "frames"),
            ]
            if given == "unannotated":
                onset, offset = np.mean(edges, axis=0).tolist()
                figures += [
                    Figure(f"{name}: onset, mean error", onset, "frames"),
                    Figure(f"{name}: offset, mean error", offset, "frames"),
                ]
    return figures


def times(faces: list[Any]) -> list[Figure]:
    """60 registered faces of 224 pixels; and one pair of them."""
    import numpy as np

    from ferkeras.flow import optical_flow, spot_apex
    from ferkeras.flow.spotters import available

    sixty = np.concatenate(faces)[:60]
    spotters = {name: (lambda name=name: spot_apex(sixty, method=name)) for name in available()}
    flows = {
        name: (lambda name=name: optical_flow(sixty[0], sixty[20], method=name))
        for name in ("farneback", "tvl1")
    }
    return [
        timing.figure(f"{name}: 60 frames", limit=LIMIT)
        for name, timing in in_turn(spotters, 5).items()
    ] + [timing.figure(f"{name}: one pair") for name, timing in in_turn(flows, 3).items()]


def measure(repeats: int) -> list[Figure]:
    """End-point errors, spotters' errors and times on ``--repeats`` synthetic clips."""
    import cv2

    cv2.setNumThreads(1)
    some = clips(repeats)
    faces = [registered(made) for made in some]
    return [*end_point_errors(some), *spotting_errors(some, faces), *times(faces)]


def main() -> dict[str, Any]:
    return report(measure, repeats=30, one_core=True)


if __name__ == "__main__":
    main()
