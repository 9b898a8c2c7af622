"""Synthetic clips: time of a frame, how far they move, and how well flow and classes are found.

python benchmarks/synthetic_clips.py [--clips 60] [--size 224] [--sheet clips.png] [--classify 442]

Farneback's flow from onset to apex is compared with the ground truth where that is valid; the error
of a flow of zeros stands beside it. ``--classify`` trains a support vector machine on the flow of
so many clips, 10 folds that keep people together: is the task neither trivial nor hopeless?
"""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from ferkeras.datasets import open_index
from ferkeras.datasets.expressions import FIVE, THREE
from ferkeras.datasets.synthetic_clips import SyntheticClip, render_clip

CELLS = 28  # side of the flow that the classifier sees


def milliseconds(size: int) -> dict[str, float]:
    """Processor and wall time: a frame of a known person, a new person's first, a true flow."""
    report: dict[str, float] = {}
    made = render_clip(2**20, 0, "positive", size=size)
    made.clip.frames[0]
    jobs: dict[str, Any] = {
        "frame": [lambda at=at: made.clip.frames[at] for at in range(1, 41)],
        "first frame of a person": [
            lambda who=who: render_clip(2**20, who, "positive", size=size).clip.frames[0]
            for who in range(1, 6)
        ],
        "true flow": [lambda at=at: made.flow(0, at) for at in range(1, 6)],
    }
    for name, calls in jobs.items():
        wall, busy = time.perf_counter(), time.process_time()
        for call in calls:
            call()
        report[f"{name}, wall"] = 1e3 * (time.perf_counter() - wall) / len(calls)
        report[f"{name}, processor"] = 1e3 * (time.process_time() - busy) / len(calls)
    return report


def made_clips(count: int, size: int, seed: int, classes: int = 3) -> list[SyntheticClip]:
    """Clips shared out as in the public data, six or seven of a person."""
    people = max(1, round(count * 68 / 442))
    index = open_index(
        f"synthetic_clips:subjects={people},samples={count},classes={classes},seed={seed}"
    )
    parts = (item.split("_") for item in index.table["item"])
    return [
        render_clip(seed, int(who[1:]), what, int(number), classes=classes, size=size)
        for who, what, number in parts
    ]


def farneback(made: SyntheticClip) -> np.ndarray:
    pair = [made.clip.frames[at] for at in (made.clip.onset, made.clip.apex)]  # type: ignore[index]
    grey = [cv2.cvtColor(one, cv2.COLOR_RGB2GRAY) for one in pair]
    start = np.zeros((*grey[0].shape, 2), np.float32)
    return np.asarray(
        cv2.calcOpticalFlowFarneback(grey[0], grey[1], start, 0.5, 3, 15, 3, 5, 1.2, 0)
    )


def quantiles(values: list[float]) -> dict[str, float]:
    shares = (0.05, 0.25, 0.5, 0.75, 0.95, 1.0)
    pairs = zip(shares, np.quantile(values, shares), strict=True)
    return {"mean": float(np.mean(values)), **{f"{share:.0%}": float(at) for share, at in pairs}}


def motion(clips: list[SyntheticClip]) -> dict[str, Any]:
    """Movement from onset to apex and Farneback's end-point error, in pixels."""
    peaks, heads, errors, zeros, lasts = [], [], [], [], []
    for made in clips:
        onset, apex, offset = made.clip.onset, made.clip.apex, made.clip.offset
        assert onset is not None
        assert apex is not None
        assert offset is not None
        flow, valid = made.flow(onset, apex)
        alone, _ = made.flow(onset, apex, head=False)
        peaks.append(float(np.linalg.norm(alone, axis=2).max()))
        heads.append(float(np.linalg.norm(flow - alone, axis=2)[valid].mean()))
        errors.append(float(np.linalg.norm(farneback(made) - flow, axis=2)[valid].mean()))
        zeros.append(float(np.linalg.norm(flow, axis=2)[valid].mean()))
        lasts.append((offset - onset) / made.clip.fps)
    return {
        "expression's largest flow, pixels": quantiles(peaks),
        "head's mean flow, pixels": quantiles(heads),
        "Farneback's mean end-point error, pixels": quantiles(errors),
        "that of zeros": quantiles(zeros),
        "onset to offset, seconds": quantiles(lasts),
    }


