"""Synthetic faces: renders per second on one core, and how many of them detectors find.

python benchmarks/synthetic_faces.py [--renders 500] [--size 128] [--sheet faces.png] [--no-mtcnn]
"""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path

import cv2
import numpy as np

from ferkeras.datasets import Index, open_index
from ferkeras.datasets.synthetic import render
from ferkeras.detect import load_detector


def renders_per_second(index: Index) -> dict[str, float]:
    """Process time of rendering the whole index in order, painting its people included."""
    render(2**20, 0, "neutral")  # one-time tables
    wall, busy = time.perf_counter(), time.process_time()
    for item in index.table["item"]:
        index.load(item)
    wall, busy = time.perf_counter() - wall, time.process_time() - busy
    return {"per_core_second": len(index) / busy, "per_wall_second": len(index) / wall}


def found_by_cascade(index: Index) -> float:
    cascade = cv2.CascadeClassifier(cv2.data.haarcascades + "haarcascade_frontalface_default.xml")
    grey = (cv2.cvtColor(index.load(item), cv2.COLOR_RGB2GRAY) for item in index.table["item"])
    return float(np.mean([len(cascade.detectMultiScale(one, 1.1, 5)) > 0 for one in grey]))


def found_by_mtcnn(index: Index) -> float:
    detector = load_detector("mtcnn")
    faces = (detector.detect(index.load(item)) for item in index.table["item"])
    return float(np.mean([any(face.score >= 0.9 for face in some) for some in faces]))


def write_sheet(path: Path, index: Index, people: int = 10) -> None:
    """One row a person, one column an expression."""
    firsts = index.table[index.table["item"].str.endswith("_00_00")]
    subjects = list(dict.fromkeys(firsts["subject"]))[:people]
    rows = [
        np.hstack([index.load(item) for item in firsts["item"][firsts["subject"] == subject]])
        for subject in subjects
    ]
    cv2.imwrite(str(path), cv2.cvtColor(np.vstack(rows), cv2.COLOR_RGB2BGR))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--renders", type=int, default=500)
    parser.add_argument("--size", type=int, default=128)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--sheet", type=Path)
    parser.add_argument("--no-mtcnn", action="store_true")
    args = parser.parse_args()
    cv2.setNumThreads(1)

    def index(frames: int) -> Index:
        subjects = -(-args.renders // (7 * frames))
        options = f"subjects={subjects},frames={frames},size={args.size},seed={args.seed}"
        return open_index(f"synthetic:{options}").subset(range(args.renders))

    report: dict[str, object] = {"renders": args.renders, "size": args.size}
    report["speed, 3 frames a sequence"] = renders_per_second(index(3))
    singles = index(1)
    report["found by cascade"] = found_by_cascade(singles)
    if not args.no_mtcnn:
        report["found by mtcnn"] = found_by_mtcnn(singles)
    if args.sheet:
        write_sheet(args.sheet, singles)
    print(json.dumps(report, indent=2))


if __name__ == "__main__":
    main()