def cells(made: SyntheticClip) -> np.ndarray:
    """Farneback's flow less the head's, as ``CELLS x CELLS`` means over the face."""
    assert made.clip.onset is not None
    marks, flow = made.landmarks[made.clip.onset], farneback(made)
    low, high = marks.min(0), marks.max(0)
    low[1] -= 0.1 * (high - low)[1]
    left, top, right, bottom = np.rint([*low, *high]).astype(int).clip(0, len(flow) - 1)
    face = cv2.resize(flow[top:bottom, left:right], (CELLS, CELLS), interpolation=cv2.INTER_AREA)
    grid = np.indices((CELLS, CELLS)).reshape(2, -1).T - CELLS / 2
    terms, wanted = np.column_stack([grid, np.ones(CELLS**2)]), face.reshape(-1, 2)
    keep = np.ones(len(wanted), bool)
    for _ in range(5):  # the calmest part of the face shows the head's movement
        fit = np.linalg.lstsq(terms[keep], wanted[keep], rcond=None)[0]
        rest = np.linalg.norm(wanted - terms @ fit, axis=1)
        keep = rest <= np.quantile(rest, 0.6)
    return np.asarray((wanted - terms @ fit).ravel())


def classify(count: int, size: int, seed: int, classes: int) -> dict[str, float]:
    from sklearn.decomposition import PCA
    from sklearn.metrics import f1_score, recall_score
    from sklearn.model_selection import GroupKFold, cross_val_predict
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import Normalizer, StandardScaler
    from sklearn.svm import SVC

    clips = made_clips(count, size, seed, classes)
    names = THREE if classes == 3 else FIVE
    labels = np.array([names.index(made.label) for made in clips])
    flows = np.array([cells(made) for made in clips])
    machine = SVC(C=3.0, class_weight="balanced")
    model = make_pipeline(Normalizer(), PCA(50, random_state=0), StandardScaler(), machine)
    people = [made.subject for made in clips]
    found = cross_val_predict(model, flows, labels, groups=people, cv=GroupKFold(10))
    return {
        "UF1": float(f1_score(labels, found, average="macro")),
        "UAR": float(recall_score(labels, found, average="macro")),
    }


def write_sheet(path: Path, size: int, seed: int) -> None:
    """Onset, apex, their difference times 6, and the true flow's length; one row a class."""
    rows = []
    for number, name in enumerate((*THREE, *FIVE[:4])):
        classes = 3 if number < 3 else 5
        made = render_clip(seed, number, name, classes=classes, size=size, noise=0.0, flicker=0.0)
        assert made.clip.onset is not None
        assert made.clip.apex is not None
        onset, apex = made.clip.frames[made.clip.onset], made.clip.frames[made.clip.apex]
        changed = np.clip(128 + 6 * (apex.astype(int) - onset), 0, 255)
        flow, valid = made.flow(made.clip.onset, made.clip.apex, head=False)
        length = np.linalg.norm(flow, axis=2)
        shown = np.where(valid, 255 * length / max(float(length.max()), 1e-6), 90)
        rows.append(np.hstack([onset, apex, changed, np.repeat(shown[..., None], 3, axis=2)]))
    cv2.imwrite(str(path), np.vstack(rows).astype(np.uint8)[..., ::-1])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clips", type=int, default=60)
    parser.add_argument("--size", type=int, default=224)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--classify", type=int, default=0)
    parser.add_argument("--classes", type=int, default=3, choices=(3, 5))
    parser.add_argument("--sheet", type=Path)
    args = parser.parse_args()
    cv2.setNumThreads(1)
    report: dict[str, Any] = {"size": args.size, "milliseconds": milliseconds(args.size)}
    report |= motion(made_clips(args.clips, args.size, args.seed))
    if args.classify:
        found = classify(args.classify, args.size, args.seed, args.classes)
        report[f"{args.classify} clips, {args.classes} classes, unseen people"] = found
    if args.sheet:
        write_sheet(args.sheet, args.size, args.seed)
    print(json.dumps(report, indent=2))


if __name__ == "__main__":
    main()
